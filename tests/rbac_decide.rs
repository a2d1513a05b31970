//! Requests, and the lines that decide them, where the cases do not reach.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

use std::fmt::Write;

use sailplan::rbac::enforce::Role as As;
use sailplan::rbac::operations::{App, Operation, Resource};
use sailplan::rbac::project::{Project, Role};
use sailplan::rbac::{
    Claims, Decision, LineRef, MatchMode, Origin, Policies, Query, Rbac, Settings, Subject, Verdict, Version, builtin,
};
use serde_json::{Value, json};

const VERSION: Version = Version::new(3, 5);

fn with(settings: Settings, csv: &str, projects: &[Project]) -> Rbac {
    Rbac::new(settings, Policies::read([("policy.csv", csv)]), projects)
}

fn rbac(csv: &str) -> Rbac {
    with(Settings::of(VERSION), csv, &[])
}

fn ask(rbac: &Rbac, who: &Subject, [resource, action, object]: [&str; 3]) -> Decision {
    rbac.decide(who, Query { resource, action, object })
}

fn get(rbac: &Rbac, name: &str) -> Decision {
    ask(rbac, &Subject::name(name), ["applications", "get", "p/a"])
}

fn token(claims: &Value) -> Subject {
    Subject::token(claims.as_object().unwrap().clone())
}

fn line(line: u32) -> LineRef {
    LineRef { origin: Origin::File(0), line }
}

fn project(name: &str, policies: &[&str], groups: &[&str]) -> Project {
    let own = |all: &[&str]| all.iter().map(|&text| text.to_owned()).collect();
    let role = Role { name: "dev".to_owned(), policies: own(policies), groups: own(groups) };
    Project { name: name.to_owned(), roles: vec![role], ..Project::default() }
}

/// A user with a ladder of so many grants up to the role that may do it.
fn ladder(grants: usize) -> String {
    let mut csv = String::from("p, r0, applications, get, *, allow\n");
    (0..grants).for_each(|i| writeln!(csv, "g, r{}, r{i}", i + 1).unwrap());
    csv
}

#[test]
fn ten_grants_in_a_row_count_and_eleven_do_not() {
    let found = get(&rbac(&ladder(10)), "r10");
    assert!(found.allowed);
    let steps: Vec<_> = found.via.iter().map(|s| (&*s.role, s.line.line)).collect();
    assert_eq!((steps.len(), steps[0], steps[9]), (10, ("r9", 11), ("r0", 2)));
    assert!(!get(&rbac(&ladder(11)), "r11").allowed);
}

#[test]
fn rings_of_roles_end() {
    let ring = rbac("g, a, b\ng, b, c\ng, c, a\np, c, applications, get, *, allow");
    assert_eq!(["a", "b", "c"].map(|name| get(&ring, name).via.len()), [2, 1, 0]);
    let reached: Vec<String> = ring.roles("a", None).into_iter().map(|(role, _)| role).collect();
    assert_eq!(reached, ["b", "c"]);
}

#[test]
fn a_deny_comes_before_any_allow_and_the_first_allow_is_named() {
    let csv =
        "p, u, applications, get, p/*, allow\np, u, applications, *, *, allow\np, r, applications, get, p/a, deny\n";
    assert_eq!((get(&rbac(csv), "u").allowed, get(&rbac(csv), "u").by), (true, Some(line(1))));
    let denied = get(&rbac(&format!("{csv}g, u, r")), "u");
    assert_eq!((denied.allowed, denied.by, denied.via[0].line.line), (false, Some(line(3)), 4));
}

#[test]
fn an_unreadable_line_refuses_everything_to_everybody() {
    let broken = rbac("p, u, applications, get, *, allow\nq");
    let found = get(&broken, "admin");
    assert_eq!((found.allowed, found.by, found.asked.len()), (false, Some(line(2)), 0));
    assert_eq!(broken.faults().len(), 1);
}

#[test]
fn the_empty_name_is_everybody_with_a_token() {
    let open = rbac("p, \"\", applications, get, *, allow");
    let found = ask(&open, &Claims::of("u", ["g"]).into(), ["applications", "get", "p/a"]);
    assert!(found.allowed);
    assert_eq!(found.asked.iter().map(|a| a.role).collect::<Vec<_>>(), [As::User, As::Nobody]);
    assert!(ask(&open, &Subject::anonymous(), ["applications", "get", "p/a"]).allowed);
    assert!(!get(&open, "u").allowed, "a name is asked as it is");
}

#[test]
fn groups_count_where_a_grant_names_them_and_only_from_scopes() {
    let csv = "p, team, applications, get, *, allow\np, role:x, applications, get, q/*, deny\ng, other, role:x";
    let groups =
        |names: &[&str]| ask(&rbac(csv), &Claims::of("u", names.to_vec()).into(), ["applications", "get", "p/a"]);
    assert!(!groups(&["team"]).allowed);
    let granted = rbac(&format!("{csv}\ng, team, role:none"));
    assert!(ask(&granted, &Claims::of("u", ["team"]).into(), ["applications", "get", "p/a"]).allowed);
    let mut settings = Settings::of(VERSION);
    settings.scopes = vec!["email".to_owned()];
    let scoped = with(settings, "g, a@b.c, role:readonly", &[]);
    let who = |claims| ask(&scoped, &token(&claims), ["applications", "get", "p/a"]).allowed;
    assert!(who(json!({ "sub": "u", "email": "a@b.c" })) && who(json!({ "email": [5, "a@b.c"] })));
    assert!(!who(json!({ "sub": "u", "groups": ["a@b.c"], "email": { "a@b.c": true } })));
}

#[test]
fn the_user_behind_dex_counts_from_3_0_on() {
    let claims = json!({ "sub": "opaque", "federated_claims": { "connector_id": "x", "user_id": "alice" } });
    let csv = "p, alice, applications, get, *, allow";
    let asked =
        |version| ask(&with(Settings::of(version), csv, &[]), &token(&claims), ["applications", "get", "p/a"]).allowed;
    assert_eq!([asked(Version::new(2, 14)), asked(Version::new(3, 0))], [false, true]);
    for odd in [json!(null), json!("alice"), json!({ "user_id": "" }), json!({ "user_id": 5 }), json!({})] {
        let claims = Claims::of("sub", []);
        let mut all = claims.0.clone();
        all.insert("federated_claims".to_owned(), odd);
        assert_eq!(Claims(all).subject(VERSION), "sub");
    }
}

#[test]
fn what_the_default_role_may_do_is_asked_first() {
    let mut settings = Settings::of(VERSION);
    settings.default_role = "role:readonly".to_owned();
    let found = get(&with(settings, "p, u, applications, get, *, deny", &[]), "u");
    assert_eq!((found.allowed, found.asked.len(), found.asked[0].role), (true, 1, As::Default));
}

#[test]
fn policies_of_a_project_count_for_its_objects_only() {
    let team = project("team", &["p, proj:team:dev, applications, sync, team/*, allow"], &["devs"]);
    let all = with(Settings::of(VERSION), "", &[team]);
    let devs: Subject = Claims::of("u", ["devs"]).into();
    let found = ask(&all, &devs, ["applications", "sync", "team/a"]);
    assert_eq!(found.by.unwrap().origin, Origin::Role(0, 0, 0));
    assert_eq!((&*found.via[0].role, found.via[0].line.origin), ("proj:team:dev", Origin::Group(0, 0, 0)));
    let own = ask(&all, &devs, ["projects", "get", "team"]);
    assert_eq!(own.by.unwrap().origin, Origin::Implied(0, 0));
    assert!(!ask(&all, &devs, ["applications", "sync", "other/a"]).allowed);
    assert!(!ask(&all, &Subject::name("devs"), ["applications", "sync", "team/a"]).allowed, "a name has no project");
    let roles = |project| all.roles("devs", project).len();
    assert_eq!((roles(Some("team")), roles(None), roles(Some("none"))), (1, 0, 0));
}

#[test]
fn tokens_of_a_project_end_at_its_border() {
    let policies = ["p, proj:one:dev, applications, sync, *, allow"];
    let projects = [project("one", &policies, &[]), project("two", &[], &[])];
    let all = with(Settings::of(VERSION), "p, proj:one:dev, applications, get, *, allow", &projects);
    let one: Subject = Claims::of("proj:one:dev", []).into();
    let may = |action, object| ask(&all, &one, ["applications", action, object]).allowed;
    assert!(may("sync", "one/a") && may("get", "one/a"));
    assert!(!may("get", "two/a") && !may("sync", "two/a"));
    assert!(may("get", "none/a"), "where there is no project, global lines count");
}

#[test]
fn one_bad_line_drops_the_policies_of_its_project() {
    let team = project("team", &["p, proj:team:dev, applications, sync, team/*, allow", "p, bad"], &["devs"]);
    let all = with(Settings::of(VERSION), "p, u, applications, get, *, allow", &[team]);
    let ask = |claims: Claims, action| ask(&all, &claims.into(), ["applications", action, "team/a"]).allowed;
    assert!(!ask(Claims::of("x", ["devs"]), "sync") && ask(Claims::of("u", []), "get"));
    let faults: Vec<_> = all.project_faults().map(|f| f.at.origin).collect();
    assert_eq!((faults, all.faults().len()), (vec![Origin::Role(0, 0, 1)], 0));
}

#[test]
fn an_expression_that_can_not_be_read_fails_the_question() {
    let mut settings = Settings::of(VERSION);
    settings.mode = MatchMode::Regex;
    let csv = "p, u, applications, get, .*, allow\np, u, applications, get, *, allow\np, v, logs, get, *, allow\n\
               p, v, applications, get, ^p/, allow";
    let all = with(settings, csv, &[]);
    let failed = get(&all, "u");
    assert_eq!((failed.allowed, failed.by, failed.asked[0].verdict), (false, Some(line(2)), Verdict::Failed));
    assert!(get(&all, "v").allowed, "an expression after a mismatch is not looked at");
    assert!(all.pattern_faults().any(|(pattern, _)| pattern == "*"));
}

#[test]
fn objects_of_an_application_inherit_where_that_is_set() {
    let csv = "p, u, applications, delete, p/*, allow\np, u, applications, delete/*, p/*, deny";
    let pod = Operation::Delete(Resource { group: "", kind: "Pod", namespace: "n", name: "x" });
    let app = App { project: "p", namespace: Some("apps"), name: "a" };
    let ask = |version| with(Settings::of(version), csv, &[]).can(&Subject::name("u"), pod, app);
    let [old, new] = [Version::new(2, 14), Version::new(3, 0)].map(ask);
    assert_eq!((old[0].allowed, old[0].by), (true, Some(line(1))));
    assert_eq!((new[0].allowed, new[0].by), (false, Some(line(2))));
}

#[test]
fn operations_ask_what_argo_cd_asks() {
    let csv = "p, u, applications, get, *, allow\np, u, logs, get, *, allow\np, u, applications, sync, *, allow\n\
               p, u, applications, action/apps/Deployment/restart, *, allow\np, u, exec, create, q/*, allow";
    let app = App { project: "p", namespace: None, name: "a" };
    let resource = Resource { group: "apps", kind: "Deployment", namespace: "n", name: "x" };
    let can = |settings: Settings, operation| {
        let all = with(settings, csv, &[]).can(&Subject::name("u"), operation, app);
        (all.len(), all.iter().all(|d| d.allowed))
    };
    let now = || Settings::of(Version::new(3, 6));
    assert_eq!(can(now(), Operation::View), (1, true));
    assert_eq!(can(now(), Operation::Logs), (2, true));
    assert_eq!(can(Settings::of(Version::new(2, 14)), Operation::Logs), (1, true));
    assert_eq!(can(now(), Operation::Exec), (2, false));
    assert_eq!(can(now(), Operation::Extension("x")), (2, false));
    assert_eq!(can(now(), Operation::SyncOverride), (2, false));
    assert_eq!(can(now(), Operation::Sync), (1, true));
    assert_eq!(can(now(), Operation::Act(resource, "restart")), (1, true));
    assert_eq!(can(now(), Operation::Act(resource, "pause")), (1, false));
    assert_eq!(can(now(), Operation::Change(resource)), (1, false));
    assert_eq!(can(now(), Operation::Rollback), (1, true));
    assert_eq!(can(Settings { rollback: true, ..now() }, Operation::Rollback), (1, false));
}

#[test]
fn the_built_in_policy_follows_the_version() {
    let has = |version, what: &str| builtin::text(version).lines().any(|line| line == what);
    let sets = "p, role:readonly, applicationsets, get, */*, allow";
    let rollback = "p, role:admin, applications, rollback, */*, allow";
    let count = |minor| builtin::text(Version::new(3, minor)).lines().count();
    assert_eq!([count(1), count(2), count(5), count(6)], [42, 43, 43, 44]);
    assert!(has(Version::new(3, 2), sets) && !has(Version::new(3, 1), sets));
    assert!(has(Version::new(3, 6), rollback) && !has(VERSION, rollback));
    assert!(builtin::policies(VERSION).faults.is_empty());
}

#[test]
fn names_can_be_listed() {
    let team = project("team", &["p, proj:team:dev, applications, sync, team/*, allow"], &["devs"]);
    let all = with(Settings::of(VERSION), "g, alice, role:a\np, bob, clusters, get, https://x, allow", &[team]);
    assert_eq!(all.subjects().into_iter().collect::<Vec<_>>(), ["admin", "alice", "bob", "devs"]);
    let granted: Vec<&str> = all.granted().into_iter().collect();
    assert_eq!(granted, ["proj:team:dev", "role:a", "role:admin", "role:readonly"]);
    assert!(all.patterns().any(|p| p == "https://x") && all.patterns().any(|p| p == "team/*"));
}

/// A platform of many teams: the time is that of the lines that a name has, not of all lines.
#[test]
fn many_roles_cost_each_name_only_its_own() {
    let mut csv = String::new();
    for i in 0..10_000 {
        writeln!(csv, "p, role:t{i}, applications, *, t{i}/*, allow\ng, team-{i}, role:t{i}").unwrap();
    }
    let all = rbac(&csv);
    let may = |team: usize, app: usize| {
        ask(&all, &Subject::name(format!("team-{team}")), ["applications", "sync", &format!("t{app}/a")]).allowed
    };
    assert!((0..10_000).all(|i| may(i, i) && !may(i, i + 1)));
}
