//! What becomes of findings.

use super::OneOrMany;
use crate::base::Value;
use crate::shape::{Dict, List, Reader, Schemas, Shape};

crate::choice! {
    /// How grave findings of a code are.
    FindingLevel {
        /// Nothing is written while one stands.
        Error = "error",
        /// `check` fails, `render` does not.
        Warning = "warning",
        /// Shown, and nothing more.
        Note = "note",
        /// Not shown.
        Off = "off",
    }
}

/// A level as the spec sets it. `off` without quotes counts, which YAML 1.1 reads as false.
#[derive(Clone, Copy, Debug)]
pub struct LevelSet(
    /// The level.
    pub FindingLevel,
);

impl Shape for LevelSet {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match value.as_bool() {
            Some(false) => Some(LevelSet(FindingLevel::Off)),
            _ => FindingLevel::read(cx, value).map(LevelSet),
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        FindingLevel::schema(schemas)
    }
}

crate::shape! {
    /// How grave findings are, where the platform sees it otherwise. Errors stay errors: what they are about would fail.
    Checks {
        /// Code of findings -> level, for warnings and notes.
        levels: Dict<LevelSet>,
        /// Levels that hold for a part of the input; the last that fits wins, over `levels`.
        overrides: List<CheckOverride>,
    }
}

crate::shape! {
    /// Levels that hold for a part of the input.
    CheckOverride {
        /// Which part; all conditions must hold.
        when: CheckWhen,
        /// Code of findings -> level, for warnings and notes.
        levels: Dict<LevelSet>,
    }
}

crate::shape! {
    /// A part of the input.
    CheckWhen {
        /// Glob or globs of the files that findings are in, relative to the main file; `**` crosses folders.
        path: Option<OneOrMany>,
        /// Environment or environments: findings that are about nothing outside of them.
        environment: Option<OneOrMany>,
    }
}
