//! `fixtures/platform/expected.json`: the expectations, read as they stand.

use serde_json::Value;
use std::path::Path;

/// The fixture. Sections that are not there are empty, so that the judge's own tests may state only what they need.
pub struct Fixture(Value);

impl Fixture {
    /// Reads the fixture of the example platform.
    pub fn load() -> Fixture {
        Fixture::named("expected.json")
    }

    /// Reads a fixture of `fixtures/platform`.
    pub fn named(name: &str) -> Fixture {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platform").join(name);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Fixture(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    #[cfg(test)]
    pub fn from_value(value: Value) -> Fixture {
        Fixture(value)
    }

    /// Path of the file with the root Application.
    pub fn root_file(&self) -> &str {
        self.0["root"].as_str().unwrap_or("argocd/app-of-apps/root.yaml")
    }

    /// The stated objects, then the derived ones.
    pub fn entries(&self) -> impl Iterator<Item = &Value> {
        self.list("/objects").iter().chain(self.list("/derived"))
    }

    /// The entry with an id.
    pub fn entry(&self, id: &str) -> Option<&Value> {
        self.entries().find(|entry| entry["id"] == id)
    }

    /// A list at a pointer, empty when it is not there.
    pub fn list(&self, pointer: &str) -> &[Value] {
        self.0.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The value at a pointer, null when it is not there.
    pub fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The text at a pointer, empty when it is not there.
    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// Whether a list of `{kind, namespace, name}` or `{.., namePattern}` names this object.
    pub fn names(&self, pointer: &str, kind: &str, namespace: &str, name: &str) -> bool {
        self.list(pointer).iter().any(|item| {
            let pattern = item["namePattern"].as_str();
            let named = pattern.map_or(item["name"] == name, |p| regex::Regex::new(p).unwrap().is_match(name));
            named && item["kind"] == kind && item["namespace"] == namespace
        })
    }
}

#[test]
fn externals_by_name_and_by_pattern() {
    let fixture = Fixture::from_value(serde_json::json!({"x": [
        {"kind": "Secret", "namespace": "a", "name": "tls"},
        {"kind": "Secret", "namespace": "a", "namePattern": "^zalando\\."}
    ]}));
    assert!(fixture.names("/x", "Secret", "a", "tls") && fixture.names("/x", "Secret", "a", "zalando.pg"));
    assert!(!fixture.names("/x", "Secret", "b", "tls") && !fixture.names("/x", "ConfigMap", "a", "tls"));
    assert!(!fixture.names("/x", "Secret", "a", "other"));
}
