//! Secrets arrive, or a finding says why not. Each case is a small platform and the findings that it must
//! give; most of them must give none: a false alarm is worse than a missed one.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

#[path = "common/findings.rs"]
#[allow(dead_code, reason = "this file needs only some of it")]
mod findings;

use std::path::Path;
use std::process::Command;

use findings::{report, says_what_to_do};
use sailplan::base::Span;
use sailplan::model::external::Externals;
use sailplan::model::spec::{ExternalKind, ExternalObject};
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::shape::Text;
use sailplan::source::Memory;
use sailplan::validate::secrets::{Kind, Known};

const HEAD: &str = "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/platform.git } }
categories: { web: {} }
checks: { levels: { floating-revision: off } }
defaults:
  app:
    category: web
    namespace: shop
    clusterResources: []
    sync: { automated: true, options: { CreateNamespace: true } }
";

/// Runs a platform of these apps, whose `shop.yaml` holds these objects.
fn run(apps: &str, shop: &str) -> Outcome {
    let spec = format!("{HEAD}{apps}");
    let world: Memory = [("platform.yaml", &*spec), ("shop.yaml", shop)].into_iter().collect();
    pipeline::run(&world, "platform.yaml", &Silent)
}

fn gives(apps: &str, shop: &str, wanted: &[&str]) {
    let outcome = run(apps, shop);
    let found: Vec<&str> = outcome.findings.iter().map(|f| f.code.id).collect();
    assert_eq!(found, wanted, "{apps}{shop}\n{}", report(&outcome.findings, &outcome.sources));
    for finding in &outcome.findings {
        assert_eq!(says_what_to_do(finding, &outcome.sources), None);
    }
}

const SHOP: &str = "apps:\n  shop: { manifests: [shop.yaml] }\n";

/// A Deployment that needs what `pod` and `env` say.
fn deployment(pod: &str, env: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{ name: shop, namespace: shop }}
spec:
  selector: {{ matchLabels: {{ app: shop }} }}
  template:
    metadata: {{ labels: {{ app: shop }} }}
    spec: {{ containers: [{{ name: shop, image: shop:1, env: [{env}] }}]{pod} }}
"
    )
}

/// A variable that comes from a key of a Secret.
fn variable(secret: &str, key: &str) -> String {
    format!("{{ name: A, valueFrom: {{ secretKeyRef: {{ name: {secret}, key: {key} }} }} }}")
}

/// An ExternalSecret of a store that is not Vault, with more lines of its spec.
fn external(name: &str, spec: &str) -> String {
    format!(
        "---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {{ name: {name}, namespace: shop }}
spec:
  refreshInterval: 1h
  secretStoreRef: {{ name: fake, kind: SecretStore }}
{spec}
"
    )
}

const STORE: &str = "---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: fake, namespace: shop }
spec: { provider: { fake: { data: [] } } }
";
const DATA: &str = "  data: [{ secretKey: password, remoteRef: { key: db } }]";

#[test]
fn a_reference_is_silent_once_something_could_make_the_object() {
    let wanted = deployment("", &variable("db", "password"));
    gives(SHOP, &wanted, &["dangling-reference"]);
    for apps in [
        // Another repository.
        "  more: { source: { git: { repo: https://git.example.com/x.git, path: x } } }\n",
        // A chart of that name.
        "  db: { source: { helm: { repo: https://c.example.com, chart: c, version: 1.0.0 } } }\n",
        // A release of that name.
        "  z: { source: { helm: { repo: https://c.example.com, chart: c, version: 1.0.0, releaseName: db } } }\n",
        // Values of a chart.
        "  z: { source: { helm: { repo: https://c.example.com, chart: c, version: 1.0.0, values: { x: { secret: db } } } } }\n",
    ] {
        gives(&format!("{SHOP}{apps}"), &wanted, &[]);
    }
    let elsewhere =
        "  z: { namespace: other, source: { helm: { repo: https://c.example.com, chart: db, version: 1.0.0 } } }\n";
    gives(&format!("{SHOP}{elsewhere}"), &wanted, &["dangling-reference"]);
    let unrelated = "  z: { source: { helm: { repo: https://c.example.com, chart: cache, version: 1.0.0 } } }\n";
    gives(&format!("{SHOP}{unrelated}"), &wanted, &["dangling-reference"]);
}

#[test]
fn an_object_of_an_unknown_kind_that_names_the_secret_may_make_it() {
    let wanted = deployment("", &variable("db", "password"));
    let claim = "---
apiVersion: example.org/v1
kind: Database
metadata: { name: a, namespace: shop }
spec: { writeConnectionSecretToRef: { name: db } }
";
    gives(SHOP, &format!("{wanted}{claim}"), &["unknown-kind"]);
}

#[test]
fn optional_and_templated_references_may_lead_nowhere() {
    let optional = "{ name: A, valueFrom: { secretKeyRef: { name: db, key: a, optional: true } } }";
    gives(SHOP, &deployment("", optional), &[]);
    let values = |value: &str| {
        format!(
            "apps:\n  shop: {{ source: {{ helm: {{ repo: https://c.example.com, chart: c, version: 1.0.0, values: {value} }} }} }}\n"
        )
    };
    gives(&values("{ auth: { existingSecret: '{{ .Release.Name }}-db' } }"), "", &[]);
    gives(&values("{ auth: { enabled: false, existingSecret: db } }"), "", &[]);
    gives(&values("{ auth: { existingSecret: '' } }"), "", &[]);
    gives(&values("{ auth: { existingSecretPasswordKey: a, existingSecret: true } }"), "", &[]);
    gives(&values("{ auth: { existingSecret: db }, extraDeploy: [{ metadata: { name: db } }] }"), "", &[]);
    gives(&values("{ auth: { existingSecret: db } }"), "", &["dangling-reference"]);
    gives(&values("{ auth: { existingSecret: { name: db, key: a } } }"), "", &["dangling-reference"]);
    gives(&values("{ a: { passwordSecret: { name: db, key: a } } }"), "", &["dangling-reference"]);
    gives(&values("{ image: { pullSecrets: [login] } }"), "", &["dangling-reference"]);
    gives(&values("{ extraVolumes: [{ name: a, configMap: { name: db } }] }"), "", &["dangling-reference"]);
}

#[test]
fn a_chart_may_name_what_it_makes_itself() {
    let values = |values: &str| {
        format!(
            "apps:\n  shop: {{ source: {{ helm: {{ repo: https://c.example.com, chart: c, version: 1.0.0, values: {values} }} }} }}\n"
        )
    };
    let variable = |secret: &str| values(&format!("{{ extraEnv: [{}] }}", variable(secret, "password")));
    gives(&variable("shop-redis"), "", &[]);
    gives(&variable("remote-cfg-shop"), "", &[]);
    gives(&variable("redis"), "", &["dangling-reference"]);
    gives(&values("{ prometheus: { existingSecretName: metrics-shop } }"), "", &[]);
    gives(&values("{ redis: { existingSecret: shop-redis-secret } }"), "", &["dangling-reference"]);
}

#[test]
fn argo_cd_makes_objects_of_its_own() {
    let wanted = deployment("", &self::variable("argocd-redis", "auth"));
    gives(SHOP, &wanted, &["dangling-reference"]);
    gives(
        &SHOP.replace("{ manifests", "{ namespace: argocd, manifests"),
        &wanted.replace("namespace: shop", "namespace: argocd"),
        &[],
    );
}

#[test]
fn a_store_may_be_among_the_objects_of_a_chart() {
    let made = external("db", DATA).replace("kind: SecretStore", "kind: ClusterSecretStore");
    let read = deployment("", &variable("db", "password"));
    let objects = format!("{read}{made}");
    gives(SHOP, &objects, &["unknown-store"]);
    let chart = "  eso: { namespace: eso, source: { helm: { repo: https://c.example.com, chart: c, version: 1.0.0, values: { extraObjects: [{ metadata: { name: fake } }] } } } }\n";
    gives(&format!("{SHOP}{chart}"), &objects, &[]);
}

#[test]
fn only_a_slip_of_the_pen_is_mended() {
    let made = format!("{STORE}{}{}", external("shop-db-secret", DATA), external("login", DATA));
    let help = |name: &str| {
        let env = format!("{}, {}", variable(name, "password"), variable("login", "password"));
        let both = format!("{}{made}", deployment("", &env));
        let outcome = run(SHOP, &both);
        let of_code = outcome.findings.iter().find(|f| f.code.id == "dangling-reference");
        of_code.map(|f| f.help.clone()).unwrap_or_default()
    };
    assert_eq!(help("shop-db-secrt"), "did you mean `shop-db-secret`?");
    assert!(help("shop-redis-secret").starts_with("add an ExternalSecret"));
}

#[test]
fn certificates_come_of_issuers() {
    let values = |annotations: &str| {
        format!(
            "apps:\n  shop: {{ source: {{ helm: {{ repo: https://c.example.com, chart: c, version: 1.0.0, values: \
             {{ ingress: {{ annotations: {annotations}, tls: [{{ secretName: a-tls, hosts: [a] }}] }} }} }} }} }}\n"
        )
    };
    gives(&values("{ cert-manager.io/cluster-issuer: a }"), "", &[]);
    gives(&values("{}"), "", &["dangling-reference"]);
}

#[test]
fn later_values_win() {
    let app = |extra: &str| {
        format!(
            "apps:\n  shop:\n    manifests: [shop.yaml]\n    source:\n      helm:\n        repo: https://charts.bitnami.com/bitnami\n        \
             chart: redis\n        version: 20.11.4\n        values: {{ auth: {{ existingSecret: db }} }}\n{extra}"
        )
    };
    let made = format!("{STORE}{}", external("db", DATA));
    gives(&app(""), &made, &["secret-key-mismatch"]);
    gives(&app("        parameters: { auth.existingSecretPasswordKey: password }\n"), &made, &[]);
    gives(&app("        parameters: { auth.enabled: false }\n"), &made, &[]);
    let other = app("").replace("charts.bitnami.com/bitnami", "charts.example.com");
    gives(&other, &made, &[]);
}

#[test]
fn keys_are_those_of_the_template_unless_it_merges() {
    let made = |target: &str| format!("{STORE}{}", external("db", &format!("{target}{DATA}")));
    let reads = |key: &str| deployment("", &variable("db", key));
    let replaces = "  target: { template: { data: { url: a } } }\n";
    let merges = "  target: { template: { mergePolicy: Merge, data: { url: a } } }\n";
    let labels = "  target: { template: { metadata: { labels: { a: b } } } }\n";
    let from =
        "  target: { template: { templateFrom: [{ configMap: { name: kube-root-ca.crt, items: [{ key: a }] } }] } }\n";
    for (target, key, wanted) in [
        ("", "password", &[][..]),
        ("", "url", &["secret-key-mismatch"]),
        (replaces, "url", &[]),
        (replaces, "password", &["secret-key-mismatch"]),
        (merges, "url", &[]),
        (merges, "password", &[]),
        (labels, "password", &[]),
        (from, "anything", &[]),
    ] {
        gives(SHOP, &format!("{}{}", reads(key), made(target)), wanted);
    }
}

#[test]
fn two_objects_may_fill_one_secret() {
    let second = external(
        "more",
        "  target: { name: db, creationPolicy: Merge }\n  data: [{ secretKey: url, remoteRef: { key: u } }]",
    );
    let both = format!("{}{STORE}{}{second}", deployment("", &variable("db", "url")), external("db", DATA));
    gives(SHOP, &both, &[]);
    let alone = format!("{}{STORE}{second}", deployment("", &variable("db", "other")));
    gives(SHOP, &alone, &["dangling-reference", "dangling-reference"]);
    let chart = "  db: { source: { helm: { repo: https://c.example.com, chart: c, version: 1.0.0 } } }\n";
    gives(&format!("{SHOP}{chart}"), &alone, &[]);
}

#[test]
fn labelled_secrets_are_found_by_others() {
    let made = |target: &str| format!("{STORE}{}", external("db", &format!("{target}{DATA}")));
    gives(SHOP, &made(""), &["unused-secret"]);
    gives(SHOP, &made("  target: { template: { metadata: { labels: { grafana_dashboard: a } } } }\n"), &[]);
    gives(
        SHOP,
        &made("  target: { template: { metadata: { labels: { app.kubernetes.io/name: a } } } }\n"),
        &["unused-secret"],
    );
    gives(
        SHOP,
        &made("  target: { template: { metadata: { labels: { app.kubernetes.io/part-of: argocd } } } }\n"),
        &[],
    );
}

#[test]
fn a_word_counts_as_a_reader_but_a_part_of_one_does_not() {
    let config = |text: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: a, namespace: shop }}\ndata: {{ a: '{text}' }}\n{STORE}{}",
            external("db", DATA)
        )
    };
    gives(SHOP, &config("take /etc/db/password"), &[]);
    gives(SHOP, &config("$db:password"), &[]);
    gives(SHOP, &config("my-db and db-password"), &["unused-secret"]);
}

#[test]
fn a_note_stops_nothing() {
    let outcome = run(SHOP, &format!("{STORE}{}", external("db", DATA)));
    assert_eq!(outcome.findings.len(), 1);
    assert!(outcome.tree.is_some());
    let check = |code: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(code).join("bad");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
        command.current_dir(folder).args(["check", "-f", "platform.yaml"]).env_remove("SAILPLAN_FILE");
        command.output().unwrap()
    };
    let noted = check("resource-names-list");
    assert_eq!(noted.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&noted.stderr).contains("note: 1 note"));
    assert_eq!(check("kv-without-property").status.code(), Some(1));
}

#[test]
fn what_is_made_elsewhere_may_be_a_pattern() {
    let outside = |kind: ExternalKind, cluster: &str, namespace: Option<&str>, name: &str| ExternalObject {
        kind,
        name: Text::new(name),
        namespace: namespace.map(Text::new),
        cluster: Some(Text::new(cluster)),
        by: None,
        span: Span::NONE,
    };
    let secret =
        |cluster: &str, namespace: &str, name: &str| outside(ExternalKind::Secret, cluster, Some(namespace), name);
    let stated = Externals::new(vec![
        secret("*", "team-*", "db"),
        secret("hub", "*", "*-tls"),
        secret("hub", "shop", "a*b*c"),
        outside(ExternalKind::ClusterSecretStore, "*", Some(""), "vault"),
        outside(ExternalKind::Service, "hub", None, "db"),
    ]);
    let known = Known(&stated);
    for (cluster, namespace, name, there) in [
        ("hub", "team-a", "db", true),
        ("edge", "team-", "db", true),
        ("hub", "team", "db", false),
        ("hub", "team-a", "db2", false),
        ("hub", "shop", "argocd-tls", true),
        ("edge", "shop", "argocd-tls", false),
        ("hub", "shop", "a-b-c", true),
        ("hub", "shop", "abc", true),
        ("hub", "shop", "ac", false),
        ("hub", "shop", "a-b-cd", false),
    ] {
        assert_eq!(known.has(Kind::Secret, cluster, namespace, name), there, "{cluster} {namespace} {name}");
        assert!(!known.has(Kind::ConfigMap, cluster, namespace, name));
    }
    assert!(known.has_store("edge", "", "vault"));
    assert!(!known.has_store("edge", "shop", "vault"));
    assert!(Known(&Externals::default()).has(Kind::ConfigMap, "hub", "shop", "kube-root-ca.crt"));
    // What nothing asked for is known.
    let unneeded: Vec<&str> = stated.unneeded().map(|object| object.kind.word()).collect();
    assert_eq!(unneeded, ["Service"]);
    assert!(stated.has_somewhere(ExternalKind::Service, "db"));
    assert_eq!(stated.unneeded().count(), 0);
}

#[test]
fn a_service_account_may_be_any_charts() {
    let wanted = deployment(", serviceAccountName: robot", "");
    gives(SHOP, &wanted, &["dangling-service-account"]);
    gives(SHOP, &deployment(", serviceAccountName: default", ""), &[]);
    let chart = "  z: { source: { helm: { repo: https://c.example.com, chart: c, version: 1.0.0 } } }\n";
    gives(&format!("{SHOP}{chart}"), &wanted, &[]);
}

#[test]
fn kustomizations_rename_and_generate() {
    let apps =
        |options: &str| format!("apps:\n  shop: {{ manifests: [shop.yaml], source: {{ kustomize: {options} }} }}\n");
    let wanted = deployment("", &variable("db", "password"));
    gives(&apps("{ commonLabels: { a: b } }"), &wanted, &["dangling-reference"]);
    gives(&apps("{ namePrefix: a- }"), &wanted, &[]);
    // All objects come into one namespace, whatever they state.
    let made = format!("{STORE}{}", external("db", DATA)).replace("namespace: shop", "namespace: other");
    gives(&apps("{ namespace: shop }"), &format!("{wanted}{made}"), &[]);
}

#[test]
fn plain_http_inside_the_pod_is_no_risk() {
    let store = |server: &str| {
        format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{ name: a, namespace: shop }}\n---\napiVersion: external-secrets.io/v1\n\
             kind: SecretStore\nmetadata: {{ name: a, namespace: shop }}\nspec: {{ provider: {{ vault: {{ server: '{server}', auth: \
             {{ kubernetes: {{ mountPath: kubernetes, role: a, serviceAccountRef: {{ name: a }} }} }} }} }} }}\n"
        )
    };
    gives(SHOP, &store("http://vault:8200"), &["vault-plain-http"]);
    gives(SHOP, &store("http://127.0.0.1:8200"), &[]);
    gives(SHOP, &store("https://vault:8200"), &[]);
}

#[test]
fn a_range_of_versions_pins_nothing() {
    let app = |version: &str| {
        format!(
            "{SHOP}  external-secrets: {{ namespace: eso, criticality: critical, source: {{ helm: {{ repo: \
             https://charts.external-secrets.io, chart: external-secrets, version: '{version}' }} }} }}\n"
        )
    };
    let objects = format!(
        "{STORE}{}{}",
        external("db", DATA),
        deployment("", &variable("db", "password")).replace("apiVersion: apps", "---\napiVersion: apps")
    );
    gives(&app("0.10.0"), &objects, &["api-version-skew", "api-version-skew"]);
    gives(&app("0.10.x"), &objects, &["api-version-skew", "api-version-skew"]);
    gives(&app("0.x"), &objects, &[]);
    gives(&app(">=0.10.0"), &objects, &[]);
    gives(&app("0.16.0"), &objects, &[]);
    gives(&app("v2.1.0"), &objects, &[]);
}

#[test]
fn an_application_set_may_bring_what_is_missing() {
    let set = |namespace: &str| {
        format!(
            "{SHOP}applicationSets:
  teams:
    category: web
    generators: [{{ list: {{ elements: [{{ team: a }}] }} }}]
    name: 'team-{{{{ .team }}}}'
    destination: {{ server: https://kubernetes.default.svc, namespace: '{namespace}' }}
    template: {{ source: {{ git: {{ path: a }} }}, clusterResources: [] }}
"
        )
    };
    let wanted = deployment("", &variable("db", "password"));
    gives(&set("{{ .team }}"), &wanted, &[]);
    gives(&set("team-{{ .team }}"), &wanted, &["dangling-reference"]);
}
