//! Questions to an Argo CD, and the lines that decide them.
//!
//! Facts: Argo CD 3.x, `util/rbac` enforce and `server/rbacpolicy` EnforceClaims. One request is several questions, and
//! the first yes ends it: the default role, the user, each group that some `g` line names, and at last nobody, which
//! is the empty name. A deny ends only its own question.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Claims, Subject, project_role};
use super::matching::{PatternFault, Patterns};
use super::model::{Model, Outcome, View};
use super::policy::{Grant, LineFault, LineRef, Origin, Policies, Rule};
use super::project::Project;
use super::{Settings, builtin};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'a> {
    /// As `applications`.
    pub resource: &'a str,
    /// As `sync`, or `delete/apps/Deployment/NAMESPACE/NAME`.
    pub action: &'a str,
    /// As `PROJECT/APP`; `PROJECT/NAMESPACE/APP` for an Application outside Argo CD's namespace.
    pub object: &'a str,
}

/// As whom one question was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `policy.default`.
    Default,
    /// The name, or the subject of the token.
    User,
    /// A group of the token.
    Group,
    /// The empty name, with which every request with a token ends.
    Nobody,
}

/// How one question ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A rule allows it, and none denies it.
    Allowed,
    /// A rule denies it.
    Denied,
    /// No rule says anything.
    Silent,
    /// The pattern of a rule made Argo CD give up, which is a no.
    Failed,
}

/// A grant on the way from a subject to the rule that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The role that is granted.
    pub role: String,
    /// The `g` line.
    pub line: LineRef,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// As whom it was asked.
    pub role: Role,
    /// The name that was asked for.
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
    /// The rule that decided it.
    pub by: Option<LineRef>,
    /// The grants that lead from the name to the subject of that rule; none if it names the name itself.
    pub via: Vec<Step>,
}

/// The answer to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// Yes or no.
    pub allowed: bool,
    /// The line that decided: the rule that allows it; else the first that denies it; none where no rule speaks.
    /// Where policies can't be read, the first line that can't.
    pub by: Option<LineRef>,
    /// The grants that lead to that rule.
    pub via: Vec<Step>,
    /// All questions, in order.
    pub asked: Vec<Asked>,
}

/// The policies of one project, on top of the global ones.
#[derive(Debug, Clone)]
struct Layer {
    name: String,
    model: Model,
    faults: Vec<LineFault>,
}

/// An Argo CD, as far as RBAC goes.
#[derive(Debug, Clone)]
pub struct Rbac {
    settings: Settings,
    patterns: Patterns,
    base: Model,
    faults: Vec<LineFault>,
    layers: Vec<Layer>,
    projects: BTreeMap<String, usize>,
}

impl Rbac {
    /// Sets it up. Of two projects with one name the first counts.
    pub fn new(settings: Settings, policies: Policies, projects: &[Project]) -> Self {
        let mut patterns = Patterns::new(settings.mode, settings.version);
        let faults = policies.faults.clone();
        let mut base = Model::default();
        base.add(builtin::policies(settings.version), &mut patterns);
        base.add(policies, &mut patterns);
        let mut all = Self { settings, patterns, base, faults, layers: Vec::new(), projects: BTreeMap::new() };
        for (number, project) in (0u32..).zip(projects) {
            let mut own = project_policies(number, project);
            let mut layer = Layer { name: project.name.clone(), model: Model::default(), faults: own.faults.clone() };
            // One bad line, and none of the project's policies counts.
            if !layer.faults.is_empty() {
                own = Policies::default();
            }
            layer.model.add(own, &mut all.patterns);
            all.projects.entry(project.name.clone()).or_insert(all.layers.len());
            all.layers.push(layer);
        }
        all
    }

    /// How it is set up.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Lines of `argocd-rbac-cm` that can't be read. With one of them, Argo CD refuses everything to everybody.
    pub fn faults(&self) -> &[LineFault] {
        &self.faults
    }

    /// Lines of projects that can't be read. With one of them, none of the project's lines counts.
    pub fn project_faults(&self) -> impl Iterator<Item = &LineFault> {
        self.layers.iter().flat_map(|l| &l.faults)
    }

    /// Patterns that can't be read.
    pub fn pattern_faults(&self) -> impl Iterator<Item = (&str, &PatternFault)> {
        self.patterns.faults()
    }

    /// All rules: built-in, global, those of the projects.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.models().flat_map(Model::rules)
    }

    /// All grants, in the same order.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.models().flat_map(Model::grants)
    }

    /// The names that lines grant something to and that no line grants to anybody: users and groups, where roles are
    /// granted at all.
    pub fn subjects(&self) -> BTreeSet<&str> {
        let roles = self.granted();
        let named = self.rules().map(|r| &*r.subject).chain(self.grants().map(|g| &*g.subject));
        named.filter(|name| !roles.contains(name)).collect()
    }

    /// The names that lines grant to others: roles.
    pub fn granted(&self) -> BTreeSet<&str> {
        self.grants().map(|g| &*g.role).collect()
    }

    /// All patterns of resources, actions and objects, each once, in the order of first use.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.texts()
    }

    /// The roles that a name has for objects of a project, or for all others, and the grants that lead there.
    pub fn roles(&self, name: &str, project: Option<&str>) -> Vec<(String, Vec<Step>)> {
        let view = self.view(project.and_then(|p| self.projects.get(p)));
        view.reach(name).into_iter().skip(1).map(|r| (r.role.to_owned(), steps(&r.via))).collect()
    }

    fn models(&self) -> impl Iterator<Item = &Model> {
        std::iter::once(&self.base).chain(self.layers.iter().map(|l| &l.model))
    }

    fn view(&self, project: Option<&usize>) -> View<'_> {
        View { base: &self.base, project: project.and_then(|&p| self.layers.get(p)).map(|l| &l.model) }
    }

    /// The project whose policies count for an object.
    fn project_of(&self, query: Query) -> Option<usize> {
        let name = match query.resource {
            "applications" | "applicationsets" | "repositories" | "clusters" | "logs" | "exec" => {
                query.object.split_once('/')?.0
            }
            "projects" => query.object,
            _ => return None,
        };
        self.projects.get(name).copied()
    }

    /// Answers a request.
    pub fn decide(&self, who: &Subject, query: Query) -> Decision {
        if let Some(fault) = self.faults.first() {
            return Decision { by: Some(fault.at), ..Decision::default() };
        }
        let mut asking = Asking { rbac: self, query, asked: Vec::new() };
        let global = self.view(None);
        let allowed = match who {
            Subject::Name(name) => asking.default(global) || asking.ask(global, Role::User, name),
            Subject::Token(claims) => {
                asking.default(global) || asking.token(claims) || asking.ask(global, Role::Nobody, "")
            }
        };
        asking.decision(allowed)
    }
}

/// The policies of a project as Argo CD writes them down (ProjectPoliciesString): names as they are, so that quotes
/// and line feeds in them count.
fn project_policies(number: u32, project: &Project) -> Policies {
    let mut all = Policies::default();
    for (r, role) in (0u32..).zip(&project.roles) {
        let subject = format!("proj:{}:{}", project.name, role.name);
        all.add(&format!("p, {subject}, projects, get, {}, allow", project.name), Origin::Implied(number, r));
        for (i, policy) in (0u32..).zip(&role.policies) {
            all.add(policy, Origin::Role(number, r, i));
        }
        for (i, group) in (0u32..).zip(&role.groups) {
            all.add(&format!("g, {group}, {subject}"), Origin::Group(number, r, i));
        }
    }
    all
}

fn steps(via: &[&Grant]) -> Vec<Step> {
    via.iter().map(|g| Step { role: g.role.clone(), line: g.at }).collect()
}

/// A request on its way.
struct Asking<'a> {
    rbac: &'a Rbac,
    query: Query<'a>,
    asked: Vec<Asked>,
}

impl Asking<'_> {
    fn ask(&mut self, view: View, role: Role, name: &str) -> bool {
        let Query { resource, action, object } = self.query;
        let outcome = view.ask(&self.rbac.patterns, name, [resource, action, object]);
        let (verdict, via) = match &outcome {
            Outcome::Allowed(_, via) => (Verdict::Allowed, steps(via)),
            Outcome::Denied(_, via) => (Verdict::Denied, steps(via)),
            Outcome::Silent => (Verdict::Silent, Vec::new()),
            Outcome::Failed(_) => (Verdict::Failed, Vec::new()),
        };
        let by = outcome.line();
        self.asked.push(Asked { role, name: name.to_owned(), verdict, by, via });
        verdict == Verdict::Allowed
    }

    fn default(&mut self, view: View) -> bool {
        let role = &self.rbac.settings.default_role;
        !role.is_empty() && self.ask(view, Role::Default, role)
    }

    fn token(&mut self, claims: &Claims) -> bool {
        let rbac = self.rbac;
        let subject = claims.subject(rbac.settings.version);
        let project = rbac.project_of(self.query);
        let view = rbac.view(project.as_ref());
        if let Some((project, (of, _))) = project.zip(project_role(subject)) {
            // A token of one project says nothing in another.
            return rbac.layers.get(project).is_some_and(|l| l.name == of)
                && (self.default_again(view) || self.ask(view, Role::User, subject));
        }
        if self.default_again(view) || self.ask(view, Role::User, subject) {
            return true;
        }
        let groups: Vec<&str> = claims.groups(&rbac.settings.scopes).collect();
        groups.into_iter().any(|group| view.is_granted_anything(group) && self.ask(view, Role::Group, group))
    }

    /// The default role once more, now with the policies of the project, where there are any.
    fn default_again(&mut self, view: View) -> bool {
        view.project.is_some() && self.default(view)
    }

    fn decision(self, allowed: bool) -> Decision {
        let wanted = |a: &&Asked| match a.verdict {
            Verdict::Allowed => allowed,
            Verdict::Denied | Verdict::Failed => !allowed,
            Verdict::Silent => false,
        };
        let (by, via) = self.asked.iter().find(wanted).map_or((None, Vec::new()), |a| (a.by, a.via.clone()));
        Decision { allowed, by, via, asked: self.asked }
    }
}
