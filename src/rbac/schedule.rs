//! Schedules and time zones of sync windows.
//!
//! Facts: robfig/cron 3.0.2, parser.go, with minute, hour, day of month, month and day of week; Go
//! `time.LoadLocation`. Names of zones: the IANA time zone database as Go packs it (`zones.txt`).

use super::go;

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// What a field may hold.
struct Field {
    what: &'static str,
    min: u64,
    max: u64,
    /// Names of its values, the first for the least.
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { what: "minute", min: 0, max: 59, names: &[] },
    Field { what: "hour", min: 0, max: 23, names: &[] },
    Field { what: "day of the month", min: 1, max: 31, names: &[] },
    Field { what: "month", min: 1, max: 12, names: MONTHS },
    Field { what: "day of the week", min: 0, max: 6, names: DAYS },
];

/// Whether Go knows a time zone of this name.
pub(super) fn is_zone(name: &str) -> bool {
    matches!(name, "" | "UTC" | "Local") || include_str!("zones.txt").lines().any(|zone| zone == name)
}

/// When something begins: the values of each field as bits.
#[derive(Debug)]
pub(super) struct Schedule {
    pub(super) minutes: u64,
    pub(super) hours: u64,
    pub(super) days: u64,
    pub(super) months: u64,
    /// The first for Sunday.
    pub(super) weekdays: u64,
    /// Whether `*` stands for the days of the month.
    pub(super) days_open: bool,
    /// Whether `*` stands for the days of the week.
    pub(super) weekdays_open: bool,
    /// The time zone that stands in it.
    pub(super) zone: String,
}

/// What is wrong with a schedule, if anything is.
pub(super) fn fault(schedule: &str) -> Option<String> {
    read(schedule).err()
}

/// Reads a schedule.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn read(schedule: &str) -> Result<Schedule, String> {
    let mut fields = schedule;
    let mut zone = String::new();
    if let Some(rest) = schedule.strip_prefix("TZ=").or_else(|| schedule.strip_prefix("CRON_TZ=")) {
        let Some((name, rest)) = rest.split_once(' ') else { return Err("nothing follows the time zone".to_owned()) };
        if !is_zone(name) {
            return Err(format!("there is no time zone `{name}`"));
        }
        name.clone_into(&mut zone);
        fields = rest.trim();
    }
    if fields.starts_with('@') {
        return Err("names such as `@daily` can't be used".to_owned());
    }
    let found: Vec<&str> = fields.split_whitespace().collect();
    if found.len() != FIELDS.len() {
        return Err(format!("a schedule has 5 fields, not {}", found.len()));
    }
    let mut values = [(0, false); 5];
    for ((text, field), (bits, open)) in found.into_iter().zip(&FIELDS).zip(&mut values) {
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let range = range(part, field)?;
            *bits |= range.bits();
            *open |= range.open;
        }
    }
    let [(minutes, _), (hours, _), (days, days_open), (months, _), (weekdays, weekdays_open)] = values;
    Ok(Schedule { minutes, hours, days, months, weekdays, days_open, weekdays_open, zone })
}

/// Values from one to another, by steps.
struct Range {
    start: u64,
    end: u64,
    step: u64,
    /// Whether it is `*` without a step.
    open: bool,
}

impl Range {
    fn bits(&self) -> u64 {
        let step = usize::try_from(self.step).unwrap_or(usize::MAX);
        (self.start..=self.end).step_by(step).fold(0, |bits, value| bits | 1 << value)
    }
}

/// `*`, `5`, `1-5`, each perhaps with a step, as `*/10`.
fn range(text: &str, field: &Field) -> Result<Range, String> {
    let what = field.what;
    let (values, step) = match text.split_once('/') {
        Some((_, step)) if step.contains('/') => return Err(format!("`{text}` has more than one `/`")),
        Some((values, step)) => (values, Some(step)),
        None => (text, None),
    };
    let mut ends = values.split('-');
    let first = ends.next().unwrap_or_default();
    let (start, end) = if matches!(first, "*" | "?") {
        (field.min, field.max)
    } else {
        let start = value(first, field)?;
        match (ends.next(), ends.next()) {
            (None, _) if step.is_some() => (start, field.max),
            (None, _) => (start, start),
            (Some(end), None) => (start, value(end, field)?),
            _ => return Err(format!("`{text}` has more than one `-`")),
        }
    };
    let step = step.map_or(Some(1), go::number).filter(|step| *step > 0);
    let Some(step) = step else { return Err(format!("the step of `{text}` is no number above 0")) };
    if start < field.min || end > field.max {
        return Err(format!("`{text}` is no {what}: these are {} to {}", field.min, field.max));
    }
    if start > end {
        return Err(format!("the range `{text}` ends before it starts"));
    }
    Ok(Range { start, end, step, open: matches!(first, "*" | "?") && step == 1 })
}

fn value(text: &str, field: &Field) -> Result<u64, String> {
    let named = field.names.iter().position(|name| *name == text.to_lowercase());
    let named = named.and_then(|at| u64::try_from(at).ok()).map(|at| at + field.min);
    named.or_else(|| go::number(text)).ok_or_else(|| format!("`{text}` is no {}", field.what))
}
