//! The grammar of expressions, read a second time for what minijinja keeps to itself: which names
//! an expression uses and where. Evaluation stays with minijinja.

mod ast;
mod lexer;
mod parser;
mod postfix;

pub(super) use ast::{Call, Expr, Ident, Path, Step, StepKind};
pub(super) use lexer::{Lexer, Tok, Token};
pub(super) use parser::{parse_expr, parse_tag};
