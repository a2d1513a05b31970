//! I23: each namespace that receives objects has a creator that comes before them.

use super::super::Platform;
use super::super::order;
use super::super::report::Report;
use super::super::sources;

/// Judges every namespaced object, and for a chart the namespace it goes to.
///
/// Creators are: the bootstrap (namespaces the fixture lists), `CreateNamespace=true` of the owning Application when the
/// namespace is its own destination, a Namespace object that comes before, and another Application that creates the
/// namespace and comes before. Order is that of [`order::before`], so an equal wave is not before.
pub fn judge(platform: &Platform, report: &mut Report) {
    let objects = platform.tree.objects.iter().enumerate().filter(|(_, object)| object.is_for_cluster());
    for (index, object) in objects {
        if !object.namespace().is_empty() && !created(platform, index, object.namespace()) {
            report.broken(&object.to_string(), format!("nothing creates namespace {} before it", object.namespace()));
        }
    }
    for (index, app) in platform.tree.applications().filter(|(_, app)| sources::chart(app).is_some()) {
        let namespace = app.text("/spec/destination/namespace");
        if !creates(platform, index, namespace) && !created(platform, index, namespace) {
            report.broken(&app.to_string(), format!("nothing creates namespace {namespace:?} before its chart"));
        }
    }
}

fn created(platform: &Platform, index: usize, namespace: &str) -> bool {
    let tree = &platform.tree;
    let before = |creator: usize| order::before(platform, creator, index).is_ok();
    let by_object = || tree.find("", "Namespace", "", namespace).is_some_and(before);
    let by_owner = || platform.owners.one(index).is_some_and(|owner| creates(platform, owner, namespace));
    let mut apps = tree.applications();
    platform.fixture.list("/existingNamespaces").contains(&namespace.into())
        || by_owner()
        || by_object()
        || apps.any(|(app, _)| creates(platform, app, namespace) && before(app))
}

/// Whether an Application creates this namespace: the one it goes to, if its sync options say so.
fn creates(platform: &Platform, app: usize, namespace: &str) -> bool {
    let object = &platform.tree.objects[app];
    let options = object.value["spec"]["syncPolicy"]["syncOptions"].as_array().into_iter().flatten();
    object.text("/spec/destination/namespace") == namespace && options.into_iter().any(|o| o == "CreateNamespace=true")
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::json;

    fn failing(options: &str, namespace_wave: Option<&str>, target: &str) -> usize {
        let root = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: root, namespace: argocd}}\n\
             spec: {{source: {{path: apps}}, destination: {{namespace: n}}, syncPolicy: {{syncOptions: {options}}}}}\n"
        );
        let map = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m, namespace: {target}}}\n");
        let namespace = namespace_wave.map_or(String::new(), |wave| {
            let wave = format!("annotations: {{argocd.argoproj.io/sync-wave: '{wave}'}}");
            format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {target}, {wave}}}\n")
        });
        let files = [("root.yaml", root.as_str()), ("apps/m.yaml", &map), ("apps/n.yaml", &namespace)];
        judged(judge, &files, json!({"existingNamespaces": ["argocd"]})).len()
    }

    #[test]
    fn by_the_owner_only_for_its_own_destination() {
        assert_eq!(failing("[CreateNamespace=true]", None, "n"), 0);
        assert_eq!(failing("[CreateNamespace=true]", None, "other"), 1);
        assert_eq!(failing("[]", None, "n"), 1);
        assert_eq!(failing("[]", None, "argocd"), 0);
    }

    #[test]
    fn by_a_namespace_that_comes_before() {
        assert_eq!(failing("[]", Some("-1"), "n"), 0);
        assert_eq!(failing("[]", Some("0"), "n"), 1);
    }

    #[test]
    fn a_chart_needs_one_too() {
        let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\n\
                   spec: {source: {chart: c}, destination: {namespace: n}}\n";
        let fixture = json!({"existingNamespaces": ["argocd"]});
        assert!(judged(judge, &[("a.yaml", app)], fixture).text().contains("before its chart"));
    }
}
