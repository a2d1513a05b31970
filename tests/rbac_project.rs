//! What Argo CD refuses in an AppProject, field by field.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

use sailplan::rbac::Version;
use sailplan::rbac::project::{
    Destination, Project, ProjectReason as Reason, Role, ServiceAccount, SyncWindow, policy_fault, validate,
};

const VERSION: Version = Version::new(3, 5);

fn found(project: &Project) -> Vec<(String, Reason)> {
    validate(project, VERSION).into_iter().map(|f| (f.pointer, f.reason)).collect()
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|&text| text.to_owned()).collect()
}

fn at(pointer: &str, reason: Reason) -> (String, Reason) {
    (pointer.to_owned(), reason)
}

#[test]
fn entries_stand_once_and_deny_not_everything() {
    let to = |server: &str, name: &str, namespace: &str| Destination {
        server: server.to_owned(),
        name: name.to_owned(),
        namespace: namespace.to_owned(),
    };
    let project = Project {
        destinations: vec![
            to("https://a", "", "x"),
            to("", "!*", "y"),
            to("https://a", "b", "x"),
            to("", "https://a", "x"),
        ],
        source_repos: texts(&["*", "!*", "!https://x", "*"]),
        source_namespaces: texts(&["a", "!*", "a"]),
        ..Project::default()
    };
    assert_eq!(
        found(&project),
        [
            at("/spec/destinations/1/name", Reason::DeniesAll),
            at("/spec/destinations/2", Reason::Repeated),
            at("/spec/destinations/3", Reason::Repeated),
            at("/spec/sourceNamespaces/2", Reason::Repeated),
            at("/spec/sourceRepos/1", Reason::DeniesAll),
            at("/spec/sourceRepos/3", Reason::Repeated),
        ]
    );
}

#[test]
fn roles_have_names_policies_and_groups() {
    let role = |name: &str, policies: &[&str], groups: &[&str]| Role {
        name: name.to_owned(),
        policies: texts(policies),
        groups: texts(groups),
    };
    let policy = "p, proj:team:dev, applications, get, team/*, allow";
    let project = Project {
        name: "team".to_owned(),
        roles: vec![
            role("dev", &[policy, policy, "p, x"], &["a", "a", "b,c", "\"b,c\"", "\"\"", " a", "a\tb"]),
            role("dev-", &[], &[]),
            role("dev", &[], &[]),
        ],
        ..Project::default()
    };
    assert_eq!(
        found(&project),
        [
            at("/spec/roles/0/policies/1", Reason::Repeated),
            at("/spec/roles/0/policies/2", Reason::PolicyShape),
            at("/spec/roles/0/groups/1", Reason::Repeated),
            at("/spec/roles/0/groups/2", Reason::GroupUnquoted),
            at("/spec/roles/0/groups/4", Reason::GroupEmpty),
            at("/spec/roles/0/groups/5", Reason::GroupSpace),
            at("/spec/roles/0/groups/6", Reason::GroupCharacters),
            at("/spec/roles/1/name", Reason::RoleName),
            at("/spec/roles/2/name", Reason::Repeated),
        ]
    );
}

#[test]
fn policies_stay_in_their_project() {
    let fault = |policy: &str| policy_fault("team", "dev", policy, VERSION);
    let with = |resource: &str, action: &str, object: &str, effect: &str| {
        fault(&format!("p, proj:team:dev, {resource}, {action}, {object}, {effect}"))
    };
    assert_eq!(with("applications", "sync", "team/*", "allow"), None);
    assert_eq!(with("clusters", "xaction/y", "team/ns/a_b.c-*", "deny"), None, "anything with `action/` in it is one");
    assert_eq!(with("projects", "get", "team", "allow"), Some(Reason::PolicyResource("projects".to_owned())));
    assert_eq!(with("applications", "invoke", "team/*", "allow"), Some(Reason::PolicyAction("invoke".to_owned())));
    for object in ["*", "*/*", "team", "team/", "team/a/b/c", "other/a", "team/a b", "team/ä", "teams/a", "xteam/a"] {
        assert_eq!(
            with("applications", "get", object, "allow"),
            Some(Reason::PolicyObject("team".to_owned())),
            "{object}"
        );
    }
    assert_eq!(with("applications", "get", "team/a", "Allow"), Some(Reason::PolicyEffect("Allow".to_owned())));
    let subject = Some(Reason::PolicySubject("proj:team:dev".to_owned()));
    assert_eq!(fault("p, role:a, applications, get, team/a, allow"), subject);
    assert_eq!(fault("p, \"proj:team:dev\", applications, get, team/a, allow"), subject, "quotes are no quotes here");
    assert_eq!(fault("p,\tproj:team:dev, applications, get, team/a, allow"), subject, "a tab is no blank here");
    assert_eq!(fault("g, a, b, c, d, e"), Some(Reason::PolicyShape));
    let rollback = "p, proj:team:dev, applications, rollback, team/a, allow";
    assert_eq!(fault(rollback), Some(Reason::PolicyAction("rollback".to_owned())));
    assert_eq!(policy_fault("team", "dev", rollback, Version::new(3, 6)), None);
}

fn window() -> SyncWindow {
    SyncWindow {
        kind: "allow".to_owned(),
        schedule: "0 22 * * *".to_owned(),
        duration: "1h".to_owned(),
        applications: texts(&["*"]),
        ..SyncWindow::default()
    }
}

fn windows(windows: Vec<SyncWindow>, version: Version) -> Vec<(String, Reason)> {
    let project = Project { sync_windows: windows, ..Project::default() };
    validate(&project, version).into_iter().map(|f| (f.pointer, f.reason)).collect()
}

#[test]
fn windows_are_whole_and_stand_once() {
    let odd = SyncWindow {
        kind: "block".to_owned(),
        duration: "1d".to_owned(),
        time_zone: "Europe/Nowhere".to_owned(),
        description: "ä".repeat(128),
        applications: Vec::new(),
        ..window()
    };
    assert_eq!(
        windows(vec![window(), odd], VERSION),
        [
            at("/spec/syncWindows/1/timeZone", Reason::WindowTimeZone),
            at("/spec/syncWindows/1/kind", Reason::WindowKind),
            at("/spec/syncWindows/1/duration", Reason::WindowDuration),
            at("/spec/syncWindows/1/description", Reason::WindowDescription),
            at("/spec/syncWindows/1", Reason::WindowForNothing),
        ]
    );
    assert!(!Reason::WindowTimeZone.is_refused() && Reason::WindowKind.is_refused());
    let other = SyncWindow { clusters: texts(&["x"]), ..window() };
    let repeated = [at("/spec/syncWindows/1", Reason::Repeated)];
    assert_eq!(windows(vec![window(), other.clone()], VERSION), []);
    assert_eq!(windows(vec![window(), other], Version::new(3, 1)), repeated);
    let described = SyncWindow { description: "why".to_owned(), ..window() };
    assert_eq!(windows(vec![window(), described], VERSION), repeated);
    let zoned = SyncWindow { time_zone: "UTC".to_owned(), ..window() };
    assert_eq!(windows(vec![window(), zoned], VERSION), [], "none and UTC are two zones here");
}

#[test]
fn schedules_are_read_as_argo_cd_reads_them() {
    let fault = |schedule: &str| {
        let found = windows(vec![SyncWindow { schedule: schedule.to_owned(), ..window() }], VERSION);
        found.into_iter().map(|(_, reason)| reason.to_string()).collect::<String>()
    };
    for good in [
        "* * * * *",
        "*/5 1-3 ? jan,Mar mon-fri",
        "1-59/2 0 31 12 0",
        "5/10 * * * *",
        ", * * * *",
        "*-x * * * *",
        "TZ=Europe/Berlin 0 1 * * *",
        "CRON_TZ=UTC  0\t1 * * *",
        "+5 * * * *",
    ] {
        assert_eq!(fault(good), "", "{good}");
    }
    for (bad, said) in [
        ("* * * *", "a schedule has 5 fields, not 4"),
        ("@daily", "names such as `@daily` can't be used"),
        ("60 * * * *", "`60` is no minute: these are 0 to 59"),
        ("* * 0 * *", "`0` is no day of the month: these are 1 to 31"),
        ("* * * * 7", "`7` is no day of the week: these are 0 to 6"),
        ("* * * foo *", "`foo` is no month"),
        ("5-1 * * * *", "the range `5-1` ends before it starts"),
        ("*/0 * * * *", "the step of `*/0` is no number above 0"),
        ("1-2-3 * * * *", "`1-2-3` has more than one `-`"),
        ("1/2/3 * * * *", "`1/2/3` has more than one `/`"),
        ("TZ=Nowhere * * * * *", "there is no time zone `Nowhere`"),
        ("TZ=UTC", "nothing follows the time zone"),
    ] {
        assert_eq!(fault(bad), format!("the schedule can't be read: {said}"), "{bad}");
    }
}

#[test]
fn durations_are_those_of_go() {
    let good =
        |duration: &str| windows(vec![SyncWindow { duration: duration.to_owned(), ..window() }], VERSION).is_empty();
    for text in [
        "1h",
        "1h30m",
        "1.5h",
        ".5s",
        "1.s",
        "0",
        "-1h",
        "+5s",
        "3µs",
        "3μs",
        "2562047h47m16s",
        "-9223372036854775808ns",
    ] {
        assert!(good(text), "{text}");
    }
    for text in ["", "1", "h", "1d", "1h 30m", "--1s", ".s", "1e3s", "2562047h48m", "9223372036854775808ns", "1h+1m"] {
        assert!(!good(text), "{text}");
    }
}

#[test]
fn accounts_have_globs_and_names() {
    let account = |server: &str, namespace: &str, name: &str| ServiceAccount {
        server: server.to_owned(),
        namespace: namespace.to_owned(),
        default_service_account: name.to_owned(),
    };
    let accounts = vec![account("*", "{a,b}", "ns:sa"), account("!x", "[a", "a/b"), account("*", "{a,b}", " ")];
    let project = Project { destination_service_accounts: accounts, ..Project::default() };
    let base = "/spec/destinationServiceAccounts";
    assert_eq!(
        found(&project),
        [
            at(&format!("{base}/1/server"), Reason::AccountPattern),
            at(&format!("{base}/1/namespace"), Reason::AccountPattern),
            at(&format!("{base}/1/defaultServiceAccount"), Reason::AccountName),
            at(&format!("{base}/2/defaultServiceAccount"), Reason::AccountName),
            at(&format!("{base}/2"), Reason::Repeated),
        ]
    );
}
