//! How the matchers of gobwas/glob 0.2.3 match, faults included.
//!
//! Facts: its package `match`. A matcher either matches a whole text, or says where in a text it first fits and at
//! which lengths ([`fit`]). Texts are bytes, as some matchers cut characters apart.

mod compile;
mod fit;
mod text;
mod whole;

use super::{Failure, PatternFault};

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

/// Compiles a pattern.
pub(super) fn compile(pattern: &str) -> Result<Matcher, PatternFault> {
    compile::compile(pattern)
}

/// Whether a whole text matches. An error where the library crashes.
pub(super) fn matches(matcher: &Matcher, text: &str) -> Result<bool, Failure> {
    matcher.matches(text.as_bytes(), &mut FUEL.clone())
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
}
