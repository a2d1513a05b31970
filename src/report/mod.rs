//! Findings and results for readers: one file for each format.

pub mod changes;
mod excerpt;
pub mod human;
mod text;
