//! The write stage: what it writes, refuses, removes, and how it comes through a crash.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::missing_panics_doc)]

mod basics;
mod crash;
mod disk;
mod refusals;
mod support;
