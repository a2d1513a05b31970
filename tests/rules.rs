//! Each code has a spec that shows the defect and a mended twin, and a report that is read as a whole.
//!
//! `fixtures/rules/<code>/bad/` holds a spec whose findings are exactly those that it announces: by a
//! comment `# expect: <code>` at the end of the line of the primary place (several codes are joined
//! by commas), by `# expect-next: <code>` on the line above, or, where no comment can stand, by a
//! line `path:line <code>` (`path <code>` for a file as a whole) of `expect.txt`. `good/` gives no
//! finding at all. `UPDATE_REPORTS=1 cargo test --test rules` writes the reports anew; look at the diff.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

#[path = "common/findings.rs"]
mod findings;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use findings::{located, report, says_what_to_do};
use sailplan::base::Day;
use sailplan::codes;
use sailplan::import::Options;
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::source::Disk;

/// Codes that no spec alone can trigger: the reason, and the test that does.
const ELSEWHERE: &[(&str, &str, Option<&str>)] = &[
    ("sources-too-large", "takes 4 GiB of input", None),
    ("ownership-file", "needs an output folder", Some("refusals.rs")),
    ("not-ours", "needs an output folder", Some("basics.rs")),
    ("output-blocked", "needs an output folder", Some("refusals.rs")),
    ("write-failed", "needs an output folder", Some("crash.rs")),
    ("edited-by-hand", "needs an output folder", Some("basics.rs")),
    ("orphan-edited", "needs an output folder", Some("basics.rs")),
    ("denied-change", "needs two trees", Some("../changes/gates.rs")),
    ("unused-acknowledgement", "needs two trees", Some("../changes/gates.rs")),
    ("expired-acknowledgement", "needs two trees", Some("../diff_cli/gate.rs")),
    ("not-rendered", "needs an output folder", Some("../diff_cli/drift.rs")),
    ("output-missing", "needs an output folder", Some("../diff_cli/drift.rs")),
    ("unfinished-render", "needs an output folder", Some("../diff_cli/drift.rs")),
    ("base-unreadable", "needs an output folder", Some("../diff_cli/drift.rs")),
    ("path-case", "is found when the tree is written", Some("refusals.rs")),
    ("file-and-folder", "is found when the tree is written", Some("refusals.rs")),
    ("baseline-stale", "needs a baseline, as in `tests/check_cli.rs`", None),
    ("reserved-path", "is found when the tree is written", Some("refusals.rs")),
    ("tree-unreadable", "needs a folder that can't be listed", Some("../tree_hostile.rs")),
    ("kustomize-build", "needs who builds kustomizations", Some("../tree.rs")),
    ("kustomize-not-built", "needs who builds kustomizations", Some("../tree.rs")),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules")
}

fn folders() -> Vec<String> {
    let entries = std::fs::read_dir(root()).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A folder without a spec is a tree of others.
fn run(folder: &Path) -> Outcome {
    let today = Day::parse("2026-06-01").unwrap();
    let disk = Disk::new(folder).on(today);
    match folder.join("platform.yaml").exists() {
        true => pipeline::run(&disk, "platform.yaml", &Silent),
        false => pipeline::check_tree(&disk, &Options::default(), None, None, &Silent).0,
    }
}

/// What comes of each bad spec.
static BAD: LazyLock<Vec<(String, Outcome)>> = LazyLock::new(|| {
    let of = |code: String| (code.clone(), run(&root().join(code).join("bad")));
    folders().into_iter().map(of).collect()
});

/// The files below a folder, with their paths relative to it.
fn files(folder: &Path, below: &Path, out: &mut Vec<String>) {
    for entry in std::fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(folder, &path, out),
            false => out.push(path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/")),
        }
    }
}

/// What a folder announces: `path:line code`, once for each finding.
fn announced(folder: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    files(folder, folder, &mut paths);
    let mut out = Vec::new();
    for path in paths {
        let bytes = std::fs::read(folder.join(&path)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        match path.as_str() {
            "report.txt" => {}
            "expect.txt" => out.extend(text.lines().map(str::to_owned)),
            _ => text.lines().enumerate().for_each(|(i, line)| comments(&path, i + 1, line, &mut out)),
        }
    }
    out.sort();
    out
}

fn comments(path: &str, line: usize, text: &str, out: &mut Vec<String>) {
    for (mark, at) in [("# expect: ", line), ("# expect-next: ", line + 1)] {
        if let Some((_, codes)) = text.split_once(mark) {
            out.extend(codes.split(", ").map(|code| format!("{path}:{at} {}", code.trim())));
        }
    }
}

#[test]
fn bad_specs_give_exactly_the_findings_they_announce() {
    let mut faults = Vec::new();
    for (code, outcome) in BAD.iter() {
        let folder = root().join(code).join("bad");
        let mut found: Vec<String> = outcome.findings.iter().map(|f| located(f, &outcome.sources)).collect();
        found.sort();
        let announced = announced(&folder);
        if found != announced {
            faults.push(format!("{code}:\n  found     {found:#?}\n  announced {announced:#?}"));
        }
        if !announced.iter().any(|a| a.ends_with(&format!(" {code}"))) {
            faults.push(format!("{code}: the folder does not show its own code"));
        }
        faults.extend(outcome.findings.iter().filter_map(|f| says_what_to_do(f, &outcome.sources)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What `explain` and the pages say about levels and fixes comes from the declaration of a code.
#[test]
fn codes_declare_the_levels_that_their_findings_have() {
    for finding in BAD.iter().flat_map(|(_, outcome)| &outcome.findings) {
        let declared = finding.code.levels().contains(&finding.born);
        assert!(declared, "declare the level in `codes!`: `\"{}\": {};`", finding.code.id, finding.born.word());
        let fixable = finding.edits.is_empty() || finding.code.is_fixable();
        assert!(fixable, "{} carries edits; declare it `fixable` in `codes!`", finding.code.id);
    }
}

#[test]
fn good_specs_are_silent() {
    for code in folders() {
        let outcome = run(&root().join(&code).join("good"));
        assert!(outcome.findings.is_empty(), "{code}:\n{}", report(&outcome.findings, &outcome.sources));
        assert!(outcome.tree.is_some_and(|tree| !tree.is_empty()), "{code}: no tree");
    }
}

#[test]
fn reports_read_as_they_did() {
    let mut stale = Vec::new();
    for (code, outcome) in BAD.iter() {
        let folder = root().join(code).join("bad");
        let text = report(&outcome.findings, &outcome.sources);
        let file = folder.join("report.txt");
        if std::env::var_os("UPDATE_REPORTS").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        if std::fs::read_to_string(&file).unwrap_or_default() != text {
            stale.push(format!("{code}:\n{text}"));
        }
    }
    assert!(stale.is_empty(), "UPDATE_REPORTS=1 writes these anew:\n{}", stale.join("\n"));
}

#[test]
fn every_code_has_a_folder_and_every_folder_a_code() {
    let known: BTreeSet<&str> = codes::all().iter().map(|c| c.id).collect();
    let folders = folders();
    let shown: BTreeSet<&str> = folders.iter().map(String::as_str).collect();
    let elsewhere: BTreeSet<&str> = ELSEWHERE.iter().map(|(code, ..)| *code).collect();
    assert_eq!(shown.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "folders without a code");
    assert_eq!(elsewhere.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "reasons without a code");
    assert_eq!(elsewhere.intersection(&shown).collect::<Vec<_>>(), Vec::<&&str>::new(), "both");
    let covered: BTreeSet<&str> = shown.union(&elsewhere).copied().collect();
    assert_eq!(known.difference(&covered).collect::<Vec<_>>(), Vec::<&&str>::new(), "codes without a folder");
}

#[test]
fn the_other_codes_are_tested_where_the_list_says() {
    for (code, reason, file) in ELSEWHERE {
        let Some(file) = file else { continue };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/write").join(file);
        assert!(std::fs::read_to_string(path).unwrap().contains(code), "{code} {reason}, but {file} has no test of it");
    }
}
