//! Rules that say nothing that Argo CD ever asks.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on should stop")]

use sailplan::rbac::lint::{self, Lint, LintReason as Reason};
use sailplan::rbac::policy::{Line, read_line};
use sailplan::rbac::{LineRef, MatchMode, Origin, Version};

fn lints(line: &str, mode: MatchMode, version: Version) -> Vec<Lint> {
    let Ok(Line::Rule(rule)) = read_line(line, LineRef { origin: Origin::File(0), line: 1 }) else { panic!("{line}") };
    lint::rule(&rule, mode, version)
}

/// What is found, each with the text that it is found at.
fn found(fields: &str) -> Vec<(String, String)> {
    let line = format!("p, u, {fields}");
    let all = lints(&line, MatchMode::Glob, Version::new(3, 5));
    all.into_iter().map(|l| (line.get(l.range).unwrap().to_owned(), l.reason.to_string())).collect()
}

fn one(fields: &str) -> (String, String) {
    let all = found(fields);
    assert_eq!(all.len(), 1, "{fields}: {all:?}");
    all.into_iter().next().unwrap()
}

fn says(fields: &str, at: &str, text: &str) {
    assert_eq!(one(fields), (at.to_owned(), text.to_owned()), "{fields}");
}

#[test]
fn lints_name_the_field_and_what_there_is() {
    says("apps, get, */*, allow", "apps", "there is no such resource");
    says("logs, read, p/*, allow", "read", "there is no such action on it; there are get");
    says("\"{logs,exec}\", sync, p/*, allow", "sync", "there is no such action on it; there are create, get");
    says("applications, sync/*, p/*, allow", "sync/*", "this action has no path");
    says(
        "applications, action, p/*, deny",
        "action",
        "without a path it never matches; write `action/GROUP/KIND/NAME`",
    );
    says("applications, action/apps/x, p/*, deny", "action/apps/x", "the path is `action/GROUP/KIND/NAME`");
    says("logs, get, app, allow", "app", "the object is `PROJECT/NAME`");
    says("projects, get, app, Allow", "Allow", "the effect is `allow` or `deny`");
    says("projects, get, [a, allow", "[a", "the pattern can't be read: the `[` is never closed");
    assert_eq!(found("nonsense, nonsense, x, maybe").len(), 2, "no action is wrong where there is no resource");
}

#[test]
fn patterns_are_right_where_they_match_something() {
    for fields in [
        "*, *, *, allow",
        "\"{applications,logs}\", get, p/*, allow",
        "app*, \"{get,sync}\", p/*, allow",
        "applications, \"{action,update}/*\", p/*, allow",
        "applications, action/*, p/*, allow",
        "applications, action/apps/*, p/*, allow",
        "applications, update/*, p/*, allow",
        "applications, delete/*/Pod/*/*, p/*, allow",
        "clusters, get, https://x, allow",
        "write-repositories, create, x, allow",
        "extensions, invoke, httpbin, allow",
    ] {
        assert_eq!(found(fields), [], "{fields}");
    }
    assert_eq!(lints("p, u, appl.*, get, p/.*, allow", MatchMode::Regex, Version::new(3, 5)), []);
    let broken = lints("p, u, *, get, p/.*, allow", MatchMode::Regex, Version::new(3, 5));
    assert!(broken.iter().any(|l| matches!(l.reason, Reason::Pattern(_))));
}

#[test]
fn actions_follow_the_version() {
    let of = |minor| lints("p, u, applications, rollback, p/*, allow", MatchMode::Glob, Version::new(3, minor)).len();
    assert_eq!([of(5), of(6)], [1, 0]);
}
