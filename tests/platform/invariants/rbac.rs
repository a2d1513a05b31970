//! I20: each RBAC line is one Argo CD can use: field count, resource, action, effect; project roles within their project.

use super::super::Platform;
use super::super::report::Report;
use regex::Regex;

/// Resource, then its actions; `action/`, `update/` and `delete/` go on with a path.
const MATRIX: [(&str, &str); 12] = [
    ("applications", "get create update delete sync override action/ update/ delete/"),
    ("applicationsets", "get create update delete"),
    ("logs", "get"),
    ("exec", "create"),
    ("clusters", "get create update delete"),
    ("repositories", "get create update delete"),
    ("write-repositories", "get create update delete"),
    ("projects", "get create update delete"),
    ("certificates", "get create delete"),
    ("gpgkeys", "get create delete"),
    ("accounts", "get update"),
    ("extensions", "invoke"),
];

/// Judges the policies of argocd-rbac-cm and of the project roles; without any there is nothing to judge.
pub fn judge(platform: &Platform, report: &mut Report) {
    for map in platform.tree.of("", "ConfigMap").filter(|object| object.name() == "argocd-rbac-cm") {
        let policies = map.value["data"].as_object().into_iter().flatten();
        for (key, text) in policies.filter(|(key, _)| key.starts_with("policy.") && key.ends_with("csv")) {
            for line in text.as_str().unwrap_or_default().lines() {
                if let Err(why) = check(line) {
                    report.broken(&map.to_string(), format!("{key}: {line:?}: {why}"));
                }
            }
        }
    }
    for project in platform.tree.of("argoproj.io", "AppProject") {
        for role in project.value["spec"]["roles"].as_array().into_iter().flatten() {
            for line in role["policies"].as_array().into_iter().flatten().filter_map(|line| line.as_str()) {
                let name = role["name"].as_str().unwrap_or_default();
                if let Err(why) = check(line).and_then(|()| within(line, project.name(), name)) {
                    report.broken(&project.to_string(), format!("role {name}: {line:?}: {why}"));
                }
            }
        }
    }
}

fn fields(line: &str) -> Vec<&str> {
    // The reader of Argo CD drops space before a field and keeps the space after it.
    line.trim().split(',').map(str::trim_start).collect()
}

fn check(line: &str) -> Result<(), String> {
    if line.trim().is_empty() || line.trim().starts_with('#') {
        return Ok(());
    }
    let fields = fields(line);
    if let Some(field) = fields.iter().find(|field| field.is_empty() || field.trim_end() != **field) {
        return Err(format!("field {field:?} is empty or ends in space, so it matches nothing"));
    }
    match fields[..] {
        ["g", _, _] => Ok(()),
        ["p", _, resource, action, _, effect] => {
            let actions = MATRIX.iter().find(|(name, _)| *name == resource).map(|(_, actions)| *actions);
            let actions = actions.or((resource == "*").then_some("*")).ok_or(format!("no resource {resource}"))?;
            let fits = |known: &str| action == known || (known.ends_with('/') && action.starts_with(known));
            if action != "*" && !actions.split(' ').any(fits) {
                return Err(format!("{resource} has no action {action}"));
            }
            if !["allow", "deny"].contains(&effect) {
                return Err(format!("no effect {effect}"));
            }
            Ok(())
        }
        _ => Err(format!("{} fields; a p line has 6, a g line 3", fields.len())),
    }
}

fn within(line: &str, project: &str, role: &str) -> Result<(), String> {
    let fields = fields(line);
    let subject = format!("proj:{project}:{role}");
    let object = Regex::new(&format!(r"^{}(/[*\w\-.]+)?/[*\w\-.]+$", regex::escape(project))).unwrap();
    match fields[..] {
        ["p", s, _, _, o, _] if s == subject && object.is_match(o) => Ok(()),
        _ => Err(format!("a role of {project} speaks of {subject} and {project}/... only")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_work() {
        let lines = ["", "# c", "g, org:team, role:x", "p, role:x, applications, action/apps/*, a/*, allow"];
        assert!(lines.iter().all(|line| check(line).is_ok()));
        assert!(within("p, proj:a:r, applications, get, a/*, allow", "a", "r").is_ok());
    }

    #[test]
    fn lines_that_do_not() {
        let lines = [
            "p, role:x, applications, get, */*",
            "p, role:x, application, get, */*, allow",
            "p, role:x, logs, create, */*, allow",
            "p, role:x, applications, get, */*, permit",
            "p, role:x , applications, get, */*, allow",
            "g, a",
        ];
        assert!(lines.iter().all(|line| check(line).is_err()));
        assert!(within("p, proj:b:r, applications, get, a/*, allow", "a", "r").is_err());
        assert!(within("p, proj:a:r, applications, get, */*, allow", "a", "r").is_err());
    }

    #[test]
    fn both_places_are_read() {
        let files = [
            (
                "c.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-rbac-cm}\ndata: {policy.csv: 'g, a'}\n",
            ),
            (
                "p.yaml",
                "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: a}\nspec: {roles: [{name: r, policies: ['p, x']}]}\n",
            ),
        ];
        assert_eq!(super::super::judged(judge, &files, serde_json::json!({})).len(), 2);
    }
}
