//! The pages of the codes, `docs/rules/<code>.md`, are what `explain` says, with the report of the fixture.
//!
//! `UPDATE_DOCS=1 cargo test --test rule_pages` writes them anew.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sailplan::codes;
use sailplan::diag::Code;

fn page(code: &Code) -> String {
    let mut out = format!("# {}\n\n{}\n\n{}\n", code.id, code.page(), code.handling());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(code.id);
    if let Ok(report) = std::fs::read_to_string(folder.join("bad/report.txt")) {
        let fixture = format!("fixtures/rules/{}", code.id);
        let _ = write!(
            out,
            "\n## Example\n\nWhat is reported for [{fixture}/bad](../../{fixture}/bad); its mended twin is in \
             [{fixture}/good](../../{fixture}/good).\n\n```text\n{}\n```\n",
            report.trim_end()
        );
    }
    out
}

fn index() -> String {
    let mut out = String::from(
        "# Findings\n\nEach finding has a code. `sailplan explain CODE` shows the page of one. These pages are \
         generated: `UPDATE_DOCS=1 cargo test --test rule_pages`.\n\n| code | level | what is wrong |\n|---|---|---|\n",
    );
    for code in codes::all() {
        let levels: Vec<&str> = code.levels().iter().map(|level| level.word()).collect();
        let (levels, summary) = (levels.join(", "), code.summary().replace('|', "\\|"));
        let _ = writeln!(out, "| [{id}]({id}.md) | {levels} | {summary} |", id = code.id);
    }
    out
}

fn pages() -> BTreeMap<String, String> {
    let pages = codes::all().into_iter().map(|code| (format!("{}.md", code.id), page(code)));
    pages.chain([("README.md".to_owned(), index())]).collect()
}

#[test]
fn pages_are_what_the_code_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        pages().iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).unwrap());
    }
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
    };
    let found: BTreeMap<String, String> = std::fs::read_dir(&folder).unwrap().map(read).collect();
    let stale: Vec<&str> = pages()
        .iter()
        .filter(|(name, text)| found.get(*name) != Some(text))
        .map(|(name, _)| {
            codes::all().iter().find(|c| name.strip_suffix(".md") == Some(c.id)).map_or("README", |c| c.id)
        })
        .collect();
    assert!(stale.is_empty(), "UPDATE_DOCS=1 writes these anew: {stale:?}");
    let known = pages();
    let extra: Vec<&String> = found.keys().filter(|name| !known.contains_key(*name)).collect();
    assert!(extra.is_empty(), "pages without a code: {extra:?}");
}

#[test]
fn every_page_says_what_and_then_why_or_how() {
    let thin: Vec<&str> = codes::all()
        .into_iter()
        .filter(|code| {
            let page = code.page();
            let paragraphs: Vec<&str> = page.split("\n\n").collect();
            paragraphs.len() < 2 || paragraphs.iter().any(|p| !p.ends_with('.')) || page.len() < 120
        })
        .map(|code| code.id)
        .collect();
    assert!(thin.is_empty(), "pages that say too little: {thin:?}");
}

#[test]
fn codes_are_kebab_case_and_name_a_defect() {
    for code in codes::all() {
        let good = code.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(good && !code.id.starts_with("use-") && !code.id.starts_with("no-use"), "{}", code.id);
    }
}
