//! Files of a git repository, read without touching its work tree.
//!
//! The one place that knows libgit2. [`Repository`] finds a repository and what a revision means;
//! [`GitFiles`] are the files below one of its folders, in a revision or in the index.

mod error;
mod files;
mod lfs;
mod repository;

pub use error::GitError;
pub use files::GitFiles;
pub use repository::{Repository, Revision};
