//! The products that the stages hand on.

pub mod tree;
