//! Stage: documents to files.

mod kustomization;
mod overlays;

use std::collections::btree_map::Entry;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::Span;
use crate::diag::{Bag, Finding};
use crate::model::document::{Identity, Tags};
use crate::model::plan::{PlainFile, Plan};
use crate::model::tree::{Made, Tree, TreeFile};
pub use kustomization::kustomizations;
pub use overlays::overlays;

crate::codes! {
    /// Two things are written to one path, and at least one of them is no object, so they can't share
    /// the file.
    ///
    /// Objects of one path become documents of one file, but of two other files one would be lost. Let the
    /// `to` of the template depend on what it is rendered for, or rename one of the files.
    PATH_TWICE = "path-twice";
}

/// One object as text.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The text, without a separator.
    pub text: String,
    /// Where it comes from.
    pub origin: Span,
    /// What it belongs to.
    pub tags: Tags,
    /// What it is, if it is an object of a cluster.
    pub identity: Option<Identity>,
}

/// The tree of all pieces and files. Pieces of one path share a file, in the order given.
pub fn tree(mut pieces: Vec<(Arc<str>, Piece)>, files: Vec<PlainFile>, bag: &mut Bag) -> Tree {
    // In the order of their paths, which is that of the tree, each finds its place at the end.
    pieces.par_sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut out: Vec<(String, TreeFile)> = Vec::with_capacity(pieces.len() + files.len());
    for (path, piece) in pieces {
        match out.last_mut().filter(|(last, _)| **last == *path).map(|(_, file)| file) {
            None => out.push((path.to_string(), file(piece))),
            Some(first) if path.ends_with(".json") => {
                let message = format!("two objects are written to `{path}`; a JSON file holds one");
                let finding = Finding::error(&PATH_TWICE, piece.origin, message, "write the objects in a `.yaml` file");
                bag.push(finding.also(first.origin, "the other one"));
            }
            Some(file) => {
                file.bytes.extend_from_slice(b"---\n");
                file.bytes.extend_from_slice(piece.text.as_bytes());
                file.objects.extend(piece.identity);
            }
        }
    }
    let mut tree: Tree = out.into_iter().collect();
    for plain in files {
        match tree.entry(plain.path) {
            Entry::Vacant(free) => {
                let (bytes, origin, tags, made) = (plain.bytes, plain.origin, plain.tags, plain.made);
                free.insert(TreeFile { bytes, origin, tags, objects: Vec::new(), made });
            }
            Entry::Occupied(taken) if taken.get().bytes != plain.bytes => {
                let finding = path_twice(taken.key(), plain.template, plain.origin);
                bag.push(finding.also(taken.get().origin, "the other one is for this"));
            }
            Entry::Occupied(mut same) => {
                let (origin, tags, made) = (plain.origin, plain.tags, plain.made);
                *same.get_mut() = TreeFile { bytes: plain.bytes, origin, tags, objects: Vec::new(), made };
            }
        }
    }
    tree
}

/// Git keeps no empty folder, and Argo CD fails on a path that is not there: a placeholder for each
/// folder of the plan that would be empty.
pub fn keep_folders(plan: &Plan, tree: &mut Tree) {
    for folder in &plan.kept {
        let prefix = format!("{folder}/");
        let used = tree.range(prefix.clone()..).next().is_some_and(|(path, _)| path.starts_with(&prefix));
        if !used {
            tree.insert(format!("{prefix}.gitkeep"), TreeFile::default());
        }
    }
}

/// The template's `to` is at fault where one made the file, the entry of the spec where none did.
fn path_twice(path: &str, template: Span, origin: Span) -> Finding {
    let message = format!("two things are written to `{path}`");
    if template.is_none() {
        return Finding::error(&PATH_TWICE, origin, message, "rename one of the two");
    }
    let help = "let `to` tell the results apart, such as by `${{ app.name }}`";
    Finding::error(&PATH_TWICE, template, message, help).also(origin, "one is for this")
}

fn file(piece: Piece) -> TreeFile {
    TreeFile {
        bytes: piece.text.into_bytes(),
        origin: piece.origin,
        tags: piece.tags,
        objects: piece.identity.into_iter().collect(),
        made: Made::Derived,
    }
}

/// The names of the object files that lie in a folder itself.
pub(crate) fn object_files<'t>(tree: &'t Tree, folder: &str) -> Vec<&'t str> {
    let prefix = format!("{folder}/");
    let below = tree.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
    let objects = below.filter(|(_, file)| !file.objects.is_empty());
    objects.filter_map(|(path, _)| path.get(prefix.len()..)).filter(|name| !name.contains('/')).collect()
}
