//! Annotations of a workflow run on GitHub: workflow commands `::warning file=…::message`.
//!
//! Facts: GitHub shows ten annotations of each level for a step; `%`, line ends, and in properties `:` and `,` are escaped.

use std::fmt::Write as _;

use super::words;
use crate::model::changes::{Changes, Class};

/// Annotations of one level that are shown for a step.
const MOST: usize = 10;

/// A warning for each grave change, and a notice with the counts. `prefix` is the path of the tree in the repository.
#[must_use]
pub fn report(changes: &Changes, prefix: &str) -> String {
    let mut grave: Vec<_> = changes
        .all
        .iter()
        .flat_map(|change| change.impacts.iter().filter(|i| is_grave(i.class)).map(move |impact| (change, impact)))
        .collect();
    grave.sort_by(|(a, x), (b, y)| y.class.cmp(&x.class).then_with(|| a.path().cmp(b.path())));
    let more = grave.len().saturating_sub(MOST);
    let mut out = String::new();
    for (change, impact) in grave.into_iter().take(MOST) {
        // What is gone has no file to point at.
        let file = change.after.as_ref().map(|subject| match prefix.trim_end_matches('/') {
            "" => subject.path.to_string(),
            prefix => format!("{prefix}/{}", subject.path),
        });
        let file = file.map_or_else(String::new, |file| format!("file={},", property(&file)));
        let title = property(&format!("{}: {}", impact.class, words::label(change)));
        let _ = writeln!(out, "::warning {file}title={title}::{}", data(&impact.reason));
    }
    let left = if more == 0 { String::new() } else { format!("; {} not shown here", words::count(more, "warning")) };
    let states = changes.between.as_ref().map(|(before, after)| format!("; before: {before}; after: {after}"));
    let states = data(&states.unwrap_or_default());
    let _ = writeln!(out, "::notice title=sailplan diff::{}{left}{states}", data(&words::summary(changes)));
    out
}

/// Whether somebody should look at it before it happens.
fn is_grave(class: Class) -> bool {
    class > Class::PermissionNarrowed
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
