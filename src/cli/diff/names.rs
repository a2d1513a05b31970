//! Lists for machines: one entry a line, or ended by a NUL.

use std::collections::BTreeSet;

use super::compare::Compare;
use crate::diff::{Affected, Home, affected};
use crate::model::about::About;

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Names {
    /// Paths of files that are not the same.
    Paths,
    /// Objects that are not the same, as `Application argocd/harbor`; a path where a file holds none.
    Objects,
}

/// Each name once, in byte order.
pub fn names(compare: &Compare, what: Names, nul: bool) -> String {
    let subjects = compare.changes.all.iter().flat_map(|change| change.before.iter().chain(&change.after));
    let name = |subject: &crate::model::changes::Subject| match what {
        Names::Paths => subject.path.to_string(),
        Names::Objects => subject.label(),
    };
    lines(subjects.map(name).collect::<BTreeSet<_>>(), nul)
}

/// Applications that will be refreshed: name, cluster and project, with a tab between.
pub fn refreshed(compare: &Compare, about: &About, nul: bool) -> String {
    let home = Home { url: &about.url, root: &about.root };
    let line = |a: Affected| format!("{}\t{}\t{}", a.application, a.cluster, a.project);
    lines(affected(&compare.tree, &compare.changes, home).into_iter().map(line), nul)
}

fn lines(items: impl IntoIterator<Item = String>, nul: bool) -> String {
    let end = if nul { "\0" } else { "\n" };
    items.into_iter().flat_map(|item| [item, end.to_owned()]).collect()
}
