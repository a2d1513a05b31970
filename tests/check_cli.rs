//! `sailplan check` from outside: fixes, the baseline, forms of reports, exit codes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;
use tempfile::TempDir;

const HEAD: &str = "# The platform.
apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/platform.git } }
categories: { web: {}, 'idle': {} }   # one is idle
";

/// A spec in a folder of a git repository.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new(rest: &str) -> Home {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join(".git")).unwrap();
        fs::create_dir_all(folder.path().join("our platform")).unwrap();
        let home = Home { folder };
        fs::write(home.spec(), format!("{HEAD}{rest}")).unwrap();
        home
    }

    fn spec(&self) -> PathBuf {
        self.folder.path().join("our platform/platform.yaml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.spec()).unwrap()
    }

    fn check(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sailplan"));
        command.current_dir(self.folder.path()).env_clear().env("COLUMNS", "100");
        command
            .args(["check", "-f", "our platform/platform.yaml", "--today", "2026-06-01"])
            .args(arguments)
            .output()
            .unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Json {
        let arguments = [&["--format", "json"], arguments].concat();
        serde_json::from_slice(&self.check(&arguments).stdout).unwrap()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn codes(of: &Json) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect()
}

/// Four slips, each of which is mended for certain, and one that needs a person.
const SLIPS: &str = "apps:
  shop:
    catgory: web   # a letter is missing
    namespace: \"shop\"
    clusterResources: []
    sync: { automated: true, options: { CreateNamespace: true } }
    source: { helm: { repo: https://charts.example.com, chart: shop, version: 1.10 } }
  blog:
    category: web
    namespace: blog
    clusterResources: []
    dependsOn: ['shopp']
    sync: { automated: true, options: { CreateNamespace: true } }
    # sailplan:allow wildcard-grant nobody knows
    source: { helm: { repo: https://charts.example.com, chart: blog, version: 2.0.0 } }
";

const MENDED: &str = "apps:
  shop:
    category: web   # a letter is missing
    namespace: \"shop\"
    clusterResources: []
    sync: { automated: true, options: { CreateNamespace: true } }
    source: { helm: { repo: https://charts.example.com, chart: shop, version: \"1.10\" } }
  blog:
    category: web
    namespace: blog
    clusterResources: []
    dependsOn: ['shop']
    sync: { automated: true, options: { CreateNamespace: true } }
    source: { helm: { repo: https://charts.example.com, chart: blog, version: 2.0.0 } }
";

#[test]
fn fix_mends_what_is_certain_and_leaves_all_else_as_it_was_written() {
    let home = Home::new(SLIPS);
    let output = home.check(&["--fix"]);
    assert_eq!(home.text(), format!("{HEAD}{MENDED}"), "{}", said(&output));
    assert!(said(&output).contains("4 findings mended in 1 file"), "{}", said(&output));
    assert!(said(&output).contains("warning[empty-category]"), "what is left is reported: {}", said(&output));
    assert_eq!(output.status.code(), Some(1));
    let again = home.check(&["--fix"]);
    assert!(said(&again).contains("0 findings mended in 0 files"), "{}", said(&again));
    assert_eq!(home.text(), format!("{HEAD}{MENDED}"));
}

#[test]
fn a_dry_run_prints_a_diff_that_git_takes_and_writes_nothing() {
    let home = Home::new(SLIPS);
    let output = home.check(&["--fix", "--dry-run"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(home.text(), format!("{HEAD}{SLIPS}"));
    let diff = printed(&output);
    for line in [
        "-    catgory: web   # a letter is missing",
        "+    category: web   # a letter is missing",
        "-    # sailplan:allow wildcard-grant nobody knows",
    ] {
        assert!(diff.lines().any(|l| l == line), "{diff}");
    }
    fs::write(home.folder.path().join("a.diff"), &diff).unwrap();
    let mut git = Command::new("git");
    let applied = git
        .args(["apply", "--unsafe-paths", "--directory", "our platform", "a.diff"])
        .current_dir(home.folder.path())
        .env("GIT_DIR", "/nowhere")
        .output();
    assert!(applied.unwrap().status.success(), "{diff}");
    assert_eq!(home.text(), format!("{HEAD}{MENDED}"));
    assert_eq!(home.check(&["--fix", "--dry-run"]).status.code(), Some(0));
}

/// The key that is meant is there already: the edit would make it twice.
#[test]
fn an_edit_that_would_do_harm_is_taken_back_and_the_others_are_made() {
    let rest = SLIPS.replace("    catgory: web   # a letter is missing\n", "    category: web\n    catgory: idle\n");
    let home = Home::new(&rest);
    let output = home.check(&["--fix"]);
    assert!(home.text().contains("catgory: idle"), "{}", home.text());
    assert!(home.text().contains("version: \"1.10\"") && home.text().contains("['shop']"), "{}", home.text());
    assert!(said(&output).contains("1 not mended"), "{}", said(&output));
}

#[test]
fn a_baseline_hides_what_is_known_and_nothing_new() {
    let home = Home::new(MENDED);
    let written = home.check(&["--baseline", "known.txt", "--write-baseline"]);
    assert_eq!(written.status.code(), Some(0), "{}", said(&written));
    let text = fs::read_to_string(home.folder.path().join("known.txt")).unwrap();
    assert!(
        text.lines().skip(1).eq(["platform.yaml\tempty-category\t1\tno app is in the category `idle`"])
            || text.contains("platform.yaml\tempty-category\t1\t"),
        "{text}"
    );
    let quiet = home.check(&["--baseline", "known.txt"]);
    assert_eq!(
        (quiet.status.code(), said(&quiet).contains("1 known by the baseline")),
        (Some(0), true),
        "{}",
        said(&quiet)
    );

    // Lines move, and another category is idle.
    fs::write(
        home.spec(),
        home.text().replace("# The platform.", "#\n#\n# The platform.").replace("web: {}, ", "web: {}, lazy: {}, "),
    )
    .unwrap();
    let found = home.json(&["--baseline", "known.txt"]);
    assert_eq!(codes(&found["findings"]), ["empty-category"]);
    assert!(found["findings"][0]["message"].as_str().unwrap().contains("lazy"));
    assert_eq!(found["suppressed"][0]["suppressed"]["by"], "baseline");

    // Both are gone.
    fs::write(home.spec(), home.text().replace("lazy: {}, 'idle': {}", "")).unwrap();
    let stale = home.check(&["--baseline", "known.txt"]);
    assert_eq!(stale.status.code(), Some(0), "a stale line is a note");
    assert!(
        said(&stale).contains("note[baseline-stale]") && said(&stale).contains("known.txt:2:1"),
        "{}",
        said(&stale)
    );
}

#[test]
fn a_baseline_holds_no_errors_and_a_damaged_one_stops() {
    let home = Home::new(SLIPS);
    let written = home.check(&["--baseline", "known.txt", "--write-baseline"]);
    assert_eq!(written.status.code(), Some(1));
    assert!(said(&written).contains("are errors"), "{}", said(&written));
    assert!(!fs::read_to_string(home.folder.path().join("known.txt")).unwrap().contains("unknown-key"));
    for damaged in ["", "# sailplan baseline 1\n<<<<<<< HEAD\n", "# sailplan baseline 1\na\tb\tc\td\n"] {
        fs::write(home.folder.path().join("known.txt"), damaged).unwrap();
        assert_eq!(home.check(&["--baseline", "known.txt"]).status.code(), Some(2), "{damaged:?}");
    }
    assert_eq!(home.check(&["--baseline", "none.txt"]).status.code(), Some(2));
}

#[test]
fn exit_codes_follow_the_level() {
    let home = Home::new(MENDED);
    for (level, wanted) in [("error", 0), ("warning", 1), ("note", 1)] {
        assert_eq!(home.check(&["--fail-on", level]).status.code(), Some(wanted), "{level}");
    }
    fs::remove_file(home.spec()).unwrap();
    for format in ["human", "json", "sarif", "github", "junit"] {
        let output = home.check(&["--format", format]);
        assert_eq!(output.status.code(), Some(2), "{format}");
        assert!(said(&output).contains("file-unreadable"), "{format}");
    }
}

#[test]
fn json_names_files_from_the_root_of_the_repository() {
    let found = Home::new(SLIPS).json(&[]);
    assert_eq!(found["version"], 1);
    let key = found["findings"].as_array().unwrap().iter().find(|f| f["code"] == "unknown-key").unwrap();
    let place = serde_json::json!({ "path": "our platform/platform.yaml", "line": 8, "column": 5, "endLine": 8, "endColumn": 12 });
    assert_eq!(key["place"], place);
    assert_eq!(key["fix"], serde_json::json!([{ "place": place, "text": "category" }]));
    assert_eq!(found["summary"]["errors"], 3);
    let prints: std::collections::BTreeSet<&str> =
        found["findings"].as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), found["findings"].as_array().unwrap().len());
}

#[test]
fn a_report_goes_into_a_file_when_asked_to() {
    let home = Home::new(MENDED);
    let output = home.check(&["--format", "junit", "-o", "report.xml"]);
    assert_eq!(printed(&output), "");
    let text = fs::read_to_string(home.folder.path().join("report.xml")).unwrap();
    assert!(text.contains("<testsuites name=\"sailplan check\" tests=\"1\" failures=\"1\" errors=\"0\">"), "{text}");
    assert!(!Path::new(&home.folder.path().join(".sailplan")).exists(), "nothing else is left behind");
}

#[test]
fn codes_are_listed_with_a_line_each() {
    let output = Command::new(env!("CARGO_BIN_EXE_sailplan")).arg("explain").output().unwrap();
    let listed: Vec<String> = printed(&output).lines().map(|l| l.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(listed, sailplan::codes::all().iter().map(|c| c.id.to_owned()).collect::<Vec<_>>());
}
