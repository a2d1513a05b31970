//! What may follow a primary expression: fields, subscripts and calls.

use super::parser::{Parsed, Parser};
use super::{Call, Expr, Step, StepKind, Tok, Token};

impl<'s> Parser<'s> {
    pub(super) fn postfix(&mut self, mut expr: Expr<'s>, from: usize) -> Parsed<'s> {
        loop {
            if self.op(".") {
                let Token { tok, range } = self.next()?;
                let kind = match tok {
                    Tok::Ident(name) => StepKind::Field(name),
                    Tok::Number(n) => StepKind::Index(index(n)?),
                    _ => return None,
                };
                expr = stepped(expr, Step { kind, range }, self.end);
            } else if self.op("[") {
                expr = self.subscript(expr)?;
            } else if self.op("(") {
                let args = self.args()?;
                expr = match expr {
                    Expr::Path(path) if path.steps.is_empty() => Expr::Function(Call { name: path.root, args }),
                    other => {
                        let parts = std::iter::once(other).chain(args).collect();
                        Expr::BadCall { range: from..self.end, parts }
                    }
                };
            } else {
                return Some(expr);
            }
        }
    }

    /// A subscript or slice after `[`.
    fn subscript(&mut self, expr: Expr<'s>) -> Parsed<'s> {
        let literal = self.literal_subscript();
        if let Some(step) = literal {
            return Some(stepped(expr, step, self.end));
        }
        let mut parts = vec![expr];
        while !self.op("]") {
            if !self.op(":") {
                parts.push(self.choice()?);
            }
        }
        Some(Expr::Group(parts))
    }

    /// A subscript that is one string without escapes, or one whole number.
    fn literal_subscript(&mut self) -> Option<Step<'s>> {
        let mut ahead = self.tokens.clone();
        let Token { tok, range } = ahead.next()?;
        let kind = match tok {
            Tok::Str(text) if !text.contains('\\') => StepKind::Field(text),
            Tok::Number(n) => StepKind::Index(index(n)?),
            _ => return None,
        };
        (ahead.next()?.tok == Tok::Op("]")).then_some(())?;
        self.next();
        self.next();
        Some(Step { kind, range })
    }
}

/// A path one step longer, or a lookup in something that is not a path.
fn stepped<'s>(expr: Expr<'s>, step: Step<'s>, end: usize) -> Expr<'s> {
    match expr {
        Expr::Path(mut path) => {
            path.range.end = end;
            path.steps.push(step);
            Expr::Path(path)
        }
        other => Expr::Group(vec![other]),
    }
}

/// The value of a whole number: `12`, `1_000`, `0x1f`, `0o17`, `0b11`. No list reaches up to the largest.
fn index(text: &str) -> Option<usize> {
    let (radix, digits) = match text.get(..2) {
        Some("0x" | "0X") => (16, text.get(2..)?),
        Some("0o" | "0O") => (8, text.get(2..)?),
        Some("0b" | "0B") => (2, text.get(2..)?),
        _ => (10, text),
    };
    let value = u128::from_str_radix(&digits.replace('_', ""), radix).ok()?;
    Some(usize::try_from(value).unwrap_or(usize::MAX))
}
