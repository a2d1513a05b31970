//! Comparing two trees: what is found, what it is called, and how it is told.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::missing_panics_doc)]

#[path = "../common/chance.rs"]
mod proptests;

mod apply;
mod gates;
mod golden;
mod hostile;
mod impacts;
mod kinds;
mod platform;
mod rights;
mod secrets;
