//! `sailplan render` as a user calls it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[path = "output/mod.rs"]
mod output;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use output::{Files, documents, files, program, put, run, succeed, tree};
use tempfile::TempDir;

const SPEC: &str = r"apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/acme/platform.git } }
kustomizations: all
checks: { levels: { shared-namespace: off } }
categories: { web: {}, db: {} }
defaults: { app: { namespace: default, clusterResources: [] } }
clusters: { far: { server: https://far.example.com } }
apps:
  shop: { category: web, source: { git: { path: shop } }, manifests: [manifests/*.yaml] }
  blog: { category: web, source: { git: { path: blog } }, clusters: [in-cluster, far] }
  postgres: { category: db, source: { helm: { repo: https://charts.example.com, chart: pg, version: 1.0.0, valueFiles: [values.yaml] } } }
";

const MANIFEST: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: shop }\nspec: { ports: [{ port: 80 }] }\n";

/// The folder of the shop's manifests.
const SHOP: &str = "argocd/app-of-apps/apps/web/shop";

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    put(
        folder.path(),
        [
            ("platform.yaml", SPEC.as_bytes()),
            ("manifests/shop.yaml", MANIFEST.as_bytes()),
            ("values.yaml", b"# kept\nsize: 1\n"),
        ],
    );
    folder
}

/// The spec with a part of its text replaced.
fn edit(folder: &Path, from: &str, to: &str) {
    let spec = fs::read_to_string(folder.join("platform.yaml")).unwrap();
    assert!(spec.contains(from), "{from}");
    fs::write(folder.join("platform.yaml"), spec.replace(from, to)).unwrap();
}

fn stdout(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, [&["render", "--stdout"], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Kinds and names in a stream.
fn objects(stream: &str) -> BTreeSet<String> {
    let name = |object: &serde_json::Value| {
        format!("{} {}", object["kind"].as_str().unwrap(), object["metadata"]["name"].as_str().unwrap())
    };
    documents(stream).unwrap().iter().map(name).collect()
}

#[test]
fn a_stream_holds_all_objects_and_nothing_else() {
    let folder = folder();
    let stream = stdout(folder.path(), &[]);
    let wanted = [
        "AppProject app-of-apps",
        "AppProject db",
        "AppProject web",
        "Application blog-far",
        "Application blog-in-cluster",
        "Application db-parent",
        "Application postgres",
        "Application root",
        "Application shop",
        "Application web-parent",
        "ConfigMap argocd-cm",
        "ConfigMap settings",
        "Service shop",
    ];
    assert_eq!(objects(&stream), wanted.map(str::to_owned).into());
    assert_eq!(documents(&stream).unwrap().len(), wanted.len());
    assert!(stream.starts_with("---\n") && stream.ends_with('\n') && !stream.contains("Kustomization"));
    assert_eq!(files(folder.path()).len(), 3, "a stream writes no file");
}

#[test]
fn json_in_a_stream_ends_where_the_next_document_begins() {
    let folder = folder();
    let json = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "of-json"}}"#;
    put(folder.path(), [("manifests/a.json", json.as_bytes())]);
    edit(folder.path(), "manifests/*.yaml", "manifests/*");
    assert!(objects(&stdout(folder.path(), &[])).contains("ConfigMap of-json"));
}

fn selected(args: &[&str]) -> BTreeSet<String> {
    objects(&stdout(folder().path(), args))
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_selection_takes_the_files_that_meet_all_its_conditions() {
    let shop = ["Application shop", "ConfigMap settings", "Service shop"];
    assert_eq!(selected(&["--select", "app=shop"]), set(&shop));
    assert_eq!(selected(&["--select", "app=shop,kind=Application"]), set(&["Application shop"]));
    assert_eq!(selected(&["--select", "app=blog,cluster=far"]), set(&["Application blog-far"]));
    assert_eq!(selected(&["--select", "kind=AppProject,name=web"]), set(&["AppProject web"]));
    assert_eq!(selected(&["--select", "path=argocd/app-of-apps/settings/*"]), set(&["ConfigMap argocd-cm"]));
    assert_eq!(selected(&["--select", "category=db"]), set(&["Application db-parent", "Application postgres"]));
    assert_eq!(selected(&["--select", " app = shop , kind=Service "]), set(&shop[1..]));
}

#[test]
fn several_selections_add_up() {
    let both = selected(&["--select", "app=postgres", "--select", "kind=AppProject,name=db"]);
    assert_eq!(both, set(&["AppProject db", "Application postgres"]));
}

#[test]
fn a_selected_app_brings_its_values_and_its_kustomization() {
    let folder = folder();
    succeed(folder.path(), ["render", "-o", "out", "--select", "app=postgres"]);
    let names: Vec<String> = tree(&folder.path().join("out")).into_keys().collect();
    let app = "argocd/app-of-apps/apps/db/postgres";
    assert_eq!(names, [format!("{app}.yaml"), format!("{app}/helm-values/values.yaml")]);
    succeed(folder.path(), ["render", "-o", "out", "--select", "app=shop"]);
    assert!(folder.path().join("out").join(SHOP).join("kustomization.yaml").is_file());
}

#[test]
fn a_selection_prunes_nothing() {
    let folder = folder();
    succeed(folder.path(), ["render", "-o", "out"]);
    let before = tree(&folder.path().join("out"));
    edit(folder.path(), "  shop:", "  store:");
    succeed(folder.path(), ["render", "-o", "out", "--select", "app=store"]);
    let after = tree(&folder.path().join("out"));
    assert!(before.keys().all(|path| after.contains_key(path)));
    assert!(after.contains_key("argocd/app-of-apps/apps/web/store.yaml"));
    // The next whole render still knows the old files for its own.
    succeed(folder.path(), ["render", "-o", "out"]);
    assert!(!folder.path().join("out/argocd/app-of-apps/apps/web/shop.yaml").exists());
}

#[test]
fn a_selection_that_means_nothing_or_makes_no_sense_is_refused() {
    let folder = folder();
    for (selection, words) in [
        ("app=nobody", "means no file"),
        ("shop", "is not `key=value`"),
        ("color=red", "there is no key `color`"),
        ("path=[", "not a glob"),
    ] {
        let output = run(folder.path(), ["render", "--stdout", "--select", selection]);
        assert_eq!(output.status.code(), Some(2), "{selection}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(words), "{selection}: {said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_second_render_touches_nothing() {
    let folder = folder();
    let said = succeed(folder.path(), ["render", "-o", "out"]);
    assert!(said.contains(" written") && !said.contains("unchanged"), "{said}");
    let out = folder.path().join("out");
    let times = || -> Vec<_> {
        let paths = files(&out).into_keys().collect::<Vec<_>>();
        paths.into_iter().map(|p| (fs::metadata(out.join(&p)).unwrap().modified().unwrap(), p)).collect()
    };
    let before = times();
    let said = succeed(folder.path(), ["render", "-o", "out"]);
    assert!(said.contains("unchanged") && !said.contains("written"), "{said}");
    assert_eq!(before, times());
}

#[test]
fn files_of_others_are_refused_and_adopted_when_told_to() {
    let folder = folder();
    let taken = format!("out/{SHOP}/shop.yaml");
    put(folder.path(), [(&*taken, b"mine\n" as &[u8]), ("out/notes.txt", b"mine\n")]);
    let before = files(folder.path());
    let output = run(folder.path(), ["render", "-o", "out"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not-ours"));
    assert_eq!(before, files(folder.path()), "nothing at all was written");
    let said = succeed(folder.path(), ["render", "-o", "out", "--adopt"]);
    assert!(said.contains("1 adopted"), "{said}");
    assert_ne!(fs::read(folder.path().join(&taken)).unwrap(), b"mine\n");
    assert_eq!(fs::read(folder.path().join("out/notes.txt")).unwrap(), b"mine\n");
}

#[test]
fn orphans_go_and_stay_when_told_to() {
    let folder = folder();
    succeed(folder.path(), ["render", "-o", "out"]);
    let orphan = folder.path().join("out").join(SHOP).join("shop.yaml");
    put(folder.path(), [("out/argocd/app-of-apps/apps/web/notes.txt", b"mine\n" as &[u8])]);
    edit(folder.path(), "  shop:", "  store:");
    succeed(folder.path(), ["render", "-o", "out", "--prune=false"]);
    assert!(orphan.is_file());
    let said = succeed(folder.path(), ["render", "-o", "out"]);
    assert!(said.contains("removed"), "{said}");
    assert!(!orphan.exists() && !orphan.parent().unwrap().exists(), "the empty folder goes too");
    assert!(folder.path().join("out/argocd/app-of-apps/apps/web/notes.txt").is_file());
}

fn rendered(folder: &Path) -> bool {
    folder.join("argocd/app-of-apps/root.yaml").is_file()
}

#[test]
fn the_spec_is_found_here_or_above_and_the_output_goes_beside_it() {
    let folder = folder();
    succeed(folder.path(), ["render"]);
    assert!(rendered(folder.path()));

    let other = self::folder();
    let deep = other.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    succeed(&deep, ["render"]);
    assert!(rendered(other.path()) && files(&deep).is_empty());
}

#[test]
fn the_spec_is_named_by_option_before_variable_before_search() {
    let (here, named, option) = (folder(), folder(), folder());
    let file = |folder: &TempDir| folder.path().join("platform.yaml");
    let status = program(here.path()).arg("render").env("SAILPLAN_FILE", file(&named)).status().unwrap();
    assert!(status.success() && rendered(named.path()) && !rendered(here.path()));
    let args = ["render".into(), "-f".into(), file(&option).into_os_string()];
    let status = program(here.path()).args(args).env("SAILPLAN_FILE", file(&named)).status().unwrap();
    assert!(status.success() && rendered(option.path()) && !rendered(here.path()));
}

#[test]
fn what_can_not_be_done_ends_with_2_and_writes_nothing() {
    let folder = folder();
    edit(folder.path(), "category: db", "category: databases");
    let before = files(folder.path());
    for args in
        [&["render"] as &[&str], &["render", "--stdout"], &["render", "-f", "nowhere.yaml"], &["render", "--no-such"]]
    {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(before, files(folder.path()));
    let empty = TempDir::new().unwrap();
    let output = run(empty.path(), ["render"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no `platform.yaml`"));
}

#[test]
fn check_tells_clean_from_findings_and_from_no_spec() {
    let folder = folder();
    assert_eq!(run(folder.path(), ["check"]).status.code(), Some(0));
    edit(folder.path(), "category: db", "category: databases");
    assert_eq!(run(folder.path(), ["check"]).status.code(), Some(1));
    assert_eq!(run(folder.path(), ["check", "-f", "nowhere.yaml"]).status.code(), Some(2));
    assert_eq!(files(folder.path()).len(), 3, "a check writes nothing");
}

#[test]
fn reports_have_colour_only_where_it_is_wanted() {
    let folder = folder();
    edit(folder.path(), "category: db", "category: databases");
    let colored = |name: &str, value: &str, args: &[&str]| {
        let output = program(folder.path()).arg("render").args(args).env(name, value).output().unwrap();
        output.stderr.contains(&0x1b)
    };
    assert!(!colored("NO_COLOR", "1", &[]));
    assert!(!colored("CI", "true", &[]), "no terminal, no colour");
    assert!(colored("CLICOLOR_FORCE", "1", &[]));
    assert!(colored("NO_COLOR", "1", &["--color", "always"]));
    assert!(!colored("CLICOLOR_FORCE", "1", &["--color", "never"]));
    let both =
        program(folder.path()).arg("render").envs([("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]).output().unwrap();
    assert!(!both.stderr.contains(&0x1b));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = folder();
    let app = |i: u32| format!("  a{i}: {{ category: web, source: {{ git: {{ path: a }} }} }}");
    let apps = (0..300).map(app).collect::<Vec<_>>().join("\n");
    edit(folder.path(), "apps:\n", &format!("apps:\n{apps}\n"));
    let mut child = program(folder.path())
        .args(["render", "--stdout"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What a render leaves beside the tree: its own record, and nothing else.
#[test]
fn nothing_is_left_beside_the_tree() {
    let folder = folder();
    succeed(folder.path(), ["render", "-o", "out"]);
    let all: Files = files(&folder.path().join("out"));
    let beside: Vec<&String> = all.keys().filter(|p| !p.starts_with("argocd/")).collect();
    assert_eq!(beside, [".sailplan/tree.json"]);
}
