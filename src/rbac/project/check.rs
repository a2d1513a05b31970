//! The check of a whole project.

use std::collections::BTreeSet;

use super::super::matching::{MatchMode, Matcher};
use super::super::{Version, go, schedule};
use super::role::{group_fault, is_role_name, policy_fault};
use super::{Project, ProjectFault, ProjectReason, SyncWindow};

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
            if go::duration(&window.duration).is_none() {
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
