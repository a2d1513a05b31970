//! `check --tree`: Helm values, whoever names them, and files that can be read only in part.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

#[allow(dead_code, reason = "this file needs only some of it")]
#[path = "common/findings.rs"]
mod findings;
#[path = "common/trees.rs"]
mod trees;

use sailplan::import::Options;
use trees::{check, found, tree};

const NONE: Vec<String> = Vec::new();

/// An Application of a chart, with lines of `helm`.
fn chart(name: &str, version: &str, helm: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n  namespace: argocd\nspec:\n  \
         project: default\n  source:\n    repoURL: https://helm.goharbor.io\n    chart: {name}\n    targetRevision: \
         {version}\n    helm:\n{helm}  destination:\n    server: https://kubernetes.default.svc\n    namespace: {name}\n"
    )
}

const OIDC: &str = "externalURL: https://harbor.example.com\noidc:\n  name: authentik\n";

#[test]
fn a_file_that_nobody_names_is_known_by_its_name() {
    for path in ["harbor-values.yaml", "values-harbor.yaml", "prod/harbor/values.yaml", "prod-harbor-values-small.yml"]
    {
        assert_eq!(found(&[(path, OIDC)]), [format!("{path}:2 unknown-chart-value")], "{path}");
    }
    // Another word, or nothing in it that the chart is known by.
    assert_eq!(found(&[("harbormaster-values.yaml", OIDC)]), NONE);
    assert_eq!(found(&[("harbor-values.yaml", "oidcs: {}\n")]), NONE);
}

#[test]
fn or_by_its_keys() {
    let keys = "externalURL: https://hub.example.com\ndatabase:\n  type: external\nexpose:\n  type: ingress\n  tls:\n    \
                certSource: secret\noidc:\n  name: authentik\n";
    assert_eq!(found(&[("our-values.yaml", keys)]), ["our-values.yaml:8 unknown-chart-value"]);
    assert_eq!(found(&[("our-values.yaml", OIDC)]), NONE, "too few");
}

#[test]
fn the_finding_says_why_it_is_taken_for_the_chart() {
    let outcome = check(&tree(&[("harbor-values.yaml", OIDC)]), &Options::default(), None);
    let said = &outcome.findings[0].secondary[0].text;
    assert_eq!(said, "no Application names this file: by its name, it is for chart `harbor`");
}

#[test]
fn a_file_that_an_application_names_is_judged_with_it() {
    let app = chart("harbor", "1.15.0", "      valueFiles: ['$values/prod/harbor-values.yaml']\n");
    let of = |app: &str| found(&[("app.yaml", app), ("prod/harbor-values.yaml", OIDC)]);
    let once = of(&app);
    let about = |found: &[String]| found.iter().filter(|f| f.ends_with("unknown-chart-value")).count();
    assert_eq!(about(&once), 1, "{once:?}");
    let set = app.replace("kind: Application\n", "kind: ApplicationSet\n").replace("prod/harbor", "{{env}}/harbor");
    assert_eq!(about(&of(&set)), 0, "a set names it, and its values are not all known");
    let in_chart = [("Chart.yaml", "apiVersion: v2\nname: harbor\nversion: 1.0.0\n"), ("harbor-values.yaml", OIDC)];
    assert_eq!(found(&in_chart), ["Chart.yaml:1 chart-not-rendered"]);
}

#[test]
fn what_loose_values_refer_to_may_be_made_in_any_namespace() {
    let values = "existingSecretAdminPassword: harbor-admin\n";
    let secret = |name: &str| {
        format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata:\n  name: {name}\n  namespace: hub\nspec:\n  \
             refreshInterval: 1h\n  secretStoreRef:\n    kind: ClusterSecretStore\n    name: vault\n  data:\n  - secretKey: \
             HARBOR_ADMIN_PASSWORD\n    remoteRef:\n      key: harbor\n"
        )
    };
    let of = |secret: &str| {
        let all = found(&[("harbor-values.yaml", values), ("secret.yaml", secret)]);
        all.into_iter().filter(|f| f.starts_with("harbor") || f.ends_with("unused-secret")).collect::<Vec<_>>()
    };
    assert_eq!(of(&secret("harbor-admin")), NONE);
    assert_eq!(of(&secret("another")), ["harbor-values.yaml:1 dangling-reference", "secret.yaml:4 unused-secret"]);
}

#[test]
fn what_loose_values_leave_out_may_stand_elsewhere() {
    // An Application with these values alone would run with the documented password.
    let values = "externalURL: https://harbor.example.com\n";
    assert_eq!(found(&[("harbor-values.yaml", values)]), NONE);
    let app = chart("harbor", "1.15.0", "      values: |\n        externalURL: https://harbor.example.com\n");
    assert!(found(&[("app.yaml", &app)]).iter().any(|f| f.ends_with("insecure-default")));
}

#[test]
fn values_in_a_block_are_found_at_their_own_line() {
    let block = "      values: |\n        # Ünïcode before it.\n\n        oidc:\n          name: <TEAM_NAME>\n        \
                 harborAdminPassword: env://ADMIN\n";
    let app = chart("harbor", "1.15.0", block);
    let all = found(&[("app.yaml", &app)]);
    for wanted in ["app.yaml:16 unknown-chart-value", "app.yaml:17 placeholder-left", "app.yaml:18 env-indirection"] {
        assert!(all.contains(&wanted.to_owned()), "{wanted}: {all:?}");
    }
    // The lines of a folded text are not those of the file.
    let folded = found(&[("app.yaml", &app.replace("values: |", "values: >"))]);
    assert!(folded.contains(&"app.yaml:13 placeholder-left".to_owned()), "{folded:?}");
    let windows = found(&[("app.yaml", &app.replace('\n', "\r\n"))]);
    assert!(windows.contains(&"app.yaml:16 unknown-chart-value".to_owned()), "{windows:?}");
}

#[test]
fn a_variable_of_authentik_has_to_be_one_of_its_pods() {
    let values =
        "authentik:\n  postgresql:\n    host: db.example.com\n    password: env://AUTHENTIK_POSTGRESQL_PASSWORD\n";
    let of = |more: &str| {
        let all = found(&[("authentik-values.yaml", &format!("{values}{more}"))]);
        all.into_iter().filter(|f| f.ends_with("env-indirection")).collect::<Vec<_>>()
    };
    let once = ["authentik-values.yaml:4 env-indirection"];
    assert_eq!(of(""), once);
    assert_eq!(of("global:\n  envFrom: []\n"), once, "nothing");
    assert_eq!(of("global:\n  env:\n  - { name: AUTHENTIK_POSTGRESQL__PASSWORD, value: x }\n"), once, "another");
    assert_eq!(of("global:\n  env:\n  - { name: AUTHENTIK_POSTGRESQL_PASSWORD, value: x }\n"), NONE);
    assert_eq!(of("server:\n  envFrom:\n  - secretRef: { name: authentik }\n"), NONE);
    let outcome = check(&tree(&[("authentik-values.yaml", values)]), &Options::default(), None);
    let finding = outcome.findings.iter().find(|f| f.code.id == "env-indirection").unwrap();
    assert!(finding.help.contains("call the key of the Secret `AUTHENTIK_POSTGRESQL__PASSWORD`"), "{}", finding.help);
    // Another file of the same chart, and one that is not to be seen, may give it.
    let beside = "authentik:\n  log_level: info\nglobal:\n  envFrom:\n  - secretRef: { name: authentik }\n";
    let both = found(&[("authentik-values.yaml", values), ("authentik/values.yaml", beside)]);
    assert!(!both.iter().any(|f| f.ends_with("env-indirection")), "{both:?}");
    let app =
        chart("authentik", "2024.10.0", "      valueFiles: ['$values/authentik-values.yaml', '$values/gone.yaml']\n");
    let named = found(&[("app.yaml", &app), ("authentik-values.yaml", values)]);
    assert!(!named.iter().any(|f| f.ends_with("env-indirection")), "{named:?}");
}

#[test]
fn a_version_without_numbers_is_the_newest() {
    let of = |version: &str| {
        let app = chart("authentik", version, "      values: |\n        ingress: {}\n");
        let app = app.replace("helm.goharbor.io", "charts.goauthentik.io");
        found(&[("app.yaml", &app)]).iter().any(|f| f.ends_with("unknown-chart-value"))
    };
    assert!(of("'*'") && of("<latest>") && of("2024.10.0"));
    assert!(!of("2023.10.0") && !of("'>=2023'"));
}

fn route(service: &str, namespace: &str, port: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  namespace: {namespace}\nspec:\n  \
         rules:\n  - host: id.example.com\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        \
         backend:\n          service:\n            name: {service}\n            port: {{ number: {port} }}\n"
    )
}

#[test]
fn ports_of_a_chart_are_known_by_name_and_namespace() {
    assert_eq!(found(&[("r.yaml", &route("authentik-server", "authentik", "9443"))]), ["r.yaml:16 service-port"]);
    for (service, namespace, port) in
        [("authentik-server", "authentik", "443"), ("authentik-server", "id", "9443"), ("server", "authentik", "9443")]
    {
        assert_eq!(found(&[("r.yaml", &route(service, namespace, port))]), NONE, "{service} in {namespace}");
    }
    // Where anything else makes Services, that may be another one.
    let route = route("authentik-server", "authentik", "9443");
    let own = "apiVersion: v1\nkind: Service\nmetadata:\n  name: authentik-server\n  namespace: authentik\nspec:\n  ports:\n  \
               - { port: 9443 }\n";
    assert_eq!(found(&[("r.yaml", &route), ("s.yaml", own)]), NONE);
}

const BROKEN: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\n  namespace: argocd\nspec:\n  \
                      source:\n    repoURL: https://git.example.com/p.git\n    path: web\n    - targetRevision: v1\n  \
                      project: default\n";

#[test]
fn a_line_that_does_not_fit_hides_no_fault_of_other_parts() {
    assert_eq!(found(&[("web.yaml", BROKEN)]), ["web.yaml:7 schema", "web.yaml:10 yaml-syntax"]);
    let whole = format!("{BROKEN}  destination: {{ name: in-cluster, namespace: shop }}\n");
    assert_eq!(found(&[("web.yaml", &whole)]), ["web.yaml:10 yaml-syntax"], "nothing is said of the source itself");
}

#[test]
fn a_file_with_two_faults_is_not_guessed_at() {
    let twice = format!("{BROKEN}  destination:\n    name: in-cluster\n    - namespace: shop\n");
    assert_eq!(found(&[("web.yaml", &twice)]), ["web.yaml:10 yaml-syntax"]);
}

/// An Application with values of another repository, which a `ref` names, or of its own folder.
fn several(of_chart: &str, url: &str, file: &str, more: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: harbor\n  namespace: argocd\nspec:\n  \
         project: default\n  sources:\n  - repoURL: https://helm.goharbor.io\n    chart: {of_chart}\n    targetRevision: \
         1.15.0\n    helm:\n      valueFiles: ['{file}']\n{more}  - repoURL: {url}\n    targetRevision: main\n    ref: \
         ours\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: harbor\n"
    )
}

const OURS: &str = "https://git.example.com/acme/platform.git";

fn about_values(files: &[(&str, &str)], options: &Options) -> Vec<String> {
    let all = trees::found_by(files, options, None);
    all.into_iter().filter(|f| f.ends_with("path-not-in-tree") || f.ends_with("unknown-chart-value")).collect()
}

#[test]
fn a_values_file_of_a_ref_is_read_whatever_it_is_called() {
    let app = several("harbor", OURS, "$ours/prod/hub.yaml", "");
    let of = |path: &str| about_values(&[("app.yaml", &app), (path, OIDC)], &Options::default());
    assert_eq!(of("prod/hub.yaml"), ["prod/hub.yaml:2 unknown-chart-value"]);
    let inside = Options { inside: "deploy".to_owned(), repo: Some(OURS.to_owned()), ..Options::default() };
    let app = several("harbor", OURS, "$ours/deploy/prod/hub.yaml", "");
    let found = about_values(&[("app.yaml", &app), ("prod/hub.yaml", OIDC)], &inside);
    assert_eq!(found, ["prod/hub.yaml:2 unknown-chart-value"]);
}

#[test]
fn a_values_file_of_a_ref_has_to_be_there() {
    let named = Options { repo: Some(OURS.to_owned()), ..Options::default() };
    let of = |app: &str| about_values(&[("app.yaml", app), ("prod/harbor.yaml", "{}\n")], &named);
    let gone = several("harbor", OURS, "$ours/prod/harbour.yaml", "");
    assert_eq!(of(&gone), ["app.yaml:13 path-not-in-tree"]);
    let outcome = check(&tree(&[("app.yaml", &gone), ("prod/harbor.yaml", "{}\n")]), &named, None);
    let finding = outcome.findings.iter().find(|f| f.code.id == "path-not-in-tree").unwrap();
    assert_eq!(finding.level, sailplan::diag::Level::Error);
    assert!(finding.help.contains("`prod/harbor.yaml`"), "{}", finding.help);
    for (fine, why) in [
        (several("harbor", OURS, "$ours/prod/harbor.yaml", ""), "it is there"),
        (several("harbor", OURS, "$ours/./prod//x/../harbor.yaml", ""), "it is there"),
        (several("harbor", OURS, "$ours/gone.yaml", "      ignoreMissingValueFiles: true\n"), "it may be missing"),
        (several("harbor", "https://git.example.com/acme/other.git", "$ours/gone.yaml", ""), "another repository"),
        (several("harbor", OURS, "$theirs/gone.yaml", ""), "no such source, which is another finding"),
        (several("harbor", OURS, "gone.yaml", ""), "beside a chart nothing is to be seen"),
        (several("harbor", OURS, "https://example.com/values.yaml", ""), "a URL"),
        (several("harbor", OURS, "$ours/.hidden/gone.yaml", ""), "hidden files are not looked at"),
    ] {
        assert_eq!(of(&fine), NONE, "{why}");
    }
}

#[test]
fn plain_values_files_are_seen_from_the_folder_of_their_source() {
    let app = |file: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: web\n  namespace: argocd\nspec:\n  \
             project: default\n  source:\n    repoURL: {OURS}\n    path: charts/web\n    targetRevision: main\n    \
             helm:\n      valueFiles: [{file}]\n  destination:\n    server: https://kubernetes.default.svc\n    \
             namespace: web\n"
        )
    };
    let named = Options { repo: Some(OURS.to_owned()), ..Options::default() };
    let of = |file: &str| {
        let chart = ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        about_values(&[("app.yaml", &app(file)), chart, ("charts/web/prod.yaml", "{}\n"), ("all.yaml", "{}\n")], &named)
    };
    for there in ["prod.yaml", "./prod.yaml", "/all.yaml", "../../all.yaml", "/charts/web/prod.yaml", "'prod-*.yaml'"] {
        assert_eq!(of(there), NONE, "{there}");
    }
    for gone in ["all.yaml", "/prod.yaml", "../prod.yaml", "charts/web/prod.yaml"] {
        assert_eq!(of(gone), ["app.yaml:13 path-not-in-tree"], "{gone}");
    }
    // Argo CD refuses what leaves the repository, whatever lies there.
    assert_eq!(of("../../../all.yaml"), NONE);
}

#[test]
fn sets_name_values_files_with_their_parameters() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: harbor\n  namespace: argocd\nspec:\n  \
               generators:\n  - list:\n      elements:\n      - env: prod\n      - env: test\n  template:\n    metadata:\n      \
               name: 'harbor-{{env}}'\n    spec:\n      project: default\n      sources:\n      - repoURL: \
               https://helm.goharbor.io\n        chart: harbor\n        targetRevision: 1.15.0\n        helm:\n          \
               valueFiles: ['$ours/env/{{env}}.yaml']\n      - repoURL: https://git.example.com/acme/platform.git\n        \
               targetRevision: main\n        ref: ours\n      destination:\n        server: \
               https://kubernetes.default.svc\n        namespace: harbor\n";
    let of = |files: &[&str]| {
        let values: Vec<(&str, &str)> = files.iter().map(|path| (*path, "{}\n")).collect();
        about_values(&[&[("set.yaml", set)], values.as_slice()].concat(), &Options::default())
    };
    assert_eq!(of(&["env/prod.yaml", "env/test.yaml"]), NONE);
    assert_eq!(of(&["env/prod.yaml"]), ["set.yaml:22 path-not-in-tree"]);
}
