//! sailplan: one platform spec in, the whole GitOps tree out.

pub mod base;
pub mod diag;
pub mod model;
pub mod report;
pub mod shape;
pub mod source;
pub mod write;
pub mod yaml;
