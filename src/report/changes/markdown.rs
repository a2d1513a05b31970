//! Changes for a comment on a pull request.
//!
//! Facts: GitHub takes comments of at most 65,536 characters, and renders CommonMark with HTML; names in `code` call nobody.
//! Elsewhere `@name` does, however the sign is written, unless something stands between.

use std::fmt::Write as _;

use super::outline::{Block, outline};
use super::words::{self, Told};
use crate::base::lines::{Line, LineSide};
use crate::model::changes::{Change, Changes, Class, Edit};

/// The hidden first line, by which the comment of an earlier run is found and replaced.
pub const MARKER: &str = "<!-- sailplan-diff -->";
/// Most bytes of a comment: a little less than GitHub takes.
pub const BUDGET: usize = 65_000;
/// Bytes that are kept for the last words.
const LAST_WORDS: usize = 400;
const MOST_MEMBERS: usize = 40;
const MOST_EDITS: usize = 60;

/// A comment of at most `budget` bytes: the counts, then the changes, the gravest first. What does not fit is counted.
#[must_use]
pub fn report(changes: &Changes, budget: usize) -> String {
    let outline = outline(changes);
    let mut out = format!("{MARKER}\n**sailplan diff**: {}\n\n", words::summary(changes));
    if let Some((before, after)) = &changes.between {
        let _ = writeln!(out, "- before: {}\n- after: {}\n", spoken(before), spoken(after));
    }
    let classes = words::classes(changes);
    if !classes.is_empty() {
        out.push_str("| class | changes | what it means |\n|---|---|---|\n");
        for (class, n) in &classes {
            let _ = writeln!(out, "| {} `{class}` | {n} | {} |", mark(*class), class.meaning());
        }
        out.push('\n');
    }
    let (mut blocks, mut objects) = (0usize, 0usize);
    let room = budget.saturating_sub(LAST_WORDS);
    let mut full = false;
    for block in &outline.blocks {
        let text = self::block(block, room);
        full |= out.len() + text.len() > room;
        if full {
            blocks += 1;
            objects += block.members.len();
        } else {
            out.push_str(&text);
        }
    }
    let cosmetic = cosmetic(&outline.cosmetic);
    if out.len() + cosmetic.len() <= room {
        out.push_str(&cosmetic);
    } else {
        let _ = writeln!(out, "{}: not listed here.\n", words::count(outline.cosmetic.len(), "cosmetic change"));
    }
    if blocks > 0 {
        let (parts, of) = (words::count(blocks, "part"), words::count(objects, "object"));
        let _ = writeln!(
            out,
            "**Left out for length: {parts} about {of}.** The whole report is what `sailplan diff` prints."
        );
    }
    out
}

fn mark(class: Class) -> &'static str {
    match class {
        Class::CascadeDelete | Class::Replace | Class::Orphaned => "🔴",
        Class::PermissionWidened | Class::ProjectTightened | Class::SecretPathChanged | Class::MovedBetweenApps => "🟠",
        Class::PermissionNarrowed | Class::OrderChange | Class::Removed => "🟡",
        Class::InPlace | Class::Added | Class::Cosmetic => "🟢",
    }
}

/// One block. One that is longer than all the room there is loses its details.
fn block(block: &Block, room: usize) -> String {
    let mut out = String::new();
    let head = match block.members.as_slice() {
        [change] => format!("{} <code>{}</code> {}", mark(block.class), safe(&words::label(change)), block.what.name()),
        _ => format!("{} <b>{}</b>", mark(block.class), spoken(&words::head(block))),
    };
    let open = if block.class > Class::PermissionNarrowed { " open" } else { "" };
    let _ = writeln!(out, "<details{open}><summary>{head}</summary>\n");
    if let [change] = block.members.as_slice() {
        let path = words::path(change);
        if path != words::label(change) {
            let _ = writeln!(out, "<code>{}</code>\n", safe(&path));
        }
    }
    for (class, reason) in &block.impacts {
        let _ = writeln!(out, "- **{class}**: {}", reason_text(reason));
    }
    if !block.impacts.is_empty() {
        out.push('\n');
    }
    let body = body(block);
    if out.len() + body.len() + 200 < room {
        out.push_str(&body);
    } else {
        let _ = writeln!(out, "{}: too long to be shown here.\n", words::count(block.edits.len(), "value"));
    }
    if block.members.len() > 1 {
        out.push_str(&members(&block.members));
    }
    out.push_str("</details>\n\n");
    out
}

fn members(members: &[&Change]) -> String {
    let mut out = String::new();
    for change in members.iter().take(MOST_MEMBERS) {
        let (label, path) = (words::label(change), words::path(change));
        let path = if label == path { String::new() } else { format!(" in <code>{}</code>", safe(&path)) };
        let _ = writeln!(out, "- <code>{}</code>{path}", safe(&label));
    }
    if let Some(more) = members.len().checked_sub(MOST_MEMBERS).filter(|more| *more > 0) {
        let _ = writeln!(out, "- and {more} more");
    }
    out.push('\n');
    out
}

/// Edits and lines as a fenced diff.
fn body(block: &Block) -> String {
    let mut text = String::new();
    for edit in block.edits.iter().take(MOST_EDITS) {
        edit_text(&mut text, edit);
    }
    if let Some(more) = block.edits.len().checked_sub(MOST_EDITS).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {}", words::count(more, "more value"));
    }
    if let [change] = block.members.as_slice() {
        change.lines.iter().flatten().for_each(|line| text_line(&mut text, line));
    }
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}diff\n{text}{fence}\n\n")
}

fn edit_text(out: &mut String, edit: &Edit) {
    let place = plain(&words::place(edit));
    let mut side = |sign: char, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{sign} {place}: {}", plain(&value));
        }
    };
    match words::told(edit) {
        Told::Values(before, after) => {
            side('-', before);
            side('+', after);
        }
        Told::Order(before, after) => {
            side('-', Some(format!("order {before}")));
            side('+', Some(format!("order {after}")));
        }
        Told::Hidden => side('!', Some("a secret changed, which is not shown".to_owned())),
        Told::Lines(lines, more) => {
            let _ = writeln!(out, "@@ {place} @@");
            lines.iter().for_each(|line| text_line(out, line));
            if more > 0 {
                let _ = writeln!(out, "  and {}", words::count(more, "more line"));
            }
        }
    }
}

fn text_line(out: &mut String, line: &Line) {
    let sign = match line.side {
        LineSide::Same => ' ',
        LineSide::Before => '-',
        LineSide::After => '+',
        LineSide::Gap => return out.push_str("@@ @@\n"),
    };
    let text: String = line.parts.iter().map(|(_, text)| plain(text)).collect();
    let _ = writeln!(out, "{sign} {text}");
}

fn cosmetic(changes: &[&Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let count = words::count(changes.len(), "cosmetic change");
    format!("<details><summary>🟢 {count}: nothing comes of it</summary>\n\n{}</details>\n\n", members(changes))
}

/// A text without line ends and other characters that move anything.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { ' ' } else { crate::report::text::shown(c, true) }).collect()
}

/// A text that is nothing but itself in Markdown and HTML.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' | '<' | '>' | '`' | '*' | '_' | '[' | ']' | '@' | '#' | '|' | '~' | '\\' | '!' | '$' | '"' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// The same where it is no code: names and numbers behind these signs would call people and link to issues.
fn spoken(text: &str) -> String {
    safe(text).replace("&#64;", "&#64;&#8203;").replace("&#35;", "&#35;&#8203;")
}

/// A reason, whose names in backticks become code.
fn reason_text(reason: &str) -> String {
    let parts = reason.split('`').enumerate();
    parts.map(|(i, part)| if i % 2 == 0 { spoken(part) } else { format!("<code>{}</code>", safe(part)) }).collect()
}
