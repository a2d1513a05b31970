//! The commands of the plugin, as its sidecar runs them: by the environment, in the folder of the source.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "output/mod.rs"]
mod output;

use std::path::Path;
use std::process::{Command, Output};

use output::put;
use tempfile::TempDir;

const SPEC: &str = r#"apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: "https://git.example.com/platform.git" } }
environments:
  staging: { cluster: in-cluster, namespace: "${{ app.namespace }}-staging" }
  prd: { clusters: [weu] }
clusters: { weu: { server: "https://weu.example.com" } }
categories: { web: {}, data: {} }
defaults:
  app: { namespace: "${{ app.name }}", clusterResources: [], sync: { options: { CreateNamespace: true } } }
apps:
  shop: { category: web, environments: [staging, prd], manifests: [shop.yaml] }
  db: { category: data, source: { git: { path: db } } }
"#;
const SHOP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\ndata: { a: b }\n";

fn folder(spec: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    put(folder.path(), [("platform.yaml", spec.as_bytes()), ("shop.yaml", SHOP.as_bytes())]);
    folder
}

fn run(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
    command.current_dir(folder).args(args).env_clear().envs(variables.iter().copied()).output().unwrap()
}

fn generate(folder: &Path, parameters: &str) -> Result<String, String> {
    let done = run(folder, &["cmp", "generate"], &[("ARGOCD_APP_PARAMETERS", parameters)]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, said) = (text(done.stdout), text(done.stderr));
    match done.status.code() {
        Some(0) => Ok(out),
        Some(2) => {
            assert_eq!(out, "", "something was printed, although it failed");
            Err(said)
        }
        code => panic!("{code:?}: {said}"),
    }
}

fn names(stream: &str) -> Vec<String> {
    use serde_yaml_ng::{Deserializer, Value};
    let objects = Deserializer::from_str(stream).map(|doc| <Value as serde::Deserialize>::deserialize(doc).unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    objects.map(|object| format!("{} {}", text(&object["kind"]), text(&object["metadata"]["name"]))).collect()
}

#[test]
fn without_parameters_all_that_render_prints() {
    let folder = folder(SPEC);
    let all = run(folder.path(), &["render", "--stdout"], &[]).stdout;
    assert!(!all.is_empty());
    for nothing in ["null", "[]", r#"[{"name":"app","string":""}]"#, r#"[{"name":"app","array":[]}]"#] {
        assert_eq!(generate(folder.path(), nothing).unwrap().as_bytes(), all, "{nothing}");
    }
    assert_eq!(run(folder.path(), &["cmp", "generate"], &[]).stdout, all);
}

#[test]
fn parameters_narrow_it() {
    let folder = folder(SPEC);
    let of = |parameters: &str| names(&generate(folder.path(), parameters).unwrap());
    let manifests = r#"{"name":"part","string":"manifests"}"#;
    assert_eq!(of(&format!("[{manifests}]")), ["ConfigMap shop", "ConfigMap shop"]);
    assert_eq!(of(&format!(r#"[{manifests},{{"name":"environment","array":["prd"]}}]"#)), ["ConfigMap shop"]);
    assert_eq!(of(r#"[{"name":"app","array":["db"]}]"#), ["Application db"]);
    assert_eq!(
        of(
            r#"[{"name":"app","string":"db, shop"},{"name":"part","string":"argocd"},{"name":"cluster","string":"in-cluster"}]"#
        ),
        ["Application db", "Application shop-staging"]
    );
    let argocd = of(r#"[{"name":"part","string":"argocd"}]"#);
    assert!(
        argocd.contains(&"Application root".to_owned()) && !argocd.contains(&"ConfigMap shop".to_owned()),
        "{argocd:?}"
    );
    // As plain variables, which Argo CD sets too.
    let variables = [("PARAM_APP_0", "db"), ("PARAM_APP_1", "shop"), ("PARAM_PART", "manifests")];
    let out = run(folder.path(), &["cmp", "generate"], &variables).stdout;
    assert_eq!(names(std::str::from_utf8(&out).unwrap()), ["ConfigMap shop", "ConfigMap shop"]);
}

#[test]
fn what_is_wrong_with_parameters_is_said() {
    let folder = folder(SPEC);
    for (parameters, said) in [
        ("{", "ARGOCD_APP_PARAMETERS is not what Argo CD writes"),
        (r#"[{"name":"apps","string":"a"}]"#, "there is no parameter `apps`; did you mean `app`?"),
        (r#"[{"name":"zzzzzzzz"}]"#, "there are `spec`, `app`"),
        (r#"[{"name":"app","map":{"a":"b"}}]"#, "the parameter `app` is a map"),
        (r#"[{"name":"part","string":"some"}]"#, "`part` is `all`, `argocd` or `manifests`, not `some`"),
        (r#"[{"name":"spec","array":["a","b"]}]"#, "`spec` takes one value, and has 2"),
        (r#"[{"name":"app","string":"shap"}]"#, "`app` names `shap`, which has no object; did you mean `shop`?"),
        (r#"[{"name":"environment","string":"x"}]"#, "there are `prd`, `staging`"),
        (
            r#"[{"name":"app","string":"db"},{"name":"part","string":"manifests"}]"#,
            "the parameters mean no object, and Argo CD would prune all",
        ),
        (r#"[{"name":"spec","string":"other.yaml"}]"#, "other.yaml"),
        (r#"[{"name":"spec","string":"../platform.yaml"}]"#, "`..`"),
    ] {
        let reason = generate(folder.path(), parameters).expect_err(parameters);
        assert!(reason.contains(said), "{parameters}: {reason}");
    }
}

#[test]
fn a_broken_spec_is_located_and_prints_nothing() {
    let folder = folder(&SPEC.replace("category: data", "category: dat"));
    let reason = generate(folder.path(), "[]").unwrap_err();
    assert!(reason.contains("error[unknown-reference]") && reason.contains("platform.yaml:13"), "{reason}");
    let announced = run(folder.path(), &["cmp", "parameters"], &[]);
    assert_eq!(announced.status.code(), Some(0), "names are announced as long as they can be read");
}

#[cfg(unix)]
#[test]
fn nothing_outside_of_the_folder_is_read() {
    let outside = TempDir::new().unwrap();
    put(outside.path(), [("secret.yaml", SHOP.as_bytes())]);
    let folder = folder(SPEC);
    std::fs::remove_file(folder.path().join("shop.yaml")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.yaml"), folder.path().join("shop.yaml")).unwrap();
    let reason = generate(folder.path(), "[]").unwrap_err();
    assert!(reason.contains("leads out of the root folder"), "{reason}");
    // Nor is a spec looked for in folders above.
    std::fs::create_dir(folder.path().join("below")).unwrap();
    let reason = generate(&folder.path().join("below"), "[]").unwrap_err();
    assert!(reason.contains("platform.yaml"), "{reason}");
}

#[test]
fn discovery_knows_its_own() {
    let folder = folder(SPEC);
    let discover = |variables: &[(&str, &str)]| {
        let done = run(folder.path(), &["cmp", "discover"], variables);
        assert_eq!(done.status.code(), Some(0));
        String::from_utf8(done.stdout).unwrap()
    };
    assert_eq!(discover(&[]), "platform.yaml\n");
    assert_eq!(discover(&[("ARGOCD_ENV_SAILPLAN_FILE", "shop.yaml")]), "", "that is no spec");
    assert_eq!(discover(&[("ARGOCD_ENV_SAILPLAN_FILE", "gone.yaml")]), "");
    put(folder.path(), [("gone.yaml", SPEC.as_bytes())]);
    assert_eq!(discover(&[("ARGOCD_ENV_SAILPLAN_FILE", "gone.yaml")]), "gone.yaml\n");
}

#[test]
fn parameters_are_announced_with_what_there_is() {
    let folder = folder(SPEC);
    let done = run(folder.path(), &["cmp", "parameters"], &[]);
    let all: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    let names: Vec<&str> = all.as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["spec", "app", "category", "environment", "cluster", "part"]);
    assert_eq!(all[3]["tooltip"], "Only these; all when empty. There are: prd, staging");
    // Argo CD decodes nothing but texts, lists of them and maps of them.
    assert!(all.as_array().unwrap().iter().all(|p| p["string"].is_string() || p["array"].is_array()));
}

#[test]
fn it_ends_in_time_and_reads_only_so_much() {
    let folder = folder(SPEC);
    let big = format!("# {}\n{SHOP}", "x".repeat(2 << 20));
    put(folder.path(), [("shop.yaml", big.as_bytes())]);
    let done = run(folder.path(), &["cmp", "generate", "--max-input", "1"], &[]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!((done.status.code(), done.stdout.len()), (Some(2), 0));
    assert!(said.contains("more than 1 MiB of input"), "{said}");
    assert_eq!(run(folder.path(), &["cmp", "generate", "--max-input", "3"], &[]).status.code(), Some(0));
}
