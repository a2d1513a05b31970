//! Findings as data. Nothing here knows a terminal.

mod bag;
mod code;
mod edit;
mod finding;
mod masks;
mod suppressed;

pub use bag::{Bag, Clean};
pub use code::{Code, Trait};
pub use edit::Edit;
pub use finding::{Finding, Label, Level, Place};
pub use masks::Masks;
pub use suppressed::{Suppressed, SuppressedBy};
