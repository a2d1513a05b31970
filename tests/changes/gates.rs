//! What is refused, and what was accepted.

use std::collections::BTreeSet;

use sailplan::base::Span;
use sailplan::diag::Level;
use sailplan::diff::{Options, diff};
use sailplan::model::changes::{Acknowledgement, Changes, Class, gate};

/// One file gone, one new.
fn changes() -> Changes {
    let tree = |path: &str| std::collections::BTreeMap::from([(path.to_owned(), b"text".to_vec())]);
    diff(&tree("old.txt"), &tree("new.bin"), &Options::default())
}

fn accept(class: Class, object: &str) -> Acknowledgement {
    Acknowledgement { class, object: object.to_owned(), span: Span::new(1, 2) }
}

fn codes(denied: &[Class], accepted: &[Acknowledgement]) -> Vec<(&'static str, Level)> {
    let denied: BTreeSet<Class> = denied.iter().copied().collect();
    gate(&changes(), &denied, accepted).iter().map(|f| (f.code.id, f.level)).collect()
}

#[test]
fn what_is_denied_is_an_error() {
    assert_eq!(codes(&[Class::Removed], &[]), [("denied-change", Level::Error)]);
    assert_eq!(codes(&[Class::Added, Class::Removed], &[]).len(), 2);
    assert_eq!(codes(&[Class::CascadeDelete], &[]), []);
}

#[test]
fn what_is_accepted_passes() {
    assert_eq!(codes(&[Class::Removed], &[accept(Class::Removed, "old.*")]), []);
    // Accepted, but as something else.
    let other = codes(&[Class::Removed], &[accept(Class::Added, "old.*")]);
    assert_eq!(other, [("denied-change", Level::Error), ("unused-acknowledgement", Level::Warning)]);
}

#[test]
fn a_refusal_names_object_class_and_reason() {
    let found = gate(&changes(), &BTreeSet::from([Class::Removed]), &[]);
    let finding = found.first().unwrap();
    assert!(finding.message.starts_with("old.txt: removed: "), "{}", finding.message);
    assert!(
        finding.help.contains("add `{ change: removed, object: \"old.txt\", reason: … }` under `acknowledge`"),
        "{}",
        finding.help
    );
}

#[test]
fn the_docs_name_every_class() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/DIFF.md")).unwrap();
    let rows = Class::ALL.iter().map(|class| format!("| `{class}` | {} |\n", class.meaning()));
    assert!(page.contains(&rows.collect::<String>()), "the table of classes is not that of the program");
}

#[test]
fn names_of_classes_lead_back() {
    for class in Class::ALL {
        assert_eq!(Class::from_name(class.name()), Some(*class));
        assert!(!class.meaning().is_empty());
    }
    assert_eq!(Class::from_name("cascade"), None);
}
