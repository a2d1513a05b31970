//! Changes for a reader at a terminal.

use std::fmt::Write as _;

use super::outline::{Block, outline};
use super::words::{self, Told};
use crate::base::lines::{Line, LineSide};
use crate::model::changes::{Change, Changes, Class, Edit};
use crate::report::human::Look;
use crate::report::text::{one_line, wrapped};

/// Most members of a block that are named one by one.
const MOST_MEMBERS: usize = 12;
/// Most edits of a block.
const MOST_EDITS: usize = 100;
const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";

/// All changes, the gravest first, and the counts.
#[must_use]
pub fn report(changes: &Changes, look: Look) -> String {
    let outline = outline(changes);
    let mut out = Out { text: String::new(), look };
    if let Some((before, after)) = &changes.between {
        out.line(0, &format!("before: {before}"), DIM);
        out.line(0, &format!("after:  {after}"), DIM);
        out.text.push('\n');
    }
    for block in &outline.blocks {
        out.block(block);
    }
    if !outline.cosmetic.is_empty() {
        out.line(0, &format!("cosmetic: {}", words::members(&outline.cosmetic)), DIM);
        out.members(&outline.cosmetic);
        out.text.push('\n');
    }
    let classes: Vec<String> = words::classes(changes).iter().map(|(class, n)| format!("{class} {n}")).collect();
    if !classes.is_empty() {
        out.line(0, &classes.join(", "), "");
    }
    out.line(0, &words::summary(changes), BOLD);
    out.text
}

struct Out {
    text: String,
    look: Look,
}

impl Out {
    fn line(&mut self, indent: usize, text: &str, code: &str) {
        let text = one_line(text, self.look.unicode);
        let pad = " ".repeat(indent);
        // Writing to a string can't fail.
        let _ = match self.look.color && !code.is_empty() {
            true => writeln!(self.text, "{pad}\u{1b}[{code}m{text}\u{1b}[0m"),
            false => writeln!(self.text, "{pad}{text}"),
        };
    }

    fn block(&mut self, block: &Block) {
        match block.members.as_slice() {
            [change] => {
                let head = format!("{} {}", words::sign(block.what), words::label(change));
                self.line(0, &head, BOLD);
                let path = words::path(change);
                if path != words::label(change) {
                    self.line(2, &path, DIM);
                }
            }
            members => {
                self.line(0, &format!("{} {}", words::sign(block.what), words::head(block)), BOLD);
                self.members(members);
            }
        }
        for (class, reason) in &block.impacts {
            self.impact(*class, reason);
        }
        for edit in block.edits.iter().take(MOST_EDITS) {
            self.edit(edit);
        }
        let more = block.edits.len().saturating_sub(MOST_EDITS);
        if more > 0 {
            self.line(2, &format!("and {}", words::count(more, "more value")), DIM);
        }
        if let [change] = block.members.as_slice() {
            self.lines_of(change);
        }
        self.text.push('\n');
    }

    fn impact(&mut self, class: Class, reason: &str) {
        let head = format!("{class}: ");
        let text = wrapped(&one_line(reason, self.look.unicode), "    ", head.len() + 2, self.look.width);
        let _ = match self.look.color {
            true => writeln!(self.text, "  \u{1b}[{}m{class}\u{1b}[0m: {text}", shade(class)),
            false => writeln!(self.text, "  {head}{text}"),
        };
    }

    fn members(&mut self, members: &[&Change]) {
        for change in members.iter().take(MOST_MEMBERS) {
            let (label, path) = (words::label(change), words::path(change));
            let line = if label == path { label } else { format!("{label}  {path}") };
            self.line(2, &line, DIM);
        }
        if let Some(more) = members.len().checked_sub(MOST_MEMBERS).filter(|more| *more > 0) {
            self.line(2, &format!("and {more} more"), DIM);
        }
    }

    fn edit(&mut self, edit: &Edit) {
        let place = words::place(edit);
        let arrow = if self.look.unicode { "→" } else { "->" };
        match words::told(edit) {
            Told::Values(Some(a), Some(b)) => self.line(4, &format!("{place}: {a} {arrow} {b}"), ""),
            Told::Values(Some(a), None) => self.line(2, &format!("- {place}: {a}"), RED),
            Told::Values(None, Some(b)) => self.line(2, &format!("+ {place}: {b}"), GREEN),
            Told::Values(None, None) => self.line(4, &place, ""),
            Told::Order(a, b) => self.line(4, &format!("{place}: order {a} {arrow} {b}"), ""),
            Told::Hidden => self.line(4, &format!("{place}: a secret changed, which is not shown"), ""),
            Told::Lines(lines, more) => {
                self.line(4, &format!("{place}:"), "");
                lines.iter().for_each(|line| self.text_line(6, line));
                if more > 0 {
                    self.line(6, &format!("and {}", words::count(more, "more line")), DIM);
                }
            }
        }
    }

    fn lines_of(&mut self, change: &Change) {
        for line in change.lines.iter().flatten() {
            self.text_line(4, line);
        }
    }

    fn text_line(&mut self, indent: usize, line: &Line) {
        let (sign, code) = match line.side {
            LineSide::Same => (' ', ""),
            LineSide::Before => ('-', RED),
            LineSide::After => ('+', GREEN),
            LineSide::Gap => return self.line(indent, "...", DIM),
        };
        if !self.look.color || code.is_empty() {
            let text: String = line.parts.iter().map(|(_, text)| text.as_str()).collect();
            return self.line(indent, &format!("{sign} {text}"), "");
        }
        let _ = write!(self.text, "{}\u{1b}[{code}m{sign} ", " ".repeat(indent));
        for (strong, text) in &line.parts {
            let text = one_line(text, self.look.unicode);
            // Bold and reversed, and back to the colour of the line.
            let _ = match strong {
                true => write!(self.text, "\u{1b}[1;7m{text}\u{1b}[22;27m"),
                false => write!(self.text, "{text}"),
            };
        }
        self.text.push_str("\u{1b}[0m\n");
    }
}

/// The ANSI code of a class.
fn shade(class: Class) -> &'static str {
    match class {
        Class::CascadeDelete | Class::Replace | Class::Orphaned => "31;1",
        Class::PermissionWidened | Class::ProjectTightened | Class::SecretPathChanged | Class::MovedBetweenApps => {
            "33;1"
        }
        Class::PermissionNarrowed | Class::OrderChange | Class::Removed => "36;1",
        Class::InPlace | Class::Added | Class::Cosmetic => "32",
    }
}
