//! I08: an object is there once, and one Application applies it.

use super::super::Platform;
use super::super::helm;
use super::super::kustomize;
use super::super::object::Identity;
use super::super::report::Report;
use super::super::sources;
use std::collections::BTreeMap;

/// Group, kind, namespace and name are unique over all output, what a chart would bring included.
pub fn unique(platform: &Platform, report: &mut Report) {
    let mut seen: BTreeMap<Identity, Vec<&str>> = BTreeMap::new();
    for object in platform.tree.objects.iter().filter(|object| object.is_for_cluster()) {
        if object.name().is_empty() {
            report.broken(&object.to_string(), "has no name");
        }
        seen.entry(object.identity()).or_default().push(&object.file);
    }
    for ((group, kind, namespace, name), files) in seen.iter().filter(|(_, files)| files.len() > 1) {
        report.broken(
            &format!("{group}/{kind} {namespace}/{name}"),
            format!("is rendered {} times: {files:?}", files.len()),
        );
    }
    for rule in platform.fixture.list("/chartObjects") {
        let text = |key: &str| rule[key].as_str().unwrap_or_default();
        let app = platform.tree.application(text("app"));
        let values = app.and_then(|app| helm::values(&platform.tree, app).ok()).unwrap_or_default();
        let rendered = platform.tree.has("", text("kind"), text("namespace"), text("name"));
        if rendered && values.pointer(text("switch")) != Some(&false.into()) {
            let object = format!("{} {}/{}", text("kind"), text("namespace"), text("name"));
            report.broken(
                &object,
                format!("chart {} makes it too; values {} must be false", text("app"), text("switch")),
            );
        }
    }
}

/// Every object belongs to exactly one Application, the root excepted; what a directory source reads are objects.
pub fn owned(platform: &Platform, report: &mut Report) {
    let (tree, owners) = (&platform.tree, &platform.owners);
    for error in &tree.unreadable {
        report.broken("not readable", error);
    }
    if owners.root().is_none() {
        report.broken(platform.fixture.root_file(), "holds no root Application");
    }
    for (index, object) in tree.objects.iter().enumerate().filter(|(_, object)| object.is_for_cluster()) {
        let names: Vec<&str> = owners.all(index).iter().map(|app| tree.objects[*app].name()).collect();
        let expected = usize::from(Some(index) != owners.root());
        if names.len() != expected {
            report.fact(&object.to_string(), "owner", format!("{expected} Application"), format!("{names:?}"));
        }
    }
    for (_, app) in tree.applications() {
        for source in sources::git(app) {
            let Some(folder) = sources::path(source) else { continue };
            let files = sources::files(tree, source);
            if files.is_empty() && !tree.files.contains_key(&format!("{folder}/Chart.yaml")) {
                report.broken(&app.to_string(), format!("source path {folder} renders nothing"));
            }
            for missing in kustomize::missing(tree, folder) {
                report.broken(&app.to_string(), format!("its kustomization lists {missing}, which is not there"));
            }
            for file in files.iter().filter(|file| !tree.objects.iter().any(|object| object.file == **file)) {
                report.broken(&app.to_string(), format!("{file} in source path {folder} holds no Kubernetes object"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::{Value, json};

    const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: n}\n";

    fn app(name: &str, source: &str) -> String {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\n\
             spec: {{source: {source}}}\n"
        )
    }

    fn failing(run: fn(&Platform, &mut Report), files: &[(&str, &str)], fixture: Value) -> usize {
        judged(run, files, fixture).len()
    }

    #[test]
    fn twice_is_once_too_often() {
        assert_eq!(failing(unique, &[("a.yaml", MAP)], json!({})), 0);
        assert_eq!(failing(unique, &[("a.yaml", MAP), ("b.yaml", MAP)], json!({})), 1);
    }

    #[test]
    fn a_chart_must_leave_it_to_us() {
        let fixture = json!({"chartObjects": [
            {"kind": "ConfigMap", "namespace": "n", "name": "m", "app": "a", "switch": "/cm/create"}
        ]});
        let with =
            |create: bool| app("a", &format!("{{chart: c, helm: {{valuesObject: {{cm: {{create: {create}}}}}}}}}"));
        assert_eq!(failing(unique, &[("a.yaml", &with(false)), ("m.yaml", MAP)], fixture.clone()), 0);
        assert_eq!(failing(unique, &[("a.yaml", &with(true)), ("m.yaml", MAP)], fixture.clone()), 1);
        assert_eq!(failing(unique, &[("a.yaml", &with(true))], fixture), 0, "nothing of ours is in the way");
    }

    #[test]
    fn one_owner_each() {
        let root = app("root", "{path: apps}");
        assert_eq!(failing(owned, &[("root.yaml", &root), ("apps/m.yaml", MAP)], json!({})), 0);
        assert_eq!(failing(owned, &[("root.yaml", &root), ("apps/m.yaml", MAP), ("lost/m.yaml", MAP)], json!({})), 1);
        let second = app("second", "{path: apps}");
        let files = [("root.yaml", root.as_str()), ("apps/m.yaml", MAP), ("apps/s.yaml", second.as_str())];
        assert!(judged(owned, &files, json!({})).text().contains("[\"second\", \"root\"]"));
        assert_eq!(failing(owned, &[("apps/m.yaml", MAP)], json!({})), 2, "no root at all");
    }

    #[test]
    fn a_source_renders_objects_only() {
        let root = app("root", "{path: apps}");
        let files = [("root.yaml", root.as_str()), ("apps/values.yaml", "a: 1")];
        assert!(judged(owned, &files, json!({})).text().contains("holds no Kubernetes object"));
        assert!(judged(owned, &[("root.yaml", &root)], json!({})).text().contains("renders nothing"));
        let listed = [
            ("root.yaml", root.as_str()),
            ("apps/kustomization.yaml", "resources: [gone.yaml, m.yaml]"),
            ("apps/m.yaml", MAP),
        ];
        assert!(judged(owned, &listed, json!({})).text().contains("apps/gone.yaml"));
    }
}
