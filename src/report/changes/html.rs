//! A page with the changes side by side. It loads nothing and runs no script.

use std::fmt::Write as _;

use super::outline::{Block, outline};
use super::style::STYLE;
use super::words::{self, Told};
use crate::base::lines::{Line, LineSide};
use crate::model::changes::{Change, Changes, Class, Edit};
use crate::report::text::{escaped, shown};

/// Most members of a block that are named, and most edits of one that are shown.
const MOST: usize = 500;
/// From so many blocks on, only grave ones are open.
const MANY: usize = 40;

/// The page. `title` names what is compared.
#[must_use]
pub fn report(changes: &Changes, title: &str) -> String {
    let outline = outline(changes);
    let mut out = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    );
    let _ = write!(out, "<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{0}</h1>\n", safe(title));
    if let Some((before, after)) = &changes.between {
        let _ = writeln!(out, "<p>before: {}<br>after: {}</p>", safe(before), safe(after));
    }
    let _ = writeln!(out, "<p class=\"dim\">{}</p>", safe(&words::summary(changes)));
    out.push_str("<table class=\"counts\">\n");
    for (class, n) in words::classes(changes) {
        let color = color(class);
        let _ = writeln!(
            out,
            "<tr><td class=\"class {color}\">{class}</td><td>{n}</td><td>{}</td></tr>",
            safe(class.meaning())
        );
    }
    out.push_str("</table>\n");
    let many = outline.blocks.len() > MANY;
    for block in &outline.blocks {
        self::block(&mut out, block, !many || block.class > Class::PermissionNarrowed);
    }
    if !outline.cosmetic.is_empty() {
        let count = words::count(outline.cosmetic.len(), "cosmetic change");
        let _ =
            writeln!(out, "<details><summary class=\"dim\">{count}: nothing comes of it</summary><div class=\"in\">");
        members(&mut out, &outline.cosmetic);
        out.push_str("</div></details>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn color(class: Class) -> &'static str {
    match class {
        Class::CascadeDelete | Class::Replace | Class::Orphaned => "red",
        Class::PermissionWidened | Class::ProjectTightened | Class::SecretPathChanged | Class::MovedBetweenApps => {
            "orange"
        }
        Class::PermissionNarrowed | Class::OrderChange | Class::Removed => "yellow",
        Class::InPlace | Class::Added | Class::Cosmetic => "green",
    }
}

fn block(out: &mut String, block: &Block, open: bool) {
    let head = match block.members.as_slice() {
        [change] => format!("<code>{}</code> {}", safe(&words::label(change)), block.what.name()),
        _ => format!("<strong>{}</strong>", safe(&words::head(block))),
    };
    let (open, color, class) = (if open { " open" } else { "" }, color(block.class), block.class);
    let _ = writeln!(
        out,
        "<details{open}><summary><span class=\"class {color}\">{class}</span> {head}</summary><div class=\"in\">"
    );
    if let [change] = block.members.as_slice() {
        let path = words::path(change);
        if path != words::label(change) {
            let _ = writeln!(out, "<div class=\"dim\"><code>{}</code></div>", safe(&path));
        }
    }
    if !block.impacts.is_empty() {
        out.push_str("<ul>\n");
        for (class, reason) in &block.impacts {
            let _ = writeln!(
                out,
                "<li><span class=\"class {}\">{class}</span>: {}</li>",
                self::color(*class),
                reason_text(reason)
            );
        }
        out.push_str("</ul>\n");
    }
    edits(out, &block.edits);
    match block.members.as_slice() {
        [change] => change.lines.iter().for_each(|lines| self::lines(out, lines)),
        all => members(out, all),
    }
    out.push_str("</div></details>\n");
}

fn members(out: &mut String, members: &[&Change]) {
    out.push_str("<ul>\n");
    for change in members.iter().take(MOST) {
        let (label, path) = (words::label(change), words::path(change));
        let path = if label == path { String::new() } else { format!(" <span class=\"dim\">{}</span>", safe(&path)) };
        let _ = writeln!(out, "<li><code>{}</code>{path}</li>", safe(&label));
    }
    if let Some(more) = members.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(out, "<li>and {more} more</li>");
    }
    out.push_str("</ul>\n");
}

fn edits(out: &mut String, edits: &[&Edit]) {
    if edits.is_empty() {
        return;
    }
    out.push_str("<table class=\"pair\">\n<tr><th class=\"place\">value</th><th>before</th><th>after</th></tr>\n");
    for edit in edits.iter().take(MOST) {
        let place = safe(&words::place(edit));
        let cell = |text: Option<String>, side: &str| match text {
            Some(text) => format!("<td class=\"{side}\">{}</td>", safe(&text)),
            None => "<td></td>".to_owned(),
        };
        let pair = match words::told(edit) {
            Told::Values(before, after) => cell(before, "old") + &cell(after, "new"),
            Told::Order(before, after) => {
                cell(Some(format!("order {before}")), "old") + &cell(Some(format!("order {after}")), "new")
            }
            Told::Hidden => "<td colspan=\"2\" class=\"dim\">a secret changed, which is not shown</td>".to_owned(),
            Told::Lines(lines, more) => columns(&lines, more),
        };
        let _ = writeln!(out, "<tr><td class=\"place\">{place}</td>{pair}</tr>");
    }
    out.push_str("</table>\n");
    if let Some(more) = edits.len().checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(out, "<p class=\"dim\">and {}</p>", words::count(more, "more value"));
    }
}

/// The lines of a text in two cells.
fn columns(lines: &[Line], more: usize) -> String {
    let side = |wanted: LineSide| {
        let shown =
            lines.iter().filter(|line| line.side == wanted || matches!(line.side, LineSide::Same | LineSide::Gap));
        let mut text: String = shown.map(|line| parts(line) + "\n").collect();
        if more > 0 {
            let _ = write!(text, "and {}", words::count(more, "more line"));
        }
        text
    };
    format!("<td class=\"old\">{}</td><td class=\"new\">{}</td>", side(LineSide::Before), side(LineSide::After))
}

/// The text of a line, with the words that changed marked.
fn parts(line: &Line) -> String {
    if line.side == LineSide::Gap {
        return "…".to_owned();
    }
    let part = |(strong, text): &(bool, String)| if *strong { format!("<b>{}</b>", safe(text)) } else { safe(text) };
    line.parts.iter().map(part).collect()
}

/// Lines of a file, side by side: lines that are gone beside those that came in their place.
fn lines(out: &mut String, lines: &[Line]) {
    out.push_str("<table class=\"pair lines\">\n<colgroup><col class=\"no\"><col><col class=\"no\"><col></colgroup>\n");
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let gone = rest.iter().take_while(|line| line.side == LineSide::Before).count();
        let (old, after) = rest.split_at_checked(gone).unwrap_or((rest, &[]));
        let came = after.iter().take_while(|line| line.side == LineSide::After).count();
        let (new, after) = after.split_at_checked(came).unwrap_or((after, &[]));
        if gone + came == 0 {
            match first.side {
                LineSide::Gap => {
                    out.push_str("<tr><td class=\"no\"></td><td class=\"dim\" colspan=\"3\">…</td></tr>\n");
                }
                _ => row(out, Some(first), Some(first), ("", "")),
            }
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        for i in 0..old.len().max(new.len()) {
            row(out, old.get(i), new.get(i), ("old", "new"));
        }
        rest = after;
    }
    out.push_str("</table>\n");
}

fn row(out: &mut String, old: Option<&Line>, new: Option<&Line>, (left, right): (&str, &str)) {
    let number = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
    let cell = |line: Option<&Line>, n: Option<usize>, side: &str| match line {
        Some(line) => format!("<td class=\"no\">{}</td><td class=\"{side}\">{}</td>", number(n), parts(line)),
        None => "<td class=\"no\"></td><td></td>".to_owned(),
    };
    let (before, after) = (old.and_then(|line| line.before), new.and_then(|line| line.after));
    let _ = writeln!(out, "<tr>{}{}</tr>", cell(old, before, left), cell(new, after, right));
}

/// A text that is nothing but itself in HTML.
fn safe(text: &str) -> String {
    escaped(text, |out, c| out.push(if c == '\n' { c } else { shown(c, true) }))
}

/// A reason, whose names in backticks become code.
fn reason_text(reason: &str) -> String {
    let parts = reason.split('`').enumerate();
    parts.map(|(i, part)| if i % 2 == 0 { safe(part) } else { format!("<code>{}</code>", safe(part)) }).collect()
}
