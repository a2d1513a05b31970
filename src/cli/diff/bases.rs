//! What the names of states mean.

use std::path::{Path, PathBuf};

use crate::source::git::Repository;
use crate::source::{Disk, FileKind, World as _};

/// The name of the index.
const INDEX: &str = "index";

/// A state that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The files on disk.
    WorkTree,
    /// What is staged; perhaps another folder or file of it.
    Index(Option<String>),
    /// A revision; perhaps another folder or file of it.
    Revision(String, Option<String>),
}

/// What a comparison starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// A folder on disk.
    Folder(PathBuf),
    /// The output in a state of git.
    Git(State),
    /// The output in a revision, or in what it has in common with the other; and the state whose spec is rendered.
    Range { from: String, to: String, common: bool },
}

/// What follows `--against`. A path that begins with `.` or `/` is a folder, `index` the index, and what has `..` in it a
/// range. Of the others, what is a folder and a revision is refused, so that nobody compares with what he did not mean.
pub fn base(text: &str, repository: Option<&Repository>) -> Result<Base, String> {
    let folder = || Disk::new(text).kind("") == Some(FileKind::Dir) && Path::new(text).is_dir();
    if text.starts_with(['.', '/']) || Path::new(text).is_absolute() {
        return if folder() { Ok(Base::Folder(text.into())) } else { Err(format!("there is no folder `{text}`")) };
    }
    for (dots, common) in [("...", true), ("..", false)] {
        if let Some((from, to)) = text.split_once(dots) {
            let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
            return Ok(Base::Range { from: or_head(from), to: or_head(to), common });
        }
    }
    let state = state(text);
    let known = match &state {
        State::Revision(name, _) => repository.is_some_and(|r| r.knows(name)),
        _ => true,
    };
    match (known, folder()) {
        (true, true) => Err(format!(
            "`{text}` is a folder and {}: write `./{text}` for the folder, {} for the other",
            if matches!(state, State::Index(_)) { "the word for the index" } else { "a revision" },
            if matches!(state, State::Index(_)) {
                "`--staged`, or `index:` with the folder of the output,"
            } else {
                "`refs/heads/…`, `refs/tags/…` or a commit"
            },
        )),
        (false, true) => Ok(Base::Folder(text.into())),
        _ => Ok(Base::Git(state)),
    }
}

/// A state of git: `index`, or a revision; a folder or file of it follows a colon.
pub fn state(text: &str) -> State {
    // A colon within braces belongs to the revision: `HEAD^{/fix: it}`.
    let colon = text.find(':').filter(|at| *at > 0 && !text.get(..*at).unwrap_or_default().contains('{'));
    let (name, path) = match colon.and_then(|at| text.split_at_checked(at)) {
        Some((name, path)) => (name, Some(path.trim_start_matches(':').trim_matches('/').to_owned())),
        None => (text, None),
    };
    match name {
        INDEX => State::Index(path),
        name => State::Revision(name.to_owned(), path),
    }
}
