//! Ground types that every stage shares and that know nothing of the platform: spans, values, paths, names.

pub mod json;
pub mod names;
pub mod pointer;
pub mod span;
pub mod suggest;
pub mod value;

pub use span::Span;
pub use value::{Entry, Kind, Map, Value};
