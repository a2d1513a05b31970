//! sailplan: one platform spec in, the whole GitOps tree out.

pub mod base;
pub mod check;
pub mod diag;
pub mod gather;
pub mod load;
pub mod lower;
pub mod model;
pub mod pipeline;
pub mod render;
pub mod resolve;
pub mod schemas;
pub mod shape;
pub mod source;
pub mod template;
pub mod tree;
pub mod validate;
pub mod write;
pub mod yaml;
