//! When sync windows are open.

#![allow(clippy::unwrap_used, reason = "a test that can not go on should stop")]

use sailplan::rbac::times::{Opens, Times};

fn times(schedule: &str, duration: &str) -> Times {
    Times::of(schedule, duration, "").unwrap()
}

fn opens(schedule: &str, duration: &str) -> Opens {
    times(schedule, duration).opens()
}

#[test]
fn a_window_that_lasts_until_the_next_start_is_always_open() {
    for (schedule, least, short) in [
        ("* * * * *", "1m", "59s"),
        ("*/20 * * * *", "20m", "19m59s"),
        ("0 0 * * *", "24h", "23h59m"),
        ("0 6,18 * * *", "12h", "11h"),
        ("0 6,20 * * *", "14h", "13h"),
        ("0 9 * * mon-fri", "72h", "71h"),
        ("0 0 1 * *", "744h", "743h"),
        ("0 0 29 2 *", "35064h", "35063h"),
        ("0 0 1 jan *", "8784h", "8783h"),
    ] {
        assert_eq!(opens(schedule, least), Opens::Always, "{schedule} {least}");
        assert_eq!(opens(schedule, short), Opens::Sometimes, "{schedule} {short}");
    }
}

#[test]
fn dates_that_never_come() {
    for schedule in ["0 0 30 2 *", "0 0 31 4,6,9,11 *", ", * * * *", "0 0 31 feb ?"] {
        assert_eq!(opens(schedule, "1m"), Opens::Dateless, "{schedule}");
    }
    // With a day of the week, either is enough; with a step it is no longer open.
    for schedule in ["0 0 30 2 1", "0 0 29 2 *", "0 0 31 2 */2"] {
        assert_eq!(opens(schedule, "1m"), Opens::Sometimes, "{schedule}");
    }
}

#[test]
fn a_duration_of_nothing_never_opens() {
    for duration in ["0", "0s", "-1h"] {
        assert_eq!(opens("* * * * *", duration), Opens::Never, "{duration}");
    }
    assert!(Times::of("* * * *", "1h", "").is_none() && Times::of("* * * * *", "1d", "").is_none());
}

#[test]
fn windows_within_others() {
    let within = |one: (&str, &str), others: &[(&str, &str)]| {
        let others: Vec<Times> = others.iter().map(|(schedule, duration)| times(schedule, duration)).collect();
        times(one.0, one.1).lies_within(&others.iter().collect::<Vec<_>>())
    };
    let work = ("0 9 * * 1-5", "8h");
    assert!(within(work, &[("0 9 * * *", "8h")]));
    assert!(within(work, &[("0 22 * * *", "19h")]), "over midnight");
    assert!(within(work, &[("0 8 * * *", "4h"), ("0 12 * * *", "5h")]), "by two that touch");
    assert!(!within(work, &[("0 8 * * *", "4h"), ("1 12 * * *", "5h")]), "a minute between them");
    assert!(!within(work, &[("0 9 * * 1-4", "8h")]), "Fridays");
    assert!(!within(work, &[]));
    assert!(within(("0 0 29 2 *", "1h"), &[("0 0 * 2 *", "1h")]), "dates and months");
    assert!(!within(("0 0 29 2 *", "1h"), &[("0 0 1-28 * *", "1h")]));
    assert!(within(("0 0 1 1 *", "24h"), &[("0 12 31 12 *", "36h")]), "over the end of a year");
    assert!(within(("0 0 13 * 5", "1h"), &[("0 0 * * *", "1h")]));
    assert!(!within(("0 0 13 * 5", "1h"), &[("0 0 13 * *", "1h")]), "either is enough");
}

#[test]
fn time_zones_are_compared_by_name_only() {
    let times = |zone: &str| Times::of("0 9 * * *", "1h", zone).unwrap();
    assert!(times("").lies_within(&[&times("UTC")]));
    assert!(times("Europe/Brussels").lies_within(&[&times("Europe/Brussels")]));
    assert!(!times("Europe/Brussels").lies_within(&[&times("Europe/Paris")]));
}
