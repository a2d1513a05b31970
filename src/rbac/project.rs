//! What Argo CD refuses in an AppProject.
//!
//! Facts: Argo CD 3.x, `pkg/apis/application/v1alpha1` AppProject.ValidateProject. Argo CD checks a project only when
//! it is written through its own API or command line; one that Kubernetes gets as a manifest is not checked, and
//! what is wrong with it shows later or never. There the first fault ends the check; here all are collected, the one
//! that Argo CD names first.

use std::collections::BTreeSet;
use std::fmt;

use super::matching::{MatchMode, Matcher};
use super::{Version, go, schedule};

/// An AppProject, as far as it is checked. Names of fields are those of its spec.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct Project {
    pub name: String,
    pub destinations: Vec<Destination>,
    pub source_namespaces: Vec<String>,
    pub source_repos: Vec<String>,
    pub roles: Vec<Role>,
    pub sync_windows: Vec<SyncWindow>,
    pub destination_service_accounts: Vec<ServiceAccount>,
}

/// An entry of `destinations`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct Destination {
    pub server: String,
    pub name: String,
    pub namespace: String,
}

/// An entry of `roles`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct Role {
    pub name: String,
    pub policies: Vec<String>,
    pub groups: Vec<String>,
}

/// An entry of `syncWindows`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct SyncWindow {
    pub kind: String,
    pub schedule: String,
    pub duration: String,
    pub applications: Vec<String>,
    pub namespaces: Vec<String>,
    pub clusters: Vec<String>,
    pub time_zone: String,
    pub and_operator: bool,
    pub description: String,
}

/// An entry of `destinationServiceAccounts`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the AppProject")]
pub struct ServiceAccount {
    pub server: String,
    pub namespace: String,
    pub default_service_account: String,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFault {
    /// The field, as `/spec/roles/0/policies/1`.
    pub pointer: String,
    /// What is wrong with it.
    pub reason: ProjectReason,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectReason {
    /// `!*` would deny everything.
    DeniesAll,
    /// The same entry, or the same name, was there before.
    Repeated,
    /// Letters, digits, `-` and `_`, with letters or digits at both ends.
    RoleName,
    /// Not `p`, subject, resource, action, object and effect.
    PolicyShape,
    /// The subject is not `proj:PROJECT:ROLE`: here is what it should be.
    PolicySubject(String),
    /// A resource that no project holds.
    PolicyResource(String),
    /// An action that there is not.
    PolicyAction(String),
    /// The object is not in the project of this name.
    PolicyObject(String),
    /// Neither `allow` nor `deny`.
    PolicyEffect(String),
    /// A comma, and no quotes around it all.
    GroupUnquoted,
    /// Nothing, or only quotes.
    GroupEmpty,
    /// A quote, a tab or the end of a line inside.
    GroupCharacters,
    /// A blank at one of its ends.
    GroupSpace,
    /// Neither `allow` nor `deny`.
    WindowKind,
    /// A schedule that can't be read, and why.
    WindowSchedule(String),
    /// No duration as `1h30m`.
    WindowDuration,
    /// Longer than 255 bytes.
    WindowDescription,
    /// A window for no application, namespace or cluster.
    WindowForNothing,
    /// A time zone that nobody knows. Argo CD takes it and uses UTC.
    WindowTimeZone,
    /// A `!`, or a glob that can't be read.
    AccountPattern,
    /// Nothing, or one of `!*[]{}\/`.
    AccountName,
}

impl ProjectReason {
    /// Whether Argo CD refuses the project for it.
    pub fn is_refused(&self) -> bool {
        *self != Self::WindowTimeZone
    }
}

impl fmt::Display for ProjectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::DeniesAll => "`!*` denies everything",
            Self::Repeated => "it was there before",
            Self::RoleName => "a name of a role has letters, digits, `-` and `_`, and a letter or digit at both ends",
            Self::PolicyShape => "a policy is `p, subject, resource, action, object, effect`",
            Self::PolicySubject(wanted) => return write!(f, "the subject has to be `{wanted}`"),
            Self::PolicyResource(found) => return write!(f, "no project holds the resource `{found}`"),
            Self::PolicyAction(found) => return write!(f, "there is no action `{found}`"),
            Self::PolicyObject(project) => {
                return write!(f, "the object has to be `{project}/NAME` or `{project}/NAMESPACE/NAME`");
            }
            Self::PolicyEffect(found) => return write!(f, "the effect is `allow` or `deny`, not `{found}`"),
            Self::GroupUnquoted => "a group with a comma needs quotes around it",
            Self::GroupEmpty => "the group is empty",
            Self::GroupCharacters => "a group has no quotes, tabs or ends of lines inside",
            Self::GroupSpace => "a group has no blanks at its ends",
            Self::WindowKind => "the kind is `allow` or `deny`",
            Self::WindowSchedule(why) => return write!(f, "the schedule can't be read: {why}"),
            Self::WindowDuration => "a duration is a number with a unit, as `1h30m`",
            Self::WindowDescription => "a description has at most 255 bytes",
            Self::WindowForNothing => "a window needs applications, namespaces or clusters",
            Self::WindowTimeZone => "there is no such time zone; Argo CD would use UTC",
            Self::AccountPattern => "it is no glob, or has a `!`",
            Self::AccountName => "the account is empty, or has one of `!*[]{}\\/`",
        };
        f.write_str(text)
    }
}

/// Checks a project the way an Argo CD of this version does.
pub fn validate(project: &Project, version: Version) -> Vec<ProjectFault> {
    let mut check = Check { version, faults: Vec::new() };
    check.destinations(project);
    check.lists(project);
    check.roles(project);
    check.windows(project);
    check.accounts(project);
    check.faults
}

/// Checks one policy of a project role, and nothing else.
pub fn policy_fault(project: &str, role: &str, policy: &str, version: Version) -> Option<ProjectReason> {
    let fields: Vec<&str> = policy.split(',').map(|field| field.trim_matches(' ')).collect();
    let &["p", subject, resource, action, object, effect] = &*fields else {
        return Some(ProjectReason::PolicyShape);
    };
    let wanted = format!("proj:{project}:{role}");
    if subject != wanted {
        return Some(ProjectReason::PolicySubject(wanted));
    }
    if !["applications", "applicationsets", "logs", "exec", "clusters", "repositories"].contains(&resource) {
        return Some(ProjectReason::PolicyResource(resource.to_owned()));
    }
    if !is_action(action, version) {
        return Some(ProjectReason::PolicyAction(action.to_owned()));
    }
    if !is_object(project, object) {
        return Some(ProjectReason::PolicyObject(project.to_owned()));
    }
    (!["allow", "deny"].contains(&effect)).then(|| ProjectReason::PolicyEffect(effect.to_owned()))
}

/// An action as it is, or anything with `action/`, `update/` or `delete/` in it.
fn is_action(action: &str, version: Version) -> bool {
    ["get", "create", "update", "delete", "sync", "override", "*"].contains(&action)
        || (action == "rollback" && version >= Version::new(3, 6))
        || ["action/", "update/", "delete/"].iter().any(|path| action.contains(path))
}

/// `PROJECT/NAME` or `PROJECT/NAMESPACE/NAME`, where names have letters, digits, `_`, `-`, `.` and `*`.
fn is_object(project: &str, object: &str) -> bool {
    let Some(names) = object.strip_prefix(project).and_then(|rest| rest.strip_prefix('/')) else { return false };
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.*".contains(&b));
    match names.split_once('/') {
        Some((namespace, name)) => is_name(namespace) && is_name(name),
        None => is_name(names),
    }
}

fn is_role_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.into_iter().all(|b| b.is_some_and(u8::is_ascii_alphanumeric))
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b))
}

fn group_fault(group: &str) -> Option<ProjectReason> {
    let inner = group.trim();
    let unquoted = inner.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = match unquoted {
        Some(name) => name,
        None if inner.contains(',') => return Some(ProjectReason::GroupUnquoted),
        None => inner,
    };
    let space = |c: Option<char>| c.is_some_and(char::is_whitespace);
    if name.is_empty() {
        Some(ProjectReason::GroupEmpty)
    } else if name.contains(['"', '\n', '\r', '\t']) {
        Some(ProjectReason::GroupCharacters)
    } else {
        (space(group.chars().next()) || space(group.chars().next_back())).then_some(ProjectReason::GroupSpace)
    }
}

struct Check {
    version: Version,
    faults: Vec<ProjectFault>,
}

impl Check {
    fn add(&mut self, pointer: impl Into<String>, reason: ProjectReason) {
        self.faults.push(ProjectFault { pointer: pointer.into(), reason });
    }

    fn destinations(&mut self, project: &Project) {
        let mut seen = BTreeSet::new();
        for (i, to) in project.destinations.iter().enumerate() {
            for (key, value) in [("name", &to.name), ("server", &to.server), ("namespace", &to.namespace)] {
                if value == "!*" {
                    self.add(format!("/spec/destinations/{i}/{key}"), ProjectReason::DeniesAll);
                }
            }
            let cluster = if to.server.is_empty() { &to.name } else { &to.server };
            if !seen.insert(format!("{cluster}/{}", to.namespace)) {
                self.add(format!("/spec/destinations/{i}"), ProjectReason::Repeated);
            }
        }
    }

    fn lists(&mut self, project: &Project) {
        self.unique("/spec/sourceNamespaces", &project.source_namespaces, |_| None);
        let denies = |repo: &str| (repo == "!*").then_some(ProjectReason::DeniesAll);
        self.unique("/spec/sourceRepos", &project.source_repos, denies);
    }

    /// Each entry once, and each as `fault` wants it. Argo CD looks for `!*` first, and at groups and policies last.
    fn unique(&mut self, pointer: &str, entries: &[String], fault: impl Fn(&str) -> Option<ProjectReason>) {
        let mut seen = BTreeSet::new();
        for (i, entry) in entries.iter().enumerate() {
            let at = format!("{pointer}/{i}");
            if !seen.insert(entry) {
                self.add(at, ProjectReason::Repeated);
            } else if let Some(reason) = fault(entry) {
                self.add(at, reason);
            }
        }
    }

    fn roles(&mut self, project: &Project) {
        let mut seen = BTreeSet::new();
        for (i, role) in project.roles.iter().enumerate() {
            if !seen.insert(&role.name) {
                self.add(format!("/spec/roles/{i}/name"), ProjectReason::Repeated);
            }
            if !is_role_name(&role.name) {
                self.add(format!("/spec/roles/{i}/name"), ProjectReason::RoleName);
            }
            let version = self.version;
            let policy = |policy: &str| policy_fault(&project.name, &role.name, policy, version);
            self.unique(&format!("/spec/roles/{i}/policies"), &role.policies, policy);
            self.unique(&format!("/spec/roles/{i}/groups"), &role.groups, group_fault);
        }
    }

    fn windows(&mut self, project: &Project) {
        let mut seen = BTreeSet::new();
        for (i, window) in project.sync_windows.iter().enumerate() {
            let at = |field: &str| format!("/spec/syncWindows/{i}{field}");
            if !seen.insert(identity(window, self.version)) {
                self.add(at(""), ProjectReason::Repeated);
            }
            if !schedule::is_zone(&window.time_zone) {
                self.add(at("/timeZone"), ProjectReason::WindowTimeZone);
            }
            if !["allow", "deny"].contains(&&*window.kind) {
                self.add(at("/kind"), ProjectReason::WindowKind);
            }
            if let Some(why) = schedule::fault(&window.schedule) {
                self.add(at("/schedule"), ProjectReason::WindowSchedule(why));
            }
            if !go::is_duration(&window.duration) {
                self.add(at("/duration"), ProjectReason::WindowDuration);
            }
            if window.description.len() > 255 && self.version >= Version::new(3, 1) {
                self.add(at("/description"), ProjectReason::WindowDescription);
            }
            if window.applications.is_empty() && window.namespaces.is_empty() && window.clusters.is_empty() {
                self.add(at(""), ProjectReason::WindowForNothing);
            }
        }
    }

    fn accounts(&mut self, project: &Project) {
        let mut seen = BTreeSet::new();
        let bad = |pattern: &str| {
            pattern.contains('!') || Matcher::new(pattern, MatchMode::Glob, self.version).fault().is_some()
        };
        let mut found = Vec::new();
        for (i, account) in project.destination_service_accounts.iter().enumerate() {
            let at = |field: &str| format!("/spec/destinationServiceAccounts/{i}{field}");
            for (field, pattern) in [("/server", &account.server), ("/namespace", &account.namespace)] {
                if bad(pattern) {
                    found.push((at(field), ProjectReason::AccountPattern));
                }
            }
            let name = &account.default_service_account;
            if name.trim_matches(' ').is_empty() || name.contains(['!', '*', '[', ']', '{', '}', '\\', '/']) {
                found.push((at("/defaultServiceAccount"), ProjectReason::AccountName));
            }
            if !seen.insert(format!("{}/{}", account.server, account.namespace)) {
                found.push((at(""), ProjectReason::Repeated));
            }
        }
        found.into_iter().for_each(|(pointer, reason)| self.add(pointer, reason));
    }
}

/// What makes a window the one it is. Up to 3.1 that was kind, schedule and duration, one after the other.
fn identity(window: &SyncWindow, version: Version) -> String {
    let SyncWindow { kind, schedule, duration, .. } = window;
    if version < Version::new(3, 2) {
        return [&**kind, schedule, duration].concat();
    }
    let times = (kind, schedule, duration, &window.time_zone, window.and_operator);
    format!("{:?}", (times, &window.applications, &window.namespaces, &window.clusters))
}
