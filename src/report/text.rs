//! Text made fit for a terminal.

/// The character as a terminal may show it: one that would move the cursor, start an escape sequence
/// or turn the direction of reading becomes a sign of its own. Tabs stay.
pub(super) fn shown(c: char, unicode: bool) -> char {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match c {
        '\t' => c,
        _ if !(c.is_control() || turns) => c,
        _ if unicode => '\u{fffd}',
        _ => '?',
    }
}

/// The text with every character as [`shown`], and its line ends.
pub(super) fn clean(text: &str, unicode: bool) -> String {
    text.chars().map(|c| if c == '\n' { c } else { shown(c, unicode) }).collect()
}

/// The text as content of an element or of a quoted attribute, in HTML and XML. `other` writes what is no mark-up.
pub(super) fn escaped(text: &str, other: impl Fn(&mut String, char)) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => other(&mut out, c),
        }
    }
    out
}

/// The text with every character as [`shown`], its line ends too: names may hold some.
pub(super) fn one_line(text: &str, unicode: bool) -> String {
    text.chars().map(|c| shown(c, unicode)).collect()
}

/// Breaks a text at spaces to fit a width, in columns. Its own line ends stay, and so do spaces at the
/// start of a line; a word that is longer than a line is left whole, so that it can be copied.
pub(super) fn wrapped(text: &str, indent: &str, used: usize, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = used;
    for (i, line) in text.lines().enumerate() {
        if i > 0 {
            out.push('\n');
            out.push_str(indent);
            column = indent.len();
        }
        for (j, word) in line.split(' ').enumerate() {
            let len = word.chars().count();
            if j > 0 && column + 1 + len > width && !word.is_empty() {
                out.push('\n');
                out.push_str(indent);
                column = indent.len();
            } else if j > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += len;
        }
    }
    out
}

/// The bytes of a long line to show: at most `room` characters. `start` is the first column, from 0;
/// where `anchor` is given, that byte is in view and `start` is found from it.
pub(super) fn view(line: &str, start: usize, anchor: Option<usize>, room: usize) -> (usize, usize) {
    let from = match (start, anchor) {
        (0, _) => 0,
        (_, Some(byte)) => {
            let before = line.get(..byte).unwrap_or(line);
            before.char_indices().rev().take(room / 3).last().map_or(0, |(i, _)| i)
        }
        (_, None) => line.char_indices().nth(start).map_or(line.len(), |(i, _)| i),
    };
    let rest = line.get(from..).unwrap_or_default();
    (from, rest.char_indices().nth(room).map_or(line.len(), |(i, _)| from + i))
}
