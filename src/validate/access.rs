//! Policies and projects that the spec does not derive: raw manifests, templates of the user, values of the chart argo-cd.

use crate::base::{Span, Value, pointer};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;
use crate::rbac::lint::{self, Level, LintReason};
use crate::rbac::project::{Destination, Project, ProjectFault, Role, ServiceAccount, SyncWindow, validate};
use crate::rbac::{MatchMode, Policies, Version};
use crate::source::SourceMap;

crate::codes! {
    /// A line of a policy is one that Argo CD can't read, so that it drops the whole policy.
    ///
    /// One bad line, and nobody but the built-in roles can do anything (Argo CD 3.x, `util/rbac` loadPolicyLine). A line is
    /// `p, subject, resource, action, object, effect` or `g, subject, role`; a field with a comma stands in quotes.
    POLICY_UNREADABLE = "policy-unreadable";
    /// A line of a policy that somebody else wrote speaks of something that Argo CD never asks for.
    ///
    /// It is loaded, and has no effect for ever. Better than to mend it, say it under `access`, which knows what there is.
    POLICY_LINE_IDLE = "policy-line-idle": error warning;
    /// An AppProject among raw manifests is one that Argo CD refuses.
    ///
    /// It keeps its old contents then. The rules are those of Argo CD, for the version that runs.
    APP_PROJECT_REFUSED = "app-project-refused": error warning;
    /// A rule of a Role limits `list` or `watch` to objects by their names.
    ///
    /// The API server grants such a request only when it asks for one name, by a field selector (Kubernetes, RBAC,
    /// `resourceNames`); most clients list all, and are refused. `create` and `deletecollection` are never granted by name.
    RESOURCE_NAMES_LIST = "resource-names-list": note;
}

/// Checks an object, if it holds a policy or is a project.
pub fn document(document: &Document, sources: &SourceMap, version: Version, bag: &mut Bag) {
    let Some((api_version, kind)) = document.type_of() else { return };
    let metadata = |key: &str| document.value.get("metadata").and_then(|m| m.str_at(key));
    match kind {
        "AppProject" if api_version.starts_with("argoproj.io/") => project(document, version, bag),
        "Role" | "ClusterRole" if api_version.starts_with("rbac.authorization.k8s.io/") => names(document, bag),
        "ConfigMap" if metadata("name") == Some("argocd-rbac-cm") => {
            document.value.get("data").iter().for_each(|data| policy(data, sources, version, bag));
        }
        "Application" if api_version.starts_with("argoproj.io/") => {
            for values in super::argocd_cm::values_of(&document.value, sources) {
                let rbac = values.get("configs").and_then(|configs| configs.get("rbac"));
                rbac.iter().for_each(|rbac| policy(rbac, sources, version, bag));
            }
        }
        _ => {}
    }
}

/// Checks keys of argocd-rbac-cm. What the spec derives has no place of its own, and was checked where it stands.
fn policy(data: &Value, sources: &SourceMap, version: Version, bag: &mut Bag) {
    let entries: Vec<_> = data.as_map().into_iter().flatten().filter(|entry| !entry.value.span.is_none()).collect();
    let texts: Vec<(&str, &str)> = entries.iter().filter_map(|e| Some((&*e.key, e.value.as_str()?))).collect();
    let mode = match data.str_at("policy.matchMode") {
        Some("regex") => MatchMode::Regex,
        _ => MatchMode::Glob,
    };
    for &(key, text) in texts.iter().filter(|(key, _)| key.starts_with("policy.") && key.ends_with(".csv")) {
        let Some(whole) = entries.iter().find(|e| &*e.key == key).map(|e| e.value.span) else { continue };
        let lines: Vec<&str> = text.split('\n').collect();
        let line_of = |number: u32| lines.get(usize::try_from(number).unwrap_or(1).saturating_sub(1)).copied();
        let read = Policies::read([(key, text)]);
        for fault in &read.faults {
            let line = line_of(fault.at.line).unwrap_or_default().trim();
            let message = format!("Argo CD can't read `{line}`, and drops the whole policy: {}", fault.reason);
            let help = "write `p, subject, resource, action, object, effect` or `g, subject, role`";
            bag.push(Finding::error(&POLICY_UNREADABLE, place(line, whole, sources), message, help));
        }
        for rule in &read.rules {
            let line = line_of(rule.at.line).unwrap_or_default().trim();
            for found in lint::rule(rule, mode, version) {
                bag.push(idle(line, place(line, whole, sources), &found.reason));
            }
        }
    }
}

/// Notes verbs that `resourceNames` does not do what it seems for.
fn names(document: &Document, bag: &mut Bag) {
    if !document.template.is_none() {
        return;
    }
    let rules = document.value.get("rules").and_then(Value::as_list).unwrap_or_default();
    for rule in rules.iter().filter(|rule| rule.get("resourceNames").is_some()) {
        let verbs = rule.get("verbs").and_then(Value::as_list).unwrap_or_default();
        let whole = |verb: &&Value| matches!(verb.as_str(), Some("list" | "watch" | "create" | "deletecollection"));
        if let Some(verb) = verbs.iter().find(whole) {
            let word = verb.as_str().unwrap_or_default();
            let message = format!("`{word}` is granted by name here, which few requests of that kind have");
            let help = "write these verbs into a rule of their own, without `resourceNames`, or take them out";
            bag.push(Finding::note(&RESOURCE_NAMES_LIST, verb.span, message, help));
        }
    }
}

fn idle(line: &str, place: Span, reason: &LintReason) -> Finding {
    let message = match reason {
        LintReason::ResourcePath | LintReason::ActionPath => {
            format!("the pattern in `{line}` has fewer parts than a path")
        }
        _ => format!("`{line}` never has an effect"),
    };
    match reason.level() {
        Level::Error => Finding::error(&POLICY_LINE_IDLE, place, message, reason.to_string()),
        Level::Warning => Finding::warning(&POLICY_LINE_IDLE, place, message, reason.to_string()),
    }
}

/// The place of a line in a text of several, where the file has it word by word.
fn place(line: &str, whole: Span, sources: &SourceMap) -> Span {
    let found = || {
        let (file, text) = (sources.file_of(whole)?, sources.text_of(whole)?);
        let at = text.find(line).filter(|_| !line.is_empty())?;
        let (start, _) = file.range(whole);
        Some(file.span(start + at, start + at + line.len()))
    };
    found().unwrap_or(whole)
}

fn project(document: &Document, version: Version, bag: &mut Bag) {
    // Projects of the spec were judged where they stand.
    if !document.template.is_none() {
        return;
    }
    let read = read(&document.value);
    for fault in validate(&read, version) {
        let place = at(&document.value, &fault).or(document.origin);
        let message = format!("AppProject `{}`: {}", read.name, fault.reason);
        let help = format!("mend `{}`: Argo CD would refuse the project", fault.pointer);
        let finding = match fault.reason.is_refused() {
            true => Finding::error(&APP_PROJECT_REFUSED, place, message, help),
            false => Finding::warning(&APP_PROJECT_REFUSED, place, message, "write a time zone as `Europe/Brussels`"),
        };
        bag.push(finding);
    }
}

fn at(value: &Value, fault: &ProjectFault) -> Span {
    let tokens = pointer::tokens(&fault.pointer).unwrap_or_default();
    let (found, _) = pointer::deepest(value, &tokens);
    found.span
}

fn read(value: &Value) -> Project {
    let spec = value.get("spec");
    let list = |of: Option<&Value>, key: &str| -> Vec<Value> {
        of.and_then(|of| of.get(key)).and_then(Value::as_list).unwrap_or_default().to_vec()
    };
    let text = |of: &Value, key: &str| of.str_at(key).unwrap_or_default().to_owned();
    let texts = |of: Option<&Value>, key: &str| -> Vec<String> {
        list(of, key).iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let destination =
        |d: &Value| Destination { server: text(d, "server"), name: text(d, "name"), namespace: text(d, "namespace") };
    let role = |r: &Value| Role {
        name: text(r, "name"),
        policies: texts(Some(r), "policies"),
        groups: texts(Some(r), "groups"),
    };
    let window = |w: &Value| SyncWindow {
        kind: text(w, "kind"),
        schedule: text(w, "schedule"),
        duration: text(w, "duration"),
        applications: texts(Some(w), "applications"),
        namespaces: texts(Some(w), "namespaces"),
        clusters: texts(Some(w), "clusters"),
        time_zone: text(w, "timeZone"),
        and_operator: w.get("andOperator").and_then(Value::as_bool).unwrap_or(false),
        description: text(w, "description"),
    };
    let account = |a: &Value| ServiceAccount {
        server: text(a, "server"),
        namespace: text(a, "namespace"),
        default_service_account: text(a, "defaultServiceAccount"),
    };
    Project {
        name: value.get("metadata").map(|m| text(m, "name")).unwrap_or_default(),
        destinations: list(spec, "destinations").iter().map(destination).collect(),
        source_namespaces: texts(spec, "sourceNamespaces"),
        source_repos: texts(spec, "sourceRepos"),
        roles: list(spec, "roles").iter().map(role).collect(),
        sync_windows: list(spec, "syncWindows").iter().map(window).collect(),
        destination_service_accounts: list(spec, "destinationServiceAccounts").iter().map(account).collect(),
    }
}
