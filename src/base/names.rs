//! Names and labels as Kubernetes limits them ("Object Names and IDs", "Labels and Selectors").

use std::sync::Arc;

/// Longest DNS-1123 label, in bytes.
pub const LABEL_MAX: usize = 63;
/// Longest DNS-1123 subdomain, in bytes.
pub const SUBDOMAIN_MAX: usize = 253;
/// Longest Helm release name, in bytes (Helm 3 and 4).
pub const RELEASE_MAX: usize = 53;

/// Why a text is not a DNS-1123 label (namespaces, Services, our own names); `None` when it is one.
#[must_use]
pub fn label_fault(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("it is empty".to_owned());
    }
    if text.len() > LABEL_MAX {
        return Some(format!("it has {} characters, {LABEL_MAX} is the limit", text.len()));
    }
    if let Some(c) = text.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-')) {
        return Some(format!("it has the character {c:?}; only a-z, 0-9 and `-` are allowed"));
    }
    let ends = text.starts_with('-') || text.ends_with('-');
    ends.then(|| "it starts or ends with `-`".to_owned())
}

/// Why a text is not a DNS-1123 subdomain (most object names); `None` when it is one.
#[must_use]
pub fn subdomain_fault(text: &str) -> Option<String> {
    if text.len() > SUBDOMAIN_MAX {
        return Some(format!("it has {} characters, {SUBDOMAIN_MAX} is the limit", text.len()));
    }
    text.split('.').find_map(|part| match part.len() > LABEL_MAX {
        true => Some(format!("a part between dots has {} characters, {LABEL_MAX} is the limit", part.len())),
        false => label_fault(part),
    })
}

/// Why a text is not a label value; `None` when it is one.
#[must_use]
pub fn label_value_fault(text: &str) -> Option<String> {
    if text.len() > LABEL_MAX {
        return Some(format!("it has {} characters, {LABEL_MAX} is the limit", text.len()));
    }
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if let Some(c) = text.chars().find(|&c| !inner(c)) {
        return Some(format!("it has the character {c:?}; only letters, digits, `-`, `_` and `.` are allowed"));
    }
    let end = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    let good = end(text.chars().next()) && end(text.chars().last());
    (!good).then(|| "it must start and end with a letter or digit".to_owned())
}

/// Why a text is not a label or annotation key; `None` when it is one.
#[must_use]
pub fn label_key_fault(text: &str) -> Option<String> {
    let (prefix, name) = match text.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, text),
    };
    if let Some(fault) = prefix.and_then(subdomain_fault) {
        return Some(format!("its prefix is not a DNS name: {fault}"));
    }
    match name.is_empty() {
        true => Some("the part after the prefix is empty".to_owned()),
        false => label_value_fault(name),
    }
}

/// Text in which generator parameters may stand, as a glob: what is filled in may be anything.
#[must_use]
pub fn parameters_as_globs(text: &str) -> Arc<str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once("}}").map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out.into()
}

/// Whether a text fits a pattern in which `*` stands for anything.
pub fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut left) = text.strip_prefix(head) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(tail)
}
