//! Reports for machines: what they hold, how they escape it, and that their work is bounded.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can not go on should stop")]

use sailplan::diag::{Finding, Level, Suppressed, SuppressedBy};
use sailplan::report::{Report, github, human, json, junit, sarif};
use sailplan::source::SourceMap;
use serde_json::Value as Json;

sailplan::codes! {
    /// A key.
    ///
    /// More about it.
    UNKNOWN = "unknown-key": error warning fixable;
    /// A thing.
    OTHER = "another-thing": note;
}

type Write = fn(&mut dyn std::io::Write, &Report) -> std::io::Result<()>;
const FORMS: [(&str, Write); 4] =
    [("json", json::write), ("sarif", sarif::write), ("github", github::write), ("junit", junit::write)];

fn written(write: Write, report: &Report) -> String {
    let mut out = Vec::new();
    write(&mut out, report).unwrap();
    String::from_utf8(out).unwrap()
}

fn sources(files: &[(&str, &str)]) -> SourceMap {
    let mut map = SourceMap::new();
    for (path, text) in files {
        map.add(*path, (*text).to_owned()).unwrap();
    }
    map
}

fn report<'a>(findings: &'a [Finding], suppressed: &'a [Suppressed], sources: &'a SourceMap) -> Report<'a> {
    Report { findings, suppressed, sources, base: "ops/", fail_on: Level::Warning }
}

const TEXT: &str = "é: 1\nnamspace: \"ö, é\" # 100 %\nnext: 2\n";

/// A finding of each kind, with all that one can have, in a file of an odd name.
fn odd() -> (SourceMap, Vec<Finding>, Vec<Suppressed>) {
    let s = sources(&[("a b:c,d%.yaml", TEXT)]);
    let file = s.files().next().unwrap();
    let start = TEXT.find("namspace").unwrap();
    let key = file.span(start, start + "namspace".len());
    let value = file.span(TEXT.find("ö").unwrap(), TEXT.find("\" #").unwrap());
    let findings = vec![
        Finding::error(&UNKNOWN, key, "50 % of `<a> & \"b\"`,\r\u{1}: no", "write `x`\nand ]]> more")
            .label("here: no")
            .also(value, "see")
            .replacing(key, "namspace", "namespace"),
        Finding::warning(&UNKNOWN, value, "::set-env name=x::##[error]", "h"),
        Finding::note(&OTHER, sailplan::diag::Place::File("gone.yaml".into()), "a note", "h"),
    ];
    let hidden = vec![
        Suppressed {
            finding: Finding::warning(&UNKNOWN, value, "allowed", "h"),
            by: SuppressedBy::Comment("\"so\"".into()),
        },
        Suppressed { finding: Finding::note(&OTHER, value, "known", "h"), by: SuppressedBy::Baseline },
    ];
    (s, findings, hidden)
}

#[test]
fn sarif_is_what_others_read_as_sarif() {
    let (s, findings, hidden) = odd();
    let text = written(sarif::write, &report(&findings, &hidden, &s));
    let typed: serde_sarif::sarif::Sarif = serde_json::from_str(&text).unwrap();
    let run = &typed.runs[0];
    assert_eq!(run.results.as_ref().unwrap().len(), 5);
    let value: Json = serde_json::from_str(&text).unwrap();
    // Nothing is lost on the way through the types of another crate: they know each key that we write.
    let through = serde_json::to_value(&typed).unwrap();
    assert_eq!(missing(&value, &through, ""), Vec::<String>::new());
    let run = &value["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        assert_eq!(rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()]["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["sailplan/v1"].is_string());
    }
    let first = &run["results"][0];
    let place = &first["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "ops/a%20b%3Ac%2Cd%25.yaml");
    assert_eq!(place["region"], serde_json::json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 9 }));
    let change = &first["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "namespace");
    assert_eq!(change["replacements"][0]["deletedRegion"], place["region"]);
    // Columns count code points, not bytes.
    assert_eq!(run["results"][1]["locations"][0]["physicalLocation"]["region"]["endColumn"], 16);
    assert_eq!(
        run["results"][3]["suppressions"][0],
        serde_json::json!({ "kind": "inSource", "status": "accepted", "justification": "\"so\"" })
    );
    assert_eq!(run["results"][4]["suppressions"][0]["kind"], "external");
    assert!(rules[1]["help"]["markdown"].as_str().unwrap().contains("More about it."));
}

/// Keys of one value that another does not have.
fn missing(one: &Json, other: &Json, at: &str) -> Vec<String> {
    match (one, other) {
        (Json::Object(x), Json::Object(y)) => x
            .iter()
            .flat_map(|(key, value)| match y.get(key) {
                Some(with) => missing(value, with, &format!("{at}/{key}")),
                None => vec![format!("{at}/{key}")],
            })
            .collect(),
        (Json::Array(x), Json::Array(y)) if x.len() == y.len() => x
            .iter()
            .zip(y)
            .enumerate()
            .flat_map(|(i, (value, with))| missing(value, with, &format!("{at}/{i}")))
            .collect(),
        _ if one == other => Vec::new(),
        _ => vec![at.to_owned()],
    }
}

#[test]
fn commands_of_github_are_escaped() {
    let (s, findings, _) = odd();
    let text = written(github::write, &report(&findings, &[], &s));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "::error file=ops/a b%3Ac%2Cd%25.yaml,line=2,endLine=2,col=1,endColumn=9,title=sailplan%3A unknown-key::50 %25 of `<a> & \"b\"`,%0D\u{1}: no%0Awrite `x`%0Aand ]]> more"
    );
    assert_eq!(lines[2], "::notice file=ops/gone.yaml,title=sailplan%3A another-thing::a note%0Ah");
    assert_eq!(lines.len(), 3);
}

#[test]
fn github_gets_ten_of_a_level_and_the_log_the_rest_as_plain_text() {
    let s = sources(&[("a.yaml", TEXT)]);
    let span = s.files().next().unwrap().span(0, 2);
    let of = |i: usize| Finding::warning(&UNKNOWN, span, format!("n{i} ##[error]"), "h");
    let mut findings: Vec<Finding> = (0..25).map(of).collect();
    findings.push(Finding::error(&UNKNOWN, span, "grave", "h"));
    let text = written(github::write, &report(&findings, &[], &s));
    assert!(text.starts_with("::error "), "the gravest come first");
    assert_eq!(text.matches("::warning ").count(), 10);
    assert!(text.contains("::group::15 more findings"));
    let rest: Vec<&str> = text.lines().skip_while(|l| !l.starts_with("::group::")).collect();
    assert_eq!((rest.len(), *rest.last().unwrap()), (17, "::endgroup::"));
    assert!(
        rest[1..16].iter().all(|l| l.starts_with("- ops/a.yaml:1:1: warning[unknown-key]: n") && !l.contains("##["))
    );
}

#[test]
fn junit_is_xml_and_counts() {
    let (s, findings, hidden) = odd();
    let text = written(junit::write, &report(&findings, &hidden, &s));
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text}");
    assert!(text.contains("tests=\"5\" failures=\"2\" errors=\"0\""), "{text}");
    assert_eq!(text.matches("<failure ").count(), 2);
    assert_eq!(text.matches("<skipped ").count(), 2);
    assert_eq!(text.matches("<system-out>").count(), 1, "a note does not fail");
    assert!(text.contains("50 % of `&lt;a&gt; &amp; &quot;b&quot;`"), "{text}");
    let none = written(junit::write, &report(&[], &[], &s));
    assert!(none.contains("tests=\"1\" failures=\"0\"") && none.contains("<testcase name=\"no findings\""));
}

#[test]
fn what_is_hidden_is_in_no_form() {
    let secret = "hunter2-Sup3rS3cret!";
    let text = format!("password: {secret}\n");
    let s = sources(&[("a.yaml", &text)]);
    let span = s.files().next().unwrap().span(10, 10 + secret.len());
    let hiding = Finding::error(&UNKNOWN, span, "a secret", "h").hide(span, secret);
    let quoting = Finding::warning(&OTHER, span, format!("`{secret}` is odd"), format!("not {secret}"))
        .label(secret)
        .replacing(span, secret, "x");
    let bag: sailplan::diag::Bag = [hiding, quoting].into_iter().collect();
    let findings = bag.into_sorted();
    let hidden: Vec<Suppressed> =
        findings.iter().map(|f| Suppressed { finding: f.clone(), by: SuppressedBy::Baseline }).collect();
    for (name, write) in FORMS {
        for report in [report(&findings, &[], &s), report(&[], &hidden, &s)] {
            assert!(!written(write, &report).contains("hunter2"), "{name}");
        }
    }
    let look = human::Look { width: 80, color: false, unicode: true };
    assert!(!human::page(&findings, &hidden, &s, look, true).contains("hunter2"));
    let other = [Finding::note(&OTHER, span, "m", "h")];
    assert!(!human::page(&other, &hidden, &s, look, false).contains("hunter2"), "hidden by one that does not count");
}

/// Ten thousand findings on one line of a megabyte: each form is linear in the findings, and none holds the line.
#[test]
fn many_findings_make_reports_that_grow_with_them() {
    let line = format!("key: [{}]\n", "é123456789, ".repeat(80_000));
    let s = sources(&[("long.yaml", &line)]);
    let file = s.files().next().unwrap();
    let of = |n: usize| -> Vec<Finding> {
        let step = 13 * (80_000 / n);
        (0..n).map(|i| Finding::warning(&UNKNOWN, file.span(6 + i * step, 6 + i * step + 11), "m", "h")).collect()
    };
    let (few, many) = (of(1_000), of(10_000));
    for (name, write) in FORMS {
        let sizes = [&few, &many].map(|findings| written(write, &report(findings, &[], &s)).len());
        assert!(sizes[1] < sizes[0] * 13 && sizes[1] < 8_000_000, "{name}: {sizes:?}");
    }
    let text = written(json::write, &report(&many, &[], &s));
    let value: Json = serde_json::from_str(&text).unwrap();
    let last = &value["findings"].as_array().unwrap()[9_999]["place"];
    assert_eq!(last["column"], 7 + 9_999 * 8 * 12);
    let look = human::Look { width: 80, color: false, unicode: true };
    let text = human::report(&many, &s, look);
    assert!(text.len() < 20_000 && text.contains("and 9990 more like this"), "{text}");
}

#[test]
fn fingerprints_stay_when_lines_move_and_tell_findings_apart() {
    let prints = |text: &str| -> Vec<String> {
        let s = sources(&[("a.yaml", text)]);
        let file = s.files().next().unwrap();
        let findings: Vec<Finding> = text
            .match_indices('x')
            .map(|(at, _)| Finding::warning(&UNKNOWN, file.span(at, at + 1), "m in line 7", "h"))
            .collect();
        let value: Json = serde_json::from_str(&written(json::write, &report(&findings, &[], &s))).unwrap();
        value["findings"].as_array().unwrap().iter().map(|f| f["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let (before, after) = (prints("x\nx\n"), prints("\n\n\nx\n\nx\n"));
    assert_eq!(before, after);
    assert_ne!(before[0], before[1]);
}
