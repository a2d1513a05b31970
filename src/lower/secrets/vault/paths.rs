//! Paths of Vault, and what may be done there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::Span;
use crate::model::spec::{Capability, KvVersion, VaultStore};

/// What may be done at the paths of the API, with the place that asks for it.
pub type Capabilities = BTreeMap<Arc<str>, (BTreeSet<Capability>, Span)>;

/// Adds a path.
pub fn allow(to: &mut Capabilities, path: String, capabilities: impl IntoIterator<Item = Capability>, span: Span) {
    to.entry(path.into()).or_insert_with(|| (BTreeSet::new(), span)).0.extend(capabilities);
}

/// How a value is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The value.
    Value,
    /// Its metadata.
    Metadata,
    /// All values below a path, by their names.
    Below,
}

/// Adds what one reading needs. An engine of version 2 keeps values below `data/` and names below `metadata/`.
pub fn allow_reading(to: &mut Capabilities, vault: &VaultStore, path: &str, reading: Reading, span: Span) {
    let mount = vault.path.trim_matches('/');
    let (values, names) = match vault.version {
        KvVersion::V1 => (mount.to_owned(), mount.to_owned()),
        KvVersion::V2 => (format!("{mount}/data"), format!("{mount}/metadata")),
    };
    match reading {
        Reading::Value => allow(to, format!("{values}/{path}"), [Capability::Read], span),
        Reading::Metadata => allow(to, format!("{names}/{path}"), [Capability::Read], span),
        Reading::Below => {
            let below = if path.is_empty() { String::new() } else { format!("{path}/") };
            allow(to, format!("{values}/{below}*"), [Capability::Read], span);
            allow(to, format!("{names}/{below}*"), [Capability::List], span);
        }
    }
}

/// The paths of the API that a pattern below the mount means, with the capabilities that have a meaning there.
pub fn granted(
    vault: &VaultStore,
    pattern: &str,
    wanted: &BTreeSet<Capability>,
) -> Vec<(String, BTreeSet<Capability>)> {
    let mount = vault.path.trim_matches('/');
    if vault.version == KvVersion::V1 {
        return vec![(format!("{mount}/{pattern}"), wanted.clone())];
    }
    // Names and versions are listed and deleted for good under `metadata`.
    let of_names = |c: &Capability| matches!(c, Capability::List | Capability::Read | Capability::Deny);
    let names: BTreeSet<Capability> = wanted.iter().copied().filter(of_names).collect();
    let lists = wanted.contains(&Capability::List) || wanted.contains(&Capability::Deny);
    let mut out = vec![(format!("{mount}/data/{pattern}"), wanted.clone())];
    if lists {
        out.push((format!("{mount}/metadata/{pattern}"), names));
    }
    out
}

/// Why a path can't be read exactly; `None` when it can.
pub fn fault(path: &str) -> Option<&'static str> {
    if path.chars().any(char::is_control) {
        return Some("it has a control character");
    }
    if path.is_empty() || path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Some("it has an empty part, `.` or `..`");
    }
    if path.ends_with('*') {
        return Some("a policy would take the `*` at its end for anything");
    }
    if path.split('/').any(|part| part == "+" || part.starts_with("+*")) {
        return Some("a policy would take its segment `+` for any segment");
    }
    path.contains("{{").then_some("a policy would take its double braces for a template")
}

/// Whether a pattern of a policy matches a path (Vault 1.21, "Policies"): `*` at the end is a prefix, `+` one segment.
pub fn matches(pattern: &str, path: &str) -> bool {
    let (stem, prefix) = match pattern.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (pattern, false),
    };
    let (wanted, found): (Vec<&str>, Vec<&str>) = (stem.split('/').collect(), path.split('/').collect());
    if wanted.len() > found.len() || (!prefix && wanted.len() != found.len()) {
        return false;
    }
    let last = wanted.len().saturating_sub(1);
    wanted.iter().zip(&found).enumerate().all(|(i, (want, part))| match (*want, prefix && i == last) {
        ("+", _) => true,
        (want, true) => part.starts_with(want),
        (want, false) => want == *part,
    })
}

/// Why a name can't be one of a role or policy; `None` when it can. Slashes part the segments of a mount.
pub fn name_fault(name: &str, mount: bool) -> Option<&'static str> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let inner = |c: char| word(c) || c == '-' || c == '.' || (mount && c == '/');
    if name.is_empty() || name.len() > 128 {
        return Some("it is empty or longer than 128 characters");
    }
    if name.contains("//") || name.contains("..") {
        return Some("it has an empty part or `..`");
    }
    let ends = name.starts_with(word) && name.ends_with(word);
    (!ends || !name.chars().all(inner)).then_some("it is not of a-z, 0-9, `_`, and `-` and `.` inside")
}
