//! The rules and grants of one source, ready for questions.

use crate::base::hash::HashMap;
use std::collections::{BTreeMap, BTreeSet};

use super::matching::{Matcher, Patterns};
use super::policy::{Effect, Grant, LineRef, Policies, Rule};

/// How many grants in a row count: from a user to its role is one (casbin, NewRoleManagerImpl(10)).
pub const DEPTH: usize = 10;

/// A rule with its patterns compiled.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The line as read.
    pub rule: Rule,
    /// Resource, action, object.
    pub(super) patterns: [usize; 3],
}

/// Rules by subject, grants by subject. Policies of one project are a second model on top of the first.
#[derive(Debug, Clone, Default)]
pub struct Model {
    rules: Vec<Compiled>,
    grants: Vec<Grant>,
    by_subject: HashMap<String, Vec<usize>>,
    links: HashMap<String, Vec<usize>>,
}

impl Model {
    /// Takes over what was read, and compiles its patterns.
    pub fn add(&mut self, policies: Policies, patterns: &mut Patterns) {
        for rule in policies.rules {
            self.by_subject.entry(rule.subject.clone()).or_default().push(self.rules.len());
            let ids = [&rule.resource, &rule.action, &rule.object].map(|p| patterns.id(p));
            self.rules.push(Compiled { rule, patterns: ids });
        }
        for grant in policies.grants {
            self.links.entry(grant.subject.clone()).or_default().push(self.grants.len());
            self.grants.push(grant);
        }
    }

    /// The `p` lines, in order.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|r| &r.rule)
    }

    /// The `g` lines, in order.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    fn rules_of(&self, subject: &str) -> impl Iterator<Item = (usize, &Compiled)> {
        let ids = self.by_subject.get(subject).into_iter().flatten();
        ids.filter_map(|&id| Some((id, self.rules.get(id)?)))
    }

    fn grants_of(&self, subject: &str) -> impl Iterator<Item = &Grant> {
        self.links.get(subject).into_iter().flatten().filter_map(|&id| self.grants.get(id))
    }
}

/// The models that a question is asked of: the global one, and perhaps that of a project.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Built-in policy and `argocd-rbac-cm`.
    pub base: &'a Model,
    /// Policies of the project that the object is in.
    pub project: Option<&'a Model>,
}

/// A role that a subject has, and the grants that lead to it, the nearest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached<'a> {
    /// The role; for the first, the subject itself.
    pub role: &'a str,
    /// The `g` lines on the way.
    pub via: Vec<&'a Grant>,
}

/// How one question ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// A rule allows it, and none denies it.
    Allowed(&'a Rule, Vec<&'a Grant>),
    /// A rule denies it.
    Denied(&'a Rule, Vec<&'a Grant>),
    /// No rule says anything.
    Silent,
    /// A pattern of this rule made Argo CD give up on the question.
    Failed(&'a Rule),
}

impl<'a> View<'a> {
    fn models(self) -> impl Iterator<Item = &'a Model> {
        std::iter::once(self.base).chain(self.project)
    }

    /// Whether a `g` line has this subject on its left. Groups of a token count only then (Argo CD, EnforceClaims).
    pub fn is_granted_anything(self, subject: &str) -> bool {
        self.models().any(|m| m.links.contains_key(subject))
    }

    /// The subject and all roles that it has, over at most [`DEPTH`] grants. Each is named once, by a shortest way.
    pub fn reach<'s>(self, subject: &'s str) -> Vec<Reached<'s>>
    where
        'a: 's,
    {
        let mut seen = BTreeSet::from([subject]);
        let mut all = vec![Reached { role: subject, via: Vec::new() }];
        let mut next = 0;
        while let Some(Reached { role, via }) = all.get(next).cloned() {
            next += 1;
            if via.len() == DEPTH {
                continue;
            }
            for grant in self.models().flat_map(|m| m.grants_of(role)) {
                if seen.insert(&grant.role) {
                    let mut via = via.clone();
                    via.push(grant);
                    all.push(Reached { role: &grant.role, via });
                }
            }
        }
        all
    }

    /// One question: all rules of the subject and its roles, in the order of the lines. A deny ends it; else the first
    /// allow counts (casbin, `some(allow) && !some(deny)`).
    pub fn ask<'s>(self, patterns: &Patterns, subject: &'s str, wanted: [&str; 3]) -> Outcome<'s>
    where
        'a: 's,
    {
        let reached = self.reach(subject);
        let mut rules: BTreeMap<(usize, usize), (&Compiled, &Reached)> = BTreeMap::new();
        for (layer, model) in self.models().enumerate() {
            for role in &reached {
                rules.extend(model.rules_of(role.role).map(|(id, rule)| ((layer, id), (rule, role))));
            }
        }
        let mut allowed = None;
        for (compiled, role) in rules.into_values() {
            match matches(patterns, compiled, wanted) {
                Err(_) => return Outcome::Failed(&compiled.rule),
                Ok(false) => {}
                Ok(true) => match compiled.rule.effect {
                    Effect::Deny => return Outcome::Denied(&compiled.rule, role.via.clone()),
                    Effect::Allow => allowed = allowed.or(Some((&compiled.rule, role))),
                    Effect::Unknown => {}
                },
            }
        }
        allowed.map_or(Outcome::Silent, |(rule, role)| Outcome::Allowed(rule, role.via.clone()))
    }
}

/// Resource, action, object, in this order: what comes after a mismatch is not looked at.
fn matches(patterns: &Patterns, rule: &Compiled, wanted: [&str; 3]) -> Result<bool, super::matching::Failure> {
    for (id, text) in rule.patterns.into_iter().zip(wanted) {
        if !patterns.get(id).map_or(Ok(false), |m: &Matcher| m.matches(text))? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Outcome<'_> {
    /// The line that decided, if one did.
    pub fn line(&self) -> Option<LineRef> {
        match self {
            Self::Allowed(rule, _) | Self::Denied(rule, _) | Self::Failed(rule) => Some(rule.at),
            Self::Silent => None,
        }
    }
}
