//! Findings as data. Nothing here knows a terminal.

mod bag;
mod code;
mod finding;
mod masks;

pub use bag::{Bag, Clean};
pub use code::Code;
pub use finding::{Finding, Label, Level, Place};
pub use masks::Masks;
