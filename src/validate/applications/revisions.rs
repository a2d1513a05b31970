//! Revisions that can change by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::read::{Facts, Kind, Source};
use crate::base::git_url::normal;
use crate::diag::{Bag, Finding};
use crate::model::plan::Plan;
use crate::model::revision::{is_exact, is_one_chart, is_pinned};

crate::codes! {
    /// An Application follows something that moves: a branch, `HEAD`, `latest`, a range of versions.
    ///
    /// What it deploys can change without a change that anybody reviewed, two clusters may run different things under one
    /// revision, and going back to an older commit of the platform brings nothing back. The platform's own repository
    /// is not meant: it moves with each change that was merged. In a protected environment it is an error,
    /// `protected-unpinned`.
    ///
    /// Write a full version of a chart, a tag or commit of a repository, a tag with three numbers or a digest of an artifact.
    /// Where an environment is to follow a branch, turn the note off there:
    /// `checks: { overrides: [{ when: { environment: dev }, levels: { floating-revision: off } }] }`.
    FLOATING_REVISION = "floating-revision": note;
}

/// Runs the rule. What several Applications share is reported once.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let own = plan.repositories.all.first().map(|own| normal(&own.url));
    let mut found: BTreeMap<(u32, &str), Vec<(&Facts, &Source)>> = BTreeMap::new();
    for app in facts.iter().filter(|f| matches!(f.kind, Kind::Application | Kind::Set)) {
        for source in app.sources.iter().filter(|s| moves(s) && own.as_ref() != Some(&normal(&s.url.text))) {
            found.entry((source.at.lo, &source.revision)).or_default().push((app, source));
        }
    }
    for shared in found.values() {
        let Some((app, source)) = shared.first() else { continue };
        let environments = shared.iter().map(|(app, _)| app.environment.as_ref()).collect();
        bag.push(finding(app, source, &environments));
    }
}

/// Parameters, and what is to be filled in yet, may be anything.
fn moves(source: &Source) -> bool {
    let revision = &*source.revision;
    let open = source.url.text.contains("{{") || revision.contains(['{', '$', '<']) && revision.contains(['}', '>']);
    let still = match (source.chart, source.is_versioned()) {
        (true, _) => is_one_chart(revision),
        (_, true) => is_exact(revision),
        _ => is_pinned(revision),
    };
    !open && !still
}

fn finding(app: &Facts, source: &Source, environments: &BTreeSet<Option<&Arc<str>>>) -> Finding {
    let (name, revision) = (&app.name, &source.revision);
    let (message, help) = if source.is_versioned() {
        let what = if source.chart { "chart" } else { "artifact" };
        let message = format!("`{name}` takes whatever `{revision}` of its {what} is at the time");
        (message, format!("write one version of the {what} in full, with three numbers"))
    } else {
        let message = format!("`{name}` follows `{revision}` of `{}`, which can change by itself", source.url.text);
        (message, "write a tag or a commit".to_owned())
    };
    let mut finding = Finding::note(&FLOATING_REVISION, source.at, message, help);
    // One that several environments share is about all of them.
    finding.environment = environments.first().filter(|_| environments.len() == 1).copied().flatten().cloned();
    finding
}
