//! From a plan and templates to documents.

pub mod template;
