//! Roles and bindings of Kubernetes.

use std::collections::BTreeSet;

use super::Both;
use crate::base::Value;
use crate::model::changes::{Class, Impact};

/// What one rule allows: group, resource or URL, name of an object, verb. `*` is anything.
type Right = (String, String, String, String);

/// Most rights that are told apart in one object; the rest of a hostile one is passed over.
const MOST: usize = 20_000;

/// The rules of a Role or ClusterRole.
pub fn rules(both: Both) -> Vec<Impact> {
    let (old, new) = (rights(both.before), rights(both.after));
    let mut out = Vec::new();
    let mut say = |class: Class, verb: &str, more: &BTreeSet<Right>, less: &BTreeSet<Right>, end: &str| {
        let missing = more.difference(less).filter(|right| !covered(less, right));
        let mut by: std::collections::BTreeMap<String, Vec<&str>> = std::collections::BTreeMap::new();
        for (group, resource, name, action) in missing {
            let of = if group.is_empty() { String::new() } else { format!(".{group}") };
            let named = if name == "*" { String::new() } else { format!(" named `{name}`") };
            by.entry(format!("`{resource}{of}`{named}")).or_default().push(action);
        }
        out.extend(by.into_iter().map(|(what, verbs)| {
            let verbs = if verbs.contains(&"*") { "everything".to_owned() } else { verbs.join(", ") };
            Impact::new(class, format!("{verb} {verbs} on {what}{end}"))
        }));
    };
    say(Class::PermissionWidened, "it allows", &new, &old, " now");
    say(Class::PermissionNarrowed, "it does not allow", &old, &new, " any more");
    out
}

fn rights(object: &Value) -> BTreeSet<Right> {
    let mut out = BTreeSet::new();
    for rule in object.get("rules").and_then(Value::as_list).unwrap_or_default() {
        let all = |key: &str| -> Vec<&str> {
            rule.get(key).and_then(Value::as_list).unwrap_or_default().iter().filter_map(Value::as_str).collect()
        };
        let names = if all("resourceNames").is_empty() { vec!["*"] } else { all("resourceNames") };
        let urls = all("nonResourceURLs");
        for verb in all("verbs") {
            for url in &urls {
                out.insert((String::new(), (*url).to_owned(), "*".to_owned(), verb.to_owned()));
            }
            for group in all("apiGroups") {
                for resource in all("resources") {
                    for name in &names {
                        if out.len() < MOST {
                            out.insert((group.to_owned(), resource.to_owned(), (*name).to_owned(), verb.to_owned()));
                        }
                    }
                }
            }
        }
    }
    out
}

/// Whether a set of rights holds this one by an asterisk. Each part is the part itself or any.
fn covered(rights: &BTreeSet<Right>, (group, resource, name, verb): &Right) -> bool {
    let either = |part: &str| if part == "*" { vec!["*".to_owned()] } else { vec![part.to_owned(), "*".to_owned()] };
    either(group).into_iter().any(|g| {
        either(resource).into_iter().any(|r| {
            either(name)
                .into_iter()
                .any(|n| either(verb).into_iter().any(|v| rights.contains(&(g.clone(), r.clone(), n.clone(), v))))
        })
    })
}

/// The subjects of a binding, each with the role that it gets.
pub fn subjects(both: Both) -> Vec<Impact> {
    let all = |object: &Value| -> BTreeSet<(String, String)> {
        let items = object.get("subjects").and_then(Value::as_list).unwrap_or_default();
        items.iter().map(|item| (subject(item), role(object))).collect()
    };
    let (old, new) = (all(both.before), all(both.after));
    let gets =
        new.difference(&old).map(|(who, role)| Impact::new(Class::PermissionWidened, format!("{who} gets {role}")));
    let loses =
        old.difference(&new).map(|(who, role)| Impact::new(Class::PermissionNarrowed, format!("{who} loses {role}")));
    gets.chain(loses).collect()
}

fn role(binding: &Value) -> String {
    let part = |key: &str| binding.get("roleRef").and_then(|role| role.str_at(key)).unwrap_or_default();
    format!("{} `{}`", part("kind"), part("name"))
}

fn subject(subject: &Value) -> String {
    let part = |key: &str| subject.str_at(key).unwrap_or_default();
    match part("namespace") {
        "" => format!("{} `{}`", part("kind"), part("name")),
        namespace => format!("{} `{namespace}/{}`", part("kind"), part("name")),
    }
}
