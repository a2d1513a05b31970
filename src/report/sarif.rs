//! Findings as SARIF 2.1.0, which code scanning services read.
//!
//! Facts: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0": 3.14.17 (`columnKind`), 3.27.17
//! (`partialFingerprints`), 3.35 (`suppression`), 3.55 (`fix`).

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::Report;
use super::place::{Locator, Spot};
use crate::diag::{Code, Finding, Level, SuppressedBy};
use crate::model::key::Fingerprints;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The name of our fingerprints; another number when they are made otherwise.
const FINGERPRINT: &str = "sailplan/v1";

/// Writes the report; each rule and each result on a line of its own.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let all = || report.findings.iter().chain(report.suppressed.iter().map(|s| &s.finding));
    let codes: BTreeMap<&str, &Code> = all().map(|f| (f.code.id, f.code)).collect();
    let index: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(i, id)| (*id, i)).collect();
    writeln!(out, "{{\n  \"$schema\": \"{SCHEMA}\",\n  \"version\": \"2.1.0\",\n  \"runs\": [{{")?;
    let version = env!("CARGO_PKG_VERSION");
    writeln!(
        out,
        "    \"tool\": {{ \"driver\": {{ \"name\": \"sailplan\", \"semanticVersion\": \"{version}\", \"rules\": ["
    )?;
    list(out, codes.values().map(|code| rule(code)))?;
    writeln!(out, "    ] }} }},\n    \"columnKind\": \"unicodeCodePoints\",\n    \"results\": [")?;
    let mut known = Fingerprints::new(report.sources);
    let mut locator = Locator::new(report);
    let counted = report.findings.iter().map(|f| (f, None));
    let hidden = report.suppressed.iter().map(|s| (&s.finding, Some(&s.by)));
    list(
        out,
        counted.chain(hidden).map(|(finding, by)| {
            let mut result = result(finding, &mut locator, &mut known);
            set(&mut result, "ruleIndex", json!(index.get(finding.code.id)));
            if let Some(by) = by {
                set(&mut result, "suppressions", json!([suppression(by)]));
            }
            result
        }),
    )?;
    writeln!(out, "    ]\n  }}]\n}}")
}

fn list(out: &mut dyn Write, items: impl Iterator<Item = Json>) -> io::Result<()> {
    for (i, item) in items.enumerate() {
        out.write_all(if i == 0 { b"      " } else { b",\n      " })?;
        serde_json::to_writer(&mut *out, &item)?;
    }
    writeln!(out)
}

fn rule(code: &Code) -> Json {
    let page = format!("{}\n\n{}", code.page(), code.handling());
    let level = code.levels().first().copied().unwrap_or(Level::Error);
    json!({
        "id": code.id,
        "shortDescription": { "text": code.summary() },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level.word() },
    })
}

fn result(finding: &Finding, locator: &mut Locator, known: &mut Fingerprints) -> Json {
    let mut out = json!({
        "ruleId": finding.code.id,
        "level": finding.level.word(),
        "message": { "text": format!("{}\n{}", finding.message, finding.help) },
        "partialFingerprints": { FINGERPRINT: known.of(finding) },
    });
    let place = locator.label(&finding.primary);
    if !place.path.is_empty() {
        set(&mut out, "locations", json!([location(&place, &finding.primary.text, None)]));
    }
    let edits = locator.edits(finding);
    if !edits.is_empty() {
        set(&mut out, "fixes", json!([fix(&edits, &finding.help)]));
    }
    let related = finding.secondary.iter().map(|label| (locator.label(label), &label.text));
    let related: Vec<Json> = related
        .filter(|(spot, _)| !spot.path.is_empty() && !spot.built_in)
        .enumerate()
        .map(|(i, (spot, text))| location(&spot, text, Some(i)))
        .collect();
    if !related.is_empty() {
        set(&mut out, "relatedLocations", json!(related));
    }
    out
}

fn location(spot: &Spot, text: &str, id: Option<usize>) -> Json {
    let mut physical = json!({ "artifactLocation": { "uri": uri(&spot.path) } });
    if spot.line.is_some() {
        set(&mut physical, "region", region(spot));
    }
    let mut out = json!({ "physicalLocation": physical });
    if !text.is_empty() {
        set(&mut out, "message", json!({ "text": text }));
    }
    if let Some(id) = id {
        set(&mut out, "id", json!(id));
    }
    out
}

fn region(spot: &Spot) -> Json {
    let numbers = [
        ("startLine", spot.line),
        ("startColumn", spot.column),
        ("endLine", spot.end_line),
        ("endColumn", spot.end_column),
    ];
    numbers
        .into_iter()
        .filter_map(|(key, n)| Some((key.to_owned(), json!(n?))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn fix(edits: &[(Spot, String)], help: &str) -> Json {
    let mut changes: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
    for (spot, text) in edits {
        let replacement = json!({ "deletedRegion": region(spot), "insertedContent": { "text": text } });
        changes.entry(&spot.path).or_default().push(replacement);
    }
    let change = |(path, replacements): (&str, Vec<Json>)| json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements });
    json!({ "description": { "text": help }, "artifactChanges": changes.into_iter().map(change).collect::<Vec<_>>() })
}

fn suppression(by: &SuppressedBy) -> Json {
    match by {
        SuppressedBy::Comment(reason) => {
            json!({ "kind": "inSource", "status": "accepted", "justification": reason })
        }
        SuppressedBy::Baseline => json!({ "kind": "external", "status": "accepted" }),
    }
}

fn set(object: &mut Json, key: &str, value: Json) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}

/// A path as a relative reference (RFC 3986): what is not unreserved is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => {
                // Writing to a string can't fail.
                let _ = std::fmt::Write::write_fmt(&mut out, format_args!("%{byte:02X}"));
            }
        }
    }
    out
}
