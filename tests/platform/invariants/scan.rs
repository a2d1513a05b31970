//! Finds the names of Secrets and ConfigMaps in pod specs and in Helm values.

use serde_json::Value;

/// A reference to a Secret or a ConfigMap in the namespace of whoever holds it.
#[derive(Debug, PartialEq)]
pub struct Reference {
    pub kind: &'static str,
    pub name: String,
    /// The one key that is read; none if all or unknown.
    pub key: Option<String>,
    /// JSON Pointer of the reference.
    pub at: String,
}

/// References in an object that contains pod specs, wherever they are: env, envFrom, volumes, pull secrets.
pub fn pods(value: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    walk(value, "", &mut |key, value, at, found| pod_key(key, value, at, found), &mut found);
    found
}

/// References in Helm values: those of pod specs, and the keys charts use for Secrets that exist already.
pub fn helm(value: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut both = |key: &str, value: &Value, at: &str, found: &mut Vec<Reference>| {
        pod_key(key, value, at, found);
        helm_key(key, value, at, found);
    };
    walk(value, "", &mut both, &mut found);
    found.dedup_by(|a, b| a.at == b.at);
    found
}

type Visit<'a> = &'a mut dyn FnMut(&str, &Value, &str, &mut Vec<Reference>);

fn walk(value: &Value, at: &str, visit: Visit, found: &mut Vec<Reference>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                visit(key, inner, &at, found);
                walk(inner, &at, visit, found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                walk(inner, &format!("{at}/{index}"), visit, found);
            }
        }
        _ => {}
    }
}

fn pod_key(key: &str, value: &Value, at: &str, found: &mut Vec<Reference>) {
    let (kind, name) = match key {
        "secretKeyRef" | "secretRef" => ("Secret", &value["name"]),
        "configMapKeyRef" | "configMapRef" | "configMap" => ("ConfigMap", &value["name"]),
        "secret" => ("Secret", &value["secretName"]),
        "imagePullSecrets" => {
            let names = value.as_array().into_iter().flatten();
            return names.for_each(|item| push(found, "Secret", item.get("name").unwrap_or(item), None, at));
        }
        _ => return,
    };
    if value["optional"] != true {
        push(found, kind, name, value["key"].as_str(), at);
    }
}

fn helm_key(key: &str, value: &Value, at: &str, found: &mut Vec<Reference>) {
    let own = value.get("create").or(value.get("enabled"));
    match value {
        Value::String(_) if key.starts_with("existingSecret") && !key.ends_with("Key") => {
            push(found, "Secret", value, None, at);
        }
        Value::String(_) if key == "secretName" => push(found, "Secret", value, None, at),
        // `<something>Secret: {name, key}`; with `create: false` also a plain `secret`.
        Value::Object(map) if key.ends_with("Secret") || (key == "secret" && own == Some(&Value::Bool(false))) => {
            push(found, "Secret", map.get("name").unwrap_or(&Value::Null), map.get("key").and_then(Value::as_str), at);
        }
        _ => {}
    }
}

fn push(found: &mut Vec<Reference>, kind: &'static str, name: &Value, key: Option<&str>, at: &str) {
    if let Some(name) = name.as_str().filter(|name| !name.is_empty()) {
        found.push(Reference { kind, name: name.to_owned(), key: key.map(str::to_owned), at: at.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(found: Vec<Reference>) -> Vec<String> {
        found.into_iter().map(|r| format!("{} {} {}", r.kind, r.name, r.key.unwrap_or_default())).collect()
    }

    #[test]
    fn pods_by_env_env_from_and_volumes() {
        let pod = json!({"spec": {
            "containers": [{
                "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "o", "key": "k", "optional": true}}}],
                "envFrom": [{"configMapRef": {"name": "c"}}]
            }],
            "volumes": [{"name": "v", "secret": {"secretName": "t"}}, {"name": "w", "configMap": {"name": "d"}}],
            "imagePullSecrets": [{"name": "p"}]
        }});
        let expected = ["Secret s k", "ConfigMap c ", "Secret t ", "ConfigMap d ", "Secret p "];
        assert_eq!(names(pods(&pod)), expected);
    }

    #[test]
    fn helm_values_by_the_keys_charts_use() {
        let values = json!({
            "database": {"external": {"existingSecret": "db", "existingSecretPasswordKey": "password"}},
            "accessKeySecret": {"name": "cred", "key": "username"},
            "tls": [{"secretName": "tls"}],
            "a": {"secret": {"create": false, "name": "token"}},
            "b": {"secret": {"create": true, "name": "made"}},
            "empty": {"existingSecret": ""}
        });
        assert_eq!(names(helm(&values)), ["Secret db ", "Secret cred username", "Secret tls ", "Secret token "]);
    }
}
