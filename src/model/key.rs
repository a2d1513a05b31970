//! What a finding is known by from one run to the next.

use crate::base::hash::HashMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::diag::{Finding, Place};
use crate::source::SourceMap;

/// Code, file and words of a finding. They stay when lines move; findings that share them are counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The file, as messages name it; empty where there is none.
    pub path: String,
    /// The code.
    pub code: String,
    /// The message, on one line, without the numbers of lines and bytes.
    pub message: String,
}

impl Key {
    /// That of a finding.
    #[must_use]
    pub fn of(finding: &Finding, sources: &SourceMap) -> Key {
        let path = match &finding.primary.place {
            Place::File(path) => path.clone(),
            Place::Span(span) => sources.file_of(*span).map(|file| file.path.clone()).unwrap_or_default(),
        };
        Key { path: flat(&path), code: finding.code.id.to_owned(), message: unnumbered(&flat(&finding.message)) }
    }
}

/// Text without characters that end a line or a column.
fn flat(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Text with `#` for the digits behind `line` and `offset`.
fn unnumbered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = ["line ", "offset "].iter().filter_map(|w| rest.find(w).map(|i| i + w.len())).min() {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        rest = tail.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() < tail.len() {
            out.push('#');
        }
    }
    out + rest
}

/// Names of findings that stay when lines move: a hash of the key, and which of those that share it.
#[derive(Debug)]
pub struct Fingerprints<'a> {
    sources: &'a SourceMap,
    seen: HashMap<[u8; 16], usize>,
}

impl<'a> Fingerprints<'a> {
    /// Fingerprints of the findings of one report, asked for in its order.
    #[must_use]
    pub fn new(sources: &'a SourceMap) -> Fingerprints<'a> {
        Fingerprints { sources, seen: HashMap::default() }
    }

    /// The next one: 32 hexadecimal digits, a colon and a number.
    pub fn of(&mut self, finding: &Finding) -> String {
        let Key { path, code, message } = Key::of(finding, self.sources);
        let hash = Sha256::digest([path, code, message].join("\0"));
        let mut short = [0; 16];
        short.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        let number = self.seen.entry(short).or_default();
        *number += 1;
        let mut out = String::with_capacity(36);
        for byte in short {
            let _ = write!(out, "{byte:02x}");
        }
        let _ = write!(out, ":{number}");
        out
    }
}
