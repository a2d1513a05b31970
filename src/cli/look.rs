//! How reports look: width and colour.

use std::io::IsTerminal as _;

use crate::diag::{Finding, Suppressed};
use crate::report::human::{self, Look};
use crate::source::SourceMap;

/// When reports have colour.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` or `CI` is set; and wherever `CLICOLOR_FORCE` is.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How many findings a report for people shows.
#[derive(Debug, clap::Args)]
pub struct Shown {
    /// Show each finding; without it, a report for people shows the first ten of a code.
    #[arg(long)]
    all: bool,
}

impl Shown {
    /// A report for people. What `suppressed` findings hide is hidden too.
    pub fn page(&self, findings: &[Finding], suppressed: &[Suppressed], sources: &SourceMap, color: Color) -> String {
        human::page(findings, suppressed, sources, stderr(color), self.all)
    }

    /// Tells people on standard error what was found.
    pub fn print(&self, findings: &[Finding], sources: &SourceMap, color: Color) {
        eprint!("{}", self.page(findings, &[], sources, color));
    }
}

/// The look of reports on standard error.
pub fn stderr(color: Color) -> Look {
    on(color, std::io::stderr().is_terminal())
}

/// The look of reports on standard output, or in a file.
pub fn stdout(color: Color, file: bool) -> Look {
    on(color, !file && std::io::stdout().is_terminal())
}

fn on(color: Color, terminal: bool) -> Look {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !set("NO_COLOR") && (set("CLICOLOR_FORCE") || (terminal && !set("CI"))),
    };
    let width = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(100);
    Look { width, color, unicode: true }
}
