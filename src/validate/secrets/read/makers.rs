//! Objects that are, or become, Secrets, ConfigMaps and ServiceAccounts.

use std::sync::Arc;

use super::super::classes;
use super::super::facts::{Facts, Keys, Kind, Made, Need, Read, Role, VaultPath};
use super::walk::text;
use super::{at, labels, list};
use crate::base::{Span, Value};
use crate::model::document::group_of;

/// A Secret, ConfigMap, ServiceAccount or Namespace.
pub fn core(facts: &mut Facts, value: &Value) {
    let kind = match &*facts.kind {
        "Secret" => Kind::Secret,
        "ConfigMap" => Kind::ConfigMap,
        "ServiceAccount" => Kind::ServiceAccount,
        _ => {
            facts.role = Role::Namespace(labels(at(value, &["metadata", "labels"])));
            return;
        }
    };
    let data = ["data", "binaryData", "stringData"].into_iter().filter_map(|key| value.get(key)?.as_map());
    let names: Vec<Arc<str>> = data.flatten().map(|e| Arc::clone(&e.key)).collect();
    // Something fills a Secret that is written without data, such as one of a ServiceAccount's token.
    let keys = Keys { open: kind == Kind::Secret && names.is_empty(), names };
    let found = found_by_label(value.get("metadata"));
    let wanted = kind == Kind::Secret && !keys.open;
    make(facts, kind, at(value, &["metadata", "name"]), keys, found, wanted);
    if kind == Kind::ServiceAccount {
        for name in list(value, &["imagePullSecrets"]).iter().filter_map(|item| item.get("name")) {
            let Some(text) = text(name) else { continue };
            let (keys, need) = (Vec::new(), Need::Other);
            facts.reads.push(Read { kind: Kind::Secret, name: text, namespace: None, span: name.span, keys, need });
        }
    }
}

fn make(facts: &mut Facts, kind: Kind, name: Option<&Value>, keys: Keys, found_by_label: bool, wanted: bool) {
    let Some(value) = name else { return };
    let Some(name) = text(value) else { return };
    facts.makes.push(Made { kind, name, keys, span: value.span, found_by_label, wanted, adds: false });
}

/// Labels that say only what a thing is part of, so that nobody selects by them.
const DESCRIPTIVE: [&str; 6] = ["name", "instance", "component", "version", "managed-by", "created-by"];

/// Whether the labels and annotations of a Secret are such that something may find it by them: Argo CD finds
/// repositories, clusters and what is part of it, sidecars their configuration, replicators their copies.
pub fn found_by_label(metadata: Option<&Value>) -> bool {
    let Some(metadata) = metadata else { return false };
    let keys = |field: &str| metadata.get(field).and_then(Value::as_map);
    let annotated =
        keys("annotations").is_some_and(|map| map.keys().any(|key| !key.starts_with("argocd.argoproj.io/")));
    let label = |entry: &crate::base::Entry| match entry.key.strip_prefix("app.kubernetes.io/") {
        Some("part-of") => entry.value.as_str() == Some("argocd"),
        Some(name) => !DESCRIPTIVE.contains(&name),
        None => true,
    };
    annotated || keys("labels").is_some_and(|map| map.iter().any(label))
}

/// A SealedSecret: its Secret has the keys of `encryptedData` and of the template.
pub fn sealed_secret(facts: &mut Facts, value: &Value) {
    let maps = [&["spec", "encryptedData"][..], &["spec", "template", "data"]];
    let names = maps.into_iter().filter_map(|path| at(value, path)?.as_map()).flatten().map(|e| Arc::clone(&e.key));
    let keys = Keys { names: names.collect(), open: at(value, &["spec", "data"]).is_some() };
    let metadata = at(value, &["spec", "template", "metadata"]);
    make(facts, Kind::Secret, at(value, &["metadata", "name"]), keys, found_by_label(metadata), true);
}

/// A SecretProviderClass, and the Secrets that are synced from it.
pub fn provider_class(facts: &mut Facts, value: &Value) {
    make(facts, Kind::ProviderClass, at(value, &["metadata", "name"]), Keys::default(), false, false);
    for object in list(value, &["spec", "secretObjects"]) {
        let names = list(object, &["data"]).iter().filter_map(|d| d.str_at("key")).map(Into::into).collect();
        let found = found_by_label(Some(object));
        make(facts, Kind::Secret, object.get("secretName"), Keys { names, open: false }, found, true);
    }
    let address = at(value, &["spec", "parameters", "vaultAddress"]);
    facts.vault_addresses.extend(address.and_then(|address| Some((text(address)?, address.span))));
    if at(value, &["spec", "provider"]).and_then(Value::as_str) == Some("vault")
        && let Some(objects) = at(value, &["spec", "parameters", "objects"])
    {
        let path = |object: &Value| object.str_at("secretPath").map(Into::into);
        let paths = classes::list(objects).unwrap_or_default();
        let span = objects.span;
        facts.vault_paths.extend(paths.iter().filter_map(path).map(|path| VaultPath { path, span }));
    }
}

/// A Certificate of cert-manager (v1): the Secret has the pair and the CA, and what else is asked for.
pub fn certificate(facts: &mut Facts, value: &Value) {
    let names = ["tls.crt", "tls.key", "ca.crt"].map(Arc::from).to_vec();
    let spec = value.get("spec");
    let more = |key: &str| spec.is_some_and(|s| s.get(key).is_some());
    let keys = Keys { names, open: more("keystores") || more("additionalOutputFormats") };
    let found = found_by_label(at(value, &["spec", "secretTemplate"]));
    make(facts, Kind::Secret, at(value, &["spec", "secretName"]), keys, found, false);
}

/// A kustomization: what it generates, and whether more is behind it.
pub fn kustomization(facts: &mut Facts, value: &Value) {
    for (field, kind) in [("secretGenerator", Kind::Secret), ("configMapGenerator", Kind::ConfigMap)] {
        for generator in list(value, &[field]) {
            make(facts, kind, generator.get("name"), generated(generator), false, false);
        }
    }
    let listed = ["resources", "bases", "components"].into_iter().flat_map(|field| list(value, &[field]));
    let file = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json");
    let beyond = |path: &str| path.contains("://") || path.starts_with("..") || !file(path);
    facts.role = Role::Kustomization {
        namespace: value.str_at("namespace").map(Into::into),
        opaque: renames(value) || listed.filter_map(Value::as_str).any(beyond),
    };
}

/// Whether a kustomization gives objects other names, or adds some.
pub fn renames(value: &Value) -> bool {
    let keys = ["namePrefix", "nameSuffix", "helmCharts", "generators", "transformers", "replacements", "components"];
    keys.into_iter().any(|key| value.get(key).is_some())
}

/// The keys of a generated object: `literals` and `files` name them, `envs` holds more.
fn generated(generator: &Value) -> Keys {
    let literal = |v: &Value| Some(Arc::from(v.as_str()?.split_once('=')?.0));
    let file = |v: &Value| {
        let text = v.as_str()?;
        Some(Arc::from(text.split_once('=').map_or_else(|| text.rsplit('/').next().unwrap_or(text), |(key, _)| key)))
    };
    let literals = list(generator, &["literals"]).iter().filter_map(literal);
    let files = list(generator, &["files"]).iter().filter_map(file);
    let open = ["envs", "env", "behavior"].into_iter().any(|key| generator.get(key).is_some());
    Keys { names: literals.chain(files).collect(), open }
}

/// Kinds of operators that make Secrets with fixed names: group, kind, and the names, with `{}` for that of
/// the object (Zalando postgres-operator 1.10, CloudNativePG 1.24, RabbitMQ cluster operator 2, Strimzi 0.40,
/// Elastic Cloud on Kubernetes 2).
const OPERATORS: &[(&str, &str, &[&str])] = &[
    ("acid.zalan.do", "postgresql", &["*.{}.credentials.postgresql.acid.zalan.do"]),
    ("postgresql.cnpg.io", "Cluster", &["{}-app", "{}-superuser", "{}-ca", "{}-server", "{}-replication"]),
    ("rabbitmq.com", "RabbitmqCluster", &["{}-default-user"]),
    ("kafka.strimzi.io", "KafkaUser", &["{}"]),
    ("kafka.strimzi.io", "Kafka", &["{}-cluster-ca-cert", "{}-clients-ca-cert"]),
    ("elasticsearch.k8s.elastic.co", "Elasticsearch", &["{}-es-*"]),
];

/// Whether an operator makes Secrets of a kind.
pub fn is_operator(group: &str, kind: &str) -> bool {
    OPERATORS.iter().any(|(g, k, _)| *g == group && *k == kind)
}

/// An object of one of them.
pub fn operator(facts: &mut Facts, value: &Value) {
    let group = group_of(&facts.api_version);
    let names = OPERATORS.iter().find(|(g, k, _)| *g == group && *k == &*facts.kind).map(|(.., names)| *names);
    let span = at(value, &["metadata", "name"]).map_or(Span::NONE, |name| name.span);
    for pattern in names.unwrap_or_default() {
        facts.makes.push(Made::aside(pattern.replace("{}", &facts.name).into(), span));
    }
}
