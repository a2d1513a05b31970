//! What can be known about an expression before it is evaluated: that its names exist, and that it
//! can't grow without bound.

use std::ops::Range;

use super::codes::TEMPLATE_UNKNOWN_NAME;
use super::fault::Fault;
use super::library::{self, Library};
use super::names::{Local, Names, Shape, unknown};
use super::syntax::{Call, Expr};

/// How many times longer than a text of the spec a computed text may be.
const MAX_GROWTH: usize = 256;

/// The surroundings of an expression.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    pub(super) library: &'c Library,
    pub(super) names: &'c Names,
    pub(super) locals: &'c [Local],
}

impl Context<'_> {
    /// Everything that is wrong with an expression. `whole` is where it stands.
    pub(super) fn check(&self, expr: &Expr<'_>, whole: &Range<usize>) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.walk(expr, &mut faults);
        if self.growth(expr) > MAX_GROWTH {
            let message = "the text of this expression could grow without bound";
            faults.push(Fault::expression(
                whole.clone(),
                message,
                "join fewer values, or loop over the values themselves",
            ));
        }
        faults
    }

    fn walk(&self, expr: &Expr<'_>, faults: &mut Vec<Fault>) {
        match expr {
            Expr::Path(path) => faults.extend(self.names.resolve(self.locals, path).err()),
            Expr::Filter(call) => {
                faults.extend(known("filter", call, &self.library.filters));
                self.by_name(call, faults);
            }
            Expr::Test(call) => faults.extend(known("test", call, &self.library.tests)),
            Expr::Function(call) => faults.extend(known("function", call, &self.library.functions)),
            Expr::BadCall { range, .. } => faults.push(Fault::expression(
                range.clone(),
                "values have no methods",
                "use a filter: `x | items`, `x | length`, `x | upper`",
            )),
            Expr::Binary { op: op @ ("*" | "**"), range, sides } if !sides.iter().all(numeric) => {
                faults.push(Fault::expression(
                    range.clone(),
                    format!("`{op}` takes numbers, and here it is not clear that both sides are"),
                    "say so: `x | int * 2`",
                ));
            }
            _ => {}
        }
        for child in expr.children() {
            self.walk(child, faults);
        }
    }

    /// `map`, `select` and `reject` take the name of a filter or test as text.
    fn by_name(&self, call: &Call<'_>, faults: &mut Vec<Fault>) {
        let (what, names, nth) = match call.name.name {
            "map" => ("filter", &self.library.filters, 1),
            "select" | "reject" => ("test", &self.library.tests, 1),
            "selectattr" | "rejectattr" => ("test", &self.library.tests, 2),
            _ => return,
        };
        if let Some(Expr::Str { text, range }) = call.args.get(nth)
            && !names.contains(text)
        {
            faults.push(missing(what, text, range.start + 1..range.end - 1, names));
        }
    }

    /// What the `count` variables of a loop over an expression hold, as far as it is known: the items
    /// of a list, or the keys and values of a mapping.
    pub(super) fn loop_shapes(&self, expr: &Expr<'_>, count: usize) -> Vec<Shape> {
        let source = match expr {
            Expr::Filter(Call { name, args }) if count == 2 && matches!(name.name, "items" | "dictsort") => {
                args.first()
            }
            other => Some(other),
        };
        match (source.map_or(Shape::Any, |source| self.shape(source)), count) {
            (Shape::List(item), 1) => vec![*item],
            (Shape::Map(value), 2) => vec![Shape::Any, *value],
            _ => vec![Shape::Any; count],
        }
    }

    fn shape(&self, expr: &Expr<'_>) -> Shape {
        match expr {
            Expr::Path(path) => self.names.resolve(self.locals, path).cloned().unwrap_or_default(),
            Expr::Filter(call) if library::KEEPS_ITEMS.contains(&call.name.name) => {
                match (call.args.first().map_or(Shape::Any, |inner| self.shape(inner)), call.name.name) {
                    (shape @ Shape::List(_), _) | (shape, "default") => shape,
                    _ => Shape::Any,
                }
            }
            Expr::Binary { op: "or", sides, .. } => {
                let [first, _] = &**sides;
                self.shape(first)
            }
            Expr::Choice { then, .. } => self.shape(then),
            _ => Shape::Any,
        }
    }

    /// How many times longer than a text of the spec the text of an expression can be.
    pub(super) fn growth(&self, expr: &Expr<'_>) -> usize {
        match expr {
            // Of a name that several branches set, any may count.
            Expr::Path(path) => {
                let same = self.locals.iter().filter(|l| &*l.name == path.root.name);
                same.map(|l| l.growth).max().unwrap_or(1)
            }
            other => {
                other.children().into_iter().fold(0_usize, |sum, child| sum.saturating_add(self.growth(child))).max(1)
            }
        }
    }
}

fn known(what: &str, call: &Call<'_>, names: &[&'static str]) -> Option<Fault> {
    (!names.contains(&call.name.name)).then(|| missing(what, call.name.name, call.name.range.clone(), names))
}

fn missing(what: &str, name: &str, range: Range<usize>, names: &[&'static str]) -> Fault {
    let message = format!("there is no {what} `{name}`");
    Fault { code: &TEMPLATE_UNKNOWN_NAME, ..unknown(&message, name, range, names.iter().copied()) }
}

/// Whether an expression can only be a number.
fn numeric(expr: &Expr<'_>) -> bool {
    match expr {
        Expr::Number => true,
        Expr::Negative(inner) => numeric(inner),
        Expr::Filter(call) => library::GIVES_NUMBER.contains(&call.name.name),
        Expr::Binary { op, sides, .. } => {
            matches!(*op, "+" | "-" | "*" | "/" | "//" | "%" | "**") && sides.iter().all(numeric)
        }
        _ => false,
    }
}
