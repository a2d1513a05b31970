//! What is printed.

use clap::Args;

use super::DiffArgs;
use super::compare::Compare;
use super::names::{self, Names};
use crate::cli::look;
use crate::model::about::About;
use crate::report::changes::{github, html, human, json, markdown};

/// In what form the changes are reported.
#[derive(Debug, Args)]
pub struct Form {
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Lines of text too, as in a diff of files.
    #[arg(long)]
    text: bool,
    /// Only names, one a line; those of files when left out.
    #[arg(long, value_name = "WHAT", group = "listed", num_args = 0..=1, default_missing_value = "paths", conflicts_with_all = ["text", "affected", "format"])]
    names: Option<Names>,
    /// Only the Applications that Argo CD will refresh: name, cluster and project, with a tab between.
    #[arg(long, group = "listed", conflicts_with_all = ["text", "format"])]
    affected: bool,
    /// End each name with a NUL, not with a line end.
    #[arg(short = 'z', requires = "listed")]
    nul: bool,
}

impl Form {
    /// Whether lines of text are wanted.
    pub fn text(&self) -> bool {
        self.text
    }
}

/// The form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a terminal.
    Human,
    /// For a comment on a pull request.
    Markdown,
    /// For programs.
    Json,
    /// Annotations of a workflow run of GitHub.
    Github,
    /// A page, side by side.
    Html,
}

/// The report.
pub fn report(args: &DiffArgs, compare: &Compare, about: &About) -> String {
    let (form, changes) = (&args.form, &compare.changes);
    if let Some(what) = form.names {
        return names::names(compare, what, form.nul);
    }
    if form.affected {
        return names::refreshed(compare, about, form.nul);
    }
    match form.format {
        Format::Human => human::report(changes, look::stdout(args.common.color, args.output.is_some())),
        Format::Markdown => markdown::report(changes, markdown::BUDGET),
        Format::Json => json::report(changes),
        Format::Github => github::report(changes, &about.root),
        Format::Html => html::report(changes, "sailplan diff"),
    }
}
