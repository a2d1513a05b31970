//! Structural templates: a manifest template is YAML, read once; its scalars hold expressions in
//! `${{ … }}`, and its structure stays structure.
//!
//! | written | gives |
//! |---|---|
//! | `key: ${{ app.x }}` | the value itself, with its place in the spec; undefined drops the key |
//! | `key: a-${{ app.x }}-b` | text; undefined, null, lists and mappings are errors |
//! | `$${{` | a literal `${{`; `{{ … }}` alone is plain text |
//! | `${{ if E }}:`, `${{ elif E }}:`, `${{ else }}:` | the entries of one of them, in place |
//! | `${{ for x in E }}:`, `${{ for k, v in E }}:` | its entries, once for each item |
//! | `${{ spread E }}:` | the entries of a mapping; the later of two equal keys counts |
//! | `- ${{ if E }}: …`, `- ${{ for x in E }}: …` | the items of its list, or its value as one item |
//! | `- ${{ spread E }}` | the items of a list |
//!
//! As keys are unique, several `else` in one mapping carry a name each: `${{ else tls }}:`.
//!
//! A mapping or list that ends up empty, because everything in it was dropped, is dropped; `{}` and
//! `[]` stay. A dotted name is undefined as a whole when any part of it is missing; what is undefined
//! is an error in operators and filters other than `default` and `is defined`. Files that are not YAML are text templates, see [`TextTemplate`].

mod check;
mod codes;
mod compile;
mod directive;
mod engine;
mod error;
mod eval;
mod fault;
mod filters;
mod formula;
mod library;
mod names;
mod node;
mod quote;
mod scalar;
mod scope;
mod syntax;
mod tags;
mod text;
mod wrap;

pub use codes::{
    CODES, TEMPLATE_DIRECTIVE, TEMPLATE_DUPLICATE_KEY, TEMPLATE_EVAL, TEMPLATE_EXPRESSION, TEMPLATE_UNKNOWN_NAME,
};
pub use engine::{Compiled, Engine};
pub use error::EvalError;
pub use library::ToYaml;
pub use names::{Names, Shape};
pub use scope::Scope;
pub use text::TextTemplate;
