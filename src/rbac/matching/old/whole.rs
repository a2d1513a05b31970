//! Whether a matcher takes a whole text.

use super::super::Failure;
use super::text::{chars, find, first, from};
use super::{Matcher, Tree, spend};

impl Matcher {
    pub(super) fn matches(&self, text: &[u8], fuel: &mut usize) -> Result<bool, Failure> {
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
}

/// Each matcher takes as many characters as it is long. The library counts the last of them as one byte.
pub(super) fn row_matches(all: &[Matcher], text: &[u8], fuel: &mut usize) -> Result<bool, Failure> {
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
