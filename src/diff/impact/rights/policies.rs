//! Rights in Argo CD, asked of the simulator: a line that adds nothing to what another allows is no news.

use std::collections::BTreeSet;

use super::{Both, listed, texts};
use crate::base::{Kind, Value};
use crate::model::changes::{Class, Impact};
use crate::rbac::policy::{Effect, Grant, Rule};
use crate::rbac::project::{Project, Role};
use crate::rbac::{Claims, MatchMode, Policies, Query, Rbac, Settings, Subject, Version};

/// The rules of RBAC that are assumed: trees do not say which Argo CD reads them.
const VERSION: Version = Version::new(3, 5);
/// Keys of `argocd-cm` that open a door: the key, the value that opens it, what that means.
const DOORS: &[(&str, &str, &str)] = &[
    ("exec.enabled", "true", "shells in pods"),
    ("users.anonymous.enabled", "true", "anybody without signing in"),
    ("admin.enabled", "true", "the built-in admin"),
    (
        "server.rbac.disableApplicationFineGrainedRBACInheritance",
        "false",
        "rights on resources from rights on Applications",
    ),
];

/// `argocd-rbac-cm`.
pub fn of_map(both: Both) -> Vec<Impact> {
    let (old, new) = (Asked::of_map(both.before), Asked::of_map(both.after));
    let mut out = compare(&old, &new);
    let default = |asked: &Asked| asked.rbac.settings().default_role.clone();
    let (was, is) = (default(&old), default(&new));
    if was != is {
        let word = |role: &str| if role.is_empty() { "no role".to_owned() } else { format!("`{role}`") };
        let reason = format!("everybody had {}, and has {}", word(&was), word(&is));
        let class = if is.is_empty() { Class::PermissionNarrowed } else { Class::PermissionWidened };
        out.push(Impact::new(class, reason));
    }
    if old.rbac.settings().mode != new.rbac.settings().mode {
        out.push(Impact::new(
            Class::PermissionWidened,
            "`policy.matchMode` changes: each pattern may match other things",
        ));
    }
    out
}

/// The roles of an AppProject.
pub fn of_project(both: Both) -> Vec<Impact> {
    let name = both.identity.map_or("", |identity| &*identity.name);
    compare(&Asked::of_project(name, both.before), &Asked::of_project(name, both.after))
}

/// Switches and accounts of `argocd-cm`.
pub fn switches(both: Both) -> Vec<Impact> {
    let text = |object: &Value, key: &str| object.get("data").and_then(|data| data.get(key)).and_then(scalar);
    let mut out = Vec::new();
    let mut say = |more: bool, what: String| {
        let (class, verb) = match more {
            true => (Class::PermissionWidened, "allows"),
            false => (Class::PermissionNarrowed, "does not allow"),
        };
        out.push(Impact::new(class, format!("Argo CD {verb} {what} {}", if more { "now" } else { "any more" })));
    };
    for (key, opens, what) in DOORS {
        let open = |object: &Value| text(object, key).as_deref() == Some(opens);
        if open(both.before) != open(both.after) && text(both.before, key) != text(both.after, key) {
            say(open(both.after), (*what).to_owned());
        }
    }
    let accounts = |object: &Value| -> BTreeSet<String> {
        let data = object.get("data").and_then(Value::as_map);
        let keys = data.into_iter().flat_map(|map| map.keys().map(str::to_owned).collect::<Vec<_>>());
        let names =
            keys.filter_map(|key| key.strip_prefix("accounts.").filter(|name| !name.contains('.')).map(str::to_owned));
        let able = |name: &String| text(object, &format!("accounts.{name}.enabled")).as_deref() != Some("false");
        let of = |name: String| {
            let abilities = text(object, &format!("accounts.{name}")).unwrap_or_default();
            abilities.split(',').map(|a| format!("`{}` of the account `{name}`", a.trim())).collect::<Vec<_>>()
        };
        names.filter(able).flat_map(of).collect()
    };
    let (old, new) = (accounts(both.before), accounts(both.after));
    new.difference(&old).for_each(|what| say(true, what.clone()));
    old.difference(&new).for_each(|what| say(false, what.clone()));
    out
}

/// A state of the policies.
struct Asked {
    rbac: Rbac,
    rules: Vec<Rule>,
    grants: Vec<Grant>,
    broken: bool,
}

impl Asked {
    fn of_map(object: &Value) -> Asked {
        let data = object.get("data");
        let text = |key: &str| data.and_then(|data| data.str_at(key)).unwrap_or_default().to_owned();
        let mut settings = Settings::of(VERSION);
        settings.default_role = text("policy.default");
        if text("policy.matchMode") == "regex" {
            settings.mode = MatchMode::Regex;
        }
        let entries = data.and_then(Value::as_map).into_iter().flat_map(|map| map.iter());
        let texts = entries.filter_map(|entry| Some((&*entry.key, entry.value.as_str()?)));
        let read = Policies::read(texts);
        let (rules, grants, broken) = (read.rules.clone(), read.grants.clone(), !read.faults.is_empty());
        Asked { rbac: Rbac::new(settings, read, &[]), rules, grants, broken }
    }

    fn of_project(name: &str, object: &Value) -> Asked {
        let all = |role: &Value, key: &str| -> Vec<String> {
            texts(role.get(key).and_then(Value::as_list)).into_iter().map(str::to_owned).collect()
        };
        let role = |role: &Value| Role {
            name: role.str_at("name").unwrap_or_default().to_owned(),
            policies: all(role, "policies"),
            groups: all(role, "groups"),
        };
        let roles = listed(object, "roles").unwrap_or_default().iter().map(role).collect();
        let project = Project { name: name.to_owned(), roles, ..Project::default() };
        let rbac = Rbac::new(Settings::of(VERSION), Policies::default(), &[project]);
        let own = format!("proj:{name}:");
        let rules = rbac.rules().filter(|rule| rule.subject.starts_with(&own)).cloned().collect();
        let grants = rbac.grants().filter(|grant| grant.role.starts_with(&own)).cloned().collect();
        let broken = rbac.project_faults().next().is_some();
        Asked { rbac, rules, grants, broken }
    }

    /// Whether the subject of a rule may do what the rule is about.
    fn allows(&self, rule: &Rule) -> bool {
        let query = Query { resource: &rule.resource, action: &rule.action, object: &rule.object };
        let who = match rule.subject.starts_with("proj:") {
            true => Subject::Token(Claims::of(&rule.subject, [])),
            false => Subject::name(rule.subject.as_str()),
        };
        self.rbac.decide(&who, query).allowed
    }
}

fn compare(old: &Asked, new: &Asked) -> Vec<Impact> {
    let mut out = Vec::new();
    if old.broken != new.broken {
        out.push(match new.broken {
            true => {
                Impact::new(Class::PermissionNarrowed, "a line can't be read: Argo CD refuses everything to everybody")
            }
            false => Impact::new(Class::PermissionWidened, "all lines can be read again: the policy counts"),
        });
        return out;
    }
    let mut seen = BTreeSet::new();
    for rule in new.rules.iter().chain(&old.rules) {
        let (was, is) = (old.allows(rule), new.allows(rule));
        let denied = rule.effect == Effect::Deny;
        let key = (&rule.subject, &rule.resource, &rule.action, &rule.object, denied);
        if was == is || !seen.insert(key) {
            continue;
        }
        let action = if rule.action == "*" { "do anything with" } else { &*rule.action };
        let what = format!("{action} `{}` in `{}`", rule.resource, rule.object);
        out.push(match is {
            true => Impact::new(Class::PermissionWidened, format!("`{}` may {what} now", rule.subject)),
            false => Impact::new(Class::PermissionNarrowed, format!("`{}` may not {what} any more", rule.subject)),
        });
    }
    let pairs = |asked: &Asked| -> BTreeSet<(String, String)> {
        asked.grants.iter().map(|grant| (grant.subject.clone(), grant.role.clone())).collect()
    };
    let (had, has) = (pairs(old), pairs(new));
    out.extend(
        has.difference(&had)
            .map(|(who, role)| Impact::new(Class::PermissionWidened, format!("`{who}` has `{role}` now"))),
    );
    out.extend(
        had.difference(&has).map(|(who, role)| {
            Impact::new(Class::PermissionNarrowed, format!("`{who}` does not have `{role}` any more"))
        }),
    );
    out
}

fn scalar(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Str(text) => Some(text.to_string()),
        Kind::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}
