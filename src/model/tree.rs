//! The tree of output files.

use std::collections::BTreeMap;

use super::document::{Identity, Tags};
use crate::base::Span;

/// Path below the output root -> file, in byte order of the paths.
pub type Tree = BTreeMap<String, TreeFile>;

/// One output file.
#[derive(Clone, Debug, Default)]
pub struct TreeFile {
    /// The bytes to stand on disk.
    pub bytes: Vec<u8>,
    /// The spec entry that this file comes from.
    pub origin: Span,
    /// What it belongs to.
    pub tags: Tags,
    /// The objects in it; none for files of tools.
    pub objects: Vec<Identity>,
}
