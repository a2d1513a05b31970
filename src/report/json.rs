//! Findings as JSON, version 1. `docs/CHECKS.md` says what each key is.

use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use super::place::{Locator, Spot};
use crate::diag::{Finding, Level, SuppressedBy};
use crate::model::key::Fingerprints;

/// Version of the format. New keys may come with the same version; none goes or changes its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    fixable: usize,
    suppressed: usize,
    failed: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One<'f> {
    code: &'static str,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_level: Option<&'static str>,
    message: &'f str,
    place: Spot,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'f str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'f>>,
    help: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'f str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fix: Vec<Change>,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<By<'f>>,
}

#[derive(Serialize)]
struct Related<'f> {
    place: Spot,
    text: &'f str,
}

/// A change: the place and what is to stand there.
#[derive(Serialize)]
struct Change {
    place: Spot,
    text: String,
}

#[derive(Serialize)]
struct By<'f> {
    by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'f str>,
}

/// Writes the report; each finding on a line of its own.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let tool = Tool { name: "sailplan", version: env!("CARGO_PKG_VERSION") };
    let summary = Summary {
        errors: report.count(Level::Error),
        warnings: report.count(Level::Warning),
        notes: report.count(Level::Note),
        fixable: report.fixable(),
        suppressed: report.suppressed.len(),
        failed: report.fails(),
    };
    write!(out, "{{\n  \"version\": {VERSION},\n  \"tool\": ")?;
    put(out, &tool)?;
    write!(out, ",\n  \"summary\": ")?;
    put(out, &summary)?;
    let mut known = Fingerprints::new(report.sources);
    let mut locator = Locator::new(report);
    write!(out, ",\n  \"findings\": [")?;
    for (i, finding) in report.findings.iter().enumerate() {
        out.write_all(if i == 0 { b"\n    " } else { b",\n    " })?;
        put(out, &one(finding, None, &mut locator, &mut known))?;
    }
    write!(out, "\n  ],\n  \"suppressed\": [")?;
    for (i, hidden) in report.suppressed.iter().enumerate() {
        out.write_all(if i == 0 { b"\n    " } else { b",\n    " })?;
        let by = match &hidden.by {
            SuppressedBy::Comment(reason) => By { by: "comment", reason: Some(reason) },
            SuppressedBy::Baseline => By { by: "baseline", reason: None },
        };
        put(out, &one(&hidden.finding, Some(by), &mut locator, &mut known))?;
    }
    writeln!(out, "\n  ]\n}}")
}

fn put(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}

fn one<'f>(
    finding: &'f Finding,
    suppressed: Option<By<'f>>,
    locator: &mut Locator,
    known: &mut Fingerprints,
) -> One<'f> {
    let place = locator.label(&finding.primary);
    let fix = locator.edits(finding).into_iter().map(|(place, text)| Change { place, text }).collect();
    let related = finding.secondary.iter().map(|l| Related { place: locator.label(l), text: &l.text }).collect();
    One {
        code: finding.code.id,
        level: finding.level.word(),
        declared_level: (finding.level != finding.born).then(|| finding.born.word()),
        message: &finding.message,
        place,
        label: &finding.primary.text,
        related,
        help: &finding.help,
        environment: finding.environment.as_deref(),
        fix,
        fingerprint: known.of(finding),
        suppressed,
    }
}
