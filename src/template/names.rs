//! What expressions may refer to.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::codes::TEMPLATE_UNKNOWN_NAME;
use super::fault::Fault;
use super::syntax::{Ident, Path, StepKind};
use crate::base::suggest;

/// The names that a template may use, with the fields they are known to have.
#[derive(Clone, Debug, Default)]
pub struct Names {
    roots: BTreeMap<Arc<str>, Shape>,
}

/// What is known of a value before there is one.
#[derive(Clone, Debug, Default)]
pub enum Shape {
    /// Nothing: any field may be there.
    #[default]
    Any,
    /// A mapping with these fields and no others.
    Fields(BTreeMap<Arc<str>, Shape>),
    /// A list whose items all look like this.
    List(Box<Shape>),
    /// A mapping with free keys, whose values all look like this.
    Map(Box<Shape>),
}

/// A variable of a loop around an expression.
#[derive(Clone, Debug)]
pub(super) struct Local {
    pub(super) name: Arc<str>,
    pub(super) shape: Shape,
    /// How many times longer than a text of the spec its text can be.
    pub(super) growth: usize,
}

impl Local {
    /// A variable of which nothing is known.
    pub(super) fn unknown(name: &str) -> Local {
        Local { name: name.into(), shape: Shape::Any, growth: 1 }
    }
}

impl Names {
    /// No names at all.
    #[must_use]
    pub fn new() -> Names {
        Names::default()
    }

    /// The same names and one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Arc<str>>, shape: Shape) -> Names {
        self.roots.insert(name.into(), shape);
        self
    }

    /// What a path leads to, or why it leads nowhere.
    pub(super) fn resolve<'n>(&'n self, locals: &'n [Local], path: &Path<'_>) -> Result<&'n Shape, Fault> {
        let Ident { name, range } = &path.root;
        let local = locals.iter().rev().find(|l| &*l.name == *name).map(|l| &l.shape);
        let Some(root) = local.or_else(|| self.roots.get(*name)) else {
            let known = locals.iter().map(|l| &*l.name).chain(self.roots.keys().map(|k| &**k));
            return Err(unknown(&format!("there is no `{name}` here"), name, range.clone(), known));
        };
        let mut shape = root;
        let mut so_far = (*name).to_owned();
        for step in &path.steps {
            shape = match (shape, step.kind) {
                (Shape::Map(inner), StepKind::Field(_)) | (Shape::List(inner), StepKind::Index(_)) => inner,
                (Shape::List(_), StepKind::Field(name)) => {
                    let message = format!("`{so_far}` is a list and has no field `{name}`");
                    let help = format!("loop over it: `${{{{ for x in {so_far} }}}}`");
                    let range = step.range.clone();
                    return Err(Fault { code: &TEMPLATE_UNKNOWN_NAME, range, message, help });
                }
                (Shape::Fields(fields), StepKind::Field(name)) => fields.get(name).ok_or_else(|| {
                    let message = format!("`{so_far}` has no field `{name}`");
                    unknown(&message, name, step.range.clone(), fields.keys().map(|k| &**k))
                })?,
                (Shape::Any, _) | (Shape::Fields(_) | Shape::Map(_), StepKind::Index(_)) => &Shape::Any,
            };
            if let StepKind::Field(name) = step.kind {
                so_far.push('.');
                so_far.push_str(name);
            }
        }
        Ok(shape)
    }
}

impl Shape {
    /// A mapping with these fields and no others.
    pub fn fields<K: Into<Arc<str>>>(fields: impl IntoIterator<Item = (K, Shape)>) -> Shape {
        Shape::Fields(fields.into_iter().map(|(name, shape)| (name.into(), shape)).collect())
    }

    /// A list of such items.
    #[must_use]
    pub fn list(item: Shape) -> Shape {
        Shape::List(Box::new(item))
    }

    /// A mapping from names to such values.
    #[must_use]
    pub fn map(value: Shape) -> Shape {
        Shape::Map(Box::new(value))
    }
}

/// The fault of a name that is not among the known ones.
pub(super) fn unknown<'k>(
    message: &str,
    name: &str,
    range: Range<usize>,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Fault {
    let help = match suggest::nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => match suggest::listing(known, 12) {
            list if list.is_empty() => "no names are known here".to_owned(),
            list => format!("known here: {list}"),
        },
    };
    Fault { code: &TEMPLATE_UNKNOWN_NAME, range, message: message.to_owned(), help }
}
