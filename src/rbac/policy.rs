//! Policies as texts, read line by line.
//!
//! Facts: Argo CD 3.x, `util/rbac` PolicyCSV, LoadPolicy and loadPolicyLine. Each line is trimmed; empty lines and
//! those that start with `#` are skipped; any other is one CSV record. There, one line that can't be read makes the
//! whole policy fail, and with it every request. Here each becomes a [`LineFault`].

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::csv::{self, Field, Quotes};

/// Which text a line is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The built-in policy.
    BuiltIn,
    /// A key of `argocd-rbac-cm`: its index in what [`Policies::read`] was given.
    File(u32),
    /// What each role of a project may do by itself: read its project. Indexes of project and role.
    Implied(u32, u32),
    /// A policy of a project role. Indexes of project, role and policy.
    Role(u32, u32, u32),
    /// A group of a project role. Indexes of project, role and group.
    Group(u32, u32, u32),
}

/// A line of a text. For a policy or group of a project it is nearly always line 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineRef {
    /// The text.
    pub origin: Origin,
    /// The line in it, counted from 1.
    pub line: u32,
}

/// Whether a rule grants or refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// `allow`.
    Allow,
    /// `deny`.
    Deny,
    /// Any other text. Argo CD loads such a line, and it has no effect.
    Unknown,
}

/// A `p` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The line.
    pub at: LineRef,
    /// User, group or role, compared exactly.
    pub subject: String,
    /// Pattern of resources.
    pub resource: String,
    /// Pattern of actions.
    pub action: String,
    /// Pattern of objects.
    pub object: String,
    /// Grants or refuses.
    pub effect: Effect,
    /// Bytes of the line that subject, resource, action, object and effect were read from, quotes included.
    pub spans: [Range<usize>; 5],
}

/// A `g` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The line.
    pub at: LineRef,
    /// User, group or role that gets it.
    pub subject: String,
    /// What it gets.
    pub role: String,
    /// Bytes of the line that subject and role were read from, quotes included.
    pub spans: [Range<usize>; 2],
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Nothing: empty, or a comment.
    Blank,
    /// Something that Argo CD reads and then never looks at: a line that starts with `r`, `e` or `m`.
    Ignored,
    /// A `p` line.
    Rule(Rule),
    /// A `g` line.
    Grant(Grant),
}

/// A line that makes Argo CD refuse the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// The line.
    pub at: LineRef,
    /// Bytes of the line, counted from 0 at its start, blanks included.
    pub range: Range<usize>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A `"` inside a field that does not start with one.
    BareQuote,
    /// Text after the closing quote of a field.
    AfterQuote,
    /// A quote that is never closed.
    OpenQuote,
    /// The line does not start with `p` or `g`.
    UnknownKind(String),
    /// Too many or too few fields for its kind.
    FieldCount {
        /// `p` or `g`.
        kind: char,
        /// How many there should be.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BareQuote => f.write_str("a quote stands inside a field that does not start with one"),
            Self::AfterQuote => f.write_str("only a comma may follow the closing quote"),
            Self::OpenQuote => f.write_str("the quote is never closed"),
            Self::UnknownKind(kind) => write!(f, "a line starts with `p` or `g`, not with `{kind}`"),
            Self::FieldCount { kind, wanted, found } => write!(f, "a `{kind}` line has {wanted} fields, not {found}"),
        }
    }
}

/// Reads one line of a text.
///
/// # Errors
///
/// A line that makes Argo CD refuse the whole text.
pub fn read_line(text: &str, at: LineRef) -> Result<Line, LineFault> {
    let start = text.len() - text.trim_start().len();
    let line = text.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(Line::Blank);
    }
    let fault = |range: Range<usize>, reason| LineFault { at, range: start + range.start..start + range.end, reason };
    let fields = csv::record(line).map_err(|(quotes, range)| {
        let reason = match quotes {
            Quotes::Inside => Reason::BareQuote,
            Quotes::NotLast => Reason::AfterQuote,
            Quotes::Open => Reason::OpenQuote,
        };
        fault(range, reason)
    })?;
    let count = |kind, wanted| fault(0..line.len(), Reason::FieldCount { kind, wanted, found: fields.len() });
    let kind = fields.first().map_or("", |f| &f.text);
    match (kind, &*fields) {
        ("p", [_, subject, resource, action, object, effect]) => {
            Ok(Line::Rule(rule(at, start, [subject, resource, action, object, effect])))
        }
        ("p", _) => Err(count('p', 6)),
        ("g", [_, subject, role]) => Ok(Line::Grant(Grant {
            at,
            subject: subject.text.clone(),
            role: role.text.clone(),
            spans: [subject, role].map(|f| moved(f, start)),
        })),
        ("g", _) => Err(count('g', 3)),
        // The other sections of the model take any line (casbin, model.conf of Argo CD).
        ("r" | "e" | "m", _) => Ok(Line::Ignored),
        _ => {
            let range = fields.first().map_or(0..line.len(), |f| f.range.clone());
            Err(fault(range, Reason::UnknownKind(kind.to_owned())))
        }
    }
}

fn moved(field: &Field, start: usize) -> Range<usize> {
    start + field.range.start..start + field.range.end
}

fn rule(at: LineRef, start: usize, fields: [&Field; 5]) -> Rule {
    let [subject, resource, action, object, effect] = fields;
    Rule {
        at,
        spans: fields.map(|f| moved(f, start)),
        subject: subject.text.clone(),
        resource: resource.text.clone(),
        action: action.text.clone(),
        object: object.text.clone(),
        effect: match &*effect.text {
            "allow" => Effect::Allow,
            "deny" => Effect::Deny,
            _ => Effect::Unknown,
        },
    }
}

/// The rules and grants of some texts, in Argo CD's order, and the lines that can't be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    /// The `p` lines.
    pub rules: Vec<Rule>,
    /// The `g` lines.
    pub grants: Vec<Grant>,
    /// Lines that make Argo CD refuse all of it.
    pub faults: Vec<LineFault>,
    /// Lines that Argo CD reads and never looks at.
    pub ignored: Vec<LineRef>,
}

impl Policies {
    /// Reads the data of `argocd-rbac-cm`: first `policy.csv`, then each other `policy.*.csv`, sorted by bytes.
    /// Other keys hold no policies and are passed over.
    pub fn read<'a>(data: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let holds = |key: &str| key.starts_with("policy.") && key.ends_with(".csv");
        let numbered = (0u32..).zip(data).filter(|(_, (key, _))| holds(key));
        let sorted: BTreeMap<_, _> =
            numbered.map(|(file, (key, text))| ((key != "policy.csv", key, file), text)).collect();
        let mut all = Self::default();
        for ((_, _, file), text) in sorted {
            all.add(text, Origin::File(file));
        }
        all
    }

    /// Reads one more text.
    pub fn add(&mut self, text: &str, origin: Origin) {
        for (line, text) in (1u32..).zip(text.split('\n')) {
            match read_line(text, LineRef { origin, line }) {
                Ok(Line::Blank) => {}
                Ok(Line::Ignored) => self.ignored.push(LineRef { origin, line }),
                Ok(Line::Rule(rule)) => self.rules.push(rule),
                Ok(Line::Grant(grant)) => self.grants.push(grant),
                Err(fault) => self.faults.push(fault),
            }
        }
    }
}
