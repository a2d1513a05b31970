//! The way to a value in an object.

use std::fmt;
use std::sync::Arc;

/// The steps from the root of an object to a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub Vec<Step>);

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a mapping.
    Key(Arc<str>),
    /// To the item of a list that has this label: its name, its key, or the text itself.
    Item(Arc<str>),
    /// To the item of a list without identities, by its number from 0: of the first list for an item that is
    /// gone, of the second for one that is new, of both else.
    Index(usize),
    /// Into the document that a text holds: `yaml`, `json` or `csv`.
    Inside(&'static str),
}

impl Place {
    /// The last key on the way.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        self.keys().next_back()
    }

    /// The keys on the way, without items.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(&**key),
            _ => None,
        })
    }

    /// Whether the way begins with these keys; items between them are passed over.
    #[must_use]
    pub fn starts_with(&self, keys: &[&str]) -> bool {
        let mut own = self.keys();
        keys.iter().all(|key| own.next() == Some(*key))
    }
}

/// As people write it: `spec.sources[harbor].helm.values: image.tag`. A key with a dot or blank has quotes.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut begin = true;
        for step in &self.0 {
            match step {
                Step::Key(key) => {
                    let dot = if begin { "" } else { "." };
                    let plain = !key.is_empty() && !key.contains(['.', ' ', '[', ']', ':', '"', '\n', '\t']);
                    f.write_str(dot)?;
                    let text = if plain { key.to_string() } else { format!("{key:?}") };
                    f.write_str(&text)?;
                    begin = false;
                }
                Step::Item(label) => {
                    write!(f, "[{label}]")?;
                    begin = false;
                }
                Step::Index(index) => {
                    write!(f, "[{index}]")?;
                    begin = false;
                }
                Step::Inside(_) => {
                    f.write_str(": ")?;
                    begin = true;
                }
            }
        }
        Ok(())
    }
}
