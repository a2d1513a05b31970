//! The cases of `fixtures/rbac/cases.json`: requests, with their answers and the lines that decide them, and lines of
//! policies with what is wrong with them. `conformance/argocd/cases.py` compares them with the ones we were given.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

use sailplan::rbac::lint::{self, Level, LintReason};
use sailplan::rbac::operations::{App, Operation, Resource};
use sailplan::rbac::policy::{Line, Reason, read_line};
use sailplan::rbac::project::{self, Project, ProjectReason, Role};
use sailplan::rbac::{
    Decision, LineRef, MatchMode, Origin, Policies, Query, Rbac, Settings, Subject, Verdict, Version,
};
use serde_json::Value;

const VERSION: Version = Version::new(3, 5);

fn cases() -> Value {
    serde_json::from_str(include_str!("../fixtures/rbac/cases.json")).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(text).collect()
}

fn projects(cases: &Value) -> Vec<Project> {
    let role =
        |r: &Value| Role { name: text(&r["name"]), policies: texts(&r["policies"]), groups: texts(&r["groups"]) };
    let all = cases["projects"].as_object().unwrap().iter();
    all.map(|(name, roles)| Project {
        name: name.clone(),
        roles: roles.as_array().unwrap().iter().map(role).collect(),
        ..Project::default()
    })
    .collect()
}

/// The texts of a policy of the cases, and an Argo CD that has it.
fn set_up(cases: &Value, case: &Value) -> (Vec<(String, String)>, Vec<Project>, Rbac) {
    let policy = cases["policies"][text(&case["policy"])].as_object().unwrap();
    let of = |key: &str| policy.get(key).map(text).unwrap_or_default();
    let mut settings = Settings::of(VERSION);
    settings.mode = MatchMode::of(&of("policy.matchMode"));
    settings.default_role = of("policy.default");
    if let Some(scopes) = policy.get("scopes") {
        settings.scopes = serde_yaml_ng::from_str(scopes.as_str().unwrap()).unwrap();
    }
    settings.inheritance = case["on"]["inheritance"] == true;
    let csv = policy.iter().filter(|(_, value)| value.is_array());
    let data: Vec<(String, String)> = csv.map(|(key, lines)| (key.clone(), texts(lines).join("\n"))).collect();
    let projects = if case["projects"] == true { projects(cases) } else { Vec::new() };
    let policies = Policies::read(data.iter().map(|(key, text)| (&**key, &**text)));
    let rbac = Rbac::new(settings, policies, &projects);
    (data, projects, rbac)
}

fn ask(rbac: &Rbac, case: &Value) -> Vec<Decision> {
    let who = match case["claims"].as_object() {
        Some(claims) => Subject::token(claims.clone()),
        None => Subject::name(text(&case["who"])),
    };
    if let Some(on) = case.get("on") {
        let app = text(&on["app"]);
        let (project, name) = app.split_once('/').unwrap();
        let resource = texts(&on["resource"]);
        let [group, kind, namespace, object] = &*resource else { unreachable!() };
        let resource = Resource { group, kind, namespace, name: object };
        let operation = if on["verb"] == "delete" { Operation::Delete(resource) } else { Operation::Change(resource) };
        return rbac.can(&who, operation, App { project, namespace: None, name });
    }
    let all = case["all"].as_array().unwrap().iter().map(|query| {
        let query = texts(query);
        rbac.decide(&who, Query { resource: &query[0], action: &query[1], object: &query[2] })
    });
    all.collect()
}

/// A line as the cases name it.
fn place(at: LineRef, rbac: &Rbac, data: &[(String, String)], projects: &[Project]) -> String {
    match at.origin {
        Origin::BuiltIn => {
            let rule = rbac.rules().find(|r| r.at == at).unwrap();
            format!("built in: {} {} {}", rule.subject, rule.resource, rule.action)
        }
        Origin::File(file) => format!("{}:{}", data[file as usize].0, at.line),
        Origin::Implied(project, _) => format!("{}: own project", projects[project as usize].name),
        Origin::Role(project, role, policy) => {
            let project = &projects[project as usize];
            format!("{}: {}, policy {policy}", project.name, project.roles[role as usize].name)
        }
        Origin::Group(..) => "a group decides nothing".to_owned(),
    }
}

#[test]
fn requests_are_answered() {
    let cases = cases();
    let all = cases["requests"].as_array().unwrap();
    let mut faults = Vec::new();
    for case in all {
        let (data, projects, rbac) = set_up(&cases, case);
        let decisions = ask(&rbac, case);
        let answer = decisions.iter().all(|d| d.allowed);
        let by = decisions.last().unwrap().by.map(|at| place(at, &rbac, &data, &projects));
        if case["answer"] != answer || case["by"].as_str() != by.as_deref() {
            faults.push(format!("{}: {answer}, decided by {by:?}", text(&case["id"])));
        }
    }
    assert_eq!(all.len(), 101);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A refusal names a line only where one says no, and then that line does match.
#[test]
fn refusals_say_which_question_was_refused() {
    let cases = cases();
    for case in cases["requests"].as_array().unwrap() {
        let (_, _, rbac) = set_up(&cases, case);
        for decision in ask(&rbac, case) {
            let last = decision.asked.last().unwrap();
            assert_eq!(decision.allowed, last.verdict == Verdict::Allowed, "{case}");
            let denied = decision.asked.iter().any(|a| a.verdict == Verdict::Denied);
            assert_eq!(decision.by.is_some(), decision.allowed || denied, "{case}");
        }
    }
}

fn found_in_role(case: &Value, line: &str) -> Option<&'static str> {
    let of = text(&case["role"]);
    let (project, role) = of.split_once(':')?;
    Some(match project::policy_fault(project, role, line, VERSION) {
        None => "",
        Some(ProjectReason::PolicySubject(_)) => "policy-subject",
        Some(ProjectReason::PolicyResource(_)) => "policy-resource",
        Some(ProjectReason::PolicyObject(_)) => "policy-object",
        Some(_) => "another",
    })
}

fn found(line: &str) -> &'static str {
    let at = LineRef { origin: Origin::File(0), line: 1 };
    let rule = match read_line(line, at) {
        Ok(Line::Rule(rule)) => rule,
        Err(fault) => return if matches!(fault.reason, Reason::FieldCount { .. }) { "fields" } else { "another" },
        Ok(_) => return "another",
    };
    match &*lint::rule(&rule, MatchMode::Glob, VERSION) {
        [] => "",
        [one] => {
            let warns = ["project-missing", "resource-path", "path-missing", "action-path"];
            let name = match one.reason {
                LintReason::UnknownResource => "unknown-resource",
                LintReason::UnknownAction(_) => "unknown-action",
                LintReason::NoPath => "no-path",
                LintReason::PathMissing => "path-missing",
                LintReason::ActionPath => "action-path",
                LintReason::ResourcePath => "resource-path",
                LintReason::ProjectMissing => "project-missing",
                LintReason::Effect => "effect",
                LintReason::Pattern(_) => "pattern",
            };
            assert_eq!(one.reason.level() == Level::Warning, warns.contains(&name));
            name
        }
        _ => "several",
    }
}

#[test]
fn lines_are_judged() {
    let cases = cases();
    let all = cases["lines"].as_array().unwrap();
    for case in all {
        let line = text(&case["line"]);
        let found = found_in_role(case, &line).unwrap_or_else(|| found(&line));
        assert_eq!(case["found"], found, "{case}");
    }
    assert_eq!(all.len(), 29);
}
