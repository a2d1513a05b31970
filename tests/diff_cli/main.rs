//! `sailplan diff` as a user calls it, in repositories that the program `git` made.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc, reason = "that is how a test fails")]

mod affected;
mod bases;
mod drift;
mod environments;
mod gate;
mod levels;
mod ranges;
#[path = "../git/support.rs"]
mod repository;
mod staged;
mod suggestions;
mod support;
