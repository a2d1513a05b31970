//! Patterns: what each dialect matches. `tests/rbac_argocd.rs` compares many more with the libraries themselves.

#![allow(clippy::unwrap_used, reason = "a test that can not go on should stop")]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use sailplan::rbac::matching::{Failure, Matcher};
use sailplan::rbac::{MatchMode, Version};

const OLD: Version = Version::new(3, 5);
const NEW: Version = Version::new(3, 6);

fn glob(version: Version, pattern: &str, text: &str) -> bool {
    Matcher::new(pattern, MatchMode::Glob, version).matches(text).unwrap()
}

fn regex(pattern: &str, text: &str) -> Result<bool, Failure> {
    Matcher::new(pattern, MatchMode::Regex, OLD).matches(text)
}

/// Pattern, texts that match, texts that do not: alike in both libraries.
#[test]
fn globs_match_whole_texts() {
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("*", &["", "a", "a/b", "äö"], &[]),
        ("*/*", &["/", "p/a", "p/n/a"], &["", "p"]),
        ("p/*", &["p/", "p/a", "p/n/a"], &["p", "q/a", "xp/a"]),
        ("?", &["a", "ä", "/"], &["ab"]),
        ("a?c", &["abc", "a/c"], &["ac", "abbc"]),
        ("[a-c]x", &["ax", "cx"], &["dx", "x", "Ax"]),
        ("[!a-c]x", &["dx"], &["ax", "x"]),
        ("[abc]", &["a", "c"], &["d", "ab"]),
        ("[^a]", &["^", "a"], &["b"]),
        ("[ab-d]", &["a", "b", "-", "d"], &["c"]),
        ("{get,sync}", &["get", "sync"], &["", "gets", "get,sync"]),
        ("{a,b{c,d}}e", &["ae", "bce", "bde"], &["be", "ace"]),
        ("delete/*/Pod/*/*", &["delete//Pod/n/x"], &["delete//Pod/n", "delete//pod/n/x"]),
        ("a,b", &["a,b"], &["a", "b"]),
        ("a}]", &["a}]"], &["a"]),
        (r"\*", &["*"], &["a", r"\*"]),
        (r"a\b", &["ab"], &[r"a\b"]),
    ];
    for (pattern, match_, not) in cases {
        for version in [OLD, NEW] {
            for text in *match_ {
                assert!(glob(version, pattern, text), "{pattern} and {text}, {version:?}");
            }
            for text in *not {
                assert!(!glob(version, pattern, text), "{pattern} and {text}, {version:?}");
            }
        }
    }
}

/// Where the library of 3.5 answers otherwise than the pattern says, and that of 3.6 does not.
#[test]
fn the_old_library_has_its_ways() {
    let both = |pattern, text| [OLD, NEW].map(|version| glob(version, pattern, text));
    assert_eq!(both("a*a", "a"), [true, false], "start and end may be the same letter");
    assert_eq!(both("[!ab][!ab]", "ac"), [true, false], "two negated lists refuse a text, not characters");
    assert_eq!(both("?", ""), [true, false]);
    assert_eq!(both("{a,b", "a"), [true, false], "braces may stay open");
    assert_eq!(both("a\\", "a"), [true, false], "a backslash may end it");
    assert_eq!(both("é?", "éa"), [false, true], "the last byte of a character is taken for all of it");
}

#[test]
fn globs_that_can_not_be_read_match_nothing_and_say_why() {
    let fault = |pattern: &str| Matcher::new(pattern, MatchMode::Glob, NEW).fault().unwrap().to_string();
    assert_eq!(fault("p/{a"), "the `{` is never closed");
    assert_eq!(fault("[a"), "the `[` is never closed");
    assert_eq!(fault("[]"), "the `[]` is empty");
    assert_eq!(fault("[z-a]"), "the range `z-a` is empty");
    assert_eq!(fault("[a-bc]"), "`]` was expected where `c` stands: a class is one range or one list");
    assert_eq!(fault("a\\"), "a backslash ends the pattern");
    assert_eq!(fault(&"{".repeat(100)), "braces are nested more than 64 deep");
    assert!(!glob(NEW, "[a", "[a") && !glob(OLD, "[a", "[a"));
}

#[test]
fn expressions_match_anywhere() {
    for (pattern, text) in [
        ("applications", "applicationsets"),
        ("p/.*", "xp/a"),
        ("", "a"),
        ("^p/[^/]+$", "p/a"),
        ("(?i)POD", "xpodx"),
        ("(?i:a)b", "Ab"),
        (r"\Qa.b\E", "xa.b"),
        ("a{2}", "xaay"),
        ("a{,2}", "a{,2}"),
        ("{a,b}", "{a,b}"),
        (r"\p{Greek}", "λ"),
        (r"\pL", "ä"),
        ("[[:alpha:]]", "1a"),
        ("[[a]", "["),
        ("[a&&b]", "&"),
        (r"\x61\x{62}\143", "abc"),
        ("(?P<x>a)|b", "b"),
        ("(?s)a.b", "a\nb"),
        ("(?m)^b$", "a\nb\nc"),
        (r"\<", "<"),
        (r"\bä", "aä"),
        ("a*?b+?", "b"),
    ] {
        assert_eq!(regex(pattern, text), Ok(true), "{pattern} and {text}");
    }
    for (pattern, text) in [
        ("^p/", "xp/"),
        ("a.b", "a\nb"),
        ("a$", "a\n"),
        (r"\d", "٣"),
        (r"^\w$", "ä"),
        (r"\s", "\u{b}"),
        (r"\bä", "-ä"),
        (r"\B", "1é1"),
        ("(?i)a(?-i)b", "AB"),
    ] {
        assert_eq!(regex(pattern, text), Ok(false), "{pattern} and {text}");
    }
}

#[test]
fn expressions_that_go_refuses_fail_the_question() {
    let fault = |pattern: &str| Matcher::new(pattern, MatchMode::Regex, OLD).fault().map(ToString::to_string);
    for (pattern, said) in [
        ("*", "nothing stands before a repetition"),
        ("p/**", "two repetitions follow each other"),
        ("(a", "a `(` is never closed"),
        ("a)", "a `)` closes no group"),
        ("[a", "the `[` is never closed"),
        ("[b-a]", "a range of characters is empty"),
        (r"\y", "`\\y` is no escape"),
        (r"\1", "`\\1` is no escape"),
        ("a\\", "a backslash ends the expression"),
        ("a{1001}", "a count is over 1000, or its least is over its most"),
        ("(a{100}){100}", "counts of counts are over 1000"),
        ("(?x)a", "flags after `(?` are `i`, `m`, `s` and `U`"),
        ("(?<a-b>c)", "`a-b` can't be the name of a group"),
        (r"\p{Nonsense}", "`Nonsense` is no class of characters"),
        ("[[:nonsense:]]", "`[:nonsense:]` is no class of characters"),
    ] {
        assert_eq!(fault(pattern).as_deref(), Some(said), "{pattern}");
        assert_eq!(regex(pattern, "a"), Err(Failure));
    }
}

/// Patterns that take other matchers for ever: an answer in time, whatever it is.
#[test]
fn hostile_patterns_end() {
    let text = "a".repeat(2000);
    let patterns = [
        "*a".repeat(100) + "b",
        "{a,a*}".repeat(60) + "b",
        "{*a,a*}".repeat(60),
        "{".repeat(60) + &"a,*}".repeat(60),
        "?".repeat(300),
        "a*?".repeat(80),
        "(a*)*".repeat(50) + "b",
        "(".repeat(5000),
        "(?:a{30}){30}".to_owned(),
        r"(\pL{500})(\pL{500})".to_owned(),
    ];
    let start = Instant::now();
    for pattern in patterns {
        for (mode, version) in [(MatchMode::Glob, OLD), (MatchMode::Glob, NEW), (MatchMode::Regex, OLD)] {
            let _ = Matcher::new(&pattern, mode, version).matches(&text);
        }
    }
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

proptest! {
    /// No pattern and no text brings the matchers down.
    #[test]
    fn nothing_panics(pattern in r"([ab/é*?,{}!^\\\[\]()|+.$&~\-0-9]|\PC|\[!?[a-c]\]|\{a,b*\}){0,14}", text in "([ab/é]|\\PC){0,8}") {
        for version in [OLD, NEW] {
            for mode in [MatchMode::Glob, MatchMode::Regex] {
                let _ = Matcher::new(&pattern, mode, version).matches(&text);
            }
        }
    }

    /// A text without special characters matches itself and nothing else.
    #[test]
    fn plain_texts_match_themselves(one in "[a-z/:.@ -]{1,12}", two in "[a-z/:.@ -]{1,12}") {
        for version in [OLD, NEW] {
            prop_assert!(glob(version, &one, &one));
            prop_assert_eq!(glob(version, &one, &two), one == two);
        }
    }
}
