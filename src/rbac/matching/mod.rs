//! Patterns of policies: globs, or regular expressions.
//!
//! Facts: Argo CD 3.x, `util/rbac` globMatchFunc and `util/glob`: no separators, so `*` also matches `/`. Up to 3.5 it
//! links gobwas/glob 0.2.3, from 3.6 on 1.0.0, which answers otherwise in corners. Regular expressions are Go's, and
//! match anywhere in the text (casbin, RegexMatch).

mod expression;
mod glob;
mod old;
mod syntax;

use crate::base::hash::HashMap;
use std::fmt;

use super::Version;

/// `policy.matchMode` of `argocd-rbac-cm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatchMode {
    /// Globs over the whole text.
    #[default]
    Glob,
    /// Regular expressions that may match anywhere in the text.
    Regex,
}

impl MatchMode {
    /// Reads the setting. Any text but `regex` means globs (Argo CD, SetMatchMode).
    pub fn of(text: &str) -> Self {
        if text == "regex" { Self::Regex } else { Self::Glob }
    }
}

/// Why a pattern can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternFault(pub String);

impl fmt::Display for PatternFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Argo CD gives up on the question: an expression that can't be read, or a crash of the old glob library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure;

/// A pattern that is ready to match.
#[derive(Debug, Clone)]
pub enum Matcher {
    /// A glob of gobwas/glob 1.0.
    Glob(glob::Glob),
    /// A glob of gobwas/glob 0.2.
    OldGlob(old::Matcher),
    /// A regular expression.
    Regex(regex::bytes::Regex),
    /// A glob that can't be read: it never matches.
    Never(PatternFault),
    /// An expression that can't be read: the question fails.
    Fails(PatternFault),
}

impl Matcher {
    /// Compiles a pattern. What is wrong with it is kept in the matcher.
    pub fn new(pattern: &str, mode: MatchMode, version: Version) -> Self {
        let compiled = match mode {
            MatchMode::Regex => expression::compile(pattern).map(Self::Regex),
            MatchMode::Glob if version >= Version::new(3, 6) => glob::Glob::new(pattern).map(Self::Glob),
            MatchMode::Glob => old::compile(pattern).map(Self::OldGlob),
        };
        compiled.unwrap_or_else(|fault| match mode {
            MatchMode::Regex => Self::Fails(fault),
            MatchMode::Glob => Self::Never(fault),
        })
    }

    /// What is wrong with the pattern, if anything is.
    pub fn fault(&self) -> Option<&PatternFault> {
        match self {
            Self::Never(fault) | Self::Fails(fault) => Some(fault),
            _ => None,
        }
    }

    /// Whether a text matches.
    ///
    /// # Errors
    ///
    /// Argo CD gives up on the question.
    pub fn matches(&self, text: &str) -> Result<bool, Failure> {
        match self {
            Self::Glob(glob) => Ok(glob.matches(text)),
            Self::OldGlob(glob) => old::matches(glob, text),
            Self::Regex(regex) => Ok(regex.is_match(text.as_bytes())),
            Self::Never(_) => Ok(false),
            Self::Fails(_) => Err(Failure),
        }
    }
}

/// All patterns of a run, each compiled once.
#[derive(Debug, Clone)]
pub struct Patterns {
    mode: MatchMode,
    version: Version,
    ids: HashMap<String, usize>,
    all: Vec<(String, Matcher)>,
}

impl Patterns {
    /// None yet.
    pub fn new(mode: MatchMode, version: Version) -> Self {
        Self { mode, version, ids: HashMap::default(), all: Vec::new() }
    }

    /// The number of a pattern, which is compiled when it is new.
    pub fn id(&mut self, pattern: &str) -> usize {
        if let Some(&id) = self.ids.get(pattern) {
            return id;
        }
        let id = self.all.len();
        self.all.push((pattern.to_owned(), Matcher::new(pattern, self.mode, self.version)));
        self.ids.insert(pattern.to_owned(), id);
        id
    }

    /// The matcher with a number.
    pub fn get(&self, id: usize) -> Option<&Matcher> {
        self.all.get(id).map(|(_, matcher)| matcher)
    }

    /// Each pattern with what is wrong with it, in the order of first use.
    pub fn faults(&self) -> impl Iterator<Item = (&str, &PatternFault)> {
        self.all.iter().filter_map(|(text, matcher)| Some((&**text, matcher.fault()?)))
    }

    /// All patterns, in the order of first use.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(text, _)| &**text)
    }
}
