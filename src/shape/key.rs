//! What the keys of a mapping of named things may be.

use crate::base::names;

/// A rule for keys.
pub trait KeyRule {
    /// Why a key is refused.
    fn fault(key: &str) -> Option<String>;
    /// The rule as a regular expression, for the JSON Schema.
    const PATTERN: Option<&'static str>;
}

/// Keys that become names of objects: DNS-1123 labels.
#[derive(Clone, Copy, Debug, Default)]
pub struct LabelName;

impl KeyRule for LabelName {
    fn fault(key: &str) -> Option<String> {
        names::label_fault(key)
    }
    const PATTERN: Option<&'static str> = Some("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$");
}

/// Keys that may be any text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loose;

impl KeyRule for Loose {
    fn fault(_: &str) -> Option<String> {
        None
    }
    const PATTERN: Option<&'static str> = None;
}
