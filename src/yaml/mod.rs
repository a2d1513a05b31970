//! YAML in and out: text to [`Value`](crate::base::Value) trees with places, and back to canonical text.
//!
//! | file | holds |
//! |---|---|
//! | `read` | the one file that knows the parser crate: its events, spans and errors |
//! | `build` | events to values: keys, duplicates, anchors, merge keys, limits |
//! | `scalar` | what a plain scalar means to the Go reader that Kubernetes uses |
//! | `syntax` | our words for what is wrong with a text |
//! | `block` | texts inside literal blocks |
//! | `objects` | files of objects, where `---` may be missing between two |
//! | `write` | the canonical writer |

mod block;
mod build;
mod codes;
mod keys;
mod layout;
mod objects;
mod place;
mod quote;
mod read;
mod scalar;
mod syntax;
mod tags;
mod write;

pub use block::read_block;
pub use codes::{
    ALIAS, CODES, DUPLICATE_KEY, KEY, MERGE, MISSING_DOCUMENT_SEPARATOR, SYNTAX, TAG, TOO_DEEP, TOO_LARGE,
};
pub use objects::read_objects;
pub use read::{read, read_embedded, read_text};
pub use scalar::resolve;
pub use write::{write, write_all};

/// What a file may cost.
///
/// The defaults are far above what a platform needs and far below what hurts: a hostile text ends
/// in a finding after bounded time and memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Scalars, lists and mappings of one file, as written. Reading stops there.
    pub max_nodes: usize,
    /// Levels of lists and mappings inside each other, those behind aliases included. At most 200:
    /// whoever walks a value may recurse.
    pub max_depth: usize,
    /// Nodes that the aliases of one file stand for, each alias counted with all it expands to.
    pub max_alias_nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { max_nodes: 20_000_000, max_depth: 128, max_alias_nodes: 1_000_000 }
    }
}
