//! SARIF against the JSON schema of the standard, as the crate `serde-sarif` brings it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use sailplan::base::Day;
use sailplan::diag::{Finding, Level, Place, Suppressed, SuppressedBy};
use sailplan::import::Options;
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::report::{Report, sarif};
use sailplan::settle::baseline::{Baseline, Reach, text};
use sailplan::source::{Disk, SourceMap};
use serde_json::Value as Json;

sailplan::codes! {
    /// A key.
    KEY = "unknown-key": error warning note fixable;
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Where cargo keeps the sources of a package that this one depends on.
fn package(name: &str) -> PathBuf {
    let version = output("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let wanted = ["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host];
    let metadata: Json = serde_json::from_str(&output(env!("CARGO"), &wanted)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let manifest = packages.iter().find(|package| package["name"] == name).unwrap()["manifest_path"].as_str().unwrap();
    Path::new(manifest).parent().unwrap().to_path_buf()
}

struct Schema(jsonschema::Validator);

impl Schema {
    fn new() -> Schema {
        let text = std::fs::read_to_string(package("serde-sarif").join("src/schema.json")).unwrap();
        // A lone bracket is one of ECMAScript without the flag `u`, and of nobody else.
        let text = text.replace("{2}]?$", r"{2}\\]?$");
        let schema: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(schema["properties"]["version"]["enum"], serde_json::json!(["2.1.0"]));
        Schema(jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap())
    }

    fn faults(&self, value: &Json) -> Vec<String> {
        self.0.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect()
    }

    /// The report, which must fit.
    fn fits(&self, name: &str, report: &Report) -> Json {
        let mut out = Vec::new();
        sarif::write(&mut out, report).unwrap();
        let value = serde_json::from_slice(&out).unwrap();
        assert_eq!(self.faults(&value), Vec::<String>::new(), "{name}");
        value
    }
}

fn report<'a>(findings: &'a [Finding], suppressed: &'a [Suppressed], sources: &'a SourceMap) -> Report<'a> {
    Report { findings, suppressed, sources, base: "ops/", fail_on: Level::Warning }
}

/// Each key that a value has anywhere.
fn keys<'v>(value: &'v Json, to: &mut BTreeSet<&'v str>) {
    match value {
        Json::Object(map) => map.iter().for_each(|(key, value)| {
            to.insert(key);
            keys(value, to);
        }),
        Json::Array(items) => items.iter().for_each(|item| keys(item, to)),
        _ => {}
    }
}

/// What a check of a folder finds, with all but the errors in a baseline.
fn with_baseline(mut outcome: Outcome) -> (SourceMap, Vec<Finding>, Vec<Suppressed>) {
    let known = text(&outcome.findings, &outcome.sources, Reach::NoErrors).0;
    let baseline = Baseline::read("known.txt", known, &mut outcome.sources).unwrap();
    let split = baseline.split(outcome.findings, &outcome.sources, Reach::NoErrors, true);
    (outcome.sources, split.findings, outcome.allowed.into_iter().chain(split.hidden).collect())
}

#[test]
fn what_rules_find_fits_the_schema() {
    let schema = Schema::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let (mut reports, mut all) = (Vec::new(), Vec::new());
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    // The form is the same for each code: a part of them has all of it, with those about comments.
    let wanted = |(i, folder): &(usize, &PathBuf)| i % 5 == 0 || folder.ends_with("allowance-expired");
    for (_, folder) in folders.iter().enumerate().filter(wanted) {
        let folder = folder.join("bad");
        let disk = Disk::new(&folder).on(Day::parse("2026-06-01").unwrap());
        let outcome = match folder.join("platform.yaml").exists() {
            true => pipeline::run(&disk, "platform.yaml", &Silent),
            false => pipeline::check_tree(&disk, &Options::default(), None, None, &Silent).0,
        };
        let name = folder.display().to_string();
        let (sources, findings, hidden) = with_baseline(outcome);
        reports.push(schema.fits(&name, &report(&findings, &hidden, &sources)));
        all.extend(hidden.into_iter().map(|hidden| hidden.by));
    }
    let mut seen = BTreeSet::new();
    reports.iter().for_each(|report| keys(report, &mut seen));
    for key in ["relatedLocations", "fixes", "suppressions", "justification", "region", "id", "message"] {
        assert!(seen.contains(key), "no report has `{key}`");
    }
    assert!(all.iter().any(|by| matches!(by, SuppressedBy::Comment(_))));
    assert!(all.iter().any(|by| matches!(by, SuppressedBy::Baseline)));
    assert!(reports.len() > 50, "{}", reports.len());
}

#[test]
fn nothing_and_very_much_fit_the_schema() {
    let schema = Schema::new();
    let mut sources = SourceMap::new();
    let none = schema.fits("none", &report(&[], &[], &sources));
    assert_eq!(none["runs"][0]["results"], serde_json::json!([]));
    let id = sources.add("a folder/ü [x] #1?.yaml", "key: é\n".repeat(2_000)).unwrap();
    let file = sources.file(id).unwrap();
    let of = |i: usize| {
        let (start, value) = (i * 8, file.span(i * 8 + 5, i * 8 + 7));
        let place = file.span(start, start + 3);
        Finding::error(&KEY, place, format!("{{0}} [{i}](x) \u{1}"), "").also(value, "see").replacing(place, "key", "k")
    };
    let mut many: Vec<Finding> = (0..2_000).map(of).collect();
    // A file as a whole, and no file at all.
    many.push(Finding::note(&KEY, Place::File("gone.yaml".into()), "gone", "h"));
    many.push(Finding::warning(&KEY, Place::File(String::new()), "nowhere", "h"));
    let hidden = |finding: &Finding| Suppressed { finding: finding.clone(), by: SuppressedBy::Comment(String::new()) };
    let value = schema.fits("many", &report(&many, &many.iter().map(hidden).collect::<Vec<_>>(), &sources));
    assert_eq!(value["runs"][0]["results"].as_array().unwrap().len(), 4_004);
}

/// What the schema refuses, so that a schema that takes all would be noticed.
#[test]
fn what_is_no_sarif_does_not_fit() {
    let schema = Schema::new();
    let sources = SourceMap::new();
    let good =
        schema.fits("good", &report(&[Finding::note(&KEY, Place::File("a.yaml".into()), "m", "h")], &[], &sources));
    for (pointer, value) in [
        ("/version", serde_json::json!("2.0.0")),
        ("/$schema", serde_json::json!("not a uri")),
        ("/runs/0/columnKind", serde_json::json!("bytes")),
        ("/runs/0/results/0/level", serde_json::json!("fatal")),
        ("/runs/0/results/0/message", serde_json::json!("m")),
        ("/runs/0/results/0/locations/0", serde_json::json!({ "uri": "a.yaml" })),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert_ne!(schema.faults(&bad), Vec::<String>::new(), "{pointer}");
    }
}
