//! Where in a text a matcher first fits, and the lengths of text that it takes there.

use super::super::Failure;
use super::text::{chars, find, from};
use super::whole::row_matches;
use super::{Matcher, spend};

/// The place, and the lengths in ascending order.
pub(super) type Fit = Option<(usize, Vec<usize>)>;

impl Matcher {
    pub(super) fn fit(&self, text: &[u8], fuel: &mut usize) -> Result<Fit, Failure> {
        spend(fuel, text.len() / 8 + 1)?;
        Ok(match self {
            Self::Nothing => Some((0, vec![0])),
            Self::Text { bytes, .. } => find(text, bytes).map(|at| (at, vec![bytes.len()])),
            Self::Super => Some((0, starts(text, 0))),
            Self::Single | Self::List { .. } | Self::Range { .. } => {
                chars(text).find(|(_, c)| self.takes(*c)).map(|(at, c)| (at, vec![c.len_utf8()]))
            }
            Self::Prefix(prefix) => find(text, prefix).map(|at| {
                let rest = from(text, at + prefix.len());
                let ends = chars(rest).map(|(i, c)| prefix.len() + i + c.len_utf8());
                (at, std::iter::once(prefix.len()).chain(ends).collect())
            }),
            Self::Suffix(suffix) => find(text, suffix).map(|at| (0, vec![at + suffix.len()])),
            Self::PrefixSuffix(prefix, suffix) => fit_both(text, prefix, suffix),
            Self::Contains { needle, not } => fit_contains(text, needle, *not),
            Self::Min(least) => {
                let ends = chars(text).skip(least.saturating_sub(1)).map(|(i, c)| i + c.len_utf8());
                let ends: Vec<usize> = ends.collect();
                (text.len() >= *least && !ends.is_empty()).then_some((0, ends))
            }
            Self::Max(most) => {
                let ends = chars(text).take(*most).map(|(i, c)| i + c.len_utf8());
                Some((0, std::iter::once(0).chain(ends).collect()))
            }
            Self::AnyOf(all) => fit_any(all, text, fuel)?,
            Self::EveryOf(all) => fit_every(all, text, fuel)?,
            Self::Row { all, len } => fit_row(all, *len, text, fuel)?,
            Self::Tree(_) => None,
        })
    }
}

/// Where each character starts, and the end, moved by `offset`.
fn starts(text: &[u8], offset: usize) -> Vec<usize> {
    chars(text).map(|(i, _)| offset + i).chain([offset + text.len()]).collect()
}

fn fit_both(text: &[u8], prefix: &[u8], suffix: &[u8]) -> Fit {
    let at = find(text, prefix)?;
    let mut rest = from(text, at);
    let mut lens = Vec::new();
    while let Some(found) = rest.windows(suffix.len().max(1)).rposition(|w| w == suffix) {
        lens.push(found + suffix.len());
        rest = rest.get(..found).unwrap_or_default();
    }
    lens.reverse();
    (!lens.is_empty()).then_some((at, lens))
}

fn fit_contains(text: &[u8], needle: &[u8], not: bool) -> Fit {
    let found = find(text, needle);
    if not {
        return Some((0, starts(text.get(..found.unwrap_or(text.len())).unwrap_or_default(), 0)));
    }
    let offset = found? + needle.len();
    Some((0, starts(from(text, offset), offset)))
}

/// The leftmost place where one of them fits, with the lengths of all that fit there.
fn fit_any(all: &[Matcher], text: &[u8], fuel: &mut usize) -> Result<Fit, Failure> {
    let mut best: Fit = None;
    for matcher in all {
        let Some((at, lens)) = matcher.fit(text, fuel)? else { continue };
        match &mut best {
            Some((least, _)) if *least < at => {}
            Some((least, known)) if *least == at => *known = merged(known, &lens),
            _ => best = Some((at, lens)),
        }
    }
    Ok(best)
}

/// Two ascending lists as one, without what both have.
fn merged(one: &[usize], two: &[usize]) -> Vec<usize> {
    let mut all = [one, two].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// Lengths at which all of them fit, one after the other from where the one before fits.
fn fit_every(all: &[Matcher], text: &[u8], fuel: &mut usize) -> Result<Fit, Failure> {
    let mut current: Vec<usize> = Vec::new();
    let (mut index, mut offset) = (0_usize, 0_usize);
    for (i, matcher) in all.iter().enumerate() {
        let Some((at, lens)) = matcher.fit(from(text, index), fuel)? else { return Ok(None) };
        if i == 0 {
            current = lens;
        } else {
            // All that can stand here fit at 0, so nothing moves.
            spend(fuel, current.len() / 8)?;
            current.retain(|n| lens.binary_search(n).is_ok());
            if current.is_empty() {
                return Ok(None);
            }
        }
        index = at + offset;
        offset += at;
    }
    Ok(Some((index, current)))
}

fn fit_row(all: &[Matcher], len: usize, text: &[u8], fuel: &mut usize) -> Result<Fit, Failure> {
    for (at, _) in chars(text) {
        let rest = from(text, at);
        if rest.len() < len {
            break;
        }
        if row_matches(all, rest, fuel)? {
            return Ok(Some((at, vec![len])));
        }
    }
    Ok(None)
}
