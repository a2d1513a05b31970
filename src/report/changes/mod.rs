//! Changes for readers: one file for each format.
//!
//! | file | holds |
//! |---|---|
//! | `outline` | what is told together, and in which order |
//! | `words` | values, edits and counts in words |
//! | `human` | for a terminal |
//! | `markdown` | for a comment on a pull request |
//! | `json` | for programs |
//! | `github` | annotations of a workflow run |
//! | `html` | a page, side by side |
//!
//! Secrets are covered already where changes are made; nothing here has to know any.

pub mod github;
pub mod html;
pub mod human;
pub mod json;
pub mod markdown;
mod outline;
mod style;
mod words;

pub use words::count;
