//! Compares two values: which edits lead from the first to the second.
//!
//! | file | holds |
//! |---|---|
//! | `table` | what tells the items of a list apart |
//! | `label` | their names |
//! | `lists` | lists by name, as sets, or by place |
//! | `embedded` | documents that stand in texts |
//! | `scalars` | spellings of the same scalar |
//! | `equal` | whether two values are the same |

mod embedded;
mod equal;
mod label;
mod lists;
mod scalars;
mod table;

use equal::Lookup;
pub use scalars::quantity;

use crate::base::{Kind, Map, Value};
use crate::model::changes::{Edit, EditKind, Place, Step};

/// How many documents may stand inside each other: values in an Application, JSON in values.
const DEEPEST: usize = 2;

/// The edits that lead from one value to another. `kind` is that of the object, `file` the name of the file where
/// the value is all of it. Applied in their order they give the second value, as far as it is not only spelled
/// differently.
#[must_use]
pub fn edits(kind: &str, file: &str, before: &Value, after: &Value) -> Vec<Edit> {
    let mut compare = Compare { kind, file, place: Place::default(), depth: 0, secret: false, edits: Vec::new() };
    compare.value(before, after);
    compare.edits
}

struct Compare<'k> {
    kind: &'k str,
    file: &'k str,
    place: Place,
    /// How many texts this document stands in.
    depth: usize,
    /// Whether what is compared is the content of a Secret.
    secret: bool,
    edits: Vec<Edit>,
}

impl Compare<'_> {
    fn value(&mut self, a: &Value, b: &Value) {
        match (&a.kind, &b.kind) {
            (Kind::Map(a), Kind::Map(b)) => self.map(a, b),
            (Kind::List(a), Kind::List(b)) => self.list(a, b),
            (Kind::Str(x), Kind::Str(y)) if x != y => self.text(x, y, a, b),
            _ if a == b => {}
            _ => {
                let cosmetic = scalars::same_meaning(a, b, self.place.keys());
                self.edit(Some(a), Some(b), cosmetic);
            }
        }
    }

    fn map(&mut self, a: &Map, b: &Map) {
        let (in_a, in_b) = (Lookup::new(a), Lookup::new(b));
        let outer = self.secret;
        let holds = |key: &str| outer || holds_secrets(a, key) || holds_secrets(b, key);
        for entry in a {
            self.secret = holds(&entry.key);
            let key = Step::Key(entry.key.clone());
            match in_b.get(&entry.key) {
                Some(value) => self.below(key, |this| this.value(&entry.value, value)),
                None => self.below(key, |this| this.edit(Some(&entry.value), None, false)),
            }
        }
        for entry in b.iter().filter(|entry| in_a.get(&entry.key).is_none()) {
            self.secret = holds(&entry.key);
            self.below(Step::Key(entry.key.clone()), |this| this.edit(None, Some(&entry.value), false));
        }
        self.secret = outer;
    }

    fn text(&mut self, x: &str, y: &str, a: &Value, b: &Value) {
        let mut keys: Vec<&str> = self.place.keys().collect();
        if self.place.0.is_empty() {
            keys.push(self.file);
        }
        let format = embedded::formats(&keys, x, y).filter(|format| {
            // The text of a whole file is only read as what its name says; keys in the text of a Secret are secret too.
            self.depth < DEEPEST && !self.secret && (!self.place.0.is_empty() || format.certain)
        });
        if format.is_none() && quantity_like(x) && scalars::same_meaning(a, b, self.place.keys()) {
            return self.edit(Some(a), Some(b), true);
        }
        let parsed = format.and_then(|f| Some((f, embedded::parse(x, f.name)?, embedded::parse(y, f.name)?)));
        let Some((format, inner_a, inner_b)) = parsed else { return self.edit(Some(a), Some(b), false) };
        let found = self.edits.len();
        self.depth += 1;
        self.below(embedded::step(format), |this| this.value(&inner_a, &inner_b));
        self.depth -= 1;
        if self.edits.len() == found {
            self.edit(Some(a), Some(b), format.certain);
        }
    }

    fn below(&mut self, step: Step, visit: impl FnOnce(&mut Self)) {
        self.place.0.push(step);
        visit(self);
        self.place.0.pop();
    }

    fn edit(&mut self, before: Option<&Value>, after: Option<&Value>, cosmetic: bool) {
        let (before, after) = (before.cloned(), after.cloned());
        let place = self.place.clone();
        self.edits.push(Edit { place, kind: EditKind::Value, before, after, cosmetic, masked: self.secret });
    }
}

/// Whether what stands under a key of a mapping is the content of a Secret, which is never shown.
#[must_use]
pub fn holds_secrets(map: &Map, key: &str) -> bool {
    matches!(key, "data" | "stringData") && map.get("kind").and_then(Value::as_str) == Some("Secret")
}

/// Whether a text may be a quantity, so that it is worth a look.
fn quantity_like(text: &str) -> bool {
    text.len() <= 24 && text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}
