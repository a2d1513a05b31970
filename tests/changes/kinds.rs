//! Values by kind: what is compared as what, and what is the same in another spelling.

use sailplan::diff::{Options, diff};
use sailplan::model::changes::{Change, Class, What};

use crate::golden::Tree;

fn one(path: &str, before: &str, after: &str) -> Change {
    let tree = |text: &str| Tree::from([(path.to_owned(), text.as_bytes().to_vec())]);
    let mut changes = diff(&tree(before), &tree(after), &Options::default());
    assert_eq!(changes.all.len(), 1, "{:#?}", changes.all);
    changes.all.remove(0)
}

fn object(api: &str, kind: &str, rest: &str) -> String {
    format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: one, namespace: two}}\n{rest}\n")
}

/// The places of real edits of an object, and how many are cosmetic.
fn places(api: &str, kind: &str, before: &str, after: &str) -> (Vec<String>, usize) {
    let change = one("a.yaml", &object(api, kind, before), &object(api, kind, after));
    let real = change.real_edits().map(|edit| edit.place.to_string()).collect();
    (real, change.edits.iter().filter(|edit| edit.cosmetic).count())
}

/// Lists whose order means nothing: kind, and two orders of the same.
#[test]
fn orders_without_meaning() {
    let cases = [
        (
            "argoproj.io/v1alpha1",
            "Application",
            "spec: {syncPolicy: {syncOptions: [A=true, B=true]}}",
            "spec: {syncPolicy: {syncOptions: [B=true, A=true]}}",
        ),
        (
            "argoproj.io/v1alpha1",
            "Application",
            "spec: {ignoreDifferences: [{kind: A, jsonPointers: [/a, /b]}, {kind: B}]}",
            "spec: {ignoreDifferences: [{kind: B}, {kind: A, jsonPointers: [/b, /a]}]}",
        ),
        (
            "argoproj.io/v1alpha1",
            "AppProject",
            "spec: {sourceRepos: [a, b], destinations: [{server: a, namespace: a}, {server: a, namespace: b}]}",
            "spec: {sourceRepos: [b, a], destinations: [{server: a, namespace: b}, {server: a, namespace: a}]}",
        ),
        (
            "argoproj.io/v1alpha1",
            "AppProject",
            "spec: {roles: [{name: a, groups: [x, y]}, {name: b}]}",
            "spec: {roles: [{name: b}, {name: a, groups: [y, x]}]}",
        ),
        (
            "apps/v1",
            "Deployment",
            "spec: {template: {spec: {containers: [{name: a}, {name: b}], volumes: [{name: v}, {name: w}]}}}",
            "spec: {template: {spec: {containers: [{name: b}, {name: a}], volumes: [{name: w}, {name: v}]}}}",
        ),
        (
            "apps/v1",
            "Deployment",
            "spec: {template: {spec: {containers: [{name: a, ports: [{containerPort: 1}, {containerPort: 2}], volumeMounts: [{mountPath: /a}, {mountPath: /b}]}]}}}",
            "spec: {template: {spec: {containers: [{name: a, ports: [{containerPort: 2}, {containerPort: 1}], volumeMounts: [{mountPath: /b}, {mountPath: /a}]}]}}}",
        ),
        (
            "external-secrets.io/v1",
            "ExternalSecret",
            "spec: {data: [{secretKey: a}, {secretKey: b}]}",
            "spec: {data: [{secretKey: b}, {secretKey: a}]}",
        ),
        (
            "rbac.authorization.k8s.io/v1",
            "Role",
            "rules: [{apiGroups: [a], resources: [b, c], verbs: [get, list]}]",
            "rules: [{apiGroups: [a], resources: [b, c], verbs: [list, get]}]",
        ),
        (
            "networking.k8s.io/v1",
            "Ingress",
            "spec: {rules: [{host: a}, {host: b}]}",
            "spec: {rules: [{host: b}, {host: a}]}",
        ),
    ];
    for (api, kind, before, after) in cases {
        let (real, cosmetic) = places(api, kind, before, after);
        assert_eq!(real, Vec::<String>::new(), "{kind}: {before}");
        assert!(cosmetic > 0, "{kind}: {before}");
    }
}

#[test]
fn orders_with_meaning() {
    let cases = [
        (
            "argoproj.io/v1alpha1",
            "Application",
            "spec: {sources: [{ref: a}, {ref: b}]}",
            "spec: {sources: [{ref: b}, {ref: a}]}",
            "spec.sources",
        ),
        (
            "argoproj.io/v1alpha1",
            "Application",
            "spec: {source: {helm: {valueFiles: [a, b]}}}",
            "spec: {source: {helm: {valueFiles: [b, a]}}}",
            "spec.source.helm.valueFiles",
        ),
        (
            "v1",
            "Pod",
            "spec: {initContainers: [{name: a}, {name: b}]}",
            "spec: {initContainers: [{name: b}, {name: a}]}",
            "spec.initContainers",
        ),
    ];
    for (api, kind, before, after, place) in cases {
        assert_eq!(places(api, kind, before, after).0, [place], "{kind}");
    }
}

#[test]
fn items_are_told_by_what_they_are() {
    let (real, _) = places(
        "v1",
        "Pod",
        "spec: {containers: [{name: a, image: x, args: [one, two, three]}, {name: b, image: y}]}",
        "spec: {containers: [{name: new, image: z}, {name: a, image: x2, args: [one, 2, three, four]}]}",
    );
    let wanted = [
        "spec.containers[a].image",
        "spec.containers[a].args[1]",
        "spec.containers[a].args[3]",
        "spec.containers[b]",
        "spec.containers[new]",
    ];
    assert_eq!(real, wanted);
    let (real, _) = places(
        "argoproj.io/v1alpha1",
        "Application",
        "spec: {syncPolicy: {syncOptions: [A=true, B=true]}}",
        "spec: {syncPolicy: {syncOptions: [B=false, A=true]}}",
    );
    assert_eq!(real, ["spec.syncPolicy.syncOptions[B]"]);
}

#[test]
fn quantities_in_other_units() {
    let pod = |limits: &str| format!("spec: {{containers: [{{name: a, resources: {{limits: {limits}}}}}]}}");
    let same = places("v1", "Pod", &pod("{cpu: 1000m, memory: 1Gi}"), &pod("{cpu: 1, memory: 1024Mi}"));
    assert_eq!(same, (Vec::new(), 2));
    let other = places("v1", "Pod", &pod("{cpu: 1000m}"), &pod("{cpu: 1001m}"));
    assert_eq!(other.0, ["spec.containers[a].resources.limits.cpu"]);
}

#[test]
fn policies_are_lines_in_any_order() {
    let map =
        |csv: &str| csv.lines().fold("data:\n  policy.csv: |\n".to_owned(), |text, line| text + "    " + line + "\n");
    let (old, new) = (
        "# a\np, role:a, applications, get, */*, allow\ng, x, role:a\n",
        "g,x,role:a\n\np, role:a,applications, get, */*, allow\n# b\n",
    );
    let (real, cosmetic) = places("v1", "ConfigMap", &map(old), &map(new));
    assert_eq!((real.len(), cosmetic), (0, 1));
}

#[test]
fn scripts_are_texts_even_if_they_read_as_data() {
    // A comment in a text of which nobody knows what it is may mean something.
    let map = |text: &str| format!("data:\n  start: |\n    a: 1\n{text}");
    assert_eq!(places("v1", "ConfigMap", &map("    # one\n"), &map("    # two\n")).0, ["data.start"]);
    let json = |text: &str| format!("data: {{config: '{text}'}}");
    let (real, cosmetic) = places("v1", "ConfigMap", &json("{\"a\": 1, \"b\": [1]}"), &json("{\"b\":[1],\"a\":1}"));
    assert_eq!((real.len(), cosmetic), (0, 1));
}

#[test]
fn files_that_hold_no_object_move_with_what_they_hold() {
    let tree = |path: &str, text: &str| Tree::from([(path.to_owned(), text.as_bytes().to_vec())]);
    let text = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n";
    let changes = diff(
        &tree("old/values.yaml", text),
        &tree("new/values.yaml", &text.replace("f: 6", "f: 7")),
        &Options::default(),
    );
    let change = &changes.all[0];
    assert_eq!((change.what, changes.all.len(), change.edits.len()), (What::Moved, 1, 1));
    // Nothing in common is nothing moved.
    let changes = diff(&tree("old/values.yaml", text), &tree("new/values.yaml", "x: 1\n"), &Options::default());
    assert_eq!(changes.all.len(), 2);
}

#[test]
fn two_small_objects_of_a_kind_are_not_one_renamed() {
    let tree = |name: &str| {
        let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n");
        Tree::from([(format!("{name}.yaml"), text.into_bytes())])
    };
    let changes = diff(&tree("one"), &tree("two"), &Options::default());
    let what: Vec<What> = changes.all.iter().map(|change| change.what).collect();
    assert_eq!(what, [What::Removed, What::Added]);
    assert_eq!(changes.all[0].class(), Class::CascadeDelete);
}

#[test]
fn a_new_group_of_an_api_is_a_rename_in_place() {
    let old = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{host: a.example.com}], ingressClassName: x, tls: [{secretName: y}]}\n";
    let change = one("a.yaml", old, &old.replace("extensions/v1beta1", "networking.k8s.io/v1"));
    assert_eq!(change.what, What::Renamed);
}

#[test]
fn objects_for_other_clusters_are_not_the_same() {
    let app = |cluster: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {cluster}, namespace: argocd}}\nspec:\n  destination: {{name: {cluster}, namespace: a}}\n  source: {{repoURL: r, path: clusters/{cluster}}}\n"
        )
    };
    let tree = |holder: &str| {
        let map = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: a}\ndata: {a: b}\n".to_vec();
        let apps = ["east", "west"].map(|c| (format!("apps/{c}.yaml"), app(c).into_bytes()));
        let mut tree: Tree = apps.into_iter().collect();
        tree.insert(format!("clusters/{holder}/m.yaml"), map);
        tree
    };
    let changes = diff(&tree("east"), &tree("west"), &Options::default());
    let what: Vec<What> = changes.all.iter().map(|change| change.what).collect();
    assert_eq!(what.len(), 2, "{:#?}", changes.all);
    assert!(what.contains(&What::Added) && what.contains(&What::Removed));
}

#[test]
fn the_root_of_the_tree_is_a_folder_of_the_repository() {
    let tree = |with: bool| {
        let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\nspec:\n  source: {repoURL: r, path: deep/tree/apps/a}\n  syncPolicy: {automated: {prune: true}}\n";
        let mut tree = Tree::from([("app.yaml".to_owned(), app.as_bytes().to_vec())]);
        if with {
            tree.insert("apps/a/m.yaml".to_owned(), b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n".to_vec());
        }
        tree
    };
    let of =
        |root: &str| diff(&tree(true), &tree(false), &Options { root: root.to_owned(), lines: false }).all[0].class();
    assert_eq!(of("deep/tree/"), Class::CascadeDelete);
    assert_eq!(of(""), Class::Removed);
    assert_eq!(of("deep/other"), Class::Removed);
}

#[test]
fn an_application_reads_its_folder_and_no_other() {
    let class = |source: &str, more: &str| {
        let tree = |with: bool| {
            let app = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a, namespace: argocd}}\nspec:\n  source: {{repoURL: r, path: apps{source}}}\n  syncPolicy: {{automated: {{prune: true}}}}\n"
            );
            let mut tree =
                Tree::from([("app.yaml".to_owned(), app.into_bytes()), (more.to_owned(), b"x: 1\n".to_vec())]);
            if with {
                let map = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n".to_vec();
                tree.insert("apps/a/deep/m.yaml".to_owned(), map);
            }
            tree
        };
        diff(&tree(true), &tree(false), &Options::default()).all[0].class()
    };
    assert_eq!(class("", "other.yaml"), Class::Removed);
    assert_eq!(class("/a/deep", "other.yaml"), Class::CascadeDelete);
    assert_eq!(class(", directory: {recurse: true}", "other.yaml"), Class::CascadeDelete);
    assert_eq!(class("", "apps/kustomization.yaml"), Class::CascadeDelete);
}
