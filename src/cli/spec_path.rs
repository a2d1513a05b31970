//! Finding the spec.

use std::path::{Path, PathBuf};

use crate::source::{Disk, FileKind, World as _};

/// Name of the spec where none is given.
pub const NAME: &str = "platform.yaml";

/// A spec file: the folder that paths in it are relative to, and its name there.
#[derive(Debug)]
pub struct SpecPath {
    /// The folder.
    pub folder: PathBuf,
    /// The name.
    pub name: String,
}

/// The spec that is given, or `platform.yaml` in the working folder or the nearest one above.
pub fn find(given: Option<&str>) -> Result<SpecPath, String> {
    if let Some(given) = given {
        let path = Path::new(given);
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
            return Err(format!("`{given}` is not the name of a file"));
        };
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Ok(SpecPath { folder: folder.to_owned(), name: name.to_owned() });
    }
    let here = std::env::current_dir().map_err(|e| format!("can't tell the working folder: {e}"))?;
    let holds = |folder: &&Path| Disk::new(folder).kind(NAME) == Some(FileKind::File);
    match here.ancestors().find(holds) {
        Some(folder) => Ok(SpecPath { folder: folder.to_owned(), name: NAME.to_owned() }),
        None => Err(format!("there is no `{NAME}` here or in a folder above; name the spec with --file")),
    }
}
