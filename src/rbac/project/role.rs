//! Policies and groups of project roles.

use super::super::Version;
use super::ProjectReason;

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

pub(super) fn is_role_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.into_iter().all(|b| b.is_some_and(u8::is_ascii_alphanumeric))
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b))
}

pub(super) fn group_fault(group: &str) -> Option<ProjectReason> {
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
