//! What comes of changes that look small: other owners, generators, bindings, sizes.

use std::collections::BTreeSet;

use sailplan::diff::{Home, Options, affected, diff};
use sailplan::model::changes::{Change, Changes, Class, What};
use sailplan::model::document::Identity;
use sailplan::model::tree::{Tree as Output, TreeFile};
use sailplan::yaml;

use crate::golden::Tree;

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn compare(before: &[(&str, &str)], after: &[(&str, &str)]) -> Changes {
    diff(&tree(before), &tree(after), &Options::default())
}

fn of<'c>(changes: &'c Changes, label: &str) -> &'c Change {
    let found = changes.all.iter().find(|change| change.subject().unwrap().label() == label);
    found.unwrap_or_else(|| panic!("{label}: {:#?}", changes.all))
}

fn classes(change: &Change) -> BTreeSet<Class> {
    change.impacts.iter().map(|impact| impact.class).collect()
}

fn app(name: &str, folder: &str, more: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  source: {{repoURL: https://git.example.com/p.git, path: {folder}}}\n  destination: {{name: in-cluster, namespace: {name}}}\n{more}"
    )
}

const PRUNES: &str = "  syncPolicy: {automated: {prune: true}}\n";
const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: ns}\ndata: {a: b, c: d, e: f}\n";

#[test]
fn an_object_that_nobody_read_is_made() {
    let web = app("web", "web", PRUNES);
    let changes = compare(&[("app.yaml", &web), ("old/m.yaml", MAP)], &[("app.yaml", &web), ("web/m.yaml", MAP)]);
    let moved = of(&changes, "ConfigMap ns/m");
    assert_eq!((moved.what, moved.class()), (What::Moved, Class::Added), "{:#?}", moved.impacts);
    assert!(moved.impacts[0].reason.contains("`web` makes it"));
}

#[test]
fn an_object_that_nobody_reads_any_more_goes_as_if_it_were_gone() {
    let kept =
        MAP.replace("namespace: ns}", "namespace: ns, annotations: {argocd.argoproj.io/sync-options: Prune=false}}");
    for (policy, map, class) in
        [(PRUNES, MAP, Class::CascadeDelete), ("", MAP, Class::Removed), (PRUNES, kept.as_str(), Class::Removed)]
    {
        let web = app("web", "web", policy);
        let changes = compare(&[("app.yaml", &web), ("web/m.yaml", map)], &[("app.yaml", &web), ("old/m.yaml", map)]);
        let moved = of(&changes, "ConfigMap ns/m");
        assert_eq!((moved.what, moved.class()), (What::Moved, class), "{:#?}", moved.impacts);
    }
    // An Application among them takes along what it made.
    let finalized = app("shop", "shop", "")
        .replace("namespace: argocd}", "namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}");
    let root = app("root", "apps", PRUNES);
    let before = [("root.yaml", root.as_str()), ("apps/shop.yaml", &finalized)];
    let changes = compare(&before, &[("root.yaml", &root), ("old/shop.yaml", &finalized)]);
    let moved = of(&changes, "Application argocd/shop");
    assert!(moved.impacts[0].reason.contains("all it made is deleted with it"), "{:#?}", moved.impacts);
}

#[test]
fn objects_of_two_clusters_are_moved_each_in_its_own() {
    let far = |name: &str, folder: &str| app(name, folder, "").replace("name: in-cluster", &format!("name: {name}"));
    let before = [
        ("apps/a.yaml", far("a", "one/a")),
        ("apps/b.yaml", far("b", "one/b")),
        ("one/a/m.yaml", MAP.to_owned()),
        ("one/b/m.yaml", MAP.to_owned()),
    ];
    let text = |files: &[(&'static str, String)]| -> Tree {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.clone().into_bytes())).collect()
    };
    // The folders change places, the clusters do not.
    let after = [
        ("apps/a.yaml", far("a", "two/b")),
        ("apps/b.yaml", far("b", "two/a")),
        ("two/a/m.yaml", MAP.to_owned()),
        ("two/b/m.yaml", MAP.to_owned()),
    ];
    let changes = diff(&text(&before), &text(&after), &Options::default());
    let moves: BTreeSet<(String, String)> = changes
        .all
        .iter()
        .filter(|change| change.what == What::Moved)
        .map(|change| {
            (change.before.as_ref().unwrap().path.to_string(), change.after.as_ref().unwrap().path.to_string())
        })
        .collect();
    let wanted = [("one/a/m.yaml", "two/b/m.yaml"), ("one/b/m.yaml", "two/a/m.yaml")];
    assert_eq!(moves, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
}

#[test]
fn a_file_of_many_objects_is_moved_in_no_time() {
    let objects: Vec<String> = (0..2000)
        .map(|i| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{i}, namespace: ns}}\ndata: {{a: '{i}', b: x}}\n"))
        .collect();
    let (text, start) = (objects.concat(), std::time::Instant::now());
    let changes = compare(&[("install.yaml", &text)], &[("base/install.yaml", &text)]);
    assert_eq!(changes.all.len(), 2000);
    assert!(changes.all.iter().all(|change| change.what == What::Moved));
    // Reading the file again for each object would take minutes.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

fn set(generator: &str, name: &str, namespace: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: s, namespace: argocd}}\nspec:\n  generators: [{generator}]\n  template:\n    metadata: {{name: '{name}'}}\n    spec:\n      source: {{repoURL: https://git.example.com/p.git, path: '{{{{path}}}}'}}\n      destination: {{name: in-cluster, namespace: {namespace}}}\n"
    )
}

#[test]
fn what_a_set_selects_by_decides_what_stays() {
    let git = "{git: {repoURL: https://git.example.com/p.git, directories: [{path: apps/*}]}}";
    let clusters = "{clusters: {selector: {matchLabels: {tier: prd}}, values: {path: a}}}";
    let cases = [
        (git, git.replace("apps/*", "other/*"), Class::CascadeDelete),
        (git, git.replace("{path: apps/*}", "{path: apps/*, exclude: true}"), Class::CascadeDelete),
        (clusters, clusters.replace("prd", "dev"), Class::CascadeDelete),
        // What a generator hands on is no selection.
        (clusters, clusters.replace("path: a", "path: b"), Class::InPlace),
    ];
    for (before, after, class) in cases {
        let (before, after) = (set(before, "{{name}}", "ns"), set(&after, "{{name}}", "ns"));
        let changes = compare(&[("s.yaml", &before)], &[("s.yaml", &after)]);
        assert_eq!(changes.all[0].class(), class, "{after}: {:#?}", changes.all[0].impacts);
    }
}

#[test]
fn a_set_whose_applications_change_as_a_whole() {
    let before = set("{clusters: {}}", "{{name}}-shop", "ns");
    for (after, class) in [
        (set("{clusters: {}}", "{{name}}-store", "ns"), Class::CascadeDelete),
        (set("{clusters: {}}", "{{name}}-shop", "other"), Class::Orphaned),
    ] {
        let changes = compare(&[("s.yaml", &before)], &[("s.yaml", &after)]);
        assert_eq!(changes.all[0].class(), class, "{:#?}", changes.all[0].impacts);
        let keeps = after.replace("  generators", "  syncPolicy: {applicationsSync: create-only}\n  generators");
        let changes = compare(&[("s.yaml", &before)], &[("s.yaml", &keeps)]);
        assert_ne!(changes.all[0].class(), Class::CascadeDelete, "{:#?}", changes.all[0].impacts);
    }
}

#[test]
fn another_role_for_the_same_subjects_is_another_right() {
    let binding = |role: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}\nsubjects: [{{kind: Group, name: team}}]\n"
        )
    };
    let changes = compare(&[("b.yaml", &binding("view"))], &[("b.yaml", &binding("cluster-admin"))]);
    let wanted = [Class::PermissionNarrowed, Class::PermissionWidened, Class::Replace];
    assert_eq!(classes(&changes.all[0]), wanted.into());
    let reasons: Vec<&str> = changes.all[0].impacts.iter().map(|impact| &*impact.reason).collect();
    assert!(reasons.contains(&"Group `team` gets ClusterRole `cluster-admin`"), "{reasons:?}");
}

#[test]
fn claims_only_grow_in_whatever_unit() {
    let claim = |size: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: c, namespace: ns}}\nspec: {{resources: {{requests: {{storage: {size}}}}}}}\n"
        )
    };
    for (before, after, class) in [
        ("1.5Gi", "1Gi", Class::Replace),
        ("1Ei", "1Pi", Class::Replace),
        ("2000000000", "1G", Class::Replace),
        ("1Gi", "1.5Gi", Class::InPlace),
        ("1Gi", "1024Mi", Class::Cosmetic),
    ] {
        let changes = compare(&[("c.yaml", &claim(before))], &[("c.yaml", &claim(after))]);
        assert_eq!(changes.all[0].class(), class, "{before} {after}");
    }
}

#[test]
fn a_chart_is_refreshed_for_values_files_beside_it() {
    let with = |files: &str| {
        app("web", "charts/web", "")
            .replace("path: charts/web", &format!("path: charts/web, helm: {{valueFiles: [{files}]}}"))
    };
    let home = Home { url: "https://git.example.com/p.git", root: "" };
    for (files, hit) in [
        ("../../values/web.yaml", true),
        ("/values/web.yaml", true),
        ("values.yaml", false),
        ("../values/web.yaml", false),
    ] {
        let text = with(files);
        let identity = yaml::read_embedded(&text, sailplan::base::Span::NONE).unwrap().iter().find_map(Identity::of);
        let file = TreeFile {
            bytes: text.clone().into_bytes(),
            objects: identity.into_iter().collect(),
            ..TreeFile::default()
        };
        let output = Output::from([("apps/web.yaml".to_owned(), file)]);
        let changes = compare(&[("values/web.yaml", "a: 1\n")], &[("values/web.yaml", "a: 2\n")]);
        assert_eq!(affected(&output, &changes, home).len(), usize::from(hit), "{files}");
    }
}

#[test]
fn what_the_server_fills_in_may_be_written_down() {
    let service = |spec: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s, namespace: ns}}\nspec: {{ports: [{{port: 80}}]{spec}}}\n"
        )
    };
    for (before, after, class) in [
        ("", ", clusterIP: 10.0.0.1", Class::InPlace),
        (", clusterIP: 10.0.0.1", ", clusterIP: 10.0.0.2", Class::Replace),
        (", clusterIP: 10.0.0.1", "", Class::Replace),
    ] {
        let changes = compare(&[("s.yaml", &service(before))], &[("s.yaml", &service(after))]);
        assert_eq!(changes.all[0].class(), class, "{before} -> {after}");
    }
}

#[test]
fn folders_below_are_read_where_the_source_says_so() {
    let home = Home { url: "https://git.example.com/p.git", root: "" };
    for (source, hit) in [("path: web", false), ("path: web, directory: {recurse: true}", true)] {
        let text = app("web", "web", "").replace("path: web", source);
        let identity = yaml::read_embedded(&text, sailplan::base::Span::NONE).unwrap().iter().find_map(Identity::of);
        let file =
            TreeFile { bytes: text.into_bytes(), objects: identity.into_iter().collect(), ..TreeFile::default() };
        let output = Output::from([("apps/web.yaml".to_owned(), file)]);
        let changes = compare(&[("web/below/m.yaml", MAP)], &[("web/below/m.yaml", &MAP.replace("a: b", "a: z"))]);
        assert_eq!(affected(&output, &changes, home).len(), usize::from(hit), "{source}");
    }
}
