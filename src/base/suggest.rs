//! "Did you mean": the known name nearest to an unknown one.

/// The candidate nearest to `name`, if it is near enough to be what was meant: at most one edit for
/// three letters. An edit inserts, removes, replaces or swaps neighbours; case does not count.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name: Vec<char> = name.chars().take(64).flat_map(char::to_lowercase).collect();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other: Vec<char> = candidate.chars().take(64).flat_map(char::to_lowercase).collect();
            let limit = name.len().max(other.len()).div_ceil(3);
            let distance = edits(&name, &other);
            (distance <= limit && distance < other.len()).then_some((distance, candidate))
        })
        .min_by(std::cmp::Ord::cmp)
        .map(|(_, candidate)| candidate)
}

/// The candidate that `name` is a slip of the pen for, where there is no doubt: it is one edit away, or two in a word
/// of eight letters and more, and no other candidate comes near. What can be written without asking.
pub fn sure<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let letters = |text: &str| -> Vec<char> { text.chars().take(64).flat_map(char::to_lowercase).collect() };
    let name = letters(name);
    let distance = |candidate: &str| edits(&name, &letters(candidate));
    let mut near: Vec<(usize, &str)> = candidates.into_iter().map(|c| (distance(c), c)).collect();
    near.sort_unstable();
    near.dedup();
    let (best, found) = near.first().copied()?;
    let alone = near.get(1).is_none_or(|(next, _)| *next > best + 1);
    (best <= 2 && best * 4 <= name.len() && alone).then_some(found)
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
