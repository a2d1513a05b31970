//! The state of a reading: where it stands, and what was found.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::base::{Entry, Span, Value, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A mapping has a key that the spec language does not know.
    ///
    /// Objects are closed, because a misspelled key that is passed over in silence is the most
    /// expensive kind of typo. Mend the spelling, or take the key out; the help line names the
    /// nearest known key or lists the known ones.
    UNKNOWN_KEY = "unknown-key": error fixable;
    /// A value has the wrong type: a list where a mapping belongs, a number where text belongs.
    ///
    /// Nothing is converted in silence. Text that looks like a number or a truth value needs quotes:
    /// `version: "1.10"`, because without them YAML reads 1.1. A single item of a list needs its
    /// brackets: `[item]`. A colon with nothing behind it is null; an empty mapping is written `{}`.
    WRONG_TYPE = "wrong-type": error fixable;
    /// A mapping lacks a key that it must have.
    ///
    /// There is no default that could be right for it. Add the key; `sailplan schema` prints what it
    /// takes.
    MISSING_KEY = "missing-key";
    /// A value is of the right type but none of those that are allowed.
    ///
    /// The words are those of the spec language, in lower case unless Argo CD writes them otherwise.
    /// The help line names the nearest one or lists all of them.
    UNKNOWN_VALUE = "unknown-value": error fixable;
    /// A name is not one that Kubernetes accepts.
    ///
    /// Names become object names, label values and parts of file paths. They are DNS-1123 labels:
    /// a-z, 0-9 and `-`, at most 63 characters, no `-` at the ends.
    BAD_NAME = "bad-name";
    /// A label or annotation is not one that Kubernetes accepts.
    ///
    /// The API server refuses the whole object for it. Keys are a name of at most 63 characters, with a
    /// DNS name and `/` before it if need be; values of labels are at most 63 letters, digits, `-`, `_`
    /// and `.`. Values of annotations are free: longer texts belong there.
    BAD_LABEL = "bad-label";
    /// A number is outside its range.
    ///
    /// Argo CD or Kubernetes would refuse it, or take it for something else: a negative number of
    /// retries means without end. The help line says what the range is.
    OUT_OF_RANGE = "out-of-range";
    /// Keys of one mapping exclude each other, or none of those was given of which there must be one.
    ///
    /// A patch says either which operations to make (`ops`, RFC 6902) or what the result holds (`merge`,
    /// RFC 7396). Keep one of the two; write two patches where both are meant.
    KEY_CONFLICT = "key-conflict";
}

/// Reads shapes and keeps what it found.
#[derive(Debug, Default)]
pub struct Reader {
    /// What was found.
    pub bag: Bag,
    path: Vec<Arc<str>>,
    /// Whether text with a `${{ }}` expression may stand for a value of another type, because it is
    /// evaluated later.
    pub deferred: bool,
    /// Whether the mapping is laid on or under others: null takes a key out, and what is not there may
    /// stand in another layer.
    pub layer: bool,
    /// Whether null takes a key out, or would if the key were there.
    pub removals: bool,
}

impl Reader {
    /// A reading that starts at the root.
    #[must_use]
    pub fn new() -> Reader {
        Reader::default()
    }

    /// A reading that starts below the given keys.
    #[must_use]
    pub fn below(keys: &[&str]) -> Reader {
        Reader { path: keys.iter().map(|&k| k.into()).collect(), ..Reader::default() }
    }

    /// Reads with `key` added to the path that messages name.
    pub fn at<T>(&mut self, key: &Arc<str>, read: impl FnOnce(&mut Reader) -> T) -> T {
        self.path.push(Arc::clone(key));
        let out = read(self);
        self.path.pop();
        out
    }

    /// Reads one of several layers.
    pub fn in_layer<T>(&mut self, read: impl FnOnce(&mut Reader) -> T) -> T {
        let before = (self.layer, self.removals);
        (self.layer, self.removals) = (true, true);
        let out = read(self);
        (self.layer, self.removals) = before;
        out
    }

    /// Whether the value stands for "not there".
    #[must_use]
    pub fn is_removal(&self, value: &Value) -> bool {
        self.removals && value.is_null()
    }

    /// Reads with expressions allowed in place of values of any type.
    pub fn deferring<T>(&mut self, read: impl FnOnce(&mut Reader) -> T) -> T {
        let before = std::mem::replace(&mut self.deferred, true);
        let out = read(self);
        self.deferred = before;
        out
    }

    /// The path of the place that is being read, as `apps.harbor.sync`.
    #[must_use]
    pub fn path(&self) -> String {
        let mut out = String::new();
        for (i, key) in self.path.iter().enumerate() {
            let separator = if i == 0 || key.starts_with('[') { "" } else { "." };
            let _ = write!(out, "{separator}{key}");
        }
        if out.is_empty() { "the spec".to_owned() } else { format!("`{out}`") }
    }

    /// Leaves a finding: `value` is not `wanted`.
    pub fn wrong_type(&mut self, value: &Value, wanted: &str) {
        if self.deferred && value.as_str().is_some_and(|s| s.contains("${{")) {
            return;
        }
        let found = value.type_name();
        let message = format!("{} takes {wanted}, found {found}", self.path());
        let help = match (wanted, value.as_list(), value.is_null()) {
            ("a mapping" | "a mapping of names", _, true) => {
                "write `key: value` lines below it, indented, or `{}` for an empty mapping".to_owned()
            }
            (_, _, true) => format!("write {wanted} after the colon, or take the key out"),
            ("a string", None, _) if value.as_map().is_none() => {
                format!("put it in double quotes; without them YAML reads {found}")
            }
            ("`true` or `false`", ..) if value.as_str().is_some() => {
                "write `true` or `false` without quotes".to_owned()
            }
            ("a whole number", ..) if value.as_str().is_some() => "write the number without quotes".to_owned(),
            (_, None, _) if wanted.starts_with("a list") && value.as_map().is_none() => {
                "write it as a list: put `[` and `]` around it".to_owned()
            }
            ("a list", None, _) => "write it as a list, with `- ` before each item".to_owned(),
            ("a mapping of names", Some(_), _) => {
                "write a key for each instead of a `-`, with what belongs to it below, indented".to_owned()
            }
            _ => format!("write {wanted} here; `sailplan schema` prints what each key takes"),
        };
        let finding = Finding::error(&WRONG_TYPE, value.span, message, help).label(format!("this is {found}"));
        let scalar = value.as_map().is_none() && value.as_list().is_none() && !value.is_null();
        self.bag.push(if wanted == "a string" && scalar { finding.quoting(value.span) } else { finding });
    }

    /// Leaves a finding: `value` is no mapping, which would have the keys `known`. A word is likely meant for the
    /// first of them.
    pub fn not_a_mapping(&mut self, value: &Value, known: &[&str]) {
        let word = value.as_str().filter(|s| s.len() <= 60 && !s.contains(['\n', '"', '{', '}', ',', '#']));
        let (Some(word), Some(first)) = (word, known.first()) else {
            return self.wrong_type(value, "a mapping");
        };
        let keys = suggest::listing(known.iter().copied(), 40);
        let help = format!("write `{{ {first}: {word} }}` if that is meant; the keys here are {keys}");
        let message = format!("{} takes a mapping, found {}", self.path(), value.type_name());
        let label = format!("this is {}", value.type_name());
        self.bag.push(Finding::error(&WRONG_TYPE, value.span, message, help).label(label));
    }

    /// Leaves a finding: the mapping at `parent` has no `key`. Not in a layer, as another one may have it.
    pub fn missing(&mut self, parent: Span, key: &str) {
        if self.layer {
            return;
        }
        let message = format!("{} lacks the key `{key}`", self.path());
        self.bag.push(Finding::error(&MISSING_KEY, parent, message, format!("add `{key}: …` here")));
    }

    /// Reads what may be meant otherwise: with any finding, it is dropped together with the findings.
    pub fn tentative<T>(&mut self, read: impl FnOnce(&mut Reader) -> Option<T>) -> Option<T> {
        let before = self.bag.findings().len();
        let out = read(self);
        let clean = self.bag.findings().len() == before;
        self.bag.truncate(before);
        out.filter(|_| clean)
    }

    /// Leaves a finding: `entry` is none of the `known` keys. The one that it comes near to.
    pub fn unknown_key<'k>(&mut self, entry: &Entry, known: &[&'k str]) -> Option<&'k str> {
        let message = format!("{} has no key `{}`", self.path(), entry.key);
        let near = suggest::nearest(&entry.key, known.iter().copied());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys here are {}", suggest::listing(known.iter().copied(), 40)),
        };
        let finding = Finding::error(&UNKNOWN_KEY, entry.key_span, message, help).label("unknown key");
        self.bag.push(match suggest::sure(&entry.key, known.iter().copied()) {
            Some(sure) => finding.replacing(entry.key_span, &*entry.key, sure),
            None => finding,
        });
        near
    }

    /// Leaves a finding: the text is none of the `known` values.
    pub fn unknown_value(&mut self, span: Span, found: &str, known: &[&str]) {
        if self.deferred && found.contains("${{") {
            return;
        }
        let message = format!("{} can't be `{found}`", self.path());
        let help = match suggest::nearest(found, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", suggest::listing(known.iter().copied(), 40)),
        };
        let finding = Finding::error(&UNKNOWN_VALUE, span, message, help);
        self.bag.push(match suggest::sure(found, known.iter().copied()) {
            Some(sure) => finding.replacing(span, found, sure),
            None => finding,
        });
    }

    /// Leaves a finding of the reader's caller.
    pub fn push(&mut self, finding: Finding) {
        self.bag.push(finding);
    }
}
