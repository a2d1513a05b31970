//! Reading the keys that direct evaluation.

use std::ops::Range;

use super::codes::TEMPLATE_DIRECTIVE;
use super::fault::Fault;
use super::scalar::{Piece, cut};
use super::syntax::{Lexer, Tok, Token};

/// A directive. Ranges are those of its expression within the key.
#[derive(Debug)]
pub(super) enum Directive<'t> {
    If(Range<usize>),
    Elif(Range<usize>),
    Else,
    For { variables: Vec<&'t str>, source: Range<usize> },
    Spread(Range<usize>),
}

/// The directive that a key or a list item is, if it is one.
pub(super) fn read(text: &str) -> Result<Option<Directive<'_>>, Fault> {
    if !text.starts_with("${{") {
        return Ok(None);
    }
    let range = match cut(text)?.as_slice() {
        [Piece::Expr(range)] => range.clone(),
        _ => return Ok(None),
    };
    let mut tokens = Lexer::new(text.get(..range.end).unwrap_or(""), range.start).peekable();
    let Some(Token { tok: Tok::Ident(word), range: first }) = tokens.next() else { return Ok(None) };
    // `if.x` and `spread | first` are expressions over names that happen to be spelled so.
    if tokens.peek().is_some_and(|t| matches!(t.tok, Tok::Op(op) if !matches!(op, "(" | "[" | "{" | "-"))) {
        return Ok(None);
    }
    let rest = rest(text, first.end, range.end);
    match word {
        "if" => expression(rest, &range, word).map(|r| Some(Directive::If(r))),
        "elif" => expression(rest, &range, word).map(|r| Some(Directive::Elif(r))),
        "spread" => expression(rest, &range, word).map(|r| Some(Directive::Spread(r))),
        "for" => looped(text, &range, rest).map(Some),
        "else" => otherwise(tokens, &range).map(Some),
        _ => Ok(None),
    }
}

fn rest(text: &str, from: usize, to: usize) -> Range<usize> {
    let inner = text.get(from..to).unwrap_or("");
    to - inner.trim_start().len()..to
}

fn expression(rest: Range<usize>, whole: &Range<usize>, word: &str) -> Result<Range<usize>, Fault> {
    match rest.is_empty() {
        true => Err(fault(whole, format!("`{word}` needs an expression"), format!("write `${{{{ {word} app.x }}}}:`"))),
        false => Ok(rest),
    }
}

/// `else`, or `else NAME`: the name tells several of them in one mapping apart, as keys are unique.
fn otherwise<'t>(tokens: impl Iterator<Item = Token<'t>>, whole: &Range<usize>) -> Result<Directive<'t>, Fault> {
    let words: Vec<Tok<'_>> = tokens.map(|t| t.tok).collect();
    match words.as_slice() {
        [] => Ok(Directive::Else),
        [Tok::Ident(name)] if *name != "if" => Ok(Directive::Else),
        _ => Err(fault(whole, "`else` has no condition", "write `${{ elif EXPR }}:`")),
    }
}

fn looped<'t>(text: &'t str, whole: &Range<usize>, rest: Range<usize>) -> Result<Directive<'t>, Fault> {
    let wrong =
        || fault(whole, "this loop can't be read", "write `${{ for x in EXPR }}:` or `${{ for k, v in EXPR }}:`");
    let mut tokens = Lexer::new(text.get(..rest.end).unwrap_or(""), rest.start);
    let mut variables = Vec::new();
    loop {
        let Some(Token { tok: Tok::Ident(name), range }) = tokens.next() else { return Err(wrong()) };
        check_variable(name, &range)?;
        variables.push(name);
        match tokens.next() {
            Some(Token { tok: Tok::Op(","), .. }) if variables.len() == 1 => {}
            Some(Token { tok: Tok::Ident("in"), range }) => {
                let source = self::rest(text, range.end, rest.end);
                return if source.is_empty() { Err(wrong()) } else { Ok(Directive::For { variables, source }) };
            }
            _ => return Err(wrong()),
        }
    }
}

/// Words of the language are no names, and `_` with a digit is how lookups are named within.
fn check_variable(name: &str, range: &Range<usize>) -> Result<(), Fault> {
    const WORDS: [&str; 14] =
        ["true", "True", "false", "False", "none", "None", "loop", "self", "in", "is", "if", "not", "and", "or"];
    let inner = name.strip_prefix('_').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    match inner || name == "else" || WORDS.contains(&name) {
        true => Err(fault(range, format!("`{name}` can't be the name of a variable"), "choose another name")),
        false => Ok(()),
    }
}

/// A misuse of a directive.
pub(super) fn fault(range: &Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Fault {
    Fault { code: &TEMPLATE_DIRECTIVE, range: range.clone(), message: message.into(), help: help.into() }
}
