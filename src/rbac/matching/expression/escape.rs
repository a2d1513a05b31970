//! What a backslash says.

use super::super::PatternFault;

/// Characters that are still to be read.
pub(super) struct Reader<'a> {
    pub text: &'a str,
}

impl Reader<'_> {
    pub fn next(&mut self) -> Option<char> {
        let c = self.text.chars().next()?;
        self.text = self.text.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    }

    pub fn peek(&self) -> Option<char> {
        self.text.chars().next()
    }

    pub fn skip(&mut self, wanted: &str) -> bool {
        self.text.strip_prefix(wanted).map(|rest| self.text = rest).is_some()
    }

    fn digits(&mut self, radix: u32, most: usize) -> Option<u32> {
        let len = self.text.chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let number = self.text.get(..len)?;
        self.text = self.text.get(len..)?;
        u32::from_str_radix(number, radix).ok()
    }
}

pub(super) fn fault<T>(text: impl Into<String>) -> Result<T, PatternFault> {
    Err(PatternFault(text.into()))
}

/// A character as the crate reads it, whatever it means there.
pub(super) fn literal(code: u32) -> String {
    match char::from_u32(code) {
        Some(_) => format!("\\x{{{code:X}}}"),
        // Half a surrogate pair: no text has it.
        None => "[^\\x{0}-\\x{10FFFF}]".to_owned(),
    }
}

/// The character that an escape stands for; the backslash is read already.
pub(super) fn character(reader: &mut Reader) -> Result<u32, PatternFault> {
    let Some(c) = reader.next() else { return fault("a backslash ends the expression") };
    let octal = |c: Option<char>| c.is_some_and(|c| c.is_digit(8));
    let code = match c {
        '0' => Some(reader.digits(8, 2).unwrap_or(0)),
        '1'..='7' if octal(reader.peek()) => {
            let high = c.to_digit(8).unwrap_or(0);
            let digits = reader.text.chars().take(2).take_while(|c| c.is_digit(8)).count();
            reader.digits(8, 2).map(|low| (high << (3 * digits)) + low)
        }
        'x' if reader.skip("{") => {
            let found = reader.digits(16, 8).filter(|&n| n <= 0x10_FFFF);
            found.filter(|_| reader.skip("}"))
        }
        'x' => {
            let both = reader.text.chars().take(2).filter(char::is_ascii_hexdigit).count() == 2;
            if both { reader.digits(16, 2) } else { None }
        }
        'a' => Some(7),
        'f' => Some(12),
        'n' => Some(10),
        'r' => Some(13),
        't' => Some(9),
        'v' => Some(11),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c.into()),
        _ => None,
    };
    code.map_or_else(|| fault(format!("`\\{c}` is no escape")), Ok)
}
