//! What a kustomization names, and where that leads (kustomize 5.8, `types.Kustomization`).

use crate::base::{Span, Value};

/// What kustomize expects under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A file.
    File,
    /// A folder with a kustomization.
    Folder,
    /// One of both.
    Either,
}

/// A name of a file or folder.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The field that names it.
    pub field: &'static str,
    /// The name, relative to the kustomization.
    pub path: &'a str,
    /// Where it stands.
    pub span: Span,
    /// What is expected there.
    pub wanted: Wanted,
    /// Whether kustomize would fetch it.
    pub remote: bool,
}

const LISTS: &[(&str, Wanted)] = &[
    ("resources", Wanted::Either),
    ("bases", Wanted::Folder),
    ("components", Wanted::Folder),
    ("crds", Wanted::File),
    ("configurations", Wanted::File),
    ("transformers", Wanted::Either),
    ("generators", Wanted::Either),
    ("validators", Wanted::Either),
    ("patchesStrategicMerge", Wanted::File),
];

/// Lists of mappings with a `path`.
const WITH_PATH: &[&str] = &["patches", "patchesJson6902", "replacements"];
const GENERATORS: &[&str] = &["configMapGenerator", "secretGenerator"];

/// All names in a kustomization. What stands there itself is no name.
#[must_use]
pub fn named(kustomization: &Value) -> Vec<Named<'_>> {
    let mut out = Vec::new();
    for (field, wanted) in LISTS {
        list(kustomization, field).iter().for_each(|item| add(item, field, *wanted, &mut out));
    }
    for field in WITH_PATH {
        let paths = list(kustomization, field).iter().filter_map(|item| item.get("path"));
        paths.for_each(|path| add(path, field, Wanted::File, &mut out));
    }
    for field in GENERATORS {
        for generator in list(kustomization, field) {
            let lists = ["files", "envs"].iter().flat_map(|key| list(generator, key));
            lists.chain(generator.get("env")).for_each(|item| add(item, field, Wanted::File, &mut out));
        }
    }
    let schema = kustomization.get("openapi").and_then(|o| o.get("path"));
    schema.into_iter().for_each(|path| add(path, "openapi", Wanted::File, &mut out));
    out
}

/// A list of a mapping; empty where there is none.
#[must_use]
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_list).unwrap_or_default()
}

fn add<'a>(value: &'a Value, field: &'static str, wanted: Wanted, out: &mut Vec<Named<'a>>) {
    let Some(text) = value.as_str().filter(|text| !text.contains('\n')) else { return };
    // A generator may say under which key a file goes.
    let path = match GENERATORS.contains(&field) {
        true => text.split_once('=').map_or(text, |(_, path)| path),
        false => text,
    };
    out.push(Named { field, path, span: value.span, wanted, remote: is_remote(text) });
}

/// Whether kustomize would fetch it (kustomize 5.8, `git.NewRepoSpecFromURL`).
fn is_remote(text: &str) -> bool {
    text.contains("://") || text.contains("//") || text.contains("?ref=") || text.contains('@') || {
        let first = text.split('/').next().unwrap_or_default();
        first.contains('.') && first != "." && first != ".." && text.contains('/')
    }
}

/// Names that kustomize looks for in a folder (kustomize 5.8, `konfig.RecognizedKustomizationFileNames`).
pub const FILES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The name under which objects appear that kustomize made of what lies elsewhere: no file is called so.
pub const BUILT: &str = "(built by kustomize).yaml";

/// Whether a path is one that kustomize looks for in a folder.
#[must_use]
pub fn is_kustomization(path: &str) -> bool {
    FILES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// Where a name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A path of the tree.
    Tree(String),
    /// The repository, beside the tree: not known.
    Beside,
    /// Out of the repository.
    Outside,
}

/// Where a name in the kustomization of a folder leads to. The tree lies at `root` of the repository.
#[must_use]
pub fn resolve(root: &str, folder: &str, name: &str) -> Target {
    let mut parts: Vec<&str> = [root, folder].iter().flat_map(|p| p.split('/')).filter(|p| !p.is_empty()).collect();
    for part in name.split('/') {
        match part {
            ".." if parts.pop().is_none() => return Target::Outside,
            "" | "." | ".." => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    let below = match root {
        "" => Some(path.as_str()),
        root => path.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/')),
    };
    match below {
        Some(below) => Target::Tree(below.trim_start_matches('/').to_owned()),
        None => Target::Beside,
    }
}
