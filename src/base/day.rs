//! Days of the calendar.

use std::fmt;

/// A day of the Gregorian calendar, written `2027-03-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: i64,
    month: u8,
    of_month: u8,
}

/// Seconds in a day.
const DAY: u64 = 24 * 60 * 60;
/// Days from the first of March of the year 0 to the first of January 1970.
const EPOCH: i64 = 719_468;
/// Days in 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;

impl Day {
    /// The day of a text such as `2027-03-01`, if there is such a day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Day> {
        let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
            return None;
        }
        let found = Day { year: year.parse().ok()?, month: month.parse().ok()?, of_month: day.parse().ok()? };
        (found.of_month >= 1 && found.of_month <= found.days_of_month()?).then_some(found)
    }

    /// The day, in UTC, of a time given in seconds since 1970. The years are counted from March, so that the day
    /// that leap years have more is the last of one.
    #[must_use]
    pub fn of_unix(seconds: u64) -> Day {
        let days = i64::try_from(seconds / DAY).unwrap_or(i64::MAX / 2).min(ERA * 1_000_000) + EPOCH;
        let (era, of_era) = (days / ERA, days % ERA);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let of_month = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Day { year, month: u8::try_from(month).unwrap_or(1), of_month: u8::try_from(of_month).unwrap_or(1) }
    }

    fn days_of_month(self) -> Option<u8> {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
            4 | 6 | 9 | 11 => Some(30),
            2 => Some(if leap { 29 } else { 28 }),
            _ => None,
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.of_month)
    }
}
