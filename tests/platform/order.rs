//! Does X come before Y when Argo CD brings the platform up?
//!
//! Inside one sync gitops-engine sorts the resources of an Application by phase, wave, kind and name, and starts the
//! next wave only when everything of the previous one is synced *and healthy* (`pkg/sync`, `sync_tasks.go` and
//! `sync_context.go`). Kind and name only sort inside a wave and nothing is waited for there, so only a strictly lower
//! (phase, wave) counts as before.
//!
//! Two Applications sync on their own, so waves on objects of different Applications say nothing. What orders them is
//! the sync of an Application that holds both, directly or further down: there the resources are Applications, and a
//! child Application is healthy when all it holds is synced and healthy, so a wave that waits for the Application waits
//! for everything below it. This needs the health customization of Application in argocd-cm, which [`health`] checks:
//! without it Argo CD takes a child for done as soon as it is applied.
//!
//! Hence, on the chains object -> Application -> parent -> root:
//!
//! | position | X before Y if |
//! |---|---|
//! | a common Application further up | X's branch under it has a lower slot than Y's |
//! | Y is below the Application X | Y's branch under X comes after what X's chart brings: slot above (Sync, 0) |
//! | X is below the Application Y | X's branch under Y comes before what Y's chart brings: slot below (Sync, 0) |

use super::Platform;
use super::object::{PLAIN, Slot};
use super::report::Report;

/// The key in argocd-cm that gives Applications a health.
const HEALTH: &str = "resource.customizations.health.argoproj.io_Application";

/// Whether the object with index `x` comes before the one with index `y`.
///
/// # Errors
/// Why not, in one sentence.
pub fn before(platform: &Platform, x: usize, y: usize) -> Result<(), String> {
    let (up_x, up_y) = (platform.owners.chain(x), platform.owners.chain(y));
    let objects = &platform.tree.objects;
    let Some((at_x, at_y)) = meeting(&up_x, &up_y) else {
        return Err("no Application holds both, so nothing orders them".into());
    };
    let held_by = objects[up_x[at_x]].name();
    // The branch of an end that is itself the meeting point is what its chart brings.
    let branch = |chain: &[usize], at: usize| match at.checked_sub(1) {
        Some(below) => (objects[chain[below]].slot(), objects[chain[below]].to_string()),
        None => (PLAIN, format!("what {held_by} itself brings")),
    };
    let ((slot_x, first), (slot_y, second)) = (branch(&up_x, at_x), branch(&up_y, at_y));
    if slot_x < slot_y {
        return Ok(());
    }
    let phase = |slot: Slot| match slot.0 {
        ..1 => "PreSync",
        1 => "Sync",
        2.. => "PostSync",
    };
    let place = |slot: Slot| format!("{} wave {}", phase(slot), slot.1);
    Err(format!("in the sync of {held_by}, {first} has {} and {second} has {}", place(slot_x), place(slot_y)))
}

/// Places of the first common element in both chains.
fn meeting(x: &[usize], y: &[usize]) -> Option<(usize, usize)> {
    x.iter().enumerate().find_map(|(at_x, app)| Some((at_x, y.iter().position(|other| other == app)?)))
}

/// The health customization must be there before the first child Application is: in a ConfigMap that the root applies
/// itself, in a wave lower than that of every Application it holds.
pub fn health(platform: &Platform, report: &mut Report) {
    let objects = &platform.tree.objects;
    let cm = objects.iter().position(|object| object.is("", "ConfigMap") && object.name() == "argocd-cm");
    let Some(cm) = cm else {
        return report
            .broken("argocd-cm", "not rendered as a manifest, so waves between Applications wait for nothing");
    };
    let script = objects[cm].value["data"][HEALTH].as_str().unwrap_or_default();
    if !script.contains("health") || !script.contains("return") {
        report.fact("argocd-cm", HEALTH, "a Lua script that returns the health of the Application", script);
    }
    if platform.owners.one(cm) != platform.owners.root() {
        return report.broken("argocd-cm", "must be held by the root itself, to be there before its first child");
    }
    for (app, object) in platform.tree.applications().filter(|(app, _)| Some(*app) != platform.owners.root()) {
        if let Err(why) = before(platform, cm, app) {
            report.broken("argocd-cm", format!("must come before {object}: {why}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(kind: &str, name: &str, wave: &str, path: &str) -> String {
        let (api, spec) = match kind {
            "Application" => ("argoproj.io/v1alpha1", format!("spec: {{source: {{path: {path}}}}}\n")),
            _ => ("v1", String::new()),
        };
        let wave = format!("annotations: {{argocd.argoproj.io/sync-wave: '{wave}'}}");
        format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}, namespace: n, {wave}}}\n{spec}")
    }

    /// root -> first (1) {one (0), two (5)}, second (2) {three (0) {m (-1), n (3)}}
    fn platform() -> Platform {
        let texts = [
            ("root.yaml", object("Application", "root", "0", "apps")),
            ("apps/first.yaml", object("Application", "first", "1", "apps/first")),
            ("apps/second.yaml", object("Application", "second", "2", "apps/second")),
            ("apps/first/one.yaml", object("Application", "one", "0", "none")),
            ("apps/first/two.yaml", object("Application", "two", "5", "none")),
            ("apps/second/three.yaml", object("Application", "three", "0", "apps/second/three")),
            ("apps/second/three/m.yaml", object("ConfigMap", "m", "-1", "")),
            ("apps/second/three/n.yaml", object("ConfigMap", "n", "3", "")),
            ("lost.yaml", object("ConfigMap", "lost", "0", "")),
        ];
        let files: Vec<(&str, &str)> = texts.iter().map(|(file, text)| (*file, text.as_str())).collect();
        Platform::sample(&files, json!({}))
    }

    fn is_before(x: &str, y: &str) -> Result<(), String> {
        let platform = platform();
        let index = |name: &str| platform.tree.objects.iter().position(|object| object.name() == name).unwrap();
        before(&platform, index(x), index(y))
    }

    #[test]
    fn siblings_by_their_own_wave() {
        assert_eq!(is_before("one", "two"), Ok(()));
        assert!(is_before("two", "one").unwrap_err().contains("in the sync of first"));
        assert!(is_before("one", "one").is_err());
    }

    #[test]
    fn strangers_by_the_branch_under_the_common_application() {
        assert_eq!(is_before("two", "three"), Ok(()), "5 inside first is before 0 inside second");
        assert_eq!(is_before("two", "m"), Ok(()));
        assert!(is_before("m", "two").unwrap_err().contains("in the sync of root"));
    }

    #[test]
    fn inside_an_application_against_what_its_chart_brings() {
        assert_eq!(is_before("three", "n"), Ok(()));
        assert!(is_before("three", "m").is_err());
        assert_eq!(is_before("m", "three"), Ok(()));
        assert!(is_before("n", "three").unwrap_err().contains("itself brings"));
    }

    #[test]
    fn nothing_orders_an_object_without_owner() {
        assert!(is_before("one", "lost").unwrap_err().contains("no Application holds both"));
    }

    #[test]
    fn a_missing_health_customization_is_reported() {
        let mut report = Report::default();
        health(&platform(), &mut report);
        assert!(report.text().contains("argocd-cm"));
    }

    #[test]
    fn health_must_come_before_every_application() {
        let data = format!("data:\n  {HEALTH}: |\n    return obj.status.health\n");
        let judge = |wave: &str| {
            let (root, app) = (object("Application", "root", "0", "apps"), object("Application", "a", "0", "x"));
            let cm = object("ConfigMap", "argocd-cm", wave, "") + &data;
            let platform = Platform::sample(
                &[("root.yaml", root.as_str()), ("apps/a.yaml", app.as_str()), ("apps/cm.yaml", cm.as_str())],
                json!({}),
            );
            let mut report = Report::default();
            health(&platform, &mut report);
            report.len()
        };
        assert_eq!((judge("-9"), judge("0")), (0, 1));
    }
}
