//! Regular expressions of Go (RE2 syntax), matched by the `regex` crate.
//!
//! Facts: Go `regexp/syntax` with its Perl flags. The crate reads another dialect: its `\d`, `\w`, `\s` and `\b` know
//! Unicode, it takes `a**` and refuses `{a}`. So an expression is read here by Go's rules ([`parse`]) and written
//! anew for the crate. How greedy it is and what groups capture is dropped, as only yes or no counts.
//!
//! Other than there: groups may be nested 100 deep (Go: 1000), and names after `\p` are those of general categories
//! and scripts.

mod class;
mod escape;
mod parse;

use regex::bytes::{Regex, RegexBuilder};

use super::PatternFault;

/// Compiles an expression.
pub(super) fn compile(pattern: &str) -> Result<Regex, PatternFault> {
    let parsed = parse::parse(pattern)?;
    let mut written = String::new();
    parsed.write(&mut written);
    let built = RegexBuilder::new(&written).size_limit(1 << 26).nest_limit(2000).build();
    built.map_err(|_| PatternFault("the expression is too large".to_owned()))
}

/// A part of an expression.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Text for the crate that stands for one character or none.
    Leaf(String),
    Row(Vec<Part>),
    Choice(Vec<Part>),
    /// Least and most; no most for any number.
    Repeat {
        part: Box<Part>,
        min: u32,
        max: Option<u32>,
    },
}

impl Part {
    fn write(&self, out: &mut String) {
        match self {
            Self::Leaf(text) => out.push_str(text),
            Self::Row(parts) => parts.iter().for_each(|p| p.write(out)),
            Self::Choice(parts) => {
                out.push_str("(?:");
                for (i, part) in parts.iter().enumerate() {
                    out.push_str(if i > 0 { "|" } else { "" });
                    part.write(out);
                }
                out.push(')');
            }
            Self::Repeat { part, min, max } => {
                out.push_str("(?:");
                part.write(out);
                let most = max.map_or(String::new(), |m| m.to_string());
                out.push_str(&[")", "{", &min.to_string(), ",", &most, "}"].concat());
            }
        }
    }

    /// Whether counts in counts stay within a limit (Go, repeatIsValid).
    fn repeats_at_most(&self, limit: u32) -> bool {
        match self {
            Self::Leaf(_) | Self::Repeat { max: Some(0), .. } => true,
            Self::Row(parts) | Self::Choice(parts) => parts.iter().all(|p| p.repeats_at_most(limit)),
            // Stars are no counts.
            Self::Repeat { part, min: 0 | 1, max: None } | Self::Repeat { part, min: 0, max: Some(1) } => {
                part.repeats_at_most(limit)
            }
            Self::Repeat { part, min, max } => {
                let times = max.unwrap_or(*min);
                times <= limit && part.repeats_at_most(limit / times.max(1))
            }
        }
    }
}
