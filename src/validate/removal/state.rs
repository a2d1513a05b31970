//! Objects that hold data, and what becomes of it when they are deleted.

use crate::base::Value;

/// What is lost with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Its data.
    Data,
    /// What serves the data, which stays.
    Service,
}

/// A field and the value of it by which volumes stay.
type Keeps = Option<(&'static [&'static str], &'static str)>;

/// Objects of operators whose volumes go with them, unless a field says otherwise: group and kind (Zalando
/// postgres-operator 1.10, CloudNativePG 1.24, RabbitMQ cluster operator 2, cass-operator 1, Elastic Cloud on Kubernetes 2).
const OPERATORS: &[(&str, &str, Keeps)] = &[
    ("acid.zalan.do", "postgresql", None),
    ("postgresql.cnpg.io", "Cluster", None),
    ("rabbitmq.com", "RabbitmqCluster", None),
    ("cassandra.datastax.com", "CassandraDatacenter", None),
    (
        "elasticsearch.k8s.elastic.co",
        "Elasticsearch",
        Some((&["spec", "volumeClaimDeletePolicy"], "DeleteOnScaledownOnly")),
    ),
];

/// What is lost with an object, if it holds data.
pub fn of_object(group: &str, kind: &str, object: &Value) -> Option<Loss> {
    match (group, kind) {
        ("", "PersistentVolumeClaim") => return Some(Loss::Data),
        ("apps", "StatefulSet") => return stateful_set(object.get("spec")?),
        _ => {}
    }
    let (.., keeps) = OPERATORS.iter().find(|(g, k, _)| *g == group && *k == kind)?;
    let stays = keeps.is_some_and(|(path, value)| {
        path.iter().try_fold(object, |value, key| value.get(key)).and_then(Value::as_str) == Some(value)
    });
    Some(if stays { Loss::Service } else { Loss::Data })
}

/// Volumes of a StatefulSet stay unless it says otherwise (Kubernetes 1.27, `persistentVolumeClaimRetentionPolicy`).
fn stateful_set(spec: &Value) -> Option<Loss> {
    let claims = spec.get("volumeClaimTemplates").and_then(Value::as_list).unwrap_or_default();
    let policy = spec.get("persistentVolumeClaimRetentionPolicy");
    let deletes = policy.and_then(|p| p.str_at("whenDeleted")) == Some("Delete");
    match (claims.is_empty(), deletes) {
        (true, _) => None,
        (_, true) => Some(Loss::Data),
        _ => Some(Loss::Service),
    }
}
