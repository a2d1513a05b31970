//! When a sync window is open.
//!
//! Facts: Argo CD 3.x, `SyncWindows.active`: a window is open when the first start after "now less the duration" lies
//! before now. robfig/cron 3.0.2, spec.go: days of the month and of the week are both asked when one of them is `*`, else
//! one is enough; a search that finds no day in five years gives the year 1, which lies before now.

use super::go;
use super::schedule::{self, Schedule};

/// Nanoseconds of a minute.
const MINUTE: i64 = 60_000_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// Days after which weekdays and dates come together again: 28 years, as long as each fourth year is a leap year.
const CYCLE: usize = 28 * 365 + 7;
const WEEK: usize = 7;
const MONTHS: [usize; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The times of a window, in the clock of its own time zone.
#[derive(Debug, Clone)]
pub struct Times {
    /// Nanoseconds.
    length: i64,
    zone: String,
    /// Minutes of a day at which it opens.
    starts: Vec<i64>,
    /// For each day of a period whether it opens then.
    days: Vec<bool>,
}

/// Whether a window is ever open, and ever closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// The duration is zero or less, so that it never is.
    Never,
    /// No day fits the schedule. Argo CD takes that for a start long ago: it is always open.
    Dateless,
    /// It lasts until it opens again, each time.
    Always,
    /// It opens and closes.
    Sometimes,
}

impl Times {
    /// The times of a window; nothing where Argo CD can't read one of its texts.
    #[must_use]
    pub fn of(schedule: &str, duration: &str, time_zone: &str) -> Option<Times> {
        let length = go::duration(duration)?;
        let schedule = schedule::read(schedule).ok()?;
        let at = |hour: i64| (0..60).filter(|m| has(schedule.minutes, *m)).map(move |m| hour * 60 + m);
        let days = days(&schedule);
        // A schedule with a zone of its own is read in that one, seen from the clock of the other.
        let zone = [if time_zone == "UTC" { "" } else { time_zone }, "/", &schedule.zone].concat();
        let starts = (0..24).filter(|hour| has(schedule.hours, *hour)).flat_map(at).collect();
        Some(Times { length, zone, starts, days })
    }

    /// Whether it is ever open, and ever closed.
    #[must_use]
    pub fn opens(&self) -> Opens {
        if self.length <= 0 {
            return Opens::Never;
        }
        match self.longest_pause() {
            None => Opens::Dateless,
            Some(pause) if pause <= self.length => Opens::Always,
            Some(_) => Opens::Sometimes,
        }
    }

    /// The longest time from one start to the next, in nanoseconds; nothing where there is no start.
    fn longest_pause(&self) -> Option<i64> {
        let (first, last) = (*self.starts.first()?, *self.starts.last()?);
        let of_day =
            self.starts.iter().zip(self.starts.iter().skip(1)).map(|(one, next)| next - one).max().unwrap_or(0);
        let days = || self.days.iter().enumerate().filter(|(_, opens)| **opens).map(|(day, _)| day);
        let around = days().next()? + self.days.len();
        let apart = days().zip(days().skip(1).chain([around])).map(|(one, next)| next - one).max()?;
        let overnight = i64::try_from(apart).ok()? * 24 * 60 - last + first;
        Some(of_day.max(overnight) * MINUTE)
    }

    /// Whether others are open whenever this one is. Not told where their time zones differ.
    #[must_use]
    pub fn lies_within(&self, others: &[&Times]) -> bool {
        if others.is_empty() || others.iter().any(|other| other.zone != self.zone) {
            return false;
        }
        let half = |times: &Times| i64::try_from(times.days.len()).unwrap_or(0) * DAY / 2;
        let weekly = others.iter().chain([&self]).all(|times| times.days.len() == WEEK && times.length <= half(times));
        let days = if weekly { WEEK } else { CYCLE };
        let mut open: Vec<(i64, i64)> = others.iter().flat_map(|other| other.open(0, 2 * days)).collect();
        open.sort_unstable();
        let open = joined(open);
        self.open(days / 2, days / 2 + days).into_iter().all(|(start, end)| {
            let before = open.partition_point(|(from, _)| *from <= start);
            before.checked_sub(1).and_then(|at| open.get(at)).is_some_and(|(_, until)| end <= *until)
        })
    }

    /// When it is open, for starts from one day until before another.
    fn open(&self, from: usize, until: usize) -> Vec<(i64, i64)> {
        let days = (from..until).filter(|day| self.days.get(day % self.days.len().max(1)) == Some(&true));
        let mut out: Vec<(i64, i64)> = Vec::new();
        for day in days.filter_map(|day| i64::try_from(day).ok()) {
            let starts = self.starts.iter().map(|minute| day * DAY + minute * MINUTE);
            out.extend(joined(starts.map(|start| (start, start.saturating_add(self.length))).collect()));
        }
        joined(out)
    }
}

/// Sorted spans of time, those that touch made one.
fn joined(spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut out: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
    for (start, end) in spans {
        match out.last_mut() {
            Some((_, until)) if start <= *until => *until = end.max(*until),
            _ => out.push((start, end)),
        }
    }
    out
}

fn has(bits: u64, value: i64) -> bool {
    bits >> value & 1 == 1
}

/// The days of a week, where only those count, or of 28 years that begin with a Monday.
fn days(schedule: &Schedule) -> Vec<bool> {
    let fits = |date: usize, weekday: usize| {
        let (by_date, by_weekday) = (schedule.days >> date & 1 == 1, schedule.weekdays >> weekday & 1 == 1);
        match schedule.days_open || schedule.weekdays_open {
            true => by_date && by_weekday,
            false => by_date || by_weekday,
        }
    };
    let all = |bits: u64, values: std::ops::RangeInclusive<i64>| values.into_iter().all(|value| has(bits, value));
    if all(schedule.days, 1..=31) && all(schedule.months, 1..=12) {
        return (0..WEEK).map(|day| fits(1, (day + 1) % WEEK)).collect();
    }
    let mut out = Vec::with_capacity(CYCLE);
    for year in 1..=28 {
        for (month, length) in MONTHS.iter().enumerate() {
            let length = length + usize::from(month == 1 && year % 4 == 0);
            let chosen = schedule.months >> (month + 1) & 1 == 1;
            (1..=length).for_each(|date| out.push(chosen && fits(date, (out.len() + 1) % WEEK)));
        }
    }
    out
}
