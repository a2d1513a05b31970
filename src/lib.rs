//! sailplan: one platform spec in, the whole GitOps tree out.
//!
//! | stage | takes | gives |
//! |---|---|---|
//! | [`load`] | files | the spec as one, every value with its place |
//! | [`resolve`] | the spec | Applications to be: layers merged, clusters chosen |
//! | [`gather`] | names of files | raw manifests, values files, templates, schemas |
//! | [`import`] | a tree that others wrote | a plan without templates; what comes after `render` is the same |
//! | [`check`] | all of that | findings, and the sync waves |
//! | [`lower`] | what was checked | the plan: sources, projects, parents, settings, paths |
//! | [`render`] | plan and templates | documents, patched |
//! | [`validate`] | documents | findings |
//! | [`tree`] | documents | paths and bytes |
//! | [`diff`](mod@diff) | two trees | changes, and what they will do |
//! | [`drift`] | a tree and what stands in an output folder | findings: what was done by hand, or not done |
//! | [`settle`] | all findings | those that stand, at the level that the spec gives them |
//! | [`write`](mod@write) | tree and output folder | changes on disk |
//! | [`report`] | findings | text for people |
//!
//! [`pipeline`] joins them. Below them stand [`base`], [`source`], [`diag`], [`yaml`], [`shape`],
//! [`template`], [`rbac`], [`schemas`], [`model`] and [`survey`], which know no stage.

pub mod base;
pub mod check;
pub mod cli;
pub mod codes;
pub mod diag;
pub mod diff;
pub mod drift;
pub mod gather;
pub mod import;
pub mod load;
pub mod lower;
pub mod mend;
pub mod model;
pub mod pipeline;
pub mod rbac;
pub mod render;
pub mod report;
pub mod resolve;
pub mod schemas;
pub mod settle;
pub mod shape;
pub mod source;
pub mod survey;
pub mod template;
pub mod tree;
pub mod validate;
pub mod write;
pub mod yaml;
