//! Which files differ.

use rayon::prelude::*;

use crate::model::changes::{Counts, Side};

/// A path that is in one tree only, or has other bytes in the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'s> {
    /// The path.
    pub path: &'s str,
    /// Whether the first tree has it.
    pub before: bool,
    /// Whether the second tree has it.
    pub after: bool,
}

/// The files that differ, in byte order of their paths, and how many files there are. Nothing is parsed.
pub fn differing<'s>(before: &'s dyn Side, after: &'s dyn Side) -> (Vec<Pair<'s>>, Counts) {
    let (left, right) = (before.paths(), after.paths());
    let mut pairs = Vec::with_capacity(left.len().max(right.len()));
    let (mut i, mut j) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let (path, in_left, in_right) = match (i.peek(), j.peek()) {
            (Some(l), Some(r)) if l == r => (**l, true, true),
            (Some(l), Some(r)) if l < r => (**l, true, false),
            (Some(l), None) => (**l, true, false),
            (_, Some(r)) => (**r, false, true),
            (None, None) => break,
        };
        if in_left {
            i.next();
        }
        if in_right {
            j.next();
        }
        pairs.push(Pair { path, before: in_left, after: in_right });
    }
    let differs = |pair: &Pair| !(pair.before && pair.after && same(before, after, pair.path));
    let (files, files_before, files_after) = (pairs.len(), left.len(), right.len());
    let differing: Vec<Pair> = pairs.into_par_iter().filter(differs).collect();
    let files_differ = differing.len();
    (differing, Counts { files, files_before, files_after, files_differ, ..Counts::default() })
}

fn same(before: &dyn Side, after: &dyn Side, path: &str) -> bool {
    after.read(path).is_some_and(|bytes| before.holds(path, &bytes))
}
