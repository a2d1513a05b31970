//! How reports look: width and colour.

use std::io::IsTerminal as _;

use crate::report::human::Look;

/// When reports have colour.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
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
