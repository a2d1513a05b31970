//! What `access` and `integrations` become, in the forms that the fixtures under `fixtures/render` don't show.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;
use serde_json::Value;

const ACCESS: &str = include_str!("../fixtures/render/access/platform.yaml");
const APONO: &str = include_str!("../fixtures/render/apono/platform.yaml");

fn render(spec: &str) -> Vec<Value> {
    let world: Memory = [("platform.yaml".to_owned(), spec.as_bytes().to_vec())].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let tree = outcome.tree.unwrap_or_else(|| panic!("{:?}", outcome.findings));
    let yaml = tree.into_iter().filter(|(path, _)| path.ends_with(".yaml"));
    let docs = yaml.map(|(_, file)| String::from_utf8(file.bytes).unwrap());
    docs.map(|text| serde_yaml_ng::from_str(&text).unwrap()).collect()
}

fn codes(spec: &str) -> Vec<String> {
    let world: Memory = [("platform.yaml".to_owned(), spec.as_bytes().to_vec())].into_iter().collect();
    pipeline::run(&world, "platform.yaml", &Silent).findings.into_iter().map(|f| f.code.id.to_owned()).collect()
}

fn object<'o>(objects: &'o [Value], kind: &str, name: &str) -> &'o Value {
    let found = objects.iter().filter(|o| o["kind"] == kind && o["metadata"]["name"] == name).collect::<Vec<_>>();
    assert_eq!(found.len(), 1, "{kind} {name}");
    found[0]
}

fn embedded(objects: &[Value], key: &str) -> Value {
    serde_yaml_ng::from_str(object(objects, "ConfigMap", "argocd-cm")["data"][key].as_str().unwrap()).unwrap()
}

/// The specification with another block of `sso`.
fn with_sso(sso: &str) -> String {
    let start = APONO.find("  sso:\n").unwrap();
    let end = APONO.find("integrations:").unwrap();
    format!("{}{sso}{}", &APONO[..start], &APONO[end..])
}

#[test]
fn dex_with_openid_connect() {
    let sso = "  sso:
    url: https://argocd.example.com
    dex:
      connectors:
        authentik:
          type: oidc
          name: Authentik
          config:
            issuer: https://authentik.example.com/application/o/argocd/
            clientID: argocd
            clientSecret: $dex.authentik.clientSecret
            insecureEnableGroups: true
            getUserInfo: true
            scopes: [profile, email, groups]
";
    let objects = render(&with_sso(sso));
    let dex = embedded(&objects, "dex.config");
    let connector = &dex["connectors"][0];
    assert_eq!([&connector["type"], &connector["id"], &connector["name"]], ["oidc", "authentik", "Authentik"]);
    assert_eq!(connector["config"]["clientSecret"], "$dex.authentik.clientSecret");
    assert_eq!(connector["config"]["scopes"], serde_json::json!(["profile", "email", "groups"]));
    assert_eq!(connector["config"]["getUserInfo"], true);
    assert!(object(&objects, "ConfigMap", "argocd-cm")["data"].get("oidc.config").is_none());
}

#[test]
fn dex_with_saml_and_a_secret_of_a_store() {
    let sso = "  sso:
    url: https://argocd.example.com
    store: vault
    dex:
      connectors:
        okta:
          type: saml
          config:
            ssoURL: https://acme.okta.com/app/sso/saml
            caData: LS0tLS1CRUdJTg==
            redirectURI: https://argocd.example.com/api/dex/callback
            usernameAttr: email
            emailAttr: email
            groupsAttr: group
        ldap:
          type: ldap
          config: { host: ldap.example.com }
          secrets: { bindPW: { path: argocd/ldap, property: password } }
secrets: { stores: { vault: { vault: { server: https://vault.example.com, auth: { kubernetes: {} } } } } }
";
    let objects = render(&with_sso(sso));
    let dex = embedded(&objects, "dex.config");
    let (ldap, saml) = (&dex["connectors"][0], &dex["connectors"][1]);
    assert_eq!([&saml["type"], &saml["id"], &saml["name"]], ["saml", "okta", "okta"]);
    assert_eq!(saml["config"]["redirectURI"], "https://argocd.example.com/api/dex/callback");
    assert_eq!(ldap["config"]["bindPW"], "$argocd-sso:dex.ldap.bindPW");
    let secret = object(&objects, "ExternalSecret", "argocd-sso");
    assert_eq!(secret["spec"]["data"][0]["secretKey"], "dex.ldap.bindPW");
    let labels = &secret["spec"]["target"]["template"]["metadata"]["labels"];
    assert_eq!(labels["app.kubernetes.io/part-of"], "argocd");
}

#[test]
fn anonymous_with_a_role_of_its_own() {
    let spec = APONO.replace("  default: authenticated\n", "  default: unauthenticated\n  anonymous: true\n");
    let spec = spec.replace("roles: { authenticated:", "roles: { unauthenticated:");
    let objects = render(&spec);
    assert_eq!(object(&objects, "ConfigMap", "argocd-cm")["data"]["users.anonymous.enabled"], "true");
    assert_eq!(object(&objects, "ConfigMap", "argocd-rbac-cm")["data"]["policy.default"], "role:unauthenticated");
}

#[test]
fn a_config_map_that_the_chart_makes_gets_its_keys_by_values_and_is_made_once() {
    let objects = render(&ACCESS.replace(", values: { configs: { cm: { create: false } } }", ""));
    let configs = &object(&objects, "Application", "argocd")["spec"]["sources"][0]["helm"]["valuesObject"]["configs"];
    assert_eq!(configs["cm"]["url"], "https://argocd.example.com");
    assert!(configs["cm"]["resource.customizations.health.argoproj.io_Application"].is_string());
    assert!(configs["rbac"]["policy.csv"].is_string());
    assert!(!objects.iter().any(|o| o["kind"] == "ConfigMap"));
    let apart = render(&ACCESS.replace("cm: { create: false }", "cm: { create: false }, rbac: { create: false }"));
    let data = &object(&apart, "ConfigMap", "argocd-rbac-cm")["data"];
    assert_eq!(data["policy.csv"], configs["rbac"]["policy.csv"]);
    let given = &object(&apart, "Application", "argocd")["spec"]["sources"][0]["helm"]["valuesObject"]["configs"];
    assert_eq!(given, &serde_json::json!({ "cm": { "create": false }, "rbac": { "create": false } }));
}

#[test]
fn apono_by_topology() {
    let limited = APONO.replace("different-cluster", "same-cluster-limited, serviceAccount: apono-connector");
    let objects = render(&limited);
    let subject = &object(&objects, "RoleBinding", "apono-argocd-editor-binding")["subjects"][0];
    assert_eq!(subject["name"], "apono-connector");
    assert!(!objects.iter().any(|o| o["kind"] == "ServiceAccount"));
    let admin = render(&APONO.replace("different-cluster", "same-cluster-admin"));
    assert!(!admin.iter().any(|o| ["Role", "RoleBinding", "ServiceAccount"].iter().any(|kind| o["kind"] == *kind)));
    for objects in [objects, admin] {
        let root = object(&objects, "Application", "root");
        let ignored = root["spec"]["ignoreDifferences"].as_array().unwrap();
        assert_eq!(ignored.len(), 2);
        assert_eq!(ignored[0]["jsonPointers"], serde_json::json!(["/data/policy.csv"]));
        let options = root["spec"]["syncPolicy"]["syncOptions"].as_array().unwrap();
        assert!(options.contains(&"RespectIgnoreDifferences=true".into()));
    }
    assert_eq!(codes(&APONO.replace("different-cluster", "same-cluster-limited")), ["apono-account"]);
}

#[test]
fn what_apono_writes_is_left_alone_by_the_chart_that_holds_it() {
    let objects = render(&APONO.replace(", rbac: { create: false }", ""));
    let names = |app: &str| object(&objects, "Application", app)["spec"]["ignoreDifferences"][0]["kind"].clone();
    assert_eq!([names("argocd"), names("root")], ["ConfigMap", "AppProject"]);
}
