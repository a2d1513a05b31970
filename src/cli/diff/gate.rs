//! Refused classes, and what was acknowledged.

use std::collections::BTreeSet;

use crate::cli::clock;
use crate::diag::{Bag, Finding, Level};
use crate::model::changes::{self, Acknowledgement, Changes, Class, EXPIRED_ACKNOWLEDGEMENT};
use crate::model::spec::{Acknowledge, DayAt};

/// A class by its name.
pub fn class(name: &str) -> Result<Class, String> {
    let known = || Class::ALL.iter().map(|class| class.name()).collect::<Vec<_>>().join(", ");
    Class::from_name(name.trim()).ok_or_else(|| format!("there is no class `{}`; use {}", name.trim(), known()))
}

/// What `--deny` does, with all classes.
pub fn help() -> String {
    let head = "Exit with 1 only when a change has one of these classes, joined by commas, and no entry of `acknowledge` in the \
                spec lets it through. The classes, the most harmless first:";
    let class = |class: &Class| format!("\n- {}: {}", class.name(), class.meaning());
    Class::ALL.iter().map(class).fold(format!("{head}\n"), |text, class| text + &class)
}

/// Adds the findings of the gate, and says how many changes are refused. Whether an acknowledgement is needed at all can
/// be told only where all changes are looked at.
pub fn gate(changes: &Changes, denied: &BTreeSet<Class>, given: &[Acknowledge], all: bool, bag: &mut Bag) -> usize {
    let today = clock::today();
    let (mut valid, mut expired) = (Vec::new(), Vec::new());
    for entry in given {
        if let Some(until) = entry.until.as_ref().filter(|until| until.day < today) {
            expired.push(expiry(entry, until));
        } else {
            let object = entry.object.to_string();
            valid.push(Acknowledgement { class: entry.change, object, span: entry.span });
        }
    }
    let findings = changes::gate(changes, denied, &valid);
    let refused = findings.iter().filter(|finding| finding.level == Level::Error).count();
    let wanted = |finding: &Finding| all || finding.level == Level::Error;
    findings.into_iter().filter(wanted).chain(expired).for_each(|finding| bag.push(finding));
    refused
}

fn expiry(entry: &Acknowledge, until: &DayAt) -> Finding {
    let (class, object) = (entry.change, &*entry.object);
    let message = format!("this lets {class} of `{object}` through until {}, which is over", until.day);
    let help = "take the entry out; if the change is still to come, look at it again and set another day";
    Finding::warning(&EXPIRED_ACKNOWLEDGEMENT, until.span, message, help)
}

/// What the gate says, in one line. Errors that are no denied changes are those that the spec makes errors.
pub fn verdict(denied: usize, errors: usize) -> String {
    match (denied, errors) {
        (0, 0) => "gate: open, no change of a denied class".to_owned(),
        (0, 1) => "gate: closed, 1 finding is an error".to_owned(),
        (0, n) => format!("gate: closed, {n} findings are errors"),
        (1, _) => "gate: closed, 1 change of a denied class".to_owned(),
        (n, _) => format!("gate: closed, {n} changes of denied classes"),
    }
}
