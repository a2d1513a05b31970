//! What goes with an Application, and with that what everything rests on.

use crate::base::hash::{HashMap, HashSet};
use std::collections::{BTreeMap, BTreeSet};

use super::facts::{App, Facts, OPTIONS, Role};
use super::scene::{Scene, entries, kept_by_values};
use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::model::instance::LOCAL_NAME;
use crate::source::path::parent;
use crate::validate::Seen;
use crate::validate::secrets::Chart;

crate::codes! {
    /// Deleting an Application deletes what the whole platform rests on.
    ///
    /// With the finalizer `resources-finalizer.argocd.argoproj.io` everything that an Application deployed goes with it: when somebody
    /// deletes it, and when its parent prunes it because its file was moved or renamed. For most apps that is right. For Argo CD
    /// itself, for Vault, and for what brings the kinds of other apps' objects it is not: with a CustomResourceDefinition all objects of
    /// its kind are deleted in the whole cluster, with an ExternalSecret its Secret, with a database of an operator its data.
    ///
    /// Write `criticality: critical` (or `finalizer: none`): the Application then leaves its resources. Or keep the finalizer, and
    /// let somebody agree before the parent prunes the Application: annotate it with
    /// `argocd.argoproj.io/sync-options: Prune=confirm`. CustomResourceDefinitions may keep themselves, by `Delete=false` or
    /// `helm.sh/resource-policy: keep`; so may all objects of the Application from Argo CD 3.4 on, by `Delete=confirm` among its
    /// sync options.
    CASCADE_ON_CRITICAL = "cascade-on-critical": warning;
}

/// API groups of definitions, by cluster and the Application that brings them.
type Brought<'a> = BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>;

/// Runs the rule.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let mut said: HashSet<&str> = HashSet::default();
    let mut brought: Brought = BTreeMap::new();
    for chart in scene.input.charts {
        let Some((facts, app)) = scene.deployed(chart).filter(|(facts, app)| cascades(scene, facts, app)) else {
            continue;
        };
        if let Some(what) = foundation(scene, chart)
            && said.insert(&facts.name)
        {
            let message = format!("deleting the Application `{}` deletes {what}", facts.name);
            bag.push(finding(scene, facts, app, message));
        }
        let skips = |entry: &Value| chart.release.skips_crds && entry.get("folder").is_some();
        for (_, entry) in entries(chart, "definitions").filter(|(_, e)| !skips(e) && !kept_by_values(chart, e).delete) {
            let groups = entry.get("groups").and_then(Value::as_list).unwrap_or_default();
            let key = (chart.app.cluster, &*chart.app.facts.name);
            brought.entry(key).or_default().extend(groups.iter().filter_map(Value::as_str));
        }
    }
    for facts in scene.input.facts.iter().filter(|facts| !facts.kept.delete) {
        let Role::Definition(group) = &facts.role else { continue };
        let owner = scene.owner(&facts.path).filter(|(facts, app, _)| cascades(scene, facts, app));
        let Some((owner, _, folder)) = owner else { continue };
        brought.entry((&folder.cluster, &owner.name)).or_default().insert(group);
    }
    kinds(scene, &brought, &said, bag);
}

/// Whether the resources of an Application go with it, and nobody is asked.
fn cascades(scene: &Scene, facts: &Facts, app: &App) -> bool {
    app.cascades.is_some() && !scene.options(app).delete && !facts.kept.prune
}

/// What of a chart the platform rests on.
fn foundation<'c>(scene: &Scene, chart: &'c Chart) -> Option<&'c str> {
    let argocd = scene.input.plan.platform.get("argocd").and_then(|a| a.str_at("namespace")).unwrap_or_default();
    let own = chart.app.cluster == LOCAL_NAME && chart.app.namespace == argocd;
    let (file, entry) = entries(chart, "foundation").next()?;
    // Another Argo CD is an app like others.
    (own || file.get("argocd").is_none()).then(|| entry.str_at("says")).flatten()
}

/// Applications that bring kinds which objects of others have.
fn kinds<'a>(scene: &Scene<'a>, brought: &Brought<'a>, said: &HashSet<&str>, bag: &mut Bag) {
    let mut users: HashMap<(&str, &str), Vec<(&Seen, &str)>> = HashMap::default();
    let wanted: HashSet<(&str, &str)> =
        brought.iter().flat_map(|((cluster, _), groups)| groups.iter().map(move |group| (*cluster, *group))).collect();
    for object in scene.input.seen.iter().filter(|_| !wanted.is_empty()) {
        let Some(folder) = scene.input.plan.folders.get(parent(&object.path)) else { continue };
        let key = (&*folder.cluster, &*object.identity.group);
        if wanted.contains(&key) {
            users.entry(key).or_default().push((object, &folder.owner));
        }
    }
    for ((cluster, name), groups) in brought.iter().filter(|((_, name), _)| !said.contains(name)) {
        let of_group = |group: &&'a str| users.get(&(*cluster, *group)).map(Vec::as_slice).unwrap_or_default();
        let others: Vec<_> = groups.iter().flat_map(of_group).filter(|(_, owner)| owner != name).collect();
        let (Some((first, owner)), Some((facts, app))) = (others.first(), scene.app(name)) else { continue };
        let of = if owner.is_empty() { String::new() } else { format!(" of `{owner}`") };
        let one = format!("{} `{}`{of}", first.identity.kind, first.identity.name);
        let what = match others.len() - 1 {
            0 => one,
            more => format!("{one} and {more} more"),
        };
        let message = format!("deleting the Application `{name}` deletes its kinds, and with them {what}");
        bag.push(finding(scene, facts, app, message).also(first.origin, "an object of these kinds"));
    }
}

fn finding(scene: &Scene, facts: &Facts, app: &App, message: String) -> Finding {
    let help = format!(
        "write `criticality: critical`, which leaves the finalizer out, or annotate the Application with `{OPTIONS}: \
         Prune=confirm`"
    );
    Finding::warning(&CASCADE_ON_CRITICAL, scene.at(app.cascades.unwrap_or_default(), facts), message, help)
}
