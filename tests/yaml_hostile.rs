//! Texts that mean harm end in a located finding, within bounded time and memory.

// Clippy allows these in test functions, not in their helpers.
#![allow(clippy::format_collect, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "common/chance.rs"]
mod chance;
mod common;

use std::fmt::Write as _;

use common::yaml::{Read, read, read_within};
use proptest::prelude::*;
use sailplan::diag::Place;
use sailplan::yaml::Limits;

fn codes(read: &Read) -> Vec<&str> {
    read.findings.iter().map(|f| f.code.id).collect()
}

#[track_caller]
fn only(read: &Read, code: &str) {
    assert_eq!(codes(read), [code]);
    assert!(matches!(read.findings[0].primary.place, Place::Span(span) if !span.is_none()));
}

/// Nine levels of nine aliases each: 387 million values from half a kilobyte.
fn bomb() -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..9 {
        let aliases = vec![format!("*a{}", i - 1); 9].join(", ");
        _ = writeln!(text, "a{i}: &a{i} [{aliases}]");
    }
    text
}

#[test]
fn alias_bombs() {
    only(&read(&bomb()), "yaml-too-large");
    let merges: String = (1..40).map(|i| format!("a{i}: &a{i} {{<<: *a{j}, x{i}: *a{j}}}\n", j = i - 1)).collect();
    only(&read(&format!("a0: &a0 {{x: 1}}\n{merges}")), "yaml-too-large");
    let many = format!("a: &a [{}]\nb: [{}]\n", "1,".repeat(2000), "*a,".repeat(2000));
    only(&read(&many), "yaml-too-large");
}

#[test]
fn aliases_within_the_limit_are_followed() {
    let read = read("a: &a [1, 2]\nb: &b [*a, *a]\nc: [*b, *b, *b]\n");
    read.assert_clean();
    let tight = Limits { max_alias_nodes: 26, ..Limits::default() };
    // 2 times 3 values in `b`, 3 times 7 in `c`.
    only(&read_within("a: &a [1, 2]\nb: &b [*a, *a]\nc: [*b, *b, *b]\n", &tight), "yaml-too-large");
    let enough = Limits { max_alias_nodes: 27, ..Limits::default() };
    read_within("a: &a [1, 2]\nb: &b [*a, *a]\nc: [*b, *b, *b]\n", &enough).assert_clean();
}

#[test]
fn nesting() {
    for n in [200, 10_000, 200_000] {
        only(&read(&"[".repeat(n)), "yaml-too-deep");
        only(&read(&"{a: ".repeat(n)), "yaml-too-deep");
        only(&read(&"- ".repeat(n)), "yaml-too-deep");
        only(&read(&"[{a: ".repeat(n)), "yaml-too-deep");
    }
    let block: String = (0..1000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    only(&read(&block), "yaml-too-deep");
    let wide: String = (0..1000).map(|i| format!("{}日:\n", " ".repeat(i))).collect();
    only(&read(&wide), "yaml-too-deep");
    let explicit = "? ".repeat(10_000);
    only(&read(&explicit), "yaml-too-deep");
}

#[test]
fn nesting_up_to_the_limit() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    read(&nested(128)).assert_clean();
    only(&read(&nested(129)), "yaml-too-deep");
    let block = |n: usize| (0..n).map(|i| format!("{}a:\n", " ".repeat(i))).collect::<String>();
    read(&block(128)).assert_clean();
    only(&read(&block(129)), "yaml-too-deep");
}

#[test]
fn nesting_through_aliases() {
    let chain: String = (1..200).map(|i| format!("- &a{i} [*a{}]\n", i - 1)).collect();
    only(&read(&format!("- &a0 [x]\n{chain}")), "yaml-too-deep");
}

#[test]
fn too_many_values() {
    let limits = Limits { max_nodes: 1000, ..Limits::default() };
    only(&read_within(&"- x\n".repeat(2000), &limits), "yaml-too-large");
    read_within(&"- x\n".repeat(999), &limits).assert_clean();
    let read = read_within(&format!("a: 1\n---\n{}", "- x\n".repeat(2000)), &limits);
    assert_eq!(read.docs.len(), 1, "what ended before the limit is kept");
}

#[test]
fn long_lines() {
    let long = "x".repeat(1_000_000);
    read(&format!("a: {long}\n")).assert_clean();
    read(&format!("a: \"{long}\"\n")).assert_clean();
    read(&long).assert_clean();
    read(&format!("[{}]\n", "x, ".repeat(300_000))).assert_clean();
    read(&format!("a: {}\n", "é ".repeat(500_000).trim_end())).assert_clean();
    only(&read(&format!("{long}: a\n")), "yaml-syntax");
    only(&read(&format!("a: 1\n{long}: a\n")), "yaml-syntax");
    only(&read(&format!("a: [{}", "x".repeat(1_000_000))), "yaml-syntax");
}

#[test]
fn wide_mappings_and_many_documents() {
    let wide: String = (0..100_000).map(|i| format!("k{i}: {i}\n")).collect();
    let read_wide = read(&wide);
    read_wide.assert_clean();
    assert_eq!(read_wide.docs[0].as_map().unwrap().len(), 100_000);
    assert_eq!(read(&"--- a\n".repeat(100_000)).docs.len(), 100_000);
    let merged = read(&format!("a: &a\n{}b:\n  <<: *a\n", wide.replace('k', "  k")));
    merged.assert_clean();
    let anchors: String = (0..50_000).map(|i| format!("- &a{i} x\n- *a{i}\n")).collect();
    read(&anchors).assert_clean();
}

#[test]
fn floods_of_findings_end() {
    assert_eq!(read(&"a: 1\n".repeat(100_000)).findings.len(), 200);
    assert_eq!(read(&"- *a\n".repeat(100_000)).findings.len(), 200);
    assert_eq!(read(&"- !x a\n".repeat(100_000)).findings.len(), 200);
    assert_eq!(read(&"- ~: a\n".repeat(100_000)).findings.len(), 200);
}

#[test]
fn comments_and_blanks() {
    read(&format!("a:{}b", " \n".repeat(200_000) + " ")).assert_clean();
    read(&format!("a:\n{}  b: 1\n", "# c\n".repeat(200_000))).assert_clean();
    read("a:\n# c - |\n").assert_clean();
    let absent: String = (0..50_000).map(|i| format!("k{i}: # - : |\n")).collect();
    read(&absent).assert_clean();
    read(&"-\n".repeat(100_000)).assert_clean();
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "a",
        "b: ",
        "- ",
        ": ",
        "? ",
        "\n",
        "\n  ",
        "\n    ",
        "\t",
        "|",
        ">",
        "|2-\n",
        "'",
        "\"",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "!!str ",
        "!x ",
        "<<: ",
        "#",
        " # c\n",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "\r\n",
        "\\",
        "é",
        "日",
        "😀",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "\0",
        "~",
        "1",
        ".",
        "key: value\n",
        "@",
        "`",
        "{{ x }}",
    ]);
    proptest::collection::vec(piece, 0..40).prop_map(|p| p.concat())
}

#[test]
fn found_by_chance() {
    check("- {{ x }}' # c\né");
}

/// Whatever the text: no panic, each finding has a place in it, each place is on characters.
fn check(text: &str) {
    let read = read(text);
    for finding in &read.findings {
        let Place::Span(span) = finding.primary.place else { panic!("{finding:?}") };
        assert!(!span.is_none() && read.sources.text_of(span).is_some(), "{text:?} {finding:?}");
        assert!(!finding.message.is_empty() && !finding.help.is_empty());
    }
    let mut stack: Vec<_> = read.docs.iter().collect();
    while let Some(value) = stack.pop() {
        assert!(read.sources.text_of(value.span).is_some(), "{text:?} {value:?}");
        stack.extend(value.as_list().unwrap_or_default());
        stack.extend(value.as_map().into_iter().flat_map(|m| m.iter().map(|e| &e.value)));
    }
    if read.findings.is_empty() {
        let mut out = String::new();
        sailplan::yaml::write_all(&mut out, &read.docs);
        assert_eq!(common::yaml::read(&out).docs, read.docs, "{text:?}\n{out}");
    }
}

proptest! {
    #![proptest_config(chance::config(3000))]

    #[test]
    fn any_pieces(text in pieces()) {
        check(&text);
    }

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&String::from_utf8_lossy(&bytes));
    }
}
