//! "Did you mean": the known name nearest to an unknown one.

/// Longest part of a name that is compared, in characters.
const LONGEST: usize = 64;

/// The candidate nearest to `name`, if it is near enough to be what was meant: at most one edit for
/// three letters. An edit inserts, removes, replaces or swaps neighbours; case does not count.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = letters(name);
    let near = |candidate: &'c str| {
        if apart(name, candidate) > name.len().max(candidate.len()).div_ceil(3) {
            return None;
        }
        let other = letters(candidate);
        let limit = wanted.len().max(other.len()).div_ceil(3);
        let distance = edits(&wanted, &other);
        (distance <= limit && distance < other.len()).then_some((distance, candidate))
    };
    candidates.into_iter().filter_map(near).min_by(std::cmp::Ord::cmp).map(|(_, candidate)| candidate)
}

/// The candidate that `name` is a slip of the pen for, where there is no doubt: it is one edit away, or two in a word
/// of eight letters and more, and no other candidate comes near. What can be written without asking.
pub fn sure<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = letters(name);
    // Those that are further away decide nothing.
    let close = candidates.into_iter().filter(|candidate| apart(name, candidate) <= 3);
    let mut near: Vec<(usize, &str)> = close.map(|c| (edits(&wanted, &letters(c)), c)).collect();
    near.sort_unstable();
    near.dedup();
    let (best, found) = near.first().copied()?;
    let alone = near.get(1).is_none_or(|(next, _)| *next > best + 1);
    (best <= 2 && best * 4 <= wanted.len() && alone).then_some(found)
}

fn letters(text: &str) -> Vec<char> {
    text.chars().take(LONGEST).flat_map(char::to_lowercase).collect()
}

/// So many edits lie between two names at least: each adds or removes one character, and one kind of them at most. Cheap,
/// and enough to pass over most names. Nothing is said of names that are not ASCII, or long.
fn apart(a: &str, b: &str) -> usize {
    if a.len().max(b.len()) > LONGEST || !a.is_ascii() || !b.is_ascii() {
        return 0;
    }
    // A letter has the same bit in upper and lower case.
    let kinds = |text: &str| text.bytes().fold(0_u32, |kinds, byte| kinds | 1 << (byte & 31));
    let (in_a, in_b) = (kinds(a), kinds(b));
    let missing = (in_a & !in_b).count_ones().max((in_b & !in_a).count_ones());
    a.len().abs_diff(b.len()).max(missing as usize)
}

/// Optimal string alignment distance.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &ca) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &cb) in b.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j) + usize::from(ca != cb)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = j > 0 && i > 0 && a.get(i - 1) == Some(&cb) && b.get(j - 1) == Some(&ca);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

/// A list of names for a help line: sorted, quoted, cut after `max` with a count of the rest.
pub fn listing<'c>(names: impl IntoIterator<Item = &'c str>, max: usize) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(max);
    let shown: Vec<String> = names.iter().take(max).map(|n| format!("`{n}`")).collect();
    match more {
        0 => shown.join(", "),
        n => format!("{} and {n} more", shown.join(", ")),
    }
}
