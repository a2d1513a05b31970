//! Ground types that every stage shares and that know nothing of the platform: spans, values, paths, names.

pub mod day;
pub mod git_url;
pub mod graph;
pub mod hash;
pub mod json;
pub mod lines;
pub mod merge;
pub mod names;
pub mod patch;
pub mod pointer;
pub mod secrecy;
pub mod span;
pub mod suggest;
pub mod value;

pub use day::Day;
pub use span::Span;
pub use value::{Entry, Kind, Map, Value};
