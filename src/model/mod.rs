//! The products that the stages hand on.

pub mod ownership;
pub mod tree;
