//! Whether a rule says anything that Argo CD ever asks: resources, their actions, the form of objects.
//!
//! Facts: Argo CD 3.x, `docs/operator-manual/rbac.md` and `util/rbac`. Argo CD itself loads any names; a rule with a
//! wrong one is silent for ever.

use std::fmt;
use std::ops::Range;

use super::Version;
use super::matching::{MatchMode, Matcher};
use super::policy::{Effect, Rule};

/// Resources, and the actions that are asked of each. A `/` at the end is followed by a path.
const ACTIONS: &[(&str, &[&str])] = &[
    (
        "applications",
        &["get", "create", "update", "update/", "delete", "delete/", "sync", "rollback", "override", "action/"],
    ),
    ("applicationsets", &["get", "create", "update", "delete"]),
    ("clusters", &["get", "create", "update", "delete"]),
    ("projects", &["get", "create", "update", "delete"]),
    ("repositories", &["get", "create", "update", "delete"]),
    ("write-repositories", &["get", "create", "update", "delete"]),
    ("accounts", &["get", "update"]),
    ("certificates", &["get", "create", "delete"]),
    ("gpgkeys", &["get", "create", "delete"]),
    ("logs", &["get"]),
    ("exec", &["create"]),
    ("extensions", &["invoke"]),
];

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The rule can't mean that.
    Error,
    /// The rule may be meant so.
    Warning,
}

/// Something that is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// Bytes of the line.
    pub range: Range<usize>,
    /// What is wrong.
    pub reason: LintReason,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LintReason {
    /// There is no such resource.
    UnknownResource,
    /// There is no such action on the resource: these are the ones there are.
    UnknownAction(Vec<&'static str>),
    /// The action has no path, and the rule gives one.
    NoPath,
    /// The action is always asked for with a path.
    PathMissing,
    /// The path of `action` is `GROUP/KIND/NAME`.
    ActionPath,
    /// The path of `update` and `delete` is `GROUP/KIND/NAMESPACE/NAME`.
    ResourcePath,
    /// The object is not in a project.
    ProjectMissing,
    /// Neither `allow` nor `deny`.
    Effect,
    /// The pattern can't be read, and why.
    Pattern(String),
}

impl LintReason {
    /// How bad it is.
    pub fn level(&self) -> Level {
        match self {
            Self::PathMissing | Self::ActionPath | Self::ResourcePath | Self::ProjectMissing => Level::Warning,
            _ => Level::Error,
        }
    }
}

impl fmt::Display for LintReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownResource => f.write_str("there is no such resource"),
            Self::UnknownAction(known) => write!(f, "there is no such action on it; there are {}", known.join(", ")),
            Self::NoPath => f.write_str("this action has no path"),
            Self::PathMissing => f.write_str("without a path it never matches; write `action/GROUP/KIND/NAME`"),
            Self::ActionPath => f.write_str("the path is `action/GROUP/KIND/NAME`"),
            Self::ResourcePath => f.write_str("the path is `GROUP/KIND/NAMESPACE/NAME`, with four slashes in all"),
            Self::ProjectMissing => f.write_str("the object is `PROJECT/NAME`"),
            Self::Effect => f.write_str("the effect is `allow` or `deny`"),
            Self::Pattern(why) => write!(f, "the pattern can't be read: {why}"),
        }
    }
}

/// Looks at one rule.
pub fn rule(rule: &Rule, mode: MatchMode, version: Version) -> Vec<Lint> {
    let [_, resource, action, object, effect] = rule.spans.clone();
    let mut found = Vec::new();
    let mut add = |range: &Range<usize>, reason| found.push(Lint { range: range.clone(), reason });
    for (range, pattern) in [(&resource, &rule.resource), (&action, &rule.action), (&object, &rule.object)] {
        if let Some(fault) = Matcher::new(pattern, mode, version).fault() {
            add(range, LintReason::Pattern(fault.0.clone()));
        }
    }
    if rule.effect == Effect::Unknown {
        add(&effect, LintReason::Effect);
    }
    let resources = resources(&rule.resource, mode, version);
    if resources.is_empty() {
        add(&resource, LintReason::UnknownResource);
    } else {
        if let Some(reason) = action_fault(&rule.action, &resources, mode, version) {
            add(&action, reason);
        }
        let in_projects = ["applications", "applicationsets", "logs", "exec"];
        let plain = mode == MatchMode::Glob && !rule.object.contains(['/', '*', '?', '[', '{']);
        if plain && resources.iter().all(|(name, _)| in_projects.contains(name)) {
            add(&object, LintReason::ProjectMissing);
        }
    }
    found
}

type Known = (&'static str, Vec<&'static str>);

/// The resources that a pattern matches, with the actions that this version has.
fn resources(pattern: &str, mode: MatchMode, version: Version) -> Vec<Known> {
    let matcher = Matcher::new(pattern, mode, version);
    let known = |action: &&&str| **action != "rollback" || version >= Version::new(3, 6);
    let matched = ACTIONS.iter().filter(|(name, _)| matcher.matches(name) == Ok(true));
    matched.map(|(name, actions)| (*name, actions.iter().filter(known).copied().collect())).collect()
}

fn action_fault(action: &str, resources: &[Known], mode: MatchMode, version: Version) -> Option<LintReason> {
    let matcher = Matcher::new(action, mode, version);
    if matcher.fault().is_some() {
        return None;
    }
    let all: Vec<&'static str> = resources.iter().flat_map(|(_, actions)| actions).copied().collect();
    if all.iter().any(|known| !known.ends_with('/') && matcher.matches(known) == Ok(true)) || mode == MatchMode::Regex {
        return None;
    }
    let (head, path) = action.split_once('/').map_or((action, None), |(head, path)| (head, Some(path)));
    let takes_path = all.iter().any(|known| known.strip_suffix('/') == Some(head));
    match path {
        None if takes_path => Some(LintReason::PathMissing),
        Some(path) if takes_path => path_fault(head, path),
        Some(_) if all.contains(&head) => Some(LintReason::NoPath),
        // Braces, classes and the like before the path: it is not looked at.
        Some(_) if head.contains(['*', '?', '[', '{']) => None,
        _ => {
            let mut known: Vec<&'static str> = all.iter().map(|a| a.trim_end_matches('/')).collect();
            known.sort_unstable();
            known.dedup();
            Some(LintReason::UnknownAction(known))
        }
    }
}

/// Too few parts. A `*` at the end stands for all that is left.
fn path_fault(head: &str, path: &str) -> Option<LintReason> {
    if path.contains(['{', '[', '\\']) || path.ends_with('*') && path.matches('/').count() == 0 {
        return None;
    }
    let slashes = path.matches('/').count();
    match head {
        "action" => (slashes < 2 && !path.ends_with("/*")).then_some(LintReason::ActionPath),
        _ => (slashes < 3).then_some(LintReason::ResourcePath),
    }
}
