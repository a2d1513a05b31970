//! Our answers about RBAC are those of Argo CD itself.
//!
//! Asks the programs of `conformance/argocd`, which `run.sh` there builds; so these tests are ignored unless they are
//! asked for. `ARGOCD_RBAC` names the program with Argo CD's packages and `ARGOCD_GLOB` the one with the glob library
//! of 3.6. `ARGOCD_POLICIES`, `ARGOCD_PROJECTS` and `ARGOCD_SEED` say how much is asked.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that can not go on should stop"
)]

#[path = "rbac/policies.rs"]
mod policies;
#[path = "rbac/projects.rs"]
mod projects;
#[path = "rbac/random.rs"]
mod random;
#[path = "rbac/server.rs"]
mod server;

use random::Random;
use sailplan::rbac::enforce::Role as As;
use sailplan::rbac::matching::Matcher;
use sailplan::rbac::project::{self, Destination, Project, ProjectReason, Role, ServiceAccount, SyncWindow};
use sailplan::rbac::{Decision, MatchMode, Policies, Query, Rbac, Settings, Subject, Verdict, Version, builtin};
use serde_json::{Value, json};
use server::Server;

/// Requests of each policy.
const ASKS: usize = 4;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

fn program(name: &str) -> Server {
    Server::start(&std::env::var(name).unwrap_or_else(|_| panic!("{name} names no program; see conformance/argocd")))
}

/// The Argo CD that the program was built from.
fn version() -> Version {
    let text = std::env::var("ARGOCD_VERSION").unwrap_or_else(|_| "3.5".to_owned());
    let (major, minor) = text.split_once('.').unwrap();
    Version::new(major.parse().unwrap(), minor.parse().unwrap())
}

fn questions(count: usize, mut make: impl FnMut(&mut Random) -> Value) -> Vec<Value> {
    let mut random = Random::new(number("ARGOCD_SEED", 1) as u64);
    (0..count).map(|_| make(&mut random)).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|t| t.as_str().unwrap().to_owned()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Compares all, and shows the first that differ.
fn compare(questions: &[Value], theirs: &[Value], mut ours: impl FnMut(&Value) -> Value) -> usize {
    assert_eq!(questions.len(), theirs.len());
    let mut differ = 0;
    for (question, theirs) in questions.iter().zip(theirs) {
        let ours = ours(question);
        if ours["answers"] != theirs["answers"]
            || !rules_agree(&ours, theirs)
            || ours["error"].is_null() != theirs["error"].is_null()
        {
            differ += 1;
            if differ <= 10 {
                println!("asked {question}\n theirs {theirs}\n ours   {ours}\n");
            }
        }
    }
    assert_eq!(differ, 0, "of {} answers", questions.len());
    questions.len()
}

fn roles(spec: &Value) -> Vec<Role> {
    let role =
        |r: &Value| Role { name: text(&r["name"]), policies: texts(&r["policies"]), groups: texts(&r["groups"]) };
    spec["roles"].as_array().into_iter().flatten().map(role).collect()
}

fn read(object: &Value) -> Project {
    let spec = &object["spec"];
    let all = |key: &str| spec[key].as_array().into_iter().flatten();
    Project {
        name: text(&object["metadata"]["name"]),
        destinations: all("destinations")
            .map(|d| Destination {
                server: text(&d["server"]),
                name: text(&d["name"]),
                namespace: text(&d["namespace"]),
            })
            .collect(),
        source_namespaces: texts(&spec["sourceNamespaces"]),
        source_repos: texts(&spec["sourceRepos"]),
        roles: roles(spec),
        sync_windows: all("syncWindows")
            .map(|w| SyncWindow {
                kind: text(&w["kind"]),
                schedule: text(&w["schedule"]),
                duration: text(&w["duration"]),
                applications: texts(&w["applications"]),
                namespaces: texts(&w["namespaces"]),
                clusters: texts(&w["clusters"]),
                time_zone: text(&w["timeZone"]),
                and_operator: w["andOperator"] == true,
                description: text(&w["description"]),
            })
            .collect(),
        destination_service_accounts: all("destinationServiceAccounts")
            .map(|a| ServiceAccount {
                server: text(&a["server"]),
                namespace: text(&a["namespace"]),
                default_service_account: text(&a["defaultServiceAccount"]),
            })
            .collect(),
    }
}

/// The fields of the rule that decided the question about the name, if one did.
fn deciding(rbac: &Rbac, decision: &Decision) -> Option<Vec<String>> {
    let asked = decision.asked.iter().find(|a| a.role == As::User)?;
    let by = asked.by.filter(|_| matches!(asked.verdict, Verdict::Allowed | Verdict::Denied))?;
    let rule = rbac.rules().find(|rule| rule.at == by).unwrap();
    Some([&rule.subject, &rule.resource, &rule.action, &rule.object].map(Clone::clone).to_vec())
}

/// The rule that Argo CD names is ours, wherever we asked about the name at all.
fn rules_agree(ours: &Value, theirs: &Value) -> bool {
    let pairs = ours["rules"].as_array().into_iter().flatten().zip(theirs["rules"].as_array().into_iter().flatten());
    pairs.filter(|(ours, _)| **ours != json!("not asked")).all(|(ours, theirs)| match theirs.as_array() {
        Some(fields) if !fields.is_empty() => ours.as_array().is_some_and(|o| o[..] == fields[..4]),
        _ => ours.is_null(),
    })
}

fn answer_policy(question: &Value, allowed: &mut usize) -> Value {
    let data = question["data"].as_object().unwrap();
    let mut settings = Settings::of(version());
    settings.mode = MatchMode::of(&text(&question["data"]["policy.matchMode"]));
    settings.default_role = text(&question["data"]["policy.default"]);
    if question["scopes"].is_array() {
        settings.scopes = texts(&question["scopes"]);
    }
    let policies = Policies::read(data.iter().map(|(key, value)| (&**key, value.as_str().unwrap())));
    let projects: Vec<Project> = question["projects"].as_array().unwrap().iter().map(read).collect();
    let rbac = Rbac::new(settings, policies, &projects);
    let mut rules = Vec::new();
    let asks = question["asks"].as_array().unwrap().iter().map(|ask| {
        let who = match ask["claims"].as_object() {
            Some(claims) => Subject::token(claims.clone()),
            None => Subject::name(text(&ask["subject"])),
        };
        let (resource, action, object) = (text(&ask["resource"]), text(&ask["action"]), text(&ask["object"]));
        let decision = rbac.decide(&who, Query { resource: &resource, action: &action, object: &object });
        assert!(!decision.allowed || decision.by.is_some());
        *allowed += usize::from(decision.allowed);
        let named = ask["subject"].is_string() && decision.asked.iter().any(|a| a.role == As::User);
        rules.push(if named { json!(deciding(&rbac, &decision)) } else { json!("not asked") });
        decision.allowed
    });
    let answers: Vec<bool> = asks.collect();
    json!({ "answers": answers, "rules": rules, "error": if rbac.faults().is_empty() { None } else { Some("faults") } })
}

#[test]
#[ignore = "needs the programs of conformance/argocd"]
fn policies_are_decided_alike() {
    let pairs = number("ARGOCD_POLICIES", 5_000);
    let questions = questions(pairs / ASKS, |random| policies::policy(random, ASKS));
    let theirs = program("ARGOCD_RBAC").ask(questions.iter().cloned());
    let mut allowed = 0;
    let policies = compare(&questions, &theirs, |question| answer_policy(question, &mut allowed));
    let refused = theirs.iter().filter(|a| !a["error"].is_null()).count();
    println!("{policies} policies, {refused} of them unreadable; {pairs} requests, {allowed} of them allowed");
    // The questions are worth asking: both answers are common.
    assert!(allowed * 10 > pairs && allowed * 10 < pairs * 9 && refused * 50 > policies);
}

/// The text of Argo CD's error that goes with a reason.
fn said(reason: &ProjectReason) -> &'static [&'static str] {
    match reason {
        ProjectReason::DeniesAll => &["has an invalid format, '!*'"],
        ProjectReason::Repeated => &["already"],
        ProjectReason::RoleName => &["invalid role name"],
        ProjectReason::PolicyShape => &["must be of the form: 'p, sub"],
        ProjectReason::PolicySubject(_) => &["policy subject must be"],
        ProjectReason::PolicyResource(_) => &["project resource must be"],
        ProjectReason::PolicyAction(_) => &["invalid action"],
        ProjectReason::PolicyObject(_) => &["object must be"],
        ProjectReason::PolicyEffect(_) => &["effect must be"],
        ProjectReason::GroupUnquoted => &["must be quoted"],
        ProjectReason::GroupEmpty => &["is empty"],
        ProjectReason::GroupCharacters => &["invalid characters"],
        ProjectReason::GroupSpace => &["leading space", "trailing space"],
        ProjectReason::WindowKind => &["can only be allow or deny"],
        ProjectReason::WindowSchedule(_) => &["cannot parse schedule", "crash"],
        ProjectReason::WindowDuration => &["cannot parse duration"],
        ProjectReason::WindowDescription => &["description must not exceed"],
        ProjectReason::WindowForNothing => &["requires one of application"],
        ProjectReason::WindowTimeZone => &[],
        ProjectReason::AccountPattern => &["has an invalid format"],
        ProjectReason::AccountName => &["defaultServiceAccount has an invalid format"],
    }
}

#[test]
#[ignore = "needs the programs of conformance/argocd"]
fn projects_are_judged_alike() {
    let questions = questions(number("ARGOCD_PROJECTS", 1_000), projects::project);
    let theirs = program("ARGOCD_RBAC").ask(questions.iter().cloned());
    let mut differ = 0;
    let mut refused = 0;
    for (question, theirs) in questions.iter().zip(&theirs) {
        let faults = project::validate(&read(&question["project"]), version());
        let first = faults.iter().find(|f| f.reason.is_refused());
        let error = theirs["error"].as_str();
        refused += usize::from(error.is_some());
        let same = match (first, error) {
            (None, None) => true,
            (Some(fault), Some(error)) => said(&fault.reason).iter().any(|said| error.contains(said)),
            _ => false,
        };
        if !same {
            differ += 1;
            if differ <= 10 {
                println!("asked {question}\n theirs {theirs}\n ours   {first:?}\n");
            }
        }
    }
    println!("{} projects, {refused} of them refused", questions.len());
    assert_eq!((differ, questions.len()), (0, theirs.len()));
    assert!(refused * 5 > questions.len() && refused * 5 < questions.len() * 4);
}

fn answer_pattern(question: &Value, mode: MatchMode, version: Version) -> Value {
    let matcher = Matcher::new(&text(&question["pattern"]), mode, version);
    let answers: Vec<bool> = texts(&question["texts"]).iter().map(|t| matcher.matches(t).unwrap_or(false)).collect();
    json!({ "answers": answers })
}

#[test]
#[ignore = "needs the programs of conformance/argocd"]
fn globs_match_alike() {
    let questions = questions(number("ARGOCD_POLICIES", 5_000), policies::glob);
    let theirs = program("ARGOCD_RBAC").ask(questions.iter().cloned());
    compare(&questions, &theirs, |q| answer_pattern(q, MatchMode::Glob, version()));
}

#[test]
#[ignore = "needs the programs of conformance/argocd"]
fn globs_of_the_newer_library_match_alike() {
    let questions = questions(number("ARGOCD_POLICIES", 5_000), policies::glob);
    let theirs = program("ARGOCD_GLOB").ask(questions.iter().cloned());
    compare(&questions, &theirs, |q| {
        let version = Version::new(3, 6);
        let mut ours = answer_pattern(q, MatchMode::Glob, version);
        ours["error"] =
            Matcher::new(&text(&q["pattern"]), MatchMode::Glob, version).fault().map(|f| f.0.clone()).into();
        ours
    });
}

#[test]
#[ignore = "needs the programs of conformance/argocd"]
fn expressions_match_alike() {
    let questions = questions(number("ARGOCD_POLICIES", 5_000), policies::expression);
    let theirs = program("ARGOCD_RBAC").ask(questions.iter().cloned());
    compare(&questions, &theirs, |q| answer_pattern(q, MatchMode::Regex, version()));
}

#[test]
#[ignore = "needs the programs of conformance/argocd"]
fn the_built_in_policy_is_theirs() {
    let theirs = program("ARGOCD_RBAC").ask([json!({ "kind": "builtin" })]);
    let lines = |text: &str| {
        let said = |l: &&str| !l.is_empty() && !l.starts_with('#');
        let mut lines: Vec<String> = text.lines().map(str::trim).filter(said).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&builtin::text(version())), lines(theirs[0]["text"].as_str().unwrap()));
}
