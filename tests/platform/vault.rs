//! What Vault is told: each policy parsed by an HCL parser, held against what the objects of the cluster read.

use super::Platform;
use super::object::Object;
use super::report::Report;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Path of the API to capabilities.
pub type Policy = BTreeMap<String, BTreeSet<String>>;

/// Parses a policy: `path` blocks, each once for a path, with `capabilities` and nothing else.
pub fn parse(text: &str) -> Result<Policy, String> {
    let body: hcl::Body = hcl::parse(text).map_err(|error| error.to_string())?;
    let mut policy = Policy::new();
    for structure in body {
        let block = structure.into_block().ok_or("an attribute outside of a block")?;
        let path = block.labels.first().map(hcl::BlockLabel::as_str).unwrap_or_default().to_owned();
        if block.identifier.as_str() != "path" || block.labels.len() != 1 {
            return Err(format!("a block that is no path: {}", block.identifier.as_str()));
        }
        let attributes: Vec<&hcl::Attribute> = block.body.attributes().collect();
        let [capabilities] = attributes.as_slice() else { return Err(format!("`{path}` has not one attribute")) };
        let hcl::Expression::Array(words) = &capabilities.expr else { return Err(format!("`{path}` has no list")) };
        let words = words.iter().map(|word| word.to_string().trim_matches('"').to_owned()).collect();
        if capabilities.key.as_str() != "capabilities" || policy.insert(path.clone(), words).is_some() {
            return Err(format!("`{path}` is there twice, or has no capabilities"));
        }
    }
    Ok(policy)
}

/// All policies, roles and what they are for.
pub fn judge(platform: &Platform, report: &mut Report) {
    stated(platform, report);
    let policies = policies(platform, report);
    let roles = roles(platform);
    let reads = reads(platform);
    if reads.is_empty() {
        report.broken("vault", "nothing is read from Vault, so nothing was judged");
    }
    for (role, wanted) in &reads {
        let Some(found) = roles.get(role) else {
            report.broken(role, "a store or a class takes this role, and no file makes it");
            continue;
        };
        let names = found["token_policies"].as_array().cloned().unwrap_or_default();
        let folder = role.split("/roles/").next().unwrap_or_default();
        let granted: Policy = names
            .iter()
            .filter_map(Value::as_str)
            .filter(|name| !platform.fixture.list("/vaultPolicies").iter().any(|p| stands_for(p, name)))
            .filter_map(|name| policies.get(&format!("{folder}/policies/{name}.hcl")))
            .flat_map(Policy::clone)
            .collect();
        if granted != *wanted {
            report.fact(role, "the paths of its derived policies", format!("{wanted:?}"), format!("{granted:?}"));
        }
    }
}

/// Whether a stated policy is granted by hand: it has a wildcard.
fn stands_for(policy: &Value, name: &str) -> bool {
    let by_hand = policy["paths"].as_object().is_some_and(|paths| paths.keys().any(|path| path.ends_with('*')));
    by_hand && policy["file"].as_str().is_some_and(|file| file.ends_with(&format!("/{name}.hcl")))
}

fn stated(platform: &Platform, report: &mut Report) {
    for policy in platform.fixture.list("/vaultPolicies") {
        let file = policy["file"].as_str().unwrap_or_default();
        let found = platform.tree.text(file).ok_or_else(|| "is not there".to_owned()).and_then(|text| parse(&text));
        let found = found.map_or_else(|error| json!(error), |policy| json!(policy));
        let sorted: BTreeMap<String, BTreeSet<String>> = serde_json::from_value(policy["paths"].clone()).unwrap();
        if found != json!(sorted) {
            report.fact(file, "paths", json!(sorted), found);
        }
    }
    for role in platform.fixture.list("/vaultRoles") {
        let file = role["file"].as_str().unwrap_or_default();
        let found: Value = serde_json::from_str(&platform.tree.text(file).unwrap_or_default()).unwrap_or_default();
        for (key, wanted) in role.as_object().into_iter().flatten().filter(|(key, _)| *key != "file") {
            if found[key] != *wanted {
                report.fact(file, key, wanted, &found[key]);
            }
        }
    }
}

fn policies(platform: &Platform, report: &mut Report) -> BTreeMap<String, Policy> {
    let mut out = BTreeMap::new();
    for file in platform.tree.files.keys().filter(|file| file.ends_with(".hcl")) {
        match parse(&platform.tree.text(file).unwrap_or_default()) {
            Ok(policy) => drop(out.insert(file.clone(), policy)),
            Err(error) => report.broken(file, error),
        }
    }
    out
}

fn roles(platform: &Platform) -> BTreeMap<String, Value> {
    let of = |(file, bytes): (&String, &Vec<u8>)| {
        let role = file.contains("/roles/").then(|| serde_json::from_slice(bytes).unwrap_or_default())?;
        Some((file.clone(), role))
    };
    platform.tree.files.iter().filter_map(of).collect()
}

/// File of a role by the server, the namespace and the mount that a consumer names.
fn role_file(server: &str, namespace: &str, mount: &str, role: &str) -> String {
    let host = server.split("://").last().unwrap_or_default().trim_end_matches(":8200");
    let space = if namespace.is_empty() { String::new() } else { format!("-{namespace}") };
    format!("vault/{}{space}/roles/{mount}/{role}.json", host.replace(':', "-"))
}

/// What each role reads, by its file.
fn reads(platform: &Platform) -> BTreeMap<String, Policy> {
    let mut out: BTreeMap<String, Policy> = BTreeMap::new();
    for object in &platform.tree.objects {
        match object.kind() {
            "ExternalSecret" => of_external(platform, object, &object.value["spec"], object.namespace(), &mut out),
            "ClusterExternalSecret" => {
                of_external(platform, object, &object.value["spec"]["externalSecretSpec"], "", &mut out);
            }
            "SecretProviderClass" if object.text("/spec/provider") == "vault" => of_class(object, &mut out),
            _ => {}
        }
    }
    let injected = platform.tree.objects.iter().flat_map(|o| annotations(&o.value));
    for (role, path) in injected {
        out.entry(role).or_default().entry(path).or_default().insert("read".to_owned());
    }
    out
}

fn of_external(
    platform: &Platform,
    object: &Object,
    spec: &Value,
    namespace: &str,
    out: &mut BTreeMap<String, Policy>,
) {
    let folder = object.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let items = spec["data"].as_array().into_iter().flatten().map(|item| (item, &item["remoteRef"], false));
    let from = spec["dataFrom"].as_array().into_iter().flatten();
    let from = from.map(|item| {
        (item, if item["find"].is_null() { &item["extract"] } else { &item["find"] }, !item["find"].is_null())
    });
    for (item, reference, find) in items.chain(from) {
        let own = &item["sourceRef"]["storeRef"];
        let store = if own.is_null() { &spec["secretStoreRef"] } else { own };
        let wanted = |s: &&Object| {
            s.kind() == store["kind"]
                && s.name() == store["name"]
                && (s.kind() == "ClusterSecretStore" || s.namespace() == namespace)
        };
        // On several clusters there is one store each; what lies on the edge is named so.
        let edge = folder.contains("-edge");
        let mut stores = platform.tree.objects.iter().filter(wanted);
        let Some(store) = stores.find(|s| s.file.contains("-edge") == edge) else { continue };
        let vault = &store.value["spec"]["provider"]["vault"];
        let (mount, role) = match (&vault["auth"]["kubernetes"], &vault["auth"]["jwt"]) {
            (k, _) if !k.is_null() => (&k["mountPath"], &k["role"]),
            (_, j) if !j.is_null() => (&j["path"], &j["role"]),
            _ => continue,
        };
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let file = role_file(&text(&vault["server"]), &text(&vault["namespace"]), &text(mount), &text(role));
        let engine = text(&vault["path"]);
        let (values, names) = match vault["version"] == "v1" {
            true => (engine.clone(), engine),
            false => (format!("{engine}/data"), format!("{engine}/metadata")),
        };
        let policy = out.entry(file).or_default();
        let mut allow = |path: String, word: &str| {
            policy.entry(path).or_default().insert(word.to_owned());
        };
        if find {
            let below = text(&reference["path"]);
            allow(format!("{values}/{below}/*"), "read");
            allow(format!("{names}/{below}/*"), "list");
        } else {
            allow(format!("{values}/{}", text(&reference["key"])), "read");
        }
    }
}

fn of_class(object: &Object, out: &mut BTreeMap<String, Policy>) {
    let parameters = &object.value["spec"]["parameters"];
    let text = |key: &str| parameters[key].as_str().unwrap_or_default();
    let mount = parameters["vaultAuthMountPath"].as_str().unwrap_or("kubernetes");
    let file = role_file(text("vaultAddress"), text("vaultNamespace"), mount, text("roleName"));
    let objects: Vec<Value> = serde_yaml_ng::from_str(text("objects")).unwrap();
    for object in objects {
        let path = object["secretPath"].as_str().unwrap_or_default().to_owned();
        out.entry(file.clone()).or_default().entry(path).or_default().insert("read".to_owned());
    }
}

/// Role files and paths of the annotations of the injector, wherever they stand.
fn annotations(value: &Value) -> Vec<(String, String)> {
    let Some(map) = value.as_object() else {
        return value.as_array().into_iter().flatten().flat_map(annotations).collect();
    };
    let mut found: Vec<(String, String)> = map.values().flat_map(annotations).collect();
    if let Some(role) = map.get("vault.hashicorp.com/role").and_then(Value::as_str) {
        let server = map.get("vault.hashicorp.com/service").and_then(Value::as_str).unwrap_or_default();
        let mount = map.get("vault.hashicorp.com/auth-path").and_then(Value::as_str).unwrap_or("auth/kubernetes");
        let file = role_file(server, "", mount.trim_start_matches("auth/"), role);
        let paths = map.iter().filter(|(key, _)| key.starts_with("vault.hashicorp.com/agent-inject-secret-"));
        found.extend(paths.filter_map(|(_, path)| Some((file.clone(), path.as_str()?.to_owned()))));
    }
    found
}

#[test]
fn a_policy_that_is_more_than_paths_is_refused() {
    assert!(parse("path \"a\" {\n  capabilities = [\"read\"]\n}\n").is_ok());
    for bad in ["name = \"x\"", "path \"a\" {}", "path \"a\" { policy = \"read\" }", "path \"a\" {"] {
        assert!(parse(bad).is_err(), "{bad}");
    }
}
