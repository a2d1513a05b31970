//! The day on which the program runs.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::base::Day;

/// Today, in UTC. `SOURCE_DATE_EPOCH` sets it, in seconds since 1970, for runs that are to be repeated
/// (reproducible-builds.org).
pub fn today() -> Day {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Day::of_unix(given.unwrap_or_else(now))
}
