//! The tree of output files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{Identity, Tags};
use crate::base::Span;

/// Path below the output root -> file, in byte order of the paths.
pub type Tree = BTreeMap<String, TreeFile>;

/// Which part of the spec holds the content of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Made {
    /// None as it stands in the file: it is derived.
    #[default]
    Derived,
    /// `helm.values` of the source.
    Values,
    /// This file beside the spec, of which it is a copy.
    Copy(Arc<str>),
    /// `kustomize` of the source.
    Kustomization,
}

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
    /// What holds its content.
    pub made: Made,
}
