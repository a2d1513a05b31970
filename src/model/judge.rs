//! The Argo CD of a spec as the simulator has it, and the way back from a line to its place in the spec.

use serde_json::Map;

use super::access::{PolicyKey, PolicyLine, bare, of_project_role, policies, role_name};
use super::context::parse_version;
use super::spec::{Access, MatchMode as Mode, Spec};
use crate::base::Span;
use crate::rbac::project::{Project, Role};
use crate::rbac::{LineRef, MatchMode, Origin, Policies, Rbac, Settings, Subject, Version};

/// Version of the rules where that of Argo CD can't be read.
const NEWEST: Version = Version::new(3, 5);

/// The rights of a spec.
#[derive(Debug)]
pub struct Judge {
    /// The simulator.
    pub rbac: Rbac,
    keys: Vec<PolicyKey>,
    roles: Vec<Vec<Vec<PolicyLine>>>,
}

/// A line that has a say, and where it comes from.
#[derive(Clone, Debug)]
pub struct Said {
    /// The line as Argo CD reads it.
    pub text: String,
    /// Its place in the spec; none for what Argo CD brings itself.
    pub span: Span,
}

impl Judge {
    /// The rights of a spec: `access`, and the roles of `projects`.
    #[must_use]
    pub fn new(spec: &Spec) -> Judge {
        let keys = spec.access.as_deref().map(policies).unwrap_or_default();
        let texts: Vec<(String, String)> = keys.iter().map(|key| (key.key.clone(), text(&key.lines))).collect();
        let read = Policies::read(texts.iter().map(|(key, text)| (key.as_str(), text.as_str())));
        let lines = |project: &str, roles: &[_]| roles.iter().map(|role| of_project_role(project, role)).collect();
        let roles: Vec<Vec<Vec<PolicyLine>>> =
            spec.projects.iter().map(|project| lines(&project.name, &project.item.roles)).collect();
        let projects: Vec<Project> = spec
            .projects
            .iter()
            .zip(&roles)
            .map(|(project, lines)| {
                let role = |(role, lines): (&crate::shape::Named<super::spec::ProjectRole>, &Vec<PolicyLine>)| Role {
                    name: role.name.to_string(),
                    policies: lines.iter().map(|line| line.text.clone()).collect(),
                    groups: role.item.groups.iter().map(|group| group.to_string()).collect(),
                };
                let roles = project.item.roles.iter().zip(lines).map(role).collect();
                Project { name: project.name.to_string(), roles, ..Project::default() }
            })
            .collect();
        Judge { rbac: Rbac::new(settings(spec), read, &projects), keys, roles }
    }

    /// What a line says, and where it stands.
    #[must_use]
    pub fn said(&self, at: LineRef) -> Option<Said> {
        let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let line = match at.origin {
            Origin::File(key) => self.keys.get(number(key))?.lines.get(number(at.line).checked_sub(1)?)?,
            Origin::Role(project, role, policy) => {
                self.roles.get(number(project))?.get(number(role))?.get(number(policy))?
            }
            _ => return None,
        };
        Some(Said { text: line.text.clone(), span: line.span })
    }
}

/// Whoever is meant by a name: a role or a token of a project as it stands, a local account, somebody who signs in with that
/// e-mail address, or else a member of the group of that name. A group has only what its roles have: lines that name it
/// directly are never asked for (Argo CD 3.x, `util/rbac`).
#[must_use]
pub fn subject(access: Option<&Access>, name: &str, groups: &[&str]) -> Subject {
    if name.starts_with("role:") {
        return Subject::name(name);
    }
    let is_account = name == "admin" || access.is_some_and(|access| access.accounts.has(name));
    let is_mail = name.contains('@') && !name.contains(':');
    let is_group = !is_account && !is_mail && !name.starts_with("proj:");
    let mut claims = Map::new();
    if !is_group {
        claims.insert("sub".to_owned(), name.into());
    }
    if is_mail {
        claims.insert("email".to_owned(), name.into());
    }
    let own = (!is_account && !name.starts_with("proj:")).then_some(name);
    let all: Vec<&str> = own.into_iter().chain(groups.iter().copied()).collect();
    claims.insert("groups".to_owned(), all.into());
    Subject::token(claims)
}

/// Whether a role is one of the spec, or one that Argo CD brings.
#[must_use]
pub fn is_role(access: &Access, name: &str) -> bool {
    let own = super::access::roles(access).any(|role| bare(&role.name) == bare(name));
    own || super::access::BUILT_IN_ROLES.contains(&bare(name)) || name.starts_with("proj:")
}

fn text(lines: &[PolicyLine]) -> String {
    lines.iter().fold(String::new(), |mut all, line| {
        all.push_str(&line.text);
        all.push('\n');
        all
    })
}

/// The version of Argo CD, as its rules of RBAC go.
#[must_use]
pub fn version(spec: &Spec) -> Version {
    parse_version(&spec.argocd_version()).map_or(NEWEST, |(major, minor)| Version::new(major, minor))
}

fn settings(spec: &Spec) -> Settings {
    let mut settings = Settings::of(version(spec));
    let flag = |key: &str| {
        let settings = spec.platform.argocd.as_ref().and_then(|a| a.settings.as_ref());
        let value = settings.and_then(|settings| settings.map.get(key));
        value.and_then(|value| value.as_bool().or_else(|| value.as_str().map(|text| text == "true")))
    };
    if let Some(disabled) = flag("server.rbac.disableApplicationFineGrainedRBACInheritance") {
        settings.inheritance = !disabled;
    }
    settings.logs = settings.logs || flag("server.rbac.log.enforce.enable") == Some(true);
    settings.rollback = flag("server.rbac.rollback.enforce.enable") == Some(true);
    if let Some(access) = spec.access.as_deref() {
        settings.default_role = access.default.as_deref().map(role_name).unwrap_or_default();
        if access.match_mode == Some(Mode::Regex) {
            settings.mode = MatchMode::Regex;
        }
        if !access.scopes.is_empty() {
            settings.scopes = access.scopes.iter().map(|scope| scope.to_string()).collect();
        }
    }
    settings
}
