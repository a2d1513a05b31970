//! Comparing two trees: what is found, what it is called, and how it is told.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

mod gates;
mod golden;
