//! Kustomizations, as kustomize 5.8 reads them: what they name, and what comes of the objects below them.
//!
//! Only what lies in the tree is judged. A remote base, or a folder of the repository beside the tree, is not known.
//!
//! | file | holds |
//! |---|---|
//! | `paths` | names that lead nowhere |
//! | `build` | the objects of a folder, with all patches on them |
//! | `overlay` | what is missing when all is built |
//! | `targets` | patches and images that hit nothing |

mod build;
mod overlay;
mod paths;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Span, Value};
use crate::diag::{Bag, Code};
use crate::model::document::Document;
use crate::model::kustomize::{Named, Target, is_kustomization, named, resolve};
use crate::model::plan::Plan;
use crate::model::tree::Tree;
use crate::source::SourceMap;
use crate::source::path::parent;

/// The codes of these rules.
pub const CODES: &[&[&Code]] = &[paths::CODES, overlay::CODES, targets::CODES];

/// The folders whose documents the rules want to see: those with a kustomization that says more than what is there.
#[must_use]
pub fn folders(plan: &Plan) -> BTreeSet<String> {
    let raw = plan.raw.iter().filter(|file| is_kustomization(&file.path)).map(|file| parent(&file.path));
    let more = |fields: &Value| fields.as_map().is_some_and(|map| !map.is_empty());
    let derived = plan.folders.iter().filter(|(_, f)| f.kustomization.as_ref().is_some_and(more));
    raw.chain(derived.map(|(path, _)| path.as_str())).map(str::to_owned).collect()
}

/// What the rules look at.
pub struct Input<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// The files that come out.
    pub tree: &'a Tree,
    /// The documents of the folders, kustomizations among them.
    pub documents: &'a [Document],
}

/// A folder with a kustomization.
struct Folder<'a> {
    kustomization: &'a Document,
    /// Objects by the name of their file.
    objects: BTreeMap<&'a str, Vec<&'a Document>>,
    named: Vec<Named<'a>>,
}

/// All folders, and where they lie.
struct Scene<'a> {
    input: &'a Input<'a>,
    folders: BTreeMap<&'a str, Folder<'a>>,
    /// The folder of the repository that holds the tree.
    root: &'a str,
}

/// Checks all kustomizations.
pub fn check(input: &Input, bag: &mut Bag) {
    if input.documents.is_empty() {
        return;
    }
    let scene = Scene::new(input);
    paths::check(&scene, bag);
    overlay::check(&scene, bag);
    targets::check(&scene, bag);
}

impl<'a> Scene<'a> {
    fn new(input: &'a Input<'a>) -> Scene<'a> {
        let root = input.plan.platform.get("repo").and_then(|r| r.str_at("path")).unwrap_or_default();
        let mut folders: BTreeMap<&str, Folder> = BTreeMap::new();
        for document in input.documents.iter().filter(|d| is_kustomization(&d.path)) {
            let named = named(&document.value).into_iter().filter(|name| !name.remote).collect();
            let folder = Folder { kustomization: document, objects: BTreeMap::new(), named };
            folders.insert(parent(&document.path), folder);
        }
        for document in input.documents.iter().filter(|d| !is_kustomization(&d.path)) {
            let Some((folder, name)) = document.path.rsplit_once('/') else { continue };
            if let Some(folder) = folders.get_mut(folder) {
                folder.objects.entry(name).or_default().push(document);
            }
        }
        Scene { input, folders, root: root.trim_matches('/') }
    }

    /// The place of a value in the input, or that of the folder's app.
    fn at(&self, span: Span, document: &Document) -> Span {
        self.input.sources.in_input(span, document.origin)
    }

    /// Where a name of a kustomization leads to.
    fn resolve(&self, folder: &str, name: &str) -> Target {
        resolve(self.root, folder, name)
    }

    /// Whether anything of the tree lies in a folder.
    fn is_folder(&self, path: &str) -> bool {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.input.tree.range(prefix.clone()..).next().is_some_and(|(file, _)| file.starts_with(&prefix))
    }
}
