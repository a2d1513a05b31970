//! `check --tree`: a tree of manifests that no spec made.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

#[path = "common/findings.rs"]
mod findings;
#[path = "common/trees.rs"]
mod trees;

use std::path::Path;

use findings::{located, report};
use sailplan::diag::Level;
use sailplan::import::{Build, BuildFault, Options};
use sailplan::pipeline::{self, Silent};
use sailplan::source::{Disk, Memory};
use sailplan::write::{self, Options as Write};
use trees::{check, found, found_by, tree};

fn app(name: &str, path: &str, namespace: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: {name}\n  namespace: argocd\nspec:\n  \
         project: default\n  source:\n    repoURL: https://git.example.com/acme/platform.git\n    path: {path}\n    \
         targetRevision: v1.0.0\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: {namespace}\n"
    )
}

fn config(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  sky: blue\n")
}

/// Warnings and errors of the tree that a spec gives, but for codes that are `off` in the spec.
fn of_rendered(spec: &Path, off: &[&str]) -> Option<(Vec<String>, String)> {
    let name = spec.file_name().unwrap().to_str().unwrap();
    let outcome = pipeline::run(&Disk::new(spec.parent().unwrap()), name, &Silent);
    if outcome.findings.iter().any(|f| f.level != Level::Note) {
        return None;
    }
    let memory = Memory::new();
    write::write(&outcome.tree?, &memory, Write { adopt: false, prune: false }, &mut Ok).unwrap();
    let mut outcome = check(&memory, &Options::default(), None);
    outcome.findings.retain(|f| f.level != Level::Note && !off.contains(&f.code.id));
    let located = outcome.findings.iter().map(|f| located(f, &outcome.sources)).collect();
    Some((located, report(&outcome.findings, &outcome.sources)))
}

#[test]
fn nothing_is_wrong_with_the_tree_of_the_example() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("platform.example.yaml");
    let (found, report) = of_rendered(&spec, &[]).unwrap();
    assert_eq!(found, Vec::<String>::new(), "{report}");
}

#[test]
fn nothing_is_wrong_with_what_clean_specs_give() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render");
    // What these cases are made of goes where it may, and `checks` says so.
    let off = ["shared-namespace", "cascade-on-critical"];
    let mut faults = Vec::new();
    let mut clean = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let folder = entry.unwrap().path();
        // Its kustomization names a component that lies in the repository, beside the tree.
        if folder.ends_with("manifests-kustomize") {
            continue;
        }
        let Some((found, report)) = of_rendered(&folder.join("platform.yaml"), &off) else { continue };
        clean += 1;
        if !found.is_empty() {
            faults.push(format!("{}: {report}", folder.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(clean > 50, "{clean}");
}

#[test]
fn who_reads_what_is_known_through_all_levels() {
    let (root, web) = (app("root", "apps", "argocd"), app("web", "manifests/web", "shop"));
    let (colours, lost) = (config("colours"), config("lost"));
    let files = [
        ("root.yaml", &*root),
        ("apps/web.yaml", &*web),
        ("manifests/web/colours.yaml", &*colours),
        ("manifests/lost/lost.yaml", &*lost),
    ];
    assert_eq!(found(&files), ["manifests/lost/lost.yaml:1 object-without-owner"]);
}

#[test]
fn an_application_that_no_parent_reads_is_lost_too() {
    let (root, web) = (app("root", "apps/web", "argocd"), app("web", "manifests/web", "shop"));
    let (colours, lost) = (config("colours"), app("lost", "manifests/web", "lost"));
    let files = [
        ("root.yaml", &*root),
        ("apps/web/web.yaml", &*web),
        ("manifests/web/colours.yaml", &*colours),
        ("apps/platform/lost.yaml", &*lost),
    ];
    assert_eq!(found(&files), ["apps/platform/lost.yaml:1 object-without-owner"]);
}

#[test]
fn objects_without_any_application_are_not_lost() {
    let (one, two) = (config("one"), config("two"));
    assert_eq!(found(&[("a.yaml", &one), ("b/two.yaml", &two)]), Vec::<String>::new());
}

#[test]
fn an_object_of_two_files_is_found_where_one_application_reads_both() {
    let (root, one) = (app("web", "web", "shop"), config("colours"));
    let files = [("root.yaml", &*root), ("web/a.yaml", &*one), ("web/b.yaml", &*one)];
    assert_eq!(found(&files), ["web/b.yaml:1 object-twice"]);
}

#[test]
fn the_same_object_in_two_namespaces_is_two() {
    let (one, two, colours) = (app("one", "one", "first"), app("two", "two", "second"), config("colours"));
    let files =
        [("one.yaml", &*one), ("two.yaml", &*two), ("one/colours.yaml", &*colours), ("two/colours.yaml", &*colours)];
    assert_eq!(found(&files), Vec::<String>::new());
}

#[test]
fn folders_below_are_read_where_the_source_recurses() {
    let plain = app("web", "web", "shop");
    let recursive = plain.replace("    targetRevision", "    directory: { recurse: true }\n    targetRevision");
    let colours = config("colours");
    let files =
        |app: &str| found(&[("root.yaml", app), ("web/deep/er/colours.yaml", &*colours), ("web/a.yaml", &config("a"))]);
    assert_eq!(files(&recursive), Vec::<String>::new());
    assert_eq!(files(&plain), ["web/deep/er/colours.yaml:1 object-without-owner"]);
}

#[test]
fn sets_read_the_folders_of_their_generators() {
    let set = |generator: &str, path: &str| {
        let name = if path == "{{path}}" { "{{path.basename}}" } else { "{{name}}" };
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: all\n  namespace: argocd\nspec:\n  \
             generators:\n{generator}  template:\n    metadata:\n      name: '{name}'\n    spec:\n      project: \
             default\n      source:\n        repoURL: https://git.example.com/acme/platform.git\n        path: \
             '{path}'\n        targetRevision: v1\n      destination:\n        server: https://kubernetes.default.svc\n        \
             namespace: shop\n"
        )
    };
    let git = "  - git:\n      repoURL: https://git.example.com/acme/platform.git\n      revision: v1\n      directories:\n      - \
               path: web/*\n      - path: web/old\n        exclude: true\n";
    let list = "  - list:\n      elements:\n      - name: one\n      - name: two\n";
    let (one, two, old) = (config("one"), config("two"), config("old"));
    let run = |set: &str| {
        let files =
            [("sets/all.yaml", set), ("web/one/a.yaml", &one), ("web/two/a.yaml", &two), ("web/old/a.yaml", &old)];
        found(&files)
    };
    let lost = ["web/old/a.yaml:1 object-without-owner"];
    assert_eq!(run(&set(git, "{{path}}")), lost);
    assert_eq!(run(&set(list, "web/{{name}}")), lost);
    assert_eq!(run(&set("  - clusters: {}\n", "web/{{name}}")), Vec::<String>::new());
}

#[test]
fn the_repository_is_the_one_that_is_named() {
    let web = app("web", "gone", "shop");
    let files = [("web.yaml", &*web)];
    let with = |repo: &str| Options { repo: Some(repo.to_owned()), ..Options::default() };
    assert_eq!(
        found_by(&files, &with("https://git.example.com/acme/platform"), None),
        ["web.yaml:10 path-not-in-tree"]
    );
    assert_eq!(found_by(&files, &with("https://git.example.com/acme/other"), None), Vec::<String>::new());
}

#[test]
fn a_tree_may_be_a_folder_of_its_repository() {
    let (web, colours) = (app("web", "deploy/web", "shop"), config("colours"));
    let files = [("web.yaml", &*web), ("web/colours.yaml", &*colours), ("lost/colours.yaml", &*colours)];
    let options = Options { inside: "deploy".to_owned(), ..Options::default() };
    assert_eq!(found_by(&files, &options, None), ["lost/colours.yaml:1 object-without-owner"]);
}

#[test]
fn what_somebody_else_makes_is_stated_beside_the_tree() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  containers:\n  - name: web\n    \
               image: example.com/web:1.0.0\n    envFrom:\n    - secretRef:\n        name: login\n";
    assert_eq!(found(&[("pod.yaml", pod)]), ["pod.yaml:12 dangling-reference"]);
    let stated = "external:\n  - { kind: Secret, name: login, namespace: shop, by: the vault team }\n";
    assert_eq!(found(&[("pod.yaml", pod), (".sailplan/external.yaml", stated)]), Vec::<String>::new());
    let other = stated.replace("shop", "web");
    let all = found(&[("pod.yaml", pod), (".sailplan/external.yaml", &other)]);
    assert_eq!(all, ["pod.yaml:12 dangling-reference", ".sailplan/external.yaml:2 unused-external"]);
    let wrong = "external:\n  - { kind: Secrets, name: login }\n";
    let all = found(&[("pod.yaml", pod), (".sailplan/external.yaml", wrong)]);
    assert!(all.iter().any(|f| f.starts_with(".sailplan/external.yaml:2 ")), "{all:?}");
}

#[test]
fn a_broken_file_stops_only_itself() {
    let files =
        [("a.yaml", "kind: [\n"), ("b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\ndate: {}\n")];
    let all = found(&files);
    assert!(all.iter().any(|f| f.starts_with("a.yaml:") && f.ends_with("yaml-syntax")), "{all:?}");
    assert!(all.contains(&"b.yaml:5 schema".to_owned()), "{all:?}");
}

#[test]
fn a_broken_file_stops_the_application_that_reads_its_folder() {
    let root = app("root", "apps", "argocd");
    let labels = |more: &[(&str, &str)]| -> Vec<String> {
        let files = [&[("root.yaml", &*root), ("apps/web.yaml", "kind: [\n")], more].concat();
        let found = check(&tree(&files), &Options::default(), None).findings;
        let broken = found.into_iter().filter(|f| f.code.id == "yaml-syntax");
        broken.flat_map(|f| f.secondary).map(|label| label.text).collect()
    };
    assert_eq!(labels(&[("apps/b.yaml", &config("b"))]), ["`root` reads this folder, and syncs nothing of it"]);
    let kustomization = ("apps/kustomization.yaml", "kind: Kustomization\nresources: [b.yaml]\n");
    assert_eq!(labels(&[("apps/b.yaml", &config("b")), kustomization]), Vec::<String>::new(), "it names another file");
}

#[test]
fn objects_without_a_separator_are_told_apart() {
    let two = format!("{}{}", config("one"), config("two").replace("\ndata:", "\ndate:"));
    assert_eq!(found(&[("two.yaml", &two)]), ["two.yaml:7 missing-document-separator", "two.yaml:11 schema"]);
}

#[test]
fn templates_that_nobody_quoted_hide_no_other_fault() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: all\n  namespace: argocd\nspec:\n  \
               generators:\n  - list:\n      elements:\n      - env: dev\n  template:\n    metadata:\n      name: {{ env }}-all\n    \
               spec:\n      project: default\n      destination: {}\n";
    let all = found(&[("set.yaml", set)]);
    assert!(all.contains(&"set.yaml:13 yaml-syntax".to_owned()), "{all:?}");
    let faults = |text: &str| found(&[("set.yaml", text)]).iter().filter(|f| f.ends_with(" schema")).count();
    let whole = set.replace("destination: {}", "destination: { name: in-cluster, namespace: shop }").replace(
        "      destination",
        "      source: { repoURL: 'https://git.example.com/p.git', path: web, targetRevision: v1 }\n      destination",
    );
    assert_eq!(faults(&whole), 0);
    assert_eq!(faults(&whole.replace("      project: default\n", "")), 1);
}

/// Says what it was told to say.
struct Fake(Result<&'static str, BuildFault>);

impl Build for Fake {
    fn build(&self, _: &str) -> Result<String, BuildFault> {
        self.0.clone().map(str::to_owned)
    }
}

const KUSTOMIZATION: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- ../../base\npatches:\n- patch: |-\n    - \
     { op: replace, path: /metadata/name, value: colours-prd }\n  target: { kind: ConfigMap }\n";
const BASE: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- colours.yaml\n";

fn kustomized(result: Result<&'static str, BuildFault>) -> Vec<String> {
    let (web, colours) = (app("web", "overlays/prd", "shop"), config("<TO_OVERLAY>"));
    let files = [
        ("root.yaml", &*web),
        ("overlays/prd/kustomization.yaml", KUSTOMIZATION),
        ("base/kustomization.yaml", BASE),
        ("base/colours.yaml", &*colours),
    ];
    found_by(&files, &Options::default(), Some(&Fake(result)))
}

#[test]
fn what_kustomize_builds_is_what_is_checked() {
    let built = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: colours-prd\ndata:\n  sky: blue\n";
    assert_eq!(kustomized(Ok(built)), Vec::<String>::new());
}

#[test]
fn faults_of_what_was_built_are_shown_where_they_come_from() {
    let built = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: <TO_OVERLAY>\ndata:\n  sky: blue\ndate: {}\n";
    let all = kustomized(Ok(built));
    assert!(all.contains(&"base/colours.yaml:4 schema".to_owned()), "{all:?}");
}

#[test]
fn a_kustomization_that_fails_is_an_error_there() {
    let all = kustomized(Err(BuildFault::Failed("Error: no such file 'colours.yaml'".to_owned())));
    assert!(all.contains(&"overlays/prd/kustomization.yaml:1 kustomize-build".to_owned()), "{all:?}");
}

#[test]
fn without_kustomize_there_is_a_note() {
    let all = kustomized(Err(BuildFault::Missing));
    assert!(all.contains(&"overlays/prd/kustomization.yaml:1 kustomize-not-built".to_owned()), "{all:?}");
}

/// A project with a list of kinds, an Application of it, and a manifest that it reads.
fn granted(kinds: &str, source: &str) -> Vec<String> {
    let project = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata:\n  name: web\n  namespace: argocd\nspec:\n  sourceRepos: \
         ['*']\n  destinations:\n  - {{ server: 'https://kubernetes.default.svc', namespace: shop }}\n  {kinds}\n"
    );
    let web = app("web", "web", "shop").replace("project: default", "project: web").replace("    path: web\n", source);
    let all = found(&[("projects/web.yaml", &project), ("web.yaml", &web), ("web/colours.yaml", &config("colours"))]);
    all.into_iter().filter(|f| f.ends_with("unused-project-grant") && !f.starts_with("projects/web.yaml:7 ")).collect()
}

#[test]
fn kinds_that_a_project_allows_are_used() {
    let of = |kinds: &str| granted(kinds, "    path: web\n");
    let unused = ["projects/web.yaml:10 unused-project-grant"];
    assert_eq!(of("clusterResourceWhitelist: [{ group: storage.k8s.io, kind: StorageClass }]"), unused);
    assert_eq!(of("namespaceResourceWhitelist: [{ group: '', kind: ConfigMap }]"), Vec::<String>::new());
    assert_eq!(of("namespaceResourceWhitelist: [{ group: '*', kind: '*' }]"), unused, "less would do");
    // Argo CD makes the namespace itself, and what a chart brings is not to be seen.
    assert_eq!(of("clusterResourceWhitelist: [{ group: '', kind: Namespace }]"), Vec::<String>::new());
    let chart = "    chart: web\n";
    let wide = "clusterResourceWhitelist: [{ group: storage.k8s.io, kind: StorageClass }]";
    assert_eq!(granted(wide, chart), Vec::<String>::new());
}
