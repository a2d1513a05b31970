//! Lines of policies that Argo CD refuses, or never looks at.

use crate::diag::{Bag, Finding};
use crate::model::access::PolicyLine;
use crate::model::judge::Judge;
use crate::rbac::lint::{self, Level, LintReason};
use crate::rbac::policy::Effect;

crate::codes! {
    /// A line of a policy speaks of something that Argo CD never asks for.
    ///
    /// It is loaded, and has no effect for ever: a kind of thing that there is not, an action that the kind does not
    /// have, an object that is in no project. The help line says what there is.
    POLICY_LINE = "policy-line": error warning;
    /// A pattern reaches further than its words say, because `*` also covers `/`.
    ///
    /// `delete/*/Pod/*` matches Pods in all namespaces, and everything in a namespace called `Pod`. Write all four parts:
    /// `delete/GROUP/KIND/NAMESPACE/NAME`.
    GLOB_SLASHES = "glob-slashes": warning;
    /// A line allows everything of a kind.
    ///
    /// All actions on all Applications include deleting them and running what is in them. Name the actions and the projects
    /// that are meant, or give the role `admin`, which says what it is.
    WILDCARD_GRANT = "wildcard-grant": warning;
    /// A line of a policy stands there twice, or is covered by a deny.
    ///
    /// It changes nothing, and whoever reads it believes otherwise. Take it out.
    GRANT_WITHOUT_EFFECT = "grant-without-effect": warning;
}

/// Looks at each line.
pub fn check(judge: &Judge, bag: &mut Bag) {
    let settings = judge.rbac.settings();
    let rules: Vec<_> = judge.rbac.rules().collect();
    for rule in &rules {
        let Some(said) = judge.said(rule.at) else { continue };
        let line = PolicyLine { text: said.text, span: said.span };
        for found in lint::rule(rule, settings.mode, settings.version) {
            bag.push(of_lint(&line, &found.reason));
        }
        let all = |text: &str| text.chars().all(|c| matches!(c, '*' | '/'));
        if rule.effect == Effect::Allow && rule.action == "*" && all(&rule.object) && !rule.subject.starts_with("proj:")
        {
            let message = format!("`{}` allows everything of its kind", line.text);
            let help = "name the actions and the project, or give the role `admin` if that is meant";
            bag.push(Finding::warning(&WILDCARD_GRANT, line.span, message, help));
        }
    }
    without_effect(judge, &rules, bag);
}

/// Lines that are there before, or that a deny of the same subject covers word by word.
fn without_effect(judge: &Judge, rules: &[&crate::rbac::policy::Rule], bag: &mut Bag) {
    use crate::base::hash::HashMap;
    let mut seen: HashMap<[&str; 4], Vec<&crate::rbac::policy::Rule>> = HashMap::default();
    for rule in rules {
        let Some(said) = judge.said(rule.at) else { continue };
        let same = seen.entry([&rule.subject, &rule.resource, &rule.action, &rule.object]).or_default();
        let other = same.iter().find(|other| other.effect == rule.effect || rule.effect == Effect::Deny);
        if let Some(first) = other.and_then(|other| judge.said(other.at)).filter(|first| first.span != said.span) {
            let (line, place, other) = match same.first().is_some_and(|s| s.effect == rule.effect) {
                true => (&said, said.span, first.span),
                false => (&first, first.span, said.span),
            };
            let message = format!("`{}` changes nothing", line.text);
            let finding = Finding::warning(&GRANT_WITHOUT_EFFECT, place, message, "take it out");
            bag.push(finding.also(other, "this says the same, or denies it"));
        }
        same.push(rule);
    }
}

fn of_lint(line: &PolicyLine, reason: &LintReason) -> Finding {
    if matches!(reason, LintReason::ResourcePath | LintReason::ActionPath) {
        let message = format!("the pattern in `{}` has fewer parts than a path", line.text);
        return Finding::warning(&GLOB_SLASHES, line.span, message, reason.to_string());
    }
    let message = format!("`{}` never has an effect", line.text);
    match reason.level() {
        Level::Error => Finding::error(&POLICY_LINE, line.span, message, reason.to_string()),
        Level::Warning => Finding::warning(&POLICY_LINE, line.span, message, reason.to_string()),
    }
}
