//! Files of git repositories that the program `git` made: what a revision and the index hold, whatever lies in the
//! work tree.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "that is how a test fails")]

mod places;
mod revisions;
mod support;
mod worlds;
