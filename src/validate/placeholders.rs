//! Placeholders that nobody has replaced.

use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;
use crate::source::SourceMap;
use crate::yaml;

crate::codes! {
    /// A placeholder is left in an object: `<IMAGE>`, `CHANGE_ME`, or `${REGISTRY}` where nobody puts a value in its place.
    ///
    /// It is sound YAML, so nothing fails before the object is in the cluster: an image that can't be pulled, a host that
    /// nobody asks for. Kubernetes and Argo CD replace neither `<…>` nor `${…}`.
    ///
    /// Write the value. Where a text only looks like a placeholder, allow the finding by a comment. Objects with the
    /// annotation `avp.kubernetes.io/path` are left out: a plugin fills these.
    PLACEHOLDER_LEFT = "placeholder-left": warning;
}

/// Words that ask to be replaced.
const WORDS: &[&str] =
    &["CHANGEME", "CHANGE_ME", "CHANGE-ME", "REPLACEME", "REPLACE_ME", "REPLACE-ME", "TO_OVERLAY", "TO_BE_REPLACED"];
/// Fields in which nothing puts a value in the place of `${…}`.
const LITERAL: &[&str] =
    &["image", "host", "hosts", "repoURL", "server", "namespace", "name", "targetRevision", "chart"];
/// Fields that hold words for people, or content of any kind.
const WORDY: &[&str] =
    &["data", "binaryData", "stringData", "description", "message", "help", "usage", "args", "command"];
/// Helm values as a text.
const VALUES: &str = "values";
/// By this annotation the Vault plugin of Argo CD knows what to fill in.
const FILLED: &str = "avp.kubernetes.io/path";

/// Runs the rule.
pub fn check(document: &Document, sources: &SourceMap, bag: &mut Bag) {
    let metadata = document.value.get("metadata");
    if metadata.and_then(|m| m.get("annotations")).is_some_and(|a| a.get(FILLED).is_some()) {
        return;
    }
    let mut found = Vec::new();
    leaves(&document.value, "", sources, &mut found);
    for (span, placeholder) in found {
        let span = sources.in_input(span, document.origin);
        let kind = document.value.str_at("kind").unwrap_or("object");
        let name = metadata.and_then(|m| m.str_at("name")).unwrap_or_default();
        let message = format!("`{placeholder}` is left in {kind} `{name}`");
        bag.push(Finding::warning(&PLACEHOLDER_LEFT, span, message, "write the value that is meant"));
    }
}

fn leaves(value: &Value, key: &str, sources: &SourceMap, out: &mut Vec<(Span, String)>) {
    for entry in value.as_map().into_iter().flatten().filter(|entry| !WORDY.contains(&&*entry.key)) {
        leaves(&entry.value, &entry.key, sources, out);
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| leaves(item, key, sources, out));
    let Some(text) = value.as_str() else { return };
    if key == VALUES && text.contains('\n') {
        let read = yaml::read_block(sources, text, value.span).unwrap_or_default();
        return read.iter().for_each(|values| leaves(values, "", sources, out));
    }
    let variable = || LITERAL.contains(&key).then(|| in_braces(text)).flatten();
    if let Some(placeholder) = placeholder(text).or_else(variable) {
        out.push((value.span, placeholder.to_owned()));
    }
}

/// A placeholder in a text of one line: a word of capitals in angle brackets, a text that is nothing else, or one of
/// the words that ask for it.
pub fn placeholder(text: &str) -> Option<&str> {
    let text = text.trim();
    if text.contains('\n') {
        return None;
    }
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | ' ');
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    let in_brackets = text.match_indices('<').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?;
        let word = rest.get(..rest.find('>')?)?;
        let whole = at == 0 && at + word.len() + 2 == text.len();
        let first = word.chars().next().is_some_and(char::is_alphabetic);
        let is = first && ((word.len() > 2 && word.chars().all(capital)) || (whole && word.chars().all(plain)));
        is.then(|| text.get(at..at + word.len() + 2)).flatten()
    });
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    // Most texts have no eight capitals, as each of the words has.
    let capitals = text.bytes().filter(u8::is_ascii_uppercase).count();
    in_brackets.or_else(|| if capitals < 8 { None } else { text.split(|c| !part(c)).find(|word| WORDS.contains(word)) })
}

/// `${NAME}` in a text, a name of capitals as shells have them.
fn in_braces(text: &str) -> Option<&str> {
    let at = text.find("${")?;
    let rest = text.get(at + 2..)?;
    let word = rest.get(..rest.find('}')?)?;
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is = !word.is_empty() && word.chars().all(capital);
    is.then(|| text.get(at..at + word.len() + 3)).flatten()
}
