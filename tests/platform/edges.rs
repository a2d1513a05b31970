//! The order edges of the fixture: which objects an end names, and what a broken edge says.

use super::Platform;
use super::facts::locate;
use super::order;
use super::report::Report;
use serde_json::Value;

/// Judges all edges. A soft edge fails only when the fixture says `"required": true`; otherwise it is printed.
pub fn judge(platform: &Platform, report: &mut Report) {
    for edge in platform.fixture.list("/order") {
        let binding = edge["strength"] != "soft" || edge["required"] == true;
        let mut found = Report::default();
        judge_edge(platform, edge, &mut found);
        if binding {
            report.merge(found);
        } else if !found.is_empty() {
            eprintln!("soft order edge not kept:\n{}", found.text());
        }
    }
}

fn judge_edge(platform: &Platform, edge: &Value, report: &mut Report) {
    let end = |key: &str| edge[key].as_str().unwrap_or_default();
    let (from, to) = (end("before"), end("after"));
    // Installed before the root Application exists, so before anything it brings.
    if from.starts_with("bootstrap:") {
        return;
    }
    let subject = format!("{from} before {to}");
    let (first, second) = (select(platform, from), select(platform, to));
    for (name, objects) in [(from, &first), (to, &second)] {
        let optional = platform.fixture.entry(name).is_some_and(|entry| entry["optional"] == true);
        if objects.is_empty() && !optional {
            report.broken(&subject, format!("{name} names no rendered object"));
        }
    }
    for x in &first {
        for y in second.iter().filter(|y| *y != x) {
            if let Err(why) = order::before(platform, *x, *y) {
                let objects = &platform.tree.objects;
                report.broken(&subject, format!("{} before {}: {why}", objects[*x], objects[*y]));
            }
        }
    }
}

/// Objects an end names. An id is the object of that entry. `app-*` and the like are all rendered objects of the kind
/// the fixture gives for that prefix, the root Application excepted, since it is applied by hand before anything.
pub fn select(platform: &Platform, end: &str) -> Vec<usize> {
    let objects = platform.tree.objects.iter().enumerate();
    let Some(prefix) = end.strip_suffix('*') else {
        let entry = platform.fixture.entry(end);
        return entry.map(|entry| locate::manifests(platform, entry)).unwrap_or_default();
    };
    let Some((group, kind)) = platform.fixture.at("/orderKinds")[prefix].as_str().and_then(|k| k.split_once('/'))
    else {
        return Vec::new();
    };
    let named = objects.filter(|(_, object)| object.is(group, kind)).map(|(index, _)| index);
    named.filter(|index| Some(*index) != platform.owners.root()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(edges: Value) -> Report {
        let app = |name: &str, wave: &str| {
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd, \
                 annotations: {{argocd.argoproj.io/sync-wave: '{wave}'}}}}\nspec: {{source: {{path: apps}}}}\n"
            )
        };
        let (root, a, b) = (app("root", "0"), app("a", "1"), app("b", "2"));
        let entry = |id: &str, name: &str| {
            json!({"id": id, "apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "namespace": "argocd",
                   "name": name})
        };
        let fixture = json!({
            "objects": [entry("app-a", "a"), entry("app-b", "b")],
            "orderKinds": {"app-": "argoproj.io/Application"},
            "order": edges
        });
        let files = [("root.yaml", root.as_str()), ("apps/a.yaml", a.as_str()), ("apps/b.yaml", b.as_str())];
        let mut report = Report::default();
        judge(&Platform::sample(&files, fixture), &mut report);
        report
    }

    #[test]
    fn a_kept_edge_is_silent_and_a_broken_one_is_not() {
        assert!(judged(json!([{"before": "app-a", "after": "app-b", "strength": "hard"}])).is_empty());
        let report = judged(json!([{"before": "app-b", "after": "app-a", "strength": "hard"}]));
        assert!(report.text().contains("Application argocd/b"));
    }

    #[test]
    fn soft_edges_bind_only_when_required() {
        assert!(judged(json!([{"before": "app-b", "after": "app-a", "strength": "soft"}])).is_empty());
        let required = json!([{"before": "app-b", "after": "app-a", "strength": "soft", "required": true}]);
        assert_eq!(judged(required).len(), 1);
    }

    #[test]
    fn a_wildcard_names_every_object_of_its_kind_but_the_root() {
        let report = judged(json!([{"before": "app-b", "after": "app-*", "strength": "hard"}]));
        assert_eq!(report.len(), 1, "only a, not the root and not b itself: {}", report.text());
    }

    #[test]
    fn an_end_that_names_nothing_is_a_failure() {
        let report = judged(json!([{"before": "app-x", "after": "es-*", "strength": "hard"}]));
        assert_eq!(report.len(), 2);
        assert!(judged(json!([{"before": "bootstrap:argocd", "after": "*", "strength": "hard"}])).is_empty());
    }
}
