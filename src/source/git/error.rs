//! Why git could not answer.

use std::fmt;

/// Why git could not answer, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitError {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl GitError {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> GitError {
        GitError { message: message.into(), help: help.into() }
    }

    /// What libgit2 said while `doing` something, with what helps against the usual causes.
    pub(super) fn of(doing: &str, e: &git2::Error) -> GitError {
        // A walk through trees loses the code of what stopped it.
        let missing = e.code() == git2::ErrorCode::NotFound || e.message().starts_with("object not found");
        let help = match (e.code(), e.class()) {
            (git2::ErrorCode::Owner, _) => {
                "the folder belongs to another user: `git config --global --add safe.directory FOLDER` trusts it"
            }
            (_, git2::ErrorClass::Index) => {
                "write the index without split or sparse entries: `git update-index --no-split-index`, \
                 `git sparse-checkout disable`"
            }
            (_, git2::ErrorClass::Odb | git2::ErrorClass::Object) if missing => {
                "this clone lacks the object, as partial and shallow clones do: fetch it, for example with \
                 `git fetch --unshallow`, or with `fetch-depth: 0` in CI"
            }
            _ => "`git fsck` and `git status` in the same folder may say more",
        };
        GitError::new(format!("{doing}: {}", words(e)), help)
    }
}

/// The words of libgit2, as they fit into a sentence.
pub(super) fn words(e: &git2::Error) -> String {
    e.message().trim_end_matches('.').replace('\n', " ")
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.message, self.help)
    }
}

impl std::error::Error for GitError {}

impl From<GitError> for String {
    fn from(e: GitError) -> String {
        e.to_string()
    }
}
