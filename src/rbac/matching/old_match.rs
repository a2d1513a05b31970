//! How the matchers of gobwas/glob 0.2.3 match, faults included.
//!
//! Facts: its package `match`. A matcher either matches a whole text, or says where in a text it first fits and at
//! which lengths ([`Fit`]). Texts are bytes, as some matchers cut characters apart.

use super::Failure;

/// Where a matcher fits, and the lengths of text that it takes there.
type Fit = Option<(usize, Vec<usize>)>;

/// Steps that one match may take. The library has no limit; patterns that need more are made to need more.
const FUEL: usize = 1_000_000;

/// A matcher of the old library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matcher {
    Nothing,
    /// A text, and the number of its characters.
    Text {
        bytes: Vec<u8>,
        chars: usize,
    },
    Super,
    Single,
    List {
        chars: Vec<char>,
        not: bool,
    },
    Range {
        lo: char,
        hi: char,
        not: bool,
    },
    Prefix(Vec<u8>),
    Suffix(Vec<u8>),
    PrefixSuffix(Vec<u8>, Vec<u8>),
    Contains {
        needle: Vec<u8>,
        not: bool,
    },
    /// At least so many characters.
    Min(usize),
    /// At most so many characters.
    Max(usize),
    AnyOf(Vec<Matcher>),
    EveryOf(Vec<Matcher>),
    Row {
        all: Vec<Matcher>,
        len: usize,
    },
    Tree(Box<Tree>),
}

/// A matcher that is looked for, and what has to match before and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    pub(super) value: Matcher,
    pub(super) left: Option<Matcher>,
    pub(super) right: Option<Matcher>,
    /// Characters of left, value and right, where these are fixed; no side counts as 0.
    lens: [Option<usize>; 3],
}

impl Tree {
    pub(super) fn matcher(value: Matcher, left: Option<Matcher>, right: Option<Matcher>) -> Matcher {
        let side = |side: &Option<Matcher>| side.as_ref().map_or(Some(0), Matcher::len);
        let lens = [side(&left), value.len(), side(&right)];
        Matcher::Tree(Box::new(Self { value, left, right, lens }))
    }
}

/// Whether a whole text matches. An error where the library crashes.
pub(super) fn matches(matcher: &Matcher, text: &str) -> Result<bool, Failure> {
    matcher.matches(text.as_bytes(), &mut FUEL.clone())
}

/// The first character and its width; as in Go, a byte that is none counts as U+FFFD.
fn first(text: &[u8]) -> (char, usize) {
    let end = text.len().min(4);
    let head = text.get(..end).unwrap_or_default();
    match head.utf8_chunks().next() {
        Some(chunk) => match chunk.valid().chars().next() {
            Some(c) => (c, c.len_utf8()),
            None => (char::REPLACEMENT_CHARACTER, 1),
        },
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

/// Each character with its first byte.
fn chars(text: &[u8]) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|r| !r.is_empty())?;
        let (c, width) = first(rest);
        at += width;
        Some((at - width, c))
    })
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    text.windows(needle.len()).position(|w| w == needle)
}

fn from(text: &[u8], at: usize) -> &[u8] {
    text.get(at..).unwrap_or_default()
}

fn spend(fuel: &mut usize, steps: usize) -> Result<(), Failure> {
    *fuel = fuel.checked_sub(steps).ok_or(Failure)?;
    Ok(())
}

impl Matcher {
    pub(super) fn text(text: &str) -> Self {
        Self::Text { bytes: text.as_bytes().to_vec(), chars: text.chars().count() }
    }

    /// How many characters it takes, where that is fixed. The answers for choices are those of the library: wrong
    /// where only the first alternative has no fixed length.
    pub(super) fn len(&self) -> Option<usize> {
        match self {
            Self::Nothing => Some(0),
            Self::Text { chars, .. } => Some(*chars),
            Self::Single | Self::List { .. } | Self::Range { .. } => Some(1),
            Self::Row { len, .. } => Some(*len),
            Self::Tree(tree) => tree.lens.iter().copied().sum(),
            Self::AnyOf(all) => {
                let mut len = None;
                for matcher in all {
                    match (len, matcher.len()) {
                        (None, each) => len = each,
                        (Some(_), None) => return None,
                        (Some(a), Some(b)) if a != b => return None,
                        _ => {}
                    }
                }
                len
            }
            _ => None,
        }
    }

    fn takes(&self, c: char) -> bool {
        match self {
            Self::List { chars, not } => chars.contains(&c) != *not,
            Self::Range { lo, hi, not } => (*lo..=*hi).contains(&c) != *not,
            _ => true,
        }
    }

    fn matches(&self, text: &[u8], fuel: &mut usize) -> Result<bool, Failure> {
        spend(fuel, 1)?;
        Ok(match self {
            Self::Nothing => text.is_empty(),
            Self::Text { bytes, .. } => bytes == text,
            Self::Super => true,
            Self::Single | Self::List { .. } | Self::Range { .. } => {
                let (c, width) = first(text);
                text.len() <= width && self.takes(c)
            }
            Self::Prefix(prefix) => text.starts_with(prefix),
            Self::Suffix(suffix) => text.ends_with(suffix),
            Self::PrefixSuffix(prefix, suffix) => text.starts_with(prefix) && text.ends_with(suffix),
            Self::Contains { needle, not } => find(text, needle).is_some() != *not,
            Self::Min(least) => chars(text).count() >= *least,
            Self::Max(most) => chars(text).count() <= *most,
            Self::AnyOf(all) => {
                for matcher in all {
                    if matcher.matches(text, fuel)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::EveryOf(all) => {
                for matcher in all {
                    if !matcher.matches(text, fuel)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::Row { all, len } => chars(text).count() == *len && row_matches(all, text, fuel)?,
            Self::Tree(tree) => tree.matches(text, fuel)?,
        })
    }

    fn fit(&self, text: &[u8], fuel: &mut usize) -> Result<Fit, Failure> {
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

/// Each matcher takes as many characters as it is long. The library counts the last of them as one byte.
fn row_matches(all: &[Matcher], text: &[u8], fuel: &mut usize) -> Result<bool, Failure> {
    let mut at = 0;
    for matcher in all {
        spend(fuel, 1)?;
        let wanted = matcher.len().unwrap_or(0);
        let rest = text.get(at..).ok_or(Failure)?;
        let (mut last, mut found) = (0, 0);
        for (i, _) in chars(rest) {
            last = i;
            found += 1;
            if found == wanted {
                break;
            }
        }
        if found < wanted {
            return Ok(false);
        }
        // Where a matcher takes nothing at the end of the text, the library reads past it and crashes.
        let own = rest.get(..=last).ok_or(Failure)?;
        if !matcher.matches(own, fuel)? {
            return Ok(false);
        }
        at += last + 1;
    }
    Ok(true)
}

impl Tree {
    fn matches(&self, text: &[u8], fuel: &mut usize) -> Result<bool, Failure> {
        let [left, _, right] = self.lens;
        if self.lens.iter().copied().sum::<Option<usize>>().is_some_and(|all| all > text.len()) {
            return Ok(false);
        }
        let mut offset = left.unwrap_or(0);
        let Some(limit) = text.len().checked_sub(right.unwrap_or(0)) else { return Ok(false) };
        while offset < limit {
            let window = text.get(offset..limit).unwrap_or_default();
            let Some((index, lens)) = self.value.fit(window, fuel)? else { return Ok(false) };
            let before = text.get(..offset + index).unwrap_or_default();
            if side(self.left.as_ref(), before, fuel)? {
                for len in lens.iter().rev() {
                    if side(self.right.as_ref(), from(text, offset + index + len), fuel)? {
                        return Ok(true);
                    }
                }
            }
            let (_, width) = first(from(text, offset + index));
            offset += index + width;
        }
        Ok(false)
    }
}

/// Without a matcher on that side, nothing may be left there.
fn side(matcher: Option<&Matcher>, text: &[u8], fuel: &mut usize) -> Result<bool, Failure> {
    matcher.map_or(Ok(text.is_empty()), |m| m.matches(text, fuel))
}
