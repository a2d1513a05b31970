//! Repositories, and what revisions mean in them.

use std::path::{Component, Path, PathBuf};

use git2::{ErrorClass, ErrorCode, IndexEntryExtendedFlag, ObjectType, Oid, TreeWalkMode, TreeWalkResult};

use super::files::Found;
use super::{GitError, GitFiles};

/// Bits of the flags of an index entry that say which side of a conflict it is (git, `index-format.txt`).
const STAGE: u16 = 0x3000;
/// So many digits of a commit are shown.
const SHOWN: usize = 10;

/// A repository on disk; bare ones and linked work trees too.
pub struct Repository {
    git_folder: PathBuf,
    /// Without symbolic links on the way; `None` when the repository is bare.
    work_tree: Option<PathBuf>,
}

/// What a name means: a tree of files.
#[derive(Clone, Debug)]
pub struct Revision {
    /// As it was asked for.
    pub name: String,
    /// First digits of the commit.
    pub commit: String,
    id: Oid,
    tree: Oid,
}

impl Repository {
    /// The repository that a folder lies in. The folder itself need not exist.
    ///
    /// # Errors
    /// When it lies in none, or git refuses to open it.
    pub fn discover(folder: &Path) -> Result<Repository, GitError> {
        let (there, _) = existing(folder)?;
        let repository = git2::Repository::discover(&there).map_err(|e| match e.code() {
            ErrorCode::NotFound => GitError::new(
                format!("`{}` is in no git repository", folder.display()),
                "name a folder to compare with instead, or run it in the clone",
            ),
            _ => GitError::of("can't open the git repository", &e),
        })?;
        let work_tree = repository.workdir().map(|folder| folder.canonicalize().unwrap_or_else(|_| folder.to_owned()));
        Ok(Repository { git_folder: repository.path().to_owned(), work_tree })
    }

    /// Where a path on disk is in the repository, with `/` between its parts; `""` for the root. In a bare repository
    /// paths are seen from its root.
    ///
    /// # Errors
    /// When it lies outside.
    pub fn locate(&self, path: &Path) -> Result<String, GitError> {
        let below = match &self.work_tree {
            Some(root) => {
                let (there, rest) = existing(path)?;
                let full = there.join(rest);
                full.strip_prefix(root).map(Path::to_owned).map_err(|_| outside(path, root))?
            }
            None => path.to_owned(),
        };
        let mut parts: Vec<String> = Vec::new();
        for part in below.components() {
            match part {
                Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
                Component::CurDir => {}
                Component::ParentDir if parts.pop().is_some() => {}
                _ => return Err(outside(path, &self.git_folder)),
            }
        }
        Ok(parts.join("/"))
    }

    /// The root of the work tree; `None` when the repository is bare.
    #[must_use]
    pub fn work_tree(&self) -> Option<&Path> {
        self.work_tree.as_deref()
    }

    /// What a name means: a branch, a tag, a commit, `HEAD~2` (gitrevisions(7)).
    ///
    /// # Errors
    /// When it means nothing here, or no commit.
    pub fn revision(&self, name: &str) -> Result<Revision, GitError> {
        let repository = self.open()?;
        let object = repository.revparse_single(name).map_err(|e| unknown(&repository, name, &e))?;
        let commit = object.peel_to_commit().map_err(|_| {
            GitError::new(
                format!("`{name}` is no commit"),
                "name a branch, a tag or a commit; a folder of it follows a colon",
            )
        })?;
        Ok(Revision::of(name, &commit))
    }

    /// Whether a name means a commit here.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.open().is_ok_and(|r| r.revparse_single(name).is_ok_and(|object| object.peel_to_commit().is_ok()))
    }

    /// The commit that two revisions grew from.
    ///
    /// # Errors
    /// When there is none, as in shallow clones.
    pub fn merge_base(&self, one: &Revision, other: &Revision) -> Result<Revision, GitError> {
        let repository = self.open()?;
        let found = repository.merge_base(one.id, other.id).and_then(|id| repository.find_commit(id));
        found.map(|commit| Revision::of(&format!("merge base of {} and {}", one.name, other.name), &commit)).map_err(
            |_| {
                let message = format!("`{}` and `{}` have no common commit here", one.name, other.name);
                let help = match repository.is_shallow() {
                    true => "this clone is shallow: `git fetch --unshallow`, or `fetch-depth: 0` in CI",
                    false => "compare the two by `A..B`, which looks at `A` itself",
                };
                GitError::new(message, help)
            },
        )
    }

    /// The files below a folder in a revision; none when the folder is not there.
    ///
    /// # Errors
    /// When an object can't be read.
    pub fn files_of(&self, revision: &Revision, folder: &str) -> Result<GitFiles, GitError> {
        let repository = self.open()?;
        let mut found = Vec::new();
        {
            let fail = |e: git2::Error| GitError::of(&format!("can't read the files of `{}`", revision.name), &e);
            let mut tree = repository.find_tree(revision.tree).map_err(fail)?;
            if !folder.is_empty() {
                let entry = match tree.get_path(Path::new(folder)) {
                    Ok(entry) if entry.kind() == Some(ObjectType::Tree) => entry,
                    Ok(_) => return Err(no_folder(folder, &revision.name)),
                    // Of a tree that this clone lacks, nobody can say what is in it.
                    Err(e) if (e.code(), e.class()) == (ErrorCode::NotFound, ErrorClass::Tree) => {
                        return GitFiles::new(self.open()?, found);
                    }
                    Err(e) => return Err(fail(e)),
                };
                tree = repository.find_tree(entry.id()).map_err(fail)?;
            }
            let collect = |above: &str, entry: &git2::TreeEntry<'_>| {
                if entry.kind() != Some(ObjectType::Tree) {
                    let path = format!("{above}{}", String::from_utf8_lossy(entry.name_bytes()));
                    let mode = u32::try_from(entry.filemode_raw()).unwrap_or_default();
                    found.push(Found { path, mode, id: entry.id(), conflict: false });
                }
                TreeWalkResult::Ok
            };
            tree.walk(TreeWalkMode::PreOrder, collect).map_err(fail)?;
        }
        GitFiles::new(repository, found)
    }

    /// The files below a folder in the index. `file` is the index itself where git says so by
    /// `GIT_INDEX_FILE`, as it does in hooks; a relative one is seen from the work tree.
    ///
    /// # Errors
    /// When it can't be read, or the repository is bare.
    pub fn staged(&self, folder: &str, file: Option<&Path>) -> Result<GitFiles, GitError> {
        let Some(root) = &self.work_tree else {
            return Err(GitError::new("a bare repository has no index", "name a revision"));
        };
        let repository = self.open()?;
        let index = match file {
            Some(file) => git2::Index::open_ext(&root.join(file), repository.object_format()),
            None => repository.index(),
        };
        let index = index.map_err(|e| GitError::of("can't read the index", &e))?;
        let prefix = if folder.is_empty() { Vec::new() } else { format!("{folder}/").into_bytes() };
        let below = |entry: git2::IndexEntry| {
            let path = entry.path.strip_prefix(prefix.as_slice())?;
            let path = String::from_utf8_lossy(path).into_owned();
            Some(Found { path, mode: entry.mode, id: entry.id, conflict: entry.flags & STAGE != 0 })
        };
        // `git add --intent-to-add` stages the name of a file, and nothing of it.
        let staged =
            |entry: &git2::IndexEntry| entry.flags_extended & IndexEntryExtendedFlag::INTENT_TO_ADD.bits() == 0;
        let found = index.iter().filter(staged).filter_map(below).collect();
        GitFiles::new(repository, found)
    }

    fn open(&self) -> Result<git2::Repository, GitError> {
        git2::Repository::open(&self.git_folder).map_err(|e| GitError::of("can't open the git repository", &e))
    }
}

impl Revision {
    fn of(name: &str, commit: &git2::Commit) -> Revision {
        let short: String = commit.id().to_string().chars().take(SHOWN).collect();
        Revision { name: name.to_owned(), commit: short, id: commit.id(), tree: commit.tree_id() }
    }
}

/// The part of a path that exists, without symbolic links, and the rest.
fn existing(path: &Path) -> Result<(PathBuf, PathBuf), GitError> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for above in full.ancestors() {
        if let Ok(real) = above.canonicalize() {
            let rest = full.strip_prefix(above).unwrap_or(Path::new("")).to_owned();
            return Ok((real, rest));
        }
    }
    Err(GitError::new(format!("nothing is at `{}`", path.display()), "name a folder that is there"))
}

fn outside(path: &Path, root: &Path) -> GitError {
    let message = format!("`{}` is outside of the git repository `{}`", path.display(), root.display());
    GitError::new(
        message,
        "spec and output must be in one repository to be compared by revisions; name a folder instead",
    )
}

fn no_folder(folder: &str, revision: &str) -> GitError {
    let message = format!("`{folder}` is no folder in `{revision}`");
    GitError::new(message, "name the folder as it was there, after a colon: `main:old/folder`")
}

fn unknown(repository: &git2::Repository, name: &str, e: &git2::Error) -> GitError {
    let unborn = repository.head().is_err_and(|e| e.code() == ErrorCode::UnbornBranch);
    match e.code() {
        _ if unborn && name.starts_with("HEAD") => GitError::new(
            format!("`{name}` means nothing yet: there is no commit"),
            "commit first, or compare with `index`",
        ),
        ErrorCode::Ambiguous => GitError::new(
            format!("`{name}` means several objects"),
            "write more digits, or the full name: `refs/heads/…`",
        ),
        ErrorCode::NotFound | ErrorCode::InvalidSpec | ErrorCode::GenericError => {
            let help = match repository.is_shallow() {
                true => "fetch it; this clone is shallow: `git fetch --unshallow`, or `fetch-depth: 0` in CI",
                false => "name a branch, a tag or a commit; one of a remote is `origin/…`, once it was fetched",
            };
            GitError::new(format!("git knows no revision `{name}`"), help)
        }
        _ => GitError::of(&format!("can't tell what `{name}` means"), e),
    }
}
