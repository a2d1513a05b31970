//! What an AppProject permits, as Argo CD reads its lists.

use super::super::compare::glob;
use super::super::object::Object;
use serde_json::Value;

/// Where something goes: the cluster as the Application writes it, and the namespace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    pub cluster: String,
    pub namespace: String,
}

impl Destination {
    /// The destination of an Application; `in-cluster` and the address of the local API server are the same.
    pub fn of(app: &Object) -> Destination {
        let (server, name) = (app.text("/spec/destination/server"), app.text("/spec/destination/name"));
        let cluster = local(if server.is_empty() { name } else { server });
        Destination { cluster: cluster.to_owned(), namespace: app.text("/spec/destination/namespace").to_owned() }
    }

    /// Whether an entry of `spec.destinations` matches.
    pub fn matches(&self, entry: &Value) -> bool {
        let text = |key: &str| entry[key].as_str().unwrap_or_default();
        let cluster = [text("server"), text("name")]
            .into_iter()
            .any(|pattern| !pattern.is_empty() && (glob(local(pattern), &self.cluster) || pattern == "*"));
        cluster && glob(text("namespace"), &self.namespace)
    }
}

fn local(cluster: &str) -> &str {
    match cluster.trim_end_matches('/') {
        "in-cluster" => "https://kubernetes.default.svc",
        other => other,
    }
}

/// Entries of a list in `spec` of a project.
pub fn entries<'a>(project: &'a Object, list: &str) -> &'a [Value] {
    project.value["spec"][list].as_array().map_or(&[], Vec::as_slice)
}

/// Whether an entry denies rather than permits.
pub fn denies(entry: &Value) -> bool {
    let texts = [entry.as_str(), entry["server"].as_str(), entry["name"].as_str(), entry["namespace"].as_str()];
    texts.into_iter().flatten().any(|text| text.starts_with('!'))
}

/// Whether the kind lists permit an object: cluster kinds by whitelist only, namespaced kinds unless a list shuts them out.
pub fn kind(project: &Object, object: &Object) -> bool {
    let listed = |list: &str| {
        entries(project, list).iter().any(|entry| {
            let fits = |key: &str, text: &str| entry[key].as_str().is_some_and(|pattern| glob(pattern, text));
            let named = entry["name"].as_str().is_none_or(|pattern| glob(pattern, object.name()));
            fits("group", object.group()) && fits("kind", object.kind()) && named
        })
    };
    if object.namespace().is_empty() {
        return listed("clusterResourceWhitelist") && !listed("clusterResourceBlacklist");
    }
    let open = project.value["spec"].get("namespaceResourceWhitelist").is_none();
    (open || listed("namespaceResourceWhitelist")) && !listed("namespaceResourceBlacklist")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Object {
        Object { file: String::new(), value }
    }

    #[test]
    fn destinations() {
        let app = object(json!({"spec": {"destination": {"name": "in-cluster", "namespace": "a"}}}));
        let of = Destination::of(&app);
        assert!(of.matches(&json!({"server": "https://kubernetes.default.svc", "namespace": "a"})));
        assert!(of.matches(&json!({"name": "in-cluster", "namespace": "*"})));
        assert!(!of.matches(&json!({"server": "https://kubernetes.default.svc", "namespace": "b"})));
        assert!(!of.matches(&json!({"server": "https://other", "namespace": "a"})));
        assert!(!of.matches(&json!({"namespace": "a"})));
    }

    #[test]
    fn kinds() {
        let namespace = object(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}));
        let map = object(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m", "namespace": "n"}}));
        let project = |spec: Value| object(json!({"spec": spec}));
        assert!(!kind(&project(json!({})), &namespace) && kind(&project(json!({})), &map));
        let listed = json!({"clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}]});
        assert!(kind(&project(listed), &namespace));
        let named = json!({"clusterResourceWhitelist": [{"group": "", "kind": "Namespace", "name": "x-*"}]});
        assert!(!kind(&project(named), &namespace));
        assert!(!kind(&project(json!({"namespaceResourceWhitelist": []})), &map));
        let shut = json!({"namespaceResourceBlacklist": [{"group": "", "kind": "ConfigMap"}]});
        assert!(!kind(&project(shut), &map));
    }
}
