//! Stage: the spec file and the files it includes, read and joined.

mod join;

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::Value;
use crate::diag::{Bag, Finding, Place};
use crate::model::spec::{ApiVersion, Spec};
use crate::shape::{Reader, Shape};
use crate::source::{FileId, Globber, SourceMap, World, read_text, too_large};
use crate::yaml;

crate::codes! {
    /// A glob of `include` matches no file.
    ///
    /// The apps in the files that were meant would be missing from the tree, and pruned from the clusters.
    /// Either the glob is misspelled or the files are elsewhere. Globs are relative to the folder of the
    /// spec file and stay below it.
    INCLUDE_NO_MATCH = "include-no-match";
    /// A spec file does not hold exactly one document that is a mapping.
    ///
    /// Split several documents into several files and name them under `include`.
    SPEC_DOCUMENTS = "spec-documents";
    /// A name is given in two places.
    ///
    /// Maps of names are joined over all files, so each name may stand only once. Keep one of the
    /// two entries, or rename one.
    DUPLICATE_NAME = "duplicate-name";
    /// A key that only the main file may hold stands in an included one.
    ///
    /// Included files add entries to the maps of names (`apps`, `categories`, `clusters`, ...) and to
    /// `overrides`. What there is once, such as `platform`, `defaults` or `layout`, would otherwise be
    /// decided by the order of file names. Move the key into the main file.
    INCLUDED_KEY = "included-key";
    /// A spec file is of a version of the spec language that this program does not know.
    ///
    /// Keys may mean something else there, so the file is not read further. Either the file is no part
    /// of a spec and a glob of `include` matches it by mistake, or it was written for a newer program.
    /// Narrow the glob, install a newer version, or write `apiVersion: sailplan.dev/v1alpha1`. Included
    /// files may leave `apiVersion` and `kind` out.
    SPEC_VERSION = "spec-version";
}

/// Reads the file at `path` and all it includes, and joins them to one tree. Texts go into `sources`, findings into
/// `bag`; none of them stops the reading of the rest.
pub fn load(world: &dyn World, path: &str, sources: &mut SourceMap, bag: &mut Bag) -> Value {
    let main = match read_text(world, path, Place::File(path.to_owned())) {
        Ok(text) => text,
        Err(finding) => {
            bag.push(finding);
            return Value::default();
        }
    };
    let Some(main) = add(sources, path, main, bag) else {
        return Value::default();
    };
    let main = parse(sources, main, bag).filter(|main| known_version(main, bag)).unwrap_or_default();
    let included = included(world, path, &main, sources, bag);
    let mut parts = vec![main];
    let parsed: Vec<(Option<Value>, Bag)> = included
        .par_iter()
        .map(|&id| {
            let mut bag = Bag::new();
            (parse(sources, id, &mut bag).filter(|part| known_version(part, &mut bag)), bag)
        })
        .collect();
    for (part, found) in parsed {
        bag.extend(found);
        parts.extend(part);
    }
    join::join(parts, bag)
}

/// The spec that a joined tree is, as far as it can be read.
pub fn spec(root: &Value, bag: &mut Bag) -> Option<Spec> {
    let mut cx = Reader::new();
    let spec = if root.is_null() { None } else { Spec::read(&mut cx, root) };
    bag.extend(cx.bag);
    spec
}

fn add(sources: &mut SourceMap, path: &str, text: String, bag: &mut Bag) -> Option<FileId> {
    let id = sources.add(path, text);
    if id.is_none() {
        bag.push(too_large(Place::File(path.to_owned())));
    }
    id
}

/// The single mapping of a spec file.
fn parse(sources: &SourceMap, id: FileId, bag: &mut Bag) -> Option<Value> {
    let mut docs = yaml::read(sources, id, bag, &yaml::Limits::default());
    let errors = bag.errors() > 0;
    let file = sources.file(id)?;
    let whole = file.span(0, file.text.find('\n').unwrap_or(file.text.len()));
    if let Some(second) = docs.get(1) {
        let help = "put each document into a file of its own and name the files under `include`";
        bag.push(Finding::error(
            &SPEC_DOCUMENTS,
            second.span,
            "a spec file holds one document, this is a second",
            help,
        ));
    }
    match docs.is_empty() {
        false => Some(docs.swap_remove(0)).filter(|d| d.as_map().is_some() || not_mapping(d, bag)),
        true if errors => None,
        true => {
            let help = "a spec begins with `apiVersion: sailplan.dev/v1alpha1`, an included file with a section such as `apps:`";
            bag.push(Finding::error(&SPEC_DOCUMENTS, whole, "the file holds no document", help));
            None
        }
    }
}

/// Whether a file is of the version that this program knows. A version of the wrong type, or one that
/// is left out, is for the reading of the whole to report.
fn known_version(part: &Value, bag: &mut Bag) -> bool {
    let Some(value) = part.get("apiVersion") else { return true };
    let Some(version) = value.as_str().filter(|v| !ApiVersion::WORDS.contains(v)) else { return true };
    let message = format!("`{version}` is no version of the spec language that this program knows");
    let help = format!(
        "write `apiVersion: {}`, or let `include` match files of the spec only",
        ApiVersion::WORDS.join("` or `")
    );
    let finding = Finding::error(&SPEC_VERSION, value.span, message, help);
    bag.push(finding.label("the rest of this file is not read"));
    false
}

fn not_mapping(doc: &Value, bag: &mut Bag) -> bool {
    let message = format!("a spec file is a mapping, this is {}", doc.type_name());
    bag.push(Finding::error(&SPEC_DOCUMENTS, doc.span, message, "write `key: value` lines at the top level"));
    false
}

/// Adds the texts of all included files, each once, in byte order of their paths.
fn included(world: &dyn World, main: &str, root: &Value, sources: &mut SourceMap, bag: &mut Bag) -> Vec<FileId> {
    let mut globber = Globber::new(world);
    let mut paths: Vec<(String, Arc<Value>)> = Vec::new();
    for pattern in root.get("include").and_then(Value::as_list).unwrap_or_default() {
        let Some(glob) = pattern.as_str() else { continue };
        match globber.expand(glob) {
            Ok(found) if found.iter().any(|p| p != main) => {
                let at = Arc::new(pattern.clone());
                paths.extend(found.into_iter().filter(|p| p != main).map(|p| (p, Arc::clone(&at))));
            }
            Ok(_) => {
                let help = "globs are relative to this file; `*` stays within a folder, `**` crosses folders";
                bag.push(Finding::error(&INCLUDE_NO_MATCH, pattern.span, format!("`{glob}` matches no file"), help));
            }
            Err(reason) => {
                let help = "write a glob such as `apps/*.yaml`, relative to this file and below its folder";
                let message = format!("`{glob}` can't be used: {reason}");
                bag.push(Finding::error(&INCLUDE_NO_MATCH, pattern.span, message, help));
            }
        }
    }
    paths.sort_by(|a, b| a.0.cmp(&b.0));
    paths.dedup_by(|a, b| a.0 == b.0);
    let texts: Vec<_> = paths.par_iter().map(|(path, at)| (path, read_text(world, path, at.span))).collect();
    let mut ids = Vec::with_capacity(texts.len());
    for (path, text) in texts {
        match text {
            Ok(text) => ids.extend(add(sources, path, text, bag)),
            Err(finding) => bag.push(finding),
        }
    }
    ids
}
