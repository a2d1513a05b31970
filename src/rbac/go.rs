//! Texts that Go's standard library reads: durations and whole numbers.

/// Nanoseconds of a text that Go reads as a duration, as `1h30m` (`time.ParseDuration`).
pub(super) fn duration(text: &str) -> Option<i64> {
    let text = text.strip_prefix(['-', '+']).map_or((text, false), |rest| (rest, text.starts_with('-')));
    let (mut rest, negative) = text;
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (part, after) = part(rest)?;
        total = total.checked_add(part).filter(|&sum| sum <= 1 << 63)?;
        rest = after;
    }
    match negative {
        true => 0_i64.checked_sub_unsigned(total),
        false => i64::try_from(total).ok(),
    }
}

/// Nanoseconds of a number with a unit, and what follows.
fn part(text: &str) -> Option<(u64, &str)> {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = text.split_at_checked(digits(text))?;
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at_checked(digits(rest))?,
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let number: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let (unit, rest) =
        rest.split_at_checked(rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len()))?;
    let unit: u64 = match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    let nanos = number.checked_mul(unit).filter(|&n| n <= 1 << 63)?;
    Some((nanos.checked_add(part_of(fraction, unit)).filter(|&n| n <= 1 << 63)?, rest))
}

/// Nanoseconds of what stands after the point. Eighteen digits are more than any unit has.
fn part_of(fraction: &str, unit: u64) -> u64 {
    let digits = fraction.get(..18).unwrap_or(fraction);
    let scale = 10_u128.pow(u32::try_from(digits.len()).unwrap_or(0));
    let parts = digits.parse::<u128>().unwrap_or(0) * u128::from(unit) / scale;
    u64::try_from(parts).unwrap_or(u64::MAX)
}

/// A whole number that is not negative, with an optional `+` (`strconv.Atoi`).
pub(super) fn number(text: &str) -> Option<u64> {
    let number: i64 = text.parse().ok()?;
    u64::try_from(number).ok()
}
