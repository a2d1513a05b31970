//! Findings and results for readers: one file for each format.

mod excerpt;
pub mod human;
mod text;
