//! Settings of Argo CD in all the places where they may stand.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

#[allow(dead_code)]
#[path = "common/findings.rs"]
mod findings;

use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

const OIDC: &str = "name: Login\nissuer: https://login.example.com\nclientID: argocd\nclientSecret: $login:secret\n";

/// What is found in a platform with these settings, this app and these manifests: `path:line code`.
fn found(settings: &str, app: &str, manifests: &[&str]) -> Vec<String> {
    let spec = format!(
        "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform:
  name: acme
  repo: {{ url: https://git.example.com/platform.git }}
  argocd: {{ namespace: cd, settings: {settings} }}
categories: {{ ops: {{}} }}
apps:
  ops:
    category: ops
    namespace: cd
    clusterResources: []
    sync: {{ automated: true, options: {{ CreateNamespace: true }} }}
    {app}
    manifests: [ops/*.yaml]
"
    );
    let dummy = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: dummy, namespace: cd }\n";
    let manifests = manifests.iter().chain([&dummy]).copied().collect::<Vec<_>>().join("---\n");
    let files = [("platform.yaml", spec), ("ops/all.yaml", manifests), ("values.yaml", values(&indent(OIDC)))];
    let outcome = pipeline::run(&Memory::from_iter(files), "platform.yaml", &Silent);
    // What other rules find in the same input is tested with them.
    let own = outcome.findings.iter().filter(|f| OWN.contains(&f.code.id));
    own.map(|f| findings::located(f, &outcome.sources)).collect()
}

/// The codes that these tests are about.
const OWN: &[&str] = &[
    "missing-part-of-label",
    "unknown-secret-reference",
    "setting-key-case",
    "secret-substitution-form",
    "unknown-oidc-key",
    "unknown-setting",
];

fn indent(text: &str) -> String {
    text.lines().flat_map(|line| ["      ", line, "\n"]).collect()
}

fn values(oidc: &str) -> String {
    format!("configs:\n  cm:\n    oidc.config: |\n{oidc}")
}

const CHART: &str =
    "source: { helm: { repo: https://argoproj.github.io/argo-helm, chart: argo-cd, version: 8.3.3, X } }";

fn external(rest: &str) -> String {
    format!("apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{ name: login, namespace: cd{rest}\n")
}

const FETCH: &str = "secretStoreRef: { name: vault, kind: ClusterSecretStore }";
const DATA: &str = "data: [{ secretKey: secret, remoteRef: { key: a } }]";
const LABELS: &str = "labels: { app.kubernetes.io/part-of: argocd }";

#[test]
fn references_are_found_wherever_settings_stand() {
    let missing = "unknown-secret-reference";
    let in_spec = "{ oidc.config: { name: L, issuer: https://l, clientID: a, clientSecret: $login:secret } }";
    assert_eq!(found(in_spec, "", &[]), [format!("platform.yaml:6 {missing}")]);
    let dex = "{ dex.config: { connectors: [{ type: github, id: g, name: G, config: { clientSecret: $login:x } }] } }";
    assert_eq!(found(dex, "", &[]), [format!("platform.yaml:6 {missing}")]);
    let raw = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: argocd-cm, namespace: other }}\ndata:\n  oidc.config: |\n{}",
        indent(OIDC)
    );
    assert_eq!(found("{}", "", &[&raw]), [format!("ops/all.yaml:9 {missing}")]);
    let file = CHART.replace('X', "valueFiles: [values.yaml]");
    assert_eq!(found("{}", &file, &[]), [format!("values.yaml:7 {missing}")]);
    let inline = CHART.replace('X', "values: { configs: { cm: { oidc.config: { clientSecret: $login:secret } } } }");
    assert_eq!(found("{}", &inline, &[]), [format!("platform.yaml:14 {missing}")]);
    let text = CHART.replace('X', "valuesAs: string, values: { configs: { cm: { oidc.config: \"a: $login:b\" } } }");
    let both = ["unknown-oidc-key", missing].map(|code| format!("platform.yaml:14 {code}"));
    assert_eq!(found("{}", &text, &[]), both);
}

#[test]
fn values_that_come_to_nothing_are_left_alone() {
    let off = CHART.replace('X', "values: { configs: { cm: { create: false, oidc.config: { clientId: $login:x } } } }");
    assert_eq!(found("{}", &off, &[]), Vec::<String>::new());
    let other = CHART
        .replace("argo-cd", "shop")
        .replace('X', "values: { configs: { cm: { oidc.config: { clientId: $login:x } } } }");
    assert_eq!(found("{}", &other, &[]), Vec::<String>::new());
    let elsewhere = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop, namespace: cd }\ndata: { URL: a, oidc.config: 'clientId: $login:x' }\n";
    assert_eq!(found("{}", "", &[elsewhere]), Vec::<String>::new());
}

#[test]
fn a_secret_is_known_by_whoever_makes_it() {
    let settings = "{ oidc.config: { name: L, issuer: https://l, clientID: a, clientSecret: $login:secret } }";
    let good = [
        external(&format!(" }}\nspec: {{ {FETCH}, {DATA}, target: {{ template: {{ metadata: {{ {LABELS} }} }} }} }}")),
        // Without a template the labels of the ExternalSecret are copied.
        external(&format!(", {LABELS} }}\nspec: {{ {FETCH}, {DATA} }}")),
        // What is extracted is not known, so any key may be there.
        external(&format!(", {LABELS} }}\nspec: {{ {FETCH}, dataFrom: [{{ extract: {{ key: a }} }}] }}")),
        format!(
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{ name: login, namespace: cd }}\n\
             spec: {{ encryptedData: {{ secret: AgBy3i4OJSWK }}, template: {{ metadata: {{ {LABELS} }} }} }}\n"
        ),
    ];
    for manifest in good {
        assert_eq!(found(settings, "", &[&manifest]), Vec::<String>::new(), "{manifest}");
    }
    // Wherever it comes to, it may come here.
    let cluster = format!(
        "apiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: {{ name: login }}\nspec:\n  \
         namespaces: [cd]\n  externalSecretSpec: {{ {FETCH}, {DATA}, target: {{ template: {{ metadata: {{ {LABELS} }} }} }} }}\n"
    );
    let refused = found(settings, "", &[&cluster]);
    assert!(!refused.iter().any(|f| f.contains("unknown-secret-reference")), "{refused:?}");
    let unlabelled = [
        external(&format!(" }}\nspec: {{ {FETCH}, {DATA} }}")),
        // A template takes the labels of the ExternalSecret away.
        external(&format!(", {LABELS} }}\nspec: {{ {FETCH}, {DATA}, target: {{ template: {{ type: Opaque }} }} }}")),
    ];
    for manifest in unlabelled {
        assert_eq!(found(settings, "", &[&manifest]), ["ops/all.yaml:3 missing-part-of-label"], "{manifest}");
    }
    let other_keys = external(&format!(
        ", {LABELS} }}\nspec: {{ {FETCH}, {} }}",
        DATA.replace("secretKey: secret", "secretKey: Secret")
    ));
    assert_eq!(found(settings, "", &[&other_keys]), ["platform.yaml:6 unknown-secret-reference"]);
    // In another namespace it is another Secret.
    let elsewhere = good_in("elsewhere");
    assert_eq!(found(settings, "", &[&elsewhere]), ["platform.yaml:6 unknown-secret-reference"]);
}

fn good_in(namespace: &str) -> String {
    external(&format!(", {LABELS} }}\nspec: {{ {FETCH}, {DATA} }}"))
        .replace("namespace: cd", &format!("namespace: {namespace}"))
}

#[test]
fn variables_are_told_from_keys() {
    let settings = |secret: &str| format!("{{ oidc.config: {{ clientID: a, clientSecret: {secret} }} }}");
    assert_eq!(found(&settings("$LOGIN_SECRET"), "", &[]), ["platform.yaml:6 secret-substitution-form"]);
    assert_eq!(found(&settings("\"${LOGIN}\""), "", &[]), ["platform.yaml:6 secret-substitution-form"]);
    for key in ["$login.secret", "$oidc-login", "$x"] {
        assert_eq!(found(&settings(key), "", &[]), Vec::<String>::new(), "{key}");
    }
    // Dex reads its environment.
    let dex =
        "{ dex.config: { connectors: [{ type: github, id: g, name: G, config: { clientSecret: $LOGIN_SECRET } }] } }";
    assert_eq!(found(dex, "", &[]), Vec::<String>::new());
    // The key is there, whatever it looks like.
    let own = good_in("cd")
        .replace("name: login", "name: argocd-secret")
        .replace("secretKey: secret", "secretKey: LOGIN_SECRET");
    assert_eq!(found(&settings("$LOGIN_SECRET"), "", &[&own]), Vec::<String>::new());
    let chart = CHART.replace('X', "values: { configs: { secret: { extra: { LOGIN_SECRET: $(X) } } } }");
    assert_eq!(found(&settings("$LOGIN_SECRET"), &chart, &[]), Vec::<String>::new());
}

#[test]
fn keys_of_every_level_are_compared() {
    let case = "platform.yaml:6 setting-key-case";
    for wrong in [
        "{ Url: https://a }",
        "{ oidc.config: { clientid: a } }",
        "{ oidc.config: 'logoutUrl: https://a' }",
        "{ oidc.config: { azure: { UseWorkloadIdentity: true } } }",
        "{ dex.config: { Connectors: [] } }",
        "{ dex.config: { connectors: [{ Type: saml }] } }",
        "{ dex.config: { connectors: [{ type: saml, config: { ssoUrl: https://a } }] } }",
    ] {
        assert_eq!(found(wrong, "", &[]), [case], "{wrong}");
    }
    for unknown in ["{ oidc.config: { clientSecretRef: a } }", "{ oidc.config: { azure: { tenant: a } } }"] {
        assert_eq!(found(unknown, "", &[]), ["platform.yaml:6 unknown-oidc-key"], "{unknown}");
    }
    for fine in [
        "{ oidc.config: { requestedIDTokenClaims: { clientId: { essential: true } } } }",
        "{ dex.config: { connectors: [{ type: x, config: { somethingNew: 1 } }] } }",
        "{ accounts.Alice: login, company.wiki: a, help.download.linux-amd64: a, kustomize.path.v5: /usr/bin/kustomize }",
        "{ oidc.config: 'not: [a mapping' }",
        "{ oidc.config: '' }",
    ] {
        assert_eq!(found(fine, "", &[]), Vec::<String>::new(), "{fine}");
    }
}
