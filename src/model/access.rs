//! The policy of Argo CD as lines, each with the place in the spec that it comes from: what is written, tested and judged is
//! the same text (Argo CD 3.x, `util/rbac`: policy.csv and further keys `policy.NAME.csv`).

use std::collections::BTreeSet;

use super::spec::{Access, AccessRole, Grant, Grantee, LocalAccount, OneOrMany, ProjectRole};
use crate::base::Span;
use crate::shape::{Dict, Named, Text};

/// A line of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyLine {
    /// The line, without its end.
    pub text: String,
    /// What of the spec it comes from.
    pub span: Span,
}

/// A key of argocd-rbac-cm that holds lines.
#[derive(Clone, Debug)]
pub struct PolicyKey {
    /// The key.
    pub key: String,
    /// Its lines.
    pub lines: Vec<PolicyLine>,
}

/// Roles that Argo CD brings itself.
pub const BUILT_IN_ROLES: [&str; 2] = ["admin", "readonly"];

/// The name of a role without what says that it is one.
#[must_use]
pub fn bare(role: &str) -> &str {
    role.strip_prefix("role:").unwrap_or(role)
}

/// The lines of all keys: `policy.csv` first, the others by name. Keys without lines are left out.
#[must_use]
pub fn policies(access: &Access) -> Vec<PolicyKey> {
    let mut first = of_roles(&access.roles);
    first.extend(of_groups(&access.groups));
    first.extend(by_name(&access.accounts).into_iter().flat_map(|account| of_account(access, account)));
    let mut keys = vec![PolicyKey { key: "policy.csv".to_owned(), lines: first }];
    let mut pieces: Vec<_> = access.policies.iter().collect();
    pieces.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    keys.extend(pieces.into_iter().map(|piece| {
        let mut lines = of_roles(&piece.item.roles);
        lines.extend(of_groups(&piece.item.groups));
        PolicyKey { key: format!("policy.{}.csv", &*piece.name), lines }
    }));
    keys.retain(|key| !key.lines.is_empty());
    keys
}

/// All roles of the spec, those of the pieces among them.
pub fn roles(access: &Access) -> impl Iterator<Item = &Named<AccessRole>> {
    access.roles.iter().chain(access.policies.iter().flat_map(|piece| piece.item.roles.iter()))
}

/// All groups of the spec, those of the pieces among them.
pub fn groups(access: &Access) -> impl Iterator<Item = &Named<Grantee>> {
    access.groups.iter().chain(access.policies.iter().flat_map(|piece| piece.item.groups.iter()))
}

fn of_roles(roles: &Dict<AccessRole>) -> Vec<PolicyLine> {
    let of_role = |role: &Named<AccessRole>| {
        let subject = format!("role:{}", bare(&role.name));
        let mut lines: Vec<PolicyLine> = role.item.roles.iter().map(|above| has(&subject, above)).collect();
        lines.extend(of_grants(&subject, &role.item.allow, &role.item.deny));
        lines
    };
    by_name(roles).into_iter().flat_map(of_role).collect()
}

fn of_groups(groups: &Dict<Grantee>) -> Vec<PolicyLine> {
    let of_group = |group: &Named<Grantee>| {
        let granted = &group.item.0;
        let mut lines: Vec<PolicyLine> = granted.roles.iter().map(|role| has(&group.name, role)).collect();
        lines.extend(of_grants(&group.name, &granted.allow, &granted.deny));
        lines
    };
    by_name(groups).into_iter().flat_map(of_group).collect()
}

/// What an account may do stands in lines of its own: whoever signs in with a group of its name would get its roles, but
/// not these (Argo CD 3.x, RBAC of local users).
fn of_account(access: &Access, account: &Named<LocalAccount>) -> Vec<PolicyLine> {
    let subject = &*account.name;
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    let mut wanted: Vec<&Text> = account.item.roles.iter().rev().collect();
    while let Some(role) = wanted.pop() {
        if !seen.insert(bare(role)) {
            continue;
        }
        match roles(access).find(|known| bare(&known.name) == bare(role)) {
            Some(known) => {
                let mut granted = of_grants(subject, &known.item.allow, &known.item.deny);
                granted.iter_mut().for_each(|line| line.span = role.span);
                lines.extend(granted);
                wanted.extend(known.item.roles.iter().rev());
            }
            None => lines.push(has(subject, role)),
        }
    }
    lines.extend(of_grants(subject, &account.item.allow, &account.item.deny));
    let mut once = BTreeSet::new();
    lines.retain(|line| once.insert(line.text.clone()));
    lines
}

/// The lines of a role of a project. Its objects lie in the project (Argo CD 3.x, `AppProject.ValidateProject`).
#[must_use]
pub fn of_project_role(project: &str, role: &Named<ProjectRole>) -> Vec<PolicyLine> {
    let subject = format!("proj:{project}:{}", &*role.name);
    let inside = |object: &str| match object.strip_prefix(project).is_some_and(|rest| rest.starts_with('/')) {
        true => object.to_owned(),
        false => format!("{project}/{object}"),
    };
    let grants = [(&role.item.allow, "allow"), (&role.item.deny, "deny")];
    grants.into_iter().flat_map(|(grants, effect)| lines(&subject, grants, effect, &inside)).collect()
}

fn has(subject: &str, role: &Text) -> PolicyLine {
    PolicyLine { text: format!("g, {}, {}", field(subject), field(&role_name(role))), span: role.span }
}

/// The name of a role as policies have it.
#[must_use]
pub fn role_name(role: &str) -> String {
    match role.starts_with("role:") || role.starts_with("proj:") {
        true => role.to_owned(),
        false => format!("role:{role}"),
    }
}

fn of_grants(subject: &str, allow: &[Grant], deny: &[Grant]) -> Vec<PolicyLine> {
    let whole = |object: &str| object.to_owned();
    let mut out = lines(subject, allow, "allow", &whole);
    out.extend(lines(subject, deny, "deny", &whole));
    out
}

fn lines(subject: &str, grants: &[Grant], effect: &str, object: &dyn Fn(&str) -> String) -> Vec<PolicyLine> {
    let mut out = Vec::new();
    for grant in grants {
        let all = OneOrMany(vec![Text { value: "*".into(), span: grant.span }]);
        let objects = grant.objects.as_ref().unwrap_or(&all);
        for (resource, actions) in grant.resources() {
            for action in &actions.0 {
                for wanted in &objects.0 {
                    let object = object(wanted);
                    let fields = [subject, resource, action, &object, effect].map(field);
                    out.push(PolicyLine { text: format!("p, {}", fields.join(", ")), span: action.span });
                }
            }
        }
    }
    out
}

/// A field of CSV, in quotes where it needs them.
fn field(text: &str) -> String {
    let plain = !text.contains([',', '"', '\n', '\r']) && text.trim() == text && !text.is_empty();
    match plain && !text.starts_with('#') {
        true => text.to_owned(),
        false => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}

fn by_name<T>(of: &Dict<T>) -> Vec<&Named<T>> {
    let mut sorted: Vec<_> = of.iter().collect();
    sorted.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    sorted
}

/// Name of the Secret that holds what single sign-on needs from a store.
pub const SSO_SECRET: &str = "argocd-sso";

/// Key in that Secret of the client secret of the OpenID provider.
pub const OIDC_KEY: &str = "oidc.clientSecret";

/// Key in that Secret of a secret key of a connector.
#[must_use]
pub fn connector_key(connector: &str, key: &str) -> String {
    format!("dex.{connector}.{key}")
}
