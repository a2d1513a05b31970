//! Policies of Vault (Vault 1.x, policy syntax: `path "…" { capabilities = ["…"] }`).

use std::collections::{BTreeMap, BTreeSet};

use super::Both;
use crate::model::changes::{Class, Impact};

/// Capabilities by path.
type Policy<'t> = BTreeMap<&'t str, BTreeSet<&'t str>>;

/// What a policy allows more, and less.
pub fn judge(both: Both) -> Vec<Impact> {
    let (old, new) =
        (policy(both.before.as_str().unwrap_or_default()), policy(both.after.as_str().unwrap_or_default()));
    let none = BTreeSet::new();
    let paths: BTreeSet<&&str> = old.keys().chain(new.keys()).collect();
    let mut out = Vec::new();
    for path in paths {
        let of = |policy: &Policy| {
            let all = policy.get(*path).unwrap_or(&none);
            // To deny is to have nothing.
            if all.contains("deny") { BTreeSet::new() } else { all.iter().map(|c| (*c).to_owned()).collect() }
        };
        let (was, is): (BTreeSet<String>, BTreeSet<String>) = (of(&old), of(&new));
        let list = |more: Vec<&String>| more.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(", ");
        let (more, less): (Vec<_>, Vec<_>) = (is.difference(&was).collect(), was.difference(&is).collect());
        if !more.is_empty() {
            out.push(Impact::new(
                Class::PermissionWidened,
                format!("the policy allows {} on `{path}` now", list(more)),
            ));
        }
        if !less.is_empty() {
            let reason = format!("the policy does not allow {} on `{path}` any more", list(less));
            out.push(Impact::new(Class::PermissionNarrowed, reason));
        }
    }
    out
}

/// Reads the blocks `path "…" { … }` of a text. Comments (`#`, `//`, `/* */`) are passed over.
fn policy(text: &str) -> Policy<'_> {
    let words = words(text);
    let mut out = Policy::new();
    let mut path = None;
    let mut in_list = false;
    for (i, word) in words.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| words.get(i));
        match word {
            Word::Text(text) if before == Some(&Word::Name("path")) => {
                path = Some(*text);
                out.entry(text).or_default();
            }
            Word::Text(text) if in_list => {
                if let Some(path) = path {
                    out.entry(path).or_default().insert(text);
                }
            }
            Word::Sign('[') => {
                let named = i.checked_sub(2).and_then(|i| words.get(i));
                in_list = before == Some(&Word::Sign('=')) && named == Some(&Word::Name("capabilities"));
            }
            Word::Sign(']') => in_list = false,
            _ => {}
        }
    }
    out
}

#[derive(Debug, PartialEq, Eq)]
enum Word<'t> {
    Name(&'t str),
    Text(&'t str),
    Sign(char),
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = if first == '#' || rest.starts_with("//") {
            rest.split_once('\n').map_or("", |(_, rest)| rest)
        } else if rest.starts_with("/*") {
            rest.split_once("*/").map_or("", |(_, rest)| rest)
        } else if first == '"' {
            let (inner, next) = after.split_once('"').unwrap_or((after, ""));
            out.push(Word::Text(inner));
            next
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
            let (name, next) = rest.split_at_checked(end).unwrap_or((rest, ""));
            out.push(Word::Name(name));
            next
        } else {
            if !first.is_whitespace() {
                out.push(Word::Sign(first));
            }
            after
        };
    }
    out
}
