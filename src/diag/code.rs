//! Stable names of findings.

use super::Level;

/// The name of a kind of finding, with its page.
///
/// The name is in kebab-case and names the defect. Declared with [`codes!`](crate::codes), next to
/// the code that reports it.
#[derive(Debug)]
pub struct Code {
    /// The name.
    pub id: &'static str,
    /// The page that `explain` shows: what it means, why it matters, how to mend it.
    pub doc: &'static str,
    /// What is declared behind the name.
    pub traits: &'static [Trait],
}

/// What is known of all findings of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Some of them have this level. Without any, all are errors.
    Level(Level),
    /// Some of them carry edits that mend them.
    Fixable,
    /// Errors of it can be allowed by a comment, as nothing fails for them.
    Allowable,
    /// They come only where the tree is compared or written, or a baseline is read.
    Late,
    /// The same, and they point at files that are not of the input, where no comment can stand.
    Outside,
}

impl Code {
    /// The levels that its findings have before the spec says otherwise, the gravest first.
    #[must_use]
    pub fn levels(&self) -> Vec<Level> {
        let all = [Level::Error, Level::Warning, Level::Note];
        let levels: Vec<Level> = all.into_iter().filter(|level| self.has(Trait::Level(*level))).collect();
        if levels.is_empty() { vec![Level::Error] } else { levels }
    }

    /// Whether `check --fix` mends some of its findings.
    #[must_use]
    pub fn is_fixable(&self) -> bool {
        self.has(Trait::Fixable)
    }

    /// Whether a comment can allow one of its findings, which was made with `level`.
    #[must_use]
    pub fn can_be_allowed(&self, level: Level) -> bool {
        !self.is_outside() && (level != Level::Error || self.has(Trait::Allowable))
    }

    /// Whether its findings point at files that are not of the input.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        self.has(Trait::Outside)
    }

    /// Whether its findings come only where the tree is compared or written, or a baseline is read.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.has(Trait::Late) || self.is_outside()
    }

    /// Whether the spec can set the level of some of its findings.
    #[must_use]
    pub fn has_settable_level(&self) -> bool {
        self.levels().iter().any(|level| *level != Level::Error)
    }

    /// The page, without the leading spaces of doc comments.
    #[must_use]
    pub fn page(&self) -> String {
        let lines: Vec<&str> = self.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        lines.join("\n").trim().to_owned()
    }

    /// The first sentence of the page, on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let page = self.page();
        let first = page.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        first.split_inclusive(". ").next().unwrap_or_default().trim().to_owned()
    }

    /// How grave its findings are, and what can be done about them but mending what they are about, in a paragraph.
    #[must_use]
    pub fn handling(&self) -> String {
        let levels = self.levels();
        let words: Vec<&str> = levels.iter().map(|level| level.word()).collect();
        let article = if levels.first() == Some(&Level::Error) { "An" } else { "A" };
        let set = match self.is_outside() {
            true => "`checks.levels` of the spec sets another level.",
            false => {
                "`checks.levels` of the spec sets another level, and a comment with a reason allows one where it stands."
            }
        };
        let allowed = match (self.can_be_allowed(Level::Error), self.has_settable_level()) {
            (true, _) => "A comment with a reason allows one where it stands; its level can't be set.".to_owned(),
            (false, true) if levels.contains(&Level::Error) => format!("For what is no error, {set}"),
            (false, true) => set.to_owned(),
            (false, false) => "It can't be made less or allowed: what it is about would fail.".to_owned(),
        };
        let fixed = if self.is_fixable() { " `check --fix` mends what is certain." } else { "" };
        format!("{article} {}. {allowed}{fixed}", words.join(" or a "))
    }

    fn has(&self, one: Trait) -> bool {
        self.traits.contains(&one)
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.id == other.id
    }
}

/// Declares codes with their pages, and `CODES`, the list of them.
///
/// Behind the name may stand what is known of its findings: the levels `error`, `warning` and `note`
/// (error when none is given), `fixable` when some carry edits, `allowable` when even errors can be allowed, `late` when
/// they come after the tree, `outside` when they also point at files of the output:
/// `NAME = "code": error warning fixable;`.
#[macro_export]
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal $(: $($word:ident)+)?;)+) => {
        $($(#[doc = $doc])+ pub static $name: $crate::diag::Code = $crate::diag::Code {
            id: $id,
            doc: concat!($($doc, "\n"),+),
            traits: &[$($($crate::code_trait!($word)),+)?],
        };)+
        /// Every code that this module declares.
        pub static CODES: &[&$crate::diag::Code] = &[$(&$name),+];
    };
}

/// What a word behind the name of a code means.
#[doc(hidden)]
#[macro_export]
macro_rules! code_trait {
    (error) => {
        $crate::diag::Trait::Level($crate::diag::Level::Error)
    };
    (warning) => {
        $crate::diag::Trait::Level($crate::diag::Level::Warning)
    };
    (note) => {
        $crate::diag::Trait::Level($crate::diag::Level::Note)
    };
    (fixable) => {
        $crate::diag::Trait::Fixable
    };
    (allowable) => {
        $crate::diag::Trait::Allowable
    };
    (late) => {
        $crate::diag::Trait::Late
    };
    (outside) => {
        $crate::diag::Trait::Outside
    };
}
