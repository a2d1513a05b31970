//! Data that automated sync deletes.

use super::facts::{App, Facts, OPTIONS, Role};
use super::scene::{Scene, entries, kept_by_values};
use super::state::Loss;
use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::validate::secrets::Chart;

crate::codes! {
    /// Automated sync prunes, and among what it may prune is data.
    ///
    /// Whatever leaves the source is deleted at the next sync, without a question: a volume claim whose file was renamed, a
    /// database of an operator whose chart value was turned off, all of them when a path comes out empty. It is a warning
    /// where the data goes with the object: PersistentVolumeClaims, databases of operators, StatefulSets that delete their
    /// claims. It is a note where volumes stay and what serves them is gone: other StatefulSets, in charts too.
    ///
    /// Give the object the annotation `argocd.argoproj.io/sync-options: Prune=confirm`, or `Prune=false`. For charts the
    /// help names the value that takes annotations. From Argo CD 3.4 on `Prune=confirm` among the sync options of the Application
    /// is enough; before, it is passed over there. Or set `prune: false`. `Delete=false` and `helm.sh/resource-policy: keep` are about the
    /// deletion of the Application, and do not keep anything from being pruned.
    PRUNE_STATEFUL = "prune-stateful": warning note;
}

/// Runs the rule.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for holder in scene.input.facts {
        let Role::Holder(loss) = &holder.role else { continue };
        let Some((facts, app, _)) = scene.owner(&holder.path) else { continue };
        if prunes(scene, app) && !holder.kept.prune {
            object(scene, holder, *loss, facts, bag);
        }
    }
    for chart in scene.input.charts {
        let Some((facts, app)) = scene.deployed(chart).filter(|(_, app)| prunes(scene, app)) else { continue };
        for (_, entry) in entries(chart, "state").filter(|(_, entry)| !kept_by_values(chart, entry).prune) {
            of_chart(scene, chart, entry, (facts, app), bag);
        }
    }
}

/// Whether an Application prunes by itself, and nobody is asked.
fn prunes(scene: &Scene, app: &App) -> bool {
    app.prunes.is_some() && !scene.options(app).prune
}

fn object(scene: &Scene, holder: &Facts, loss: Loss, app: &Facts, bag: &mut Bag) {
    let (kind, name) = (&holder.kind, &holder.name);
    let message = format!("`{}` prunes {kind} `{name}` unasked once it leaves the source, {}", app.name, fate(loss));
    let help = format!("annotate it with `{OPTIONS}: Prune=confirm`, or set `prune: false`");
    let finding = finding(loss, scene.at(holder.at, holder), message, help);
    bag.push(finding.also(app.origin, "the Application"));
}

fn of_chart(scene: &Scene, chart: &Chart, entry: &Value, (facts, app): (&Facts, &App), bag: &mut Bag) {
    let loss = match entry.get("lost").and_then(Value::as_bool) {
        Some(true) => Loss::Data,
        _ => Loss::Service,
    };
    let holds = entry.str_at("holds").unwrap_or_default();
    let message = format!("`{}` prunes {holds} unasked once it leaves the chart, {}", facts.name, fate(loss));
    let help = match entry.str_at("keeps") {
        _ if scene.for_all() => "add `Prune=confirm` to the sync options, or set `prune: false`".to_owned(),
        Some(path) => format!("write `{OPTIONS}: Prune=confirm` under the value `{path}`, or set `prune: false`"),
        None => "set `prune: false`".to_owned(),
    };
    let place = scene.at(app.prunes.unwrap_or_default(), facts);
    bag.push(finding(loss, place, message, help).also(scene.at(chart.release.span, facts), "the chart"));
}

fn fate(loss: Loss) -> &'static str {
    match loss {
        Loss::Data => "and the data with it",
        Loss::Service => "though its volumes stay",
    }
}

fn finding(loss: Loss, place: crate::base::Span, message: String, help: String) -> Finding {
    match loss {
        Loss::Data => Finding::warning(&PRUNE_STATEFUL, place, message, help),
        Loss::Service => Finding::note(&PRUNE_STATEFUL, place, message, help),
    }
}
