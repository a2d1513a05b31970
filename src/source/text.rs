//! Reading files as text.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{FileId, SourceMap, World};
use crate::diag::{Bag, Finding, Place};

crate::codes! {
    /// A file can't be read: it isn't there, may not be read, or lies outside the folder of the spec.
    ///
    /// Paths in the spec are relative to the folder of the spec file and stay below it.
    FILE_UNREADABLE = "file-unreadable";
    /// A file is not UTF-8.
    ///
    /// YAML is read as UTF-8 only. Save the file in that encoding; the message names the first byte
    /// that is not.
    NOT_UTF8 = "not-utf8";
    /// All files of a spec together are larger than 4 GiB.
    ///
    /// Places in the input are kept in 32 bits. Split the platform into several specs; or look for a glob of
    /// `manifests` or `valueFiles` that matches what it should not.
    SOURCES_TOO_LARGE = "sources-too-large";
}

/// The text of a file. `place` is where it is asked for: the glob or path in the spec, or the file.
///
/// # Errors
/// A finding when it can't be read or isn't UTF-8.
pub fn read_text(world: &dyn World, path: &str, place: impl Into<Place>) -> Result<String, Finding> {
    let bytes = world.read(path).map_err(|e| {
        let help = match e.not_found {
            true => "write the path relative to the folder of the spec file",
            false => "make it readable, or name another file",
        };
        Finding::error(&FILE_UNREADABLE, place, format!("can't read `{path}`: {}", e.reason), help)
    })?;
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes().get(..at).map_or(0, |text| text.split(|&b| b == b'\n').count());
        let message = format!("`{path}` is not UTF-8: the byte at offset {at}, in line {line}, fits no character");
        Finding::error(&NOT_UTF8, Place::File(path.to_owned()), message, "save the file as UTF-8")
    })
}

/// Reads files, each once, into the source map. Each path comes with the place that asks for it.
pub fn read_texts(
    world: &dyn World,
    paths: impl Iterator<Item = (String, Place)>,
    sources: &mut SourceMap,
    bag: &mut Bag,
) -> BTreeMap<String, FileId> {
    let unique: BTreeMap<String, Place> = paths.collect();
    let read = |(path, at): (String, Place)| (read_text(world, &path, at.clone()), path, at);
    let texts: Vec<_> = unique.into_par_iter().map(read).collect();
    let mut ids = BTreeMap::new();
    for (text, path, at) in texts {
        match text.map(|text| sources.add(path.clone(), text)) {
            Ok(Some(id)) => drop(ids.insert(path, id)),
            Ok(None) => bag.push(too_large(at)),
            Err(finding) => bag.push(finding),
        }
    }
    ids
}

/// The finding for a text that no longer fits the position space of 4 GiB.
pub fn too_large(place: impl Into<Place>) -> Finding {
    let help = "split the platform into several specs; 4 GiB is the limit for all files of one";
    Finding::error(&SOURCES_TOO_LARGE, place, "the files of this spec are larger than 4 GiB together", help)
}
