//! The products that the stages hand on.

pub mod access;
pub mod application;
pub mod changes;
pub mod context;
pub mod document;
pub mod embedded;
pub mod forms;
pub mod gathered;
pub mod identity;
pub mod instance;
pub mod judge;
pub mod kustomize;
pub mod onboarding;
pub mod order;
pub mod ownership;
pub mod permits;
pub mod plan;
pub mod port;
pub mod reference;
pub mod repositories;
pub mod rights;
pub mod secrets;
pub mod self_service;
pub mod spec;
pub mod tree;
pub mod values;
