//! Stage: what becomes of all that was found: comments allow it, the spec says how grave it is.

mod allow;
pub mod baseline;
mod levels;
mod scopes;

use crate::base::Day;
use crate::diag::{Bag, Code, Edit, Finding, Masks, Suppressed};
use crate::source::SourceMap;
pub use levels::Policy;

/// The codes of this stage.
pub const CODES: &[&[&Code]] = &[allow::CODES, baseline::CODES, levels::CODES];

/// What is to be known to settle findings.
pub struct Input<'a> {
    /// The texts that findings point into.
    pub sources: &'a SourceMap,
    /// What the spec says about levels.
    pub policy: &'a Policy,
    /// All codes that there are.
    pub codes: &'a [&'static Code],
    /// The day; without one, no comment expires.
    pub today: Option<Day>,
    /// Which findings they are.
    pub of: Stage,
}

/// When findings were made. Each is settled once, by the same rules; what is wrong with the rules is said with the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On the way to the tree.
    Tree,
    /// By whoever compares or writes the tree; `whole` when all that is found then was looked for.
    After {
        /// See above.
        whole: bool,
    },
}

impl Stage {
    /// Whether all findings of this code were looked for.
    fn seeks(self, code: &Code) -> bool {
        match self {
            // What points outside can't be allowed: a comment about it is unused whatever is found.
            Stage::Tree => !code.is_late() || code.is_outside(),
            Stage::After { whole } => whole && code.is_late() && !code.is_outside(),
        }
    }
}

/// What stands, and what was allowed.
#[derive(Debug, Default)]
pub struct Settled {
    /// Findings that stand.
    pub bag: Bag,
    /// Findings that comments allow.
    pub allowed: Vec<Suppressed>,
}

/// Settles what was found.
pub fn settle(input: &Input, bag: Bag) -> Settled {
    let mut settled = allow::apply(input, bag);
    settled.bag = levels::apply(input, settled.bag);
    settled
}

/// Takes away edits that can't be made: what they replace does not stand there word by word, or is a secret, or a
/// template in the program.
pub fn keep_sound_edits(findings: &mut [Finding], sources: &SourceMap) {
    let masks = Masks::of(findings.iter());
    for finding in findings.iter_mut().filter(|f| !f.edits.is_empty()) {
        let sound = |edit: &Edit| {
            let file = sources.file_of(edit.span()).filter(|file| !file.is_built_in())?;
            let (lo, hi) = file.range(edit.span());
            edit.text(file.text.get(lo..hi)?).filter(|_| !masks.touches(edit.span()))
        };
        if !finding.edits.iter().all(|edit| sound(edit).is_some()) {
            finding.edits.clear();
        }
    }
}
