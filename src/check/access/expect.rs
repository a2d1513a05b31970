//! What the spec expects of the policy.

use crate::base::Span;
use crate::diag::{Bag, Finding};
use crate::model::judge::{Judge, subject};
use crate::model::spec::{Access, Expectation};
use crate::rbac::{Decision, Query};
use crate::shape::Text;

crate::codes! {
    /// The policy does not hold what the spec expects of it.
    ///
    /// `access.expect` says who can or can't do what; the policy is asked as Argo CD would be. The finding shows the line
    /// that decided, and the roles on the way to it. Mend the policy, or the expectation.
    EXPECTATION_FAILED = "expectation-failed";
    /// An expectation is not complete: who, one of `can` and `cannot`, and on what.
    ///
    /// `on` is a kind of thing and an object, as `applications security/vault` or `projects security`.
    EXPECTATION_FORM = "expectation-form";
}

/// Asks the policy for each expectation.
pub fn check(access: &Access, judge: &Judge, bag: &mut Bag) {
    for expectation in access.expect.iter() {
        let Some((action, wanted)) = action(expectation, bag) else { continue };
        let Some((resource, object)) = expectation.on.split_once(' ') else {
            let message = format!("`{}` says no kind of thing and object", &*expectation.on);
            let help = "write both, as `on: applications security/vault`";
            bag.push(Finding::error(&EXPECTATION_FORM, expectation.on.span, message, help));
            continue;
        };
        let groups: Vec<&str> = expectation.groups.iter().map(|group| &**group).collect();
        let who = subject(Some(access), &expectation.subject, &groups);
        let query = Query { resource, action, object: object.trim() };
        let decision = judge.rbac.decide(&who, query);
        if decision.allowed != wanted {
            bag.push(failed(expectation, action, judge, &decision));
        }
    }
}

fn action<'e>(expectation: &'e Expectation, bag: &mut Bag) -> Option<(&'e Text, bool)> {
    match (&expectation.can, &expectation.cannot) {
        (Some(action), None) => Some((action, true)),
        (None, Some(action)) => Some((action, false)),
        _ => {
            let message = "an expectation says one of `can` and `cannot`";
            let help = "write `can: sync`, or `cannot: sync`";
            bag.push(Finding::error(&EXPECTATION_FORM, expectation.span, message, help));
            None
        }
    }
}

fn failed(expectation: &Expectation, action: &str, judge: &Judge, decision: &Decision) -> Finding {
    let (who, on) = (&*expectation.subject, &*expectation.on);
    let said = decision.by.and_then(|line| judge.said(line));
    let message = match decision.allowed {
        true => format!("`{who}` can {action} {on}, and is expected not to"),
        false => format!("`{who}` can't {action} {on}, and is expected to"),
    };
    let help = match (decision.allowed, &said) {
        (true, Some(line)) => format!("narrow the line `{}`, or mend the expectation", line.text),
        (true, None) => "a role that Argo CD brings allows it: take that role away, or mend the expectation".to_owned(),
        (false, Some(line)) => format!("the line `{}` denies it: narrow it, or mend the expectation", line.text),
        (false, None) => missing(action, on),
    };
    let place = expectation.can.as_ref().or(expectation.cannot.as_ref()).map_or(Span::NONE, |word| word.span);
    let finding = Finding::error(&EXPECTATION_FAILED, place.or(expectation.span), message, help);
    let decided = if decision.allowed { "allowed by this" } else { "denied by this" };
    let finding = match said {
        Some(line) => finding.also(line.span, decided),
        None => finding,
    };
    let steps = decision.via.iter().filter_map(|step| Some((&step.role, judge.said(step.line)?)));
    steps.fold(finding, |finding, (role, line)| finding.also(line.span, format!("which it has as `{role}`")))
}

fn missing(action: &str, on: &str) -> String {
    let (resource, object) = on.split_once(' ').unwrap_or((on, "*"));
    format!(
        "no line speaks of it: add `allow: [{{ {resource}: {action}, in: {object} }}]` to a role of it, or mend the \
         expectation"
    )
}
