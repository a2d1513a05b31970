//! Kustomizations, as kustomize 5.8 reads them: what they name, and what comes of the objects below them.
//!
//! Only what lies in the tree is judged. A remote base, or a folder of the repository beside the tree, is not known.
//!
//! | file | holds |
//! |---|---|
//! | `read` | the files and folders that a kustomization names |
//! | `paths` | names that lead nowhere |
//! | `build` | the objects of a folder, with all patches on them |
//! | `overlay` | what is missing when all is built |

mod build;
mod overlay;
mod paths;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Span, Value};
use crate::diag::{Bag, Code};
use crate::model::document::Document;
use crate::model::plan::Plan;
use crate::model::tree::Tree;
use crate::source::path::parent;
use crate::source::{SourceFile, SourceMap};
use read::Named;

/// The codes of these rules.
pub const CODES: &[&[&Code]] = &[paths::CODES, overlay::CODES];

/// Names that kustomize looks for in a folder (kustomize 5.8, `konfig.RecognizedKustomizationFileNames`).
const FILES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The folders whose documents the rules want to see: those with a kustomization that says more than what is there.
#[must_use]
pub fn folders(plan: &Plan) -> BTreeSet<String> {
    let raw = plan.raw.iter().filter(|file| is_kustomization(&file.path)).map(|file| parent(&file.path));
    let more = |fields: &Value| fields.as_map().is_some_and(|map| !map.is_empty());
    let derived = plan.folders.iter().filter(|(_, f)| f.kustomization.as_ref().is_some_and(more));
    raw.chain(derived.map(|(path, _)| path.as_str())).map(str::to_owned).collect()
}

fn is_kustomization(path: &str) -> bool {
    FILES.contains(&path.rsplit('/').next().unwrap_or(path))
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
}

impl<'a> Scene<'a> {
    fn new(input: &'a Input<'a>) -> Scene<'a> {
        let root = input.plan.platform.get("repo").and_then(|r| r.str_at("path")).unwrap_or_default();
        let mut folders: BTreeMap<&str, Folder> = BTreeMap::new();
        for document in input.documents.iter().filter(|d| is_kustomization(&d.path)) {
            let named = read::named(&document.value);
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
        match self.input.sources.file_of(span).is_none_or(SourceFile::is_built_in) {
            true => document.origin,
            false => span,
        }
    }

    /// Where a name of a kustomization leads to.
    fn resolve(&self, folder: &str, name: &str) -> Target {
        let mut parts: Vec<&str> =
            [self.root, folder].iter().flat_map(|p| p.split('/')).filter(|p| !p.is_empty()).collect();
        for part in name.split('/') {
            match part {
                ".." if parts.pop().is_none() => return Target::Outside,
                "" | "." | ".." => {}
                part => parts.push(part),
            }
        }
        let path = parts.join("/");
        let below = match self.root {
            "" => Some(path.as_str()),
            root => path.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/')),
        };
        match below {
            Some(below) => Target::Tree(below.trim_start_matches('/').to_owned()),
            None => Target::Beside,
        }
    }

    /// Whether anything of the tree lies in a folder.
    fn is_folder(&self, path: &str) -> bool {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.input.tree.range(prefix.clone()..).next().is_some_and(|(file, _)| file.starts_with(&prefix))
    }
}

/// Where a name leads to.
enum Target {
    /// A path of the tree.
    Tree(String),
    /// The repository, beside the tree: not known.
    Beside,
    /// Out of the repository.
    Outside,
}
