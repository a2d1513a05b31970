//! Recursive descent over minijinja 3.0's expression grammar (its `compiler/parser.rs`).

use std::iter::Peekable;

use super::{Call, Expr, Ident, Lexer, Path, Tok, Token};

/// Deepest nesting; minijinja stops at 150.
const MAX_DEPTH: usize = 120;

/// The tree of an expression; `None` when it is not one, or is nested too deep.
pub(in crate::template) fn parse_expr(source: &str) -> Option<Expr<'_>> {
    let mut parser = Parser::new(source);
    let expr = parser.choice()?;
    parser.tokens.next().is_none().then_some(expr)
}

/// A statement of a text template: the names it binds, and its expressions.
pub(in crate::template) fn parse_tag(source: &str) -> Option<Tag<'_>> {
    let mut parser = Parser::new(source);
    let word = parser.ident()?.name;
    let mut bound = Vec::new();
    let mut exprs = Vec::new();
    match word {
        "if" | "elif" => exprs.push(parser.choice()?),
        "for" => {
            bound = parser.targets()?;
            parser.word("in").then_some(())?;
            exprs.push(parser.or()?);
            if parser.word("if") {
                exprs.push(parser.choice()?);
            }
        }
        "set" => {
            bound = parser.targets()?;
            parser.op("=").then_some(())?;
            exprs.push(parser.choice()?);
        }
        "else" | "endif" | "endfor" => {}
        _ => return None,
    }
    parser.tokens.next().is_none().then_some((word, bound, exprs))
}

/// The word of a statement, the names it binds, and its expressions.
type Tag<'s> = (&'s str, Vec<Ident<'s>>, Vec<Expr<'s>>);

pub(super) struct Parser<'s> {
    source: &'s str,
    pub(super) tokens: Peekable<Lexer<'s>>,
    depth: usize,
    pub(super) end: usize,
}

pub(super) type Parsed<'s> = Option<Expr<'s>>;

impl<'s> Parser<'s> {
    fn new(source: &'s str) -> Parser<'s> {
        Parser { source, tokens: Lexer::new(source, 0).peekable(), depth: 0, end: 0 }
    }

    pub(super) fn next(&mut self) -> Option<Token<'s>> {
        let token = self.tokens.next()?;
        self.end = token.range.end;
        Some(token)
    }

    fn peek(&mut self) -> Option<Tok<'s>> {
        self.tokens.peek().map(|t| t.tok)
    }

    fn start(&mut self) -> usize {
        self.tokens.peek().map_or(self.end, |t| t.range.start)
    }

    fn skip(&mut self, tok: Tok<'_>) -> bool {
        let found = self.peek() == Some(tok);
        if found {
            self.next();
        }
        found
    }

    pub(super) fn op(&mut self, op: &'static str) -> bool {
        self.skip(Tok::Op(op))
    }

    fn word(&mut self, word: &'static str) -> bool {
        self.skip(Tok::Ident(word))
    }

    fn ident(&mut self) -> Option<Ident<'s>> {
        match self.next()? {
            Token { tok: Tok::Ident(name), range } => Some(Ident { name, range }),
            _ => None,
        }
    }

    /// The name of a filter or test, which to minijinja may have dots.
    fn dotted(&mut self) -> Option<Ident<'s>> {
        let mut range = self.ident()?.range;
        while self.op(".") {
            range.end = self.ident()?.range.end;
        }
        Some(Ident { name: self.source.get(range.clone())?, range })
    }

    fn targets(&mut self) -> Option<Vec<Ident<'s>>> {
        let paren = self.op("(");
        let mut names = vec![self.ident()?];
        while self.op(",") {
            names.push(self.ident()?);
        }
        (!paren || self.op(")")).then_some(names)
    }

    pub(super) fn choice(&mut self) -> Parsed<'s> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut expr = self.or()?;
        while self.word("if") {
            let mut rest = vec![self.or()?];
            if self.word("else") {
                rest.push(self.choice()?);
            }
            expr = Expr::Choice { then: Box::new(expr), rest };
        }
        self.depth -= 1;
        Some(expr)
    }

    fn binary(
        &mut self,
        ops: &[&'static str],
        inner: fn(&mut Self) -> Parsed<'s>,
        accept: fn(&mut Self, &'static str) -> bool,
    ) -> Parsed<'s> {
        let from = self.start();
        let mut left = inner(self)?;
        while let Some(op) = ops.iter().copied().find(|op| accept(self, op)) {
            let right = inner(self)?;
            left = Expr::Binary { op, range: from..self.end, sides: Box::new([left, right]) };
        }
        Some(left)
    }

    fn or(&mut self) -> Parsed<'s> {
        self.binary(&["or"], Self::and, Self::word)
    }

    fn and(&mut self) -> Parsed<'s> {
        self.binary(&["and"], Self::not, Self::word)
    }

    fn not(&mut self) -> Parsed<'s> {
        let mut nots = 0_usize;
        while self.word("not") {
            nots += 1;
        }
        let inner = self.compare()?;
        Some(if nots == 0 { inner } else { Expr::Group(vec![inner]) })
    }

    fn compare(&mut self) -> Parsed<'s> {
        let mut sides = vec![self.sum()?];
        loop {
            let compares = ["==", "!=", "<", "<=", ">", ">="].iter().any(|op| self.op(op));
            if !compares && !self.word("in") {
                if !self.word("not") {
                    break;
                }
                self.word("in").then_some(())?;
            }
            sides.push(self.sum()?);
        }
        match sides.len() {
            1 => sides.pop(),
            _ => Some(Expr::Group(sides)),
        }
    }

    fn sum(&mut self) -> Parsed<'s> {
        self.binary(&["+", "-"], Self::concat, Self::op)
    }

    fn concat(&mut self) -> Parsed<'s> {
        self.binary(&["~"], Self::product, Self::op)
    }

    fn product(&mut self) -> Parsed<'s> {
        self.binary(&["*", "//", "/", "%"], Self::power, Self::op)
    }

    fn power(&mut self) -> Parsed<'s> {
        self.binary(&["**"], Self::unary, Self::op)
    }

    fn unary(&mut self) -> Parsed<'s> {
        let operand = self.operand()?;
        self.filters(operand)
    }

    /// A primary expression with its postfix operators, negated or not.
    fn operand(&mut self) -> Parsed<'s> {
        let mut negative = 0_usize;
        while self.op("-") {
            negative += 1;
        }
        let from = self.start();
        let primary = self.primary()?;
        let operand = self.postfix(primary, from)?;
        Some(if negative == 0 { operand } else { Expr::Negative(Box::new(operand)) })
    }

    /// The filters and tests that follow an operand.
    fn filters(&mut self, mut expr: Expr<'s>) -> Parsed<'s> {
        loop {
            if self.op("|") {
                let name = self.dotted()?;
                let mut args = vec![expr];
                if self.op("(") {
                    args.extend(self.args()?);
                }
                expr = Expr::Filter(Call { name, args });
            } else if self.word("is") {
                self.word("not");
                let name = self.dotted()?;
                let mut args = vec![expr];
                if self.op("(") {
                    args.extend(self.args()?);
                } else if self.begins_test_argument() {
                    args.push(self.operand()?);
                }
                expr = Expr::Test(Call { name, args });
            } else {
                return Some(expr);
            }
        }
    }

    fn begins_test_argument(&mut self) -> bool {
        match self.peek() {
            Some(Tok::Ident(word)) => !matches!(word, "and" | "or" | "else" | "is"),
            Some(Tok::Str(_) | Tok::Number(_)) => true,
            Some(Tok::Op(op)) => matches!(op, "-" | "[" | "{"),
            _ => false,
        }
    }

    /// Arguments after `(`, up to and with `)`.
    pub(super) fn args(&mut self) -> Option<Vec<Expr<'s>>> {
        let mut args = Vec::new();
        while !self.op(")") {
            if !args.is_empty() {
                self.op(",").then_some(())?;
                if self.op(")") {
                    break;
                }
            }
            if !self.op("**") {
                self.op("*");
            }
            let mut arg = self.choice()?;
            if self.op("=") {
                // In a group, so that no one takes the text of a keyword argument for a positional one.
                arg = Expr::Group(vec![self.choice()?]);
            }
            args.push(arg);
        }
        Some(args)
    }

    fn primary(&mut self) -> Parsed<'s> {
        let Token { tok, range } = self.next()?;
        Some(match tok {
            Tok::Ident("true" | "True" | "false" | "False" | "none" | "None") => Expr::Constant,
            Tok::Ident(name) => {
                Expr::Path(Path { root: Ident { name, range: range.clone() }, steps: Vec::new(), range })
            }
            Tok::Str(text) => {
                let mut single = true;
                while let Some(Tok::Str(_)) = self.peek() {
                    self.next();
                    single = false;
                }
                if single { Expr::Str { text, range } } else { Expr::Constant }
            }
            Tok::Number(_) => Expr::Number,
            Tok::Op("(") => self.paren()?,
            Tok::Op("[") => Expr::Group(self.items("]", false)?),
            Tok::Op("{") => Expr::Group(self.items("}", true)?),
            _ => return None,
        })
    }

    /// What stands between parentheses. Never a bare path, as a path's range must hold no parentheses.
    fn paren(&mut self) -> Parsed<'s> {
        let mut items = self.items(")", false)?;
        match (items.len(), items.pop()) {
            (1, Some(only)) if !matches!(only, Expr::Path(_)) => Some(only),
            (_, last) => {
                items.extend(last);
                Some(Expr::Group(items))
            }
        }
    }

    fn items(&mut self, close: &'static str, pairs: bool) -> Option<Vec<Expr<'s>>> {
        let mut items = Vec::new();
        while !self.op(close) {
            if !items.is_empty() {
                self.op(",").then_some(())?;
                if self.op(close) {
                    break;
                }
            }
            items.push(self.choice()?);
            if pairs {
                self.op(":").then_some(())?;
                items.push(self.choice()?);
            }
        }
        Some(items)
    }
}
