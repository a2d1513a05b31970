//! The tree of an expression. Ranges are bytes of the expression's source.

use std::ops::Range;

/// A name and where it stands.
#[derive(Clone, Debug)]
pub(in crate::template) struct Ident<'s> {
    pub(in crate::template) name: &'s str,
    pub(in crate::template) range: Range<usize>,
}

/// A variable with the literal steps that follow it: `app.source['helm'][0]`.
#[derive(Clone, Debug)]
pub(in crate::template) struct Path<'s> {
    pub(in crate::template) root: Ident<'s>,
    pub(in crate::template) steps: Vec<Step<'s>>,
    pub(in crate::template) range: Range<usize>,
}

/// One step of a path.
#[derive(Clone, Debug)]
pub(in crate::template) struct Step<'s> {
    pub(in crate::template) kind: StepKind<'s>,
    pub(in crate::template) range: Range<usize>,
}

/// What a step looks up.
#[derive(Clone, Copy, Debug)]
pub(in crate::template) enum StepKind<'s> {
    Field(&'s str),
    Index(usize),
}

/// A filter, test or function with its arguments; the value in front of `|` or `is` comes first.
#[derive(Clone, Debug)]
pub(in crate::template) struct Call<'s> {
    pub(in crate::template) name: Ident<'s>,
    pub(in crate::template) args: Vec<Expr<'s>>,
}

/// An expression, as far as names and bounds need it.
#[derive(Clone, Debug)]
pub(in crate::template) enum Expr<'s> {
    Path(Path<'s>),
    Str {
        text: &'s str,
        range: Range<usize>,
    },
    Number,
    Constant,
    Filter(Call<'s>),
    Test(Call<'s>),
    Function(Call<'s>),
    /// A call of something that is not a name, which no value here supports.
    BadCall {
        range: Range<usize>,
        parts: Vec<Expr<'s>>,
    },
    Binary {
        op: &'static str,
        range: Range<usize>,
        sides: Box<[Expr<'s>; 2]>,
    },
    Negative(Box<Expr<'s>>),
    Choice {
        then: Box<Expr<'s>>,
        rest: Vec<Expr<'s>>,
    },
    /// Lists, maps, subscripts, comparisons: all that matters is what is inside.
    Group(Vec<Expr<'s>>),
}

impl<'s> Expr<'s> {
    /// The expressions directly inside.
    pub(in crate::template) fn children(&self) -> Vec<&Expr<'s>> {
        match self {
            Expr::Path(_) | Expr::Str { .. } | Expr::Number | Expr::Constant => Vec::new(),
            Expr::Filter(call) | Expr::Test(call) | Expr::Function(call) => call.args.iter().collect(),
            Expr::BadCall { parts, .. } | Expr::Group(parts) => parts.iter().collect(),
            Expr::Binary { sides, .. } => sides.iter().collect(),
            Expr::Negative(inner) => vec![inner],
            Expr::Choice { then, rest } => std::iter::once(&**then).chain(rest).collect(),
        }
    }

    /// Every path inside, in source order of discovery.
    pub(in crate::template) fn paths(&self) -> Vec<&Path<'s>> {
        let mut found = Vec::new();
        let mut todo = vec![self];
        while let Some(expr) = todo.pop() {
            match expr {
                Expr::Path(path) => found.push(path),
                other => todo.extend(other.children()),
            }
        }
        found.sort_by_key(|path| path.range.start);
        found
    }
}
