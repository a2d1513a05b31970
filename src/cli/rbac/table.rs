//! Rights as a table.

use std::collections::BTreeMap;

use crate::model::rights::{Rights, Things, shortened};

/// The form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Columns.
    Text,
    /// A table of Markdown.
    Markdown,
    /// Values with commas, one right in each line.
    Csv,
}

/// A row: who, kind of thing, actions, objects.
pub type Row = [String; 4];

/// The rows of some rights: actions with the same objects share one, and all of a project is `PROJECT/*`.
pub fn rows(rights: &Rights, things: &Things, wanted: impl Fn(&str) -> bool) -> Vec<Row> {
    let mut out = Vec::new();
    for (who, deeds) in &rights.of {
        let mut together: BTreeMap<(&str, String), Vec<&str>> = BTreeMap::new();
        for ((resource, action), objects) in deeds.iter().filter(|((resource, _), _)| wanted(resource)) {
            let all = things.get(&**resource);
            let objects = all.map(|all| shortened(objects, all)).unwrap_or_default().join(" ");
            together.entry((resource, objects)).or_default().push(action);
        }
        for ((resource, objects), actions) in together {
            out.push([who.clone(), resource.to_owned(), actions.join(" "), objects]);
        }
    }
    out
}

/// A title above a table.
pub fn title(title: &str, format: Format) -> String {
    match format {
        Format::Text => title.to_owned(),
        Format::Markdown => format!("## {title}\n"),
        Format::Csv => format!("# {title}"),
    }
}

/// Writes rows.
pub fn write(rows: &[Row], format: Format) -> String {
    let head = ["who", "kind", "actions", "objects"];
    match format {
        Format::Text => columns(rows),
        Format::Markdown => {
            let line = |cells: &[&str]| {
                format!("| {} |\n", cells.iter().map(|c| c.replace('|', "\\|")).collect::<Vec<_>>().join(" | "))
            };
            let mut out = line(&head);
            out.push_str("|---|---|---|---|\n");
            rows.iter().for_each(|row| out.push_str(&line(&row.each_ref().map(String::as_str))));
            out
        }
        Format::Csv => {
            let mut out = format!("{}\n", ["who", "kind", "action", "object"].join(","));
            for [who, resource, actions, objects] in rows {
                for action in actions.split(' ') {
                    for object in objects.split(' ') {
                        let cells = [who, resource, action, object].map(quoted);
                        out.push_str(&cells.join(","));
                        out.push('\n');
                    }
                }
            }
            out
        }
    }
}

fn columns(rows: &[Row]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..3).map(|column| width(column).unwrap_or(0).min(48)).collect();
    let mut out = String::new();
    for row in rows {
        let cells = row.iter().enumerate().map(|(i, cell)| match widths.get(i) {
            Some(&width) => format!("{cell:width$}"),
            None => cell.clone(),
        });
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}
