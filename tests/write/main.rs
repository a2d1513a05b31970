//! The write stage: what it writes, refuses, removes, and how it comes through a crash.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::missing_panics_doc)]

mod basics;
mod crash;
#[cfg(unix)]
mod disk;
mod refusals;
mod support;
