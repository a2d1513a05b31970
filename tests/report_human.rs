//! The text that a tired engineer reads at night, word for word.
//!
//! `UPDATE_FIXTURES=1 cargo test --test report_human` writes what is expected anew; look at the diff.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::missing_panics_doc)]

use std::path::Path;

use sailplan::base::Span;
use sailplan::diag::{Finding, Level, Place};
use sailplan::report::human::{Look, page, report, summary};
use sailplan::source::SourceMap;

sailplan::codes! {
    /// A key.
    UNKNOWN = "unknown-key";
    /// A name.
    TWICE = "duplicate-app";
    /// A circle.
    CYCLE = "dependency-cycle";
    /// A file.
    FOREIGN = "not-ours";
}

const PLAIN: Look = Look { width: 80, color: false, unicode: true };

const HARBOR: &str = "apps:
  harbor:
    namspace: harbor
    category: automation
    dependsOn: [platform-postgres, redis]
    secrets:
      harbor-db-secret:
        store: vault-backend

  redis:
    category: automation
    dependsOn: [harbor]
";

/// The span of the nth occurrence of a text.
fn at(sources: &SourceMap, path: &str, text: &str, nth: usize) -> Span {
    let file = sources.files().find(|f| f.path == path).unwrap();
    let lo = file.text.match_indices(text).nth(nth).unwrap().0;
    file.span(lo, lo + text.len())
}

fn sources(files: &[(&str, &str)]) -> SourceMap {
    let mut map = SourceMap::new();
    for (path, text) in files {
        map.add(*path, (*text).to_owned()).unwrap();
    }
    map
}

fn check(name: &str, findings: &[Finding], sources: &SourceMap, look: Look) {
    let text = report(findings, sources, look);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/report").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(text, expected, "{name}: got\n{text}");
}

fn unknown(sources: &SourceMap) -> Finding {
    let message = "`namspace` is not a key of an app";
    Finding::error(&UNKNOWN, at(sources, "apps/harbor.yaml", "namspace", 0), message, "write `namespace: harbor`")
        .label("did you mean `namespace`?")
}

#[test]
fn one_place() {
    let s = sources(&[("platform.yaml", "a: 1\n"), ("apps/harbor.yaml", HARBOR)]);
    check("one-place", &[unknown(&s)], &s, PLAIN);
    check("one-place-ascii", &[unknown(&s)], &s, Look { unicode: false, ..PLAIN });
    check("one-place-color", &[unknown(&s)], &s, Look { color: true, ..PLAIN });
}

#[test]
fn places_in_other_files() {
    let s = sources(&[("platform.yaml", "apps:\n  harbor: {}\n"), ("apps/harbor.yaml", HARBOR)]);
    let twice = Finding::error(
        &TWICE,
        at(&s, "apps/harbor.yaml", "harbor", 0),
        "the app `harbor` is defined twice",
        "rename one of them, or move what they share to `defaults.app`",
    );
    let twice = twice.label("again here").also(at(&s, "platform.yaml", "harbor", 0), "first here");
    check("other-file", &[twice], &s, PLAIN);
}

#[test]
fn places_far_and_near_in_one_file() {
    let s = sources(&[("apps/harbor.yaml", HARBOR)]);
    let cycle = Finding::error(
        &CYCLE,
        at(&s, "apps/harbor.yaml", "redis", 0),
        "harbor and redis wait for each other",
        "take one of the two out of `dependsOn`",
    );
    let cycle = cycle
        .label("harbor waits for redis")
        .also(at(&s, "apps/harbor.yaml", "harbor", 3), "redis waits for harbor")
        .also(at(&s, "apps/harbor.yaml", "platform-postgres", 0), "")
        .also(at(&s, "apps/harbor.yaml", "harbor:", 0), "one of them");
    check("far-and-near", &[cycle], &s, PLAIN);
}

#[test]
fn files_without_lines_and_places_without_files() {
    let s = sources(&[("apps/harbor.yaml", HARBOR)]);
    let foreign = Finding::error(
        &FOREIGN,
        Place::File("argocd/apps/harbor.yaml".to_owned()),
        "this file was not written by sailplan, and the spec makes another one here",
        "move it away, or run with `--adopt` to overwrite it and own it from now on",
    );
    let foreign = foreign.also(at(&s, "apps/harbor.yaml", "harbor", 0), "this entry makes the file");
    let nowhere = Finding::warning(&UNKNOWN, Span::NONE, "something is odd", "look at it");
    let unused = Finding::warning(&UNKNOWN, Place::File("x.yaml".to_owned()), "the file is empty", "").label("0 bytes");
    check("no-lines", &[foreign, nowhere, unused], &s, PLAIN);
}

#[test]
fn spans_of_many_lines_are_marked_on_their_first() {
    let s = sources(&[("apps/harbor.yaml", HARBOR)]);
    let file = s.files().next().unwrap();
    let all = file.span(0, HARBOR.len());
    let end = file.span(HARBOR.len(), HARBOR.len());
    let findings = [
        Finding::error(&UNKNOWN, all, "the whole document", "").label("from here"),
        Finding::error(&UNKNOWN, end, "the file ends too early", "add the rest").label("here"),
        Finding::error(&UNKNOWN, file.span(5, 5), "a line end", ""),
    ];
    check("many-lines", &findings, &s, PLAIN);
}

#[test]
fn wide_characters_and_tabs_are_counted_as_shown() {
    let s = sources(&[("ä.yaml", "名前: \"日本語\"\tx: é😀 # ä\r\nnext: 1\r\n")]);
    let findings = ["日本語", "x", "😀"].map(|t| Finding::error(&UNKNOWN, at(&s, "ä.yaml", t, 0), "wide", "").label(t));
    check("wide", &findings, &s, PLAIN);
}

#[test]
fn hostile_text_does_not_reach_the_terminal() {
    let s = sources(&[("a\u{1b}[2J.yaml", "key: \u{1b}[31mred\u{7}\u{202e}gnp.exe\u{0}\n")]);
    let span = at(&s, "a\u{1b}[2J.yaml", "red", 0);
    let bad = Finding::error(&UNKNOWN, span, "odd \u{1b}[31m text", "drop \u{9b}it").label("here\u{1b}[0m");
    let bad = bad.also(Place::File("b\u{1b}c".to_owned()), "too\u{7}");
    check("hostile", std::slice::from_ref(&bad), &s, PLAIN);
    for unicode in [true, false] {
        let text = report(std::slice::from_ref(&bad), &s, Look { unicode, ..PLAIN });
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        assert!(!text.contains('\u{202e}'));
    }
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let long = format!("before: 1\nkey: {}needle{}\nafter: {}\n", "x ".repeat(300), " y".repeat(300), "z".repeat(500));
    let s = sources(&[("long.yaml", &long)]);
    let far = Finding::error(&UNKNOWN, at(&s, "long.yaml", "needle", 0), "deep inside", "").label("here");
    let near = Finding::error(&UNKNOWN, at(&s, "long.yaml", "key", 0), "at the start", "").label("here");
    let wide = Finding::error(&UNKNOWN, at(&s, "long.yaml", &"z".repeat(500), 0), "all of it", "").label("here");
    check("long", &[far, near, wide], &s, PLAIN);
}

#[test]
fn long_words_and_many_lines_of_text() {
    let s = sources(&[("apps/harbor.yaml", HARBOR)]);
    let message = "the repository https://github.com/your-org/a-very-long-name-that-goes-on-and-on/platform.git is used \
                   by `harbor`, but the project `automation` does not list it under `sourceRepos`";
    let help = "write this in the category:\n  project:\n    sourceRepos: [https://github.com/your-org/*]\nor leave \
                `sourceRepos` out, so that it is derived from what the apps of the category use";
    let finding = Finding::error(&UNKNOWN, at(&s, "apps/harbor.yaml", "harbor", 0), message, help);
    check("long-text", &[finding], &s, PLAIN);
}

#[test]
fn the_summary_counts() {
    let s = SourceMap::new();
    let make = |level: Level| {
        let mut finding = Finding::error(&UNKNOWN, Span::NONE, "m", "h");
        finding.level = level;
        finding
    };
    let sum = |levels: &[Level]| summary(&levels.iter().copied().map(make).collect::<Vec<_>>(), PLAIN);
    assert_eq!(sum(&[]), "");
    assert_eq!(report(&[], &s, PLAIN), "");
    assert_eq!(sum(&[Level::Error]), "error: 1 error\n");
    assert_eq!(sum(&[Level::Warning, Level::Error, Level::Error]), "error: 2 errors, 1 warning\n");
    assert_eq!(sum(&[Level::Warning; 3]), "warning: 3 warnings\n");
    assert_eq!(sum(&[Level::Note, Level::Warning]), "warning: 1 warning, 1 note\n");
}

#[test]
fn nothing_panics_on_any_span_and_width() {
    let text = "é: 日\t本\r\n\r\n\n  x: \"…\"\n\tlast";
    let s = sources(&[("a", text), ("b", ""), ("c", "\n")]);
    for lo in 0..=text.len() {
        for hi in lo..=text.len() {
            for width in [0, 21, 33, 80] {
                let span = |n: usize| s.files().nth(n).unwrap().span(lo, hi);
                let finding = Finding::error(&UNKNOWN, span(0), "m", "h").label("l");
                let finding = finding.also(span(1), "b").also(span(2), "").also(span(0), "same");
                let finding = finding.also(s.files().next().unwrap().span(hi, hi), "end");
                assert!(!report(&[finding], &s, Look { width, ..PLAIN }).is_empty());
            }
        }
    }
}

#[test]
fn large_input_is_not_walked_for_each_finding() {
    let text = "key: value # some text to fill the line\n".repeat(250_000);
    let s = sources(&[("large.yaml", &text)]);
    let file = s.files().next().unwrap();
    let spans = (0..2000).map(|i| file.span(i * 5000, i * 5000 + 3));
    let findings: Vec<_> = spans.map(|span| Finding::error(&UNKNOWN, span, "m", "h").label("l")).collect();
    let start = std::time::Instant::now();
    assert!(page(&findings, &[], &s, PLAIN, true).len() > 2000 * 100);
    // Generous, as this is no benchmark: walking the file each time takes minutes.
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn what_is_found_very_often_is_shown_ten_times_and_counted() {
    let s = sources(&[
        ("a.yaml", &"key: 1\n".repeat(40)),
        ("b.yaml", &"key: 1\n".repeat(40)),
        ("c.yaml", "key: 1\n"),
        ("d.yaml", "key: 1\n"),
        ("e.yaml", "key: 1\n"),
    ]);
    let places = s
        .files()
        .flat_map(|file| file.text.match_indices("key").map(|(at, _)| file.span(at, at + 3)).collect::<Vec<_>>());
    let mut findings: Vec<Finding> =
        places.map(|span| Finding::error(&UNKNOWN, span, "`key` is unknown", "mend it")).collect();
    findings.push(Finding::warning(&CYCLE, at(&s, "a.yaml", "1", 0), "another thing", "see to it"));
    let text = report(&findings, &s, PLAIN);
    assert_eq!(text.matches("error[unknown-key]: `key` is unknown").count(), 10);
    let more = "error[unknown-key]: and 73 more like this, not shown: 40 in b.yaml, 30 in a.yaml, 1 in c.yaml, and in 2 other files; `check --all` shows them\n";
    assert!(text.contains(more), "{text}");
    assert!(
        text.contains("warning[dependency-cycle]: another thing"),
        "the one that is found once is not among those left out"
    );
    assert!(text.ends_with("error: 83 errors, 1 warning\n"), "{text}");
    assert_eq!(page(&findings, &[], &s, PLAIN, true).matches("`key` is unknown").count(), 83);
}

#[test]
fn edits_are_named_and_counted() {
    let s = sources(&[("apps/harbor.yaml", HARBOR)]);
    let typo = unknown(&s).replacing(at(&s, "apps/harbor.yaml", "namspace", 0), "namspace", "namespace");
    let line = at(&s, "apps/harbor.yaml", "    dependsOn: [harbor]\n", 0);
    let gone = Finding::warning(&CYCLE, line, "this waits for nothing", "take it out").removing(line);
    let name = at(&s, "apps/harbor.yaml", "redis", 1);
    let text = Finding::error(&TWICE, name, "`redis` is a number", "put it in quotes").quoting(name);
    check("edits", &[typo, gone, text], &s, PLAIN);
}
