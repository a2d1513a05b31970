//! Texts of policies, read the way Argo CD reads them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can not go on should stop"
)]

use proptest::prelude::*;
use sailplan::rbac::policy::{Effect, Line, LineFault, Reason, read_line};
use sailplan::rbac::{LineRef, Origin, Policies};

const AT: LineRef = LineRef { origin: Origin::File(0), line: 1 };

fn fault(line: &str) -> (Reason, &str) {
    let LineFault { range, reason, .. } = read_line(line, AT).unwrap_err();
    (reason, &line[range])
}

fn rule(line: &str) -> [String; 4] {
    match read_line(line, AT).unwrap() {
        Line::Rule(rule) => [rule.subject, rule.resource, rule.action, rule.object],
        other => panic!("{other:?}"),
    }
}

#[test]
fn fields_lose_leading_blanks_only() {
    assert_eq!(rule(" p,a ,\u{a0}b,  c,\td,allow\r"), ["a ", "b", "c", "d"]);
}

#[test]
fn quotes_hold_commas_and_quotes() {
    assert_eq!(rule(r#"p, "a,b", "say ""x""", "", d, allow"#), ["a,b", r#"say "x""#, "", "d"]);
}

#[test]
fn places_of_fields_are_bytes_of_the_line() {
    let line = "  p, ä, \"b,c\", d, e, deny";
    let Line::Rule(rule) = read_line(line, AT).unwrap() else { panic!("no rule") };
    assert_eq!(rule.spans.map(|span| &line[span]), ["ä", "\"b,c\"", "d", "e", "deny"]);
    let line = " g, ü , role:x";
    let Line::Grant(grant) = read_line(line, AT).unwrap() else { panic!("no grant") };
    assert_eq!((&*grant.subject, grant.spans.map(|span| &line[span])), ("ü ", ["ü ", "role:x"]));
}

#[test]
fn effects_are_exact() {
    let effect = |line| match read_line(line, AT).unwrap() {
        Line::Rule(rule) => rule.effect,
        other => panic!("{other:?}"),
    };
    assert_eq!(effect("p, a, b, c, d, allow"), Effect::Allow);
    assert_eq!(effect("p, a, b, c, d, deny"), Effect::Deny);
    assert_eq!(effect("p, a, b, c, d, Allow"), Effect::Unknown);
    assert_eq!(effect("p, a, b, c, d,\"deny \""), Effect::Unknown);
}

#[test]
fn faults_have_a_place_and_a_reason() {
    let count = |kind, wanted, found| Reason::FieldCount { kind, wanted, found };
    assert_eq!(fault("  p, ä\"b, c, d, e, allow"), (Reason::BareQuote, "\""));
    assert_eq!(fault("p, \"ä\" x, c"), (Reason::AfterQuote, " x"));
    assert_eq!(fault("p, \"ä, c"), (Reason::OpenQuote, "\"ä, c"));
    assert_eq!(fault(" p, ä "), (count('p', 6, 2), "p, ä"));
    assert_eq!(fault("p, a, b, c, d, allow, # why"), (count('p', 6, 7), "p, a, b, c, d, allow, # why"));
    assert_eq!(fault("g, a, b, c"), (count('g', 3, 4), "g, a, b, c"));
    assert_eq!(fault(" P, a"), (Reason::UnknownKind("P".to_owned()), "P"));
    assert_eq!(fault("\"p \", a"), (Reason::UnknownKind("p ".to_owned()), "\"p \""));
    assert_eq!(fault(","), (Reason::UnknownKind(String::new()), ""));
}

#[test]
fn reasons_say_what_is_wrong() {
    let said = |line: &str| fault(line).0.to_string();
    assert_eq!(said("p, a"), "a `p` line has 6 fields, not 2");
    assert_eq!(said("q, a"), "a line starts with `p` or `g`, not with `q`");
    assert_eq!(said("p, \"a"), "the quote is never closed");
}

#[test]
fn comments_and_lines_that_nobody_looks_at() {
    for line in ["", " \t", "# p, a", "  #", "\u{a0}"] {
        assert_eq!(read_line(line, AT), Ok(Line::Blank), "{line:?}");
    }
    for line in ["r, a", "m", "e,,,"] {
        assert_eq!(read_line(line, AT), Ok(Line::Ignored), "{line:?}");
    }
}

#[test]
fn keys_are_joined_in_the_order_of_argo_cd() {
    let data = [
        ("policy.b.csv", "g, b, x"),
        ("policy.default", "g, no, x"),
        ("policy.B.csv", "g, B, x"),
        ("policies.csv", "g, no, x"),
        ("policy.csv", "# first\ng, first, x\n\np, a"),
        ("policy..csv", "g, dots, x\nm"),
        ("policy.csv.bak", "g, no, x"),
    ];
    let read = Policies::read(data);
    let subjects: Vec<_> = read.grants.iter().map(|g| (&*g.subject, g.at.origin, g.at.line)).collect();
    let file = Origin::File;
    assert_eq!(subjects, [("first", file(4), 2), ("dots", file(5), 1), ("B", file(2), 1), ("b", file(0), 1)]);
    assert_eq!(read.faults.iter().map(|f| f.at).collect::<Vec<_>>(), [LineRef { origin: file(4), line: 4 }]);
    assert_eq!(read.ignored, [LineRef { origin: file(5), line: 2 }]);
}

proptest! {
    /// Whatever the text, each line is read or refused, at bytes that it has.
    #[test]
    fn any_text_is_read(text in "([pg#\", ä\t\r\n]|allow|role:x){0,60}") {
        let read = Policies::read([("policy.csv", &*text)]);
        let lines: Vec<&str> = text.split('\n').collect();
        for fault in read.faults {
            prop_assert!(lines[fault.at.line as usize - 1].get(fault.range).is_some());
        }
        for rule in read.rules {
            for span in rule.spans {
                prop_assert!(lines[rule.at.line as usize - 1].get(span).is_some());
            }
        }
    }
}
