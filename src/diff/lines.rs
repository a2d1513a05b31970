//! Lines of the files that changed, with their secrets covered.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::mask;
use super::read::Contents;
use crate::base::lines::{Line, lines};
use crate::model::changes::{Change, Side};

/// Equal lines around each difference.
const CONTEXT: usize = 3;
/// Largest file whose lines are compared, in bytes.
const LARGEST: usize = 4 << 20;

/// Gives lines to the first change of each file.
pub fn attach(changes: &mut [Change], before: &dyn Side, after: &dyn Side) {
    let mut first: BTreeMap<(Option<String>, Option<String>), usize> = BTreeMap::new();
    for (number, change) in changes.iter().enumerate() {
        let path = |subject: &Option<crate::model::changes::Subject>| subject.as_ref().map(|s| s.path.to_string());
        first.entry((path(&change.before), path(&change.after))).or_insert(number);
    }
    let wanted: Vec<_> = first.into_iter().collect();
    let found: Vec<(usize, Option<Vec<Line>>)> = wanted
        .into_par_iter()
        .map(|((old, new), number)| {
            let side = |side: &dyn Side, path: Option<&String>| match path {
                None => Some(String::new()),
                Some(path) => shown(path, side),
            };
            let texts = side(before, old.as_ref()).zip(side(after, new.as_ref()));
            (number, texts.map(|(old, new)| lines(&old, &new, CONTEXT)))
        })
        .collect();
    for (number, lines) in found {
        if let Some(change) = changes.get_mut(number) {
            change.lines = lines;
        }
    }
}

/// The text of a file without its secrets.
fn shown(path: &str, side: &dyn Side) -> Option<String> {
    let bytes = side.read(path)?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| text.len() <= LARGEST)?;
    let contents = Contents::of(path, &bytes);
    let objects = contents.objects.iter().map(|(_, object)| object);
    Some(mask::shown(text, &objects.chain(&contents.rest).collect::<Vec<_>>()))
}
