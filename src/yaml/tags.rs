//! The tags that have a meaning here.

use super::scalar::resolve;
use crate::base::Kind;

/// A tag of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `!`: not resolved, so that a scalar is text.
    Plain,
    /// One of the YAML core schema.
    Core(Core),
    /// Any other.
    Foreign,
}

/// Types of the YAML core schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Core {
    Str,
    Int,
    Float,
    Bool,
    Null,
    Map,
    Seq,
}

impl Core {
    /// The type of a name such as `str`, that of the tag `!!str`.
    pub(super) fn from_name(name: &str) -> Option<Core> {
        Some(match name {
            "str" => Core::Str,
            "int" => Core::Int,
            "float" => Core::Float,
            "bool" => Core::Bool,
            "null" => Core::Null,
            "map" => Core::Map,
            "seq" => Core::Seq,
            _ => return None,
        })
    }

    /// What a scalar with this tag is, quoted or not; `None` when its text is not of that type.
    pub(super) fn scalar(self, text: &str) -> Option<Kind> {
        match (self, resolve(text)) {
            (Core::Str, _) => Some(Kind::Str(text.into())),
            (Core::Int, kind @ (Kind::Int(_) | Kind::UInt(_)))
            | (Core::Float, kind @ Kind::Float(_))
            | (Core::Bool, kind @ Kind::Bool(_))
            | (Core::Null, kind @ Kind::Null) => Some(kind),
            // The text of a whole number is the text of a float.
            (Core::Float, Kind::Int(_) | Kind::UInt(_)) => text.replace('_', "").parse().ok().map(Kind::Float),
            _ => None,
        }
    }
}
