//! Ten thousand findings in each form of report. The budget is a second and 200 MB.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that can not go on should stop")]

use divan::Bencher;
use divan::counter::BytesCount;
use sailplan::diag::{Finding, Level};
use sailplan::report::human::{self, Look};
use sailplan::report::{Report, github, json, junit, sarif};
use sailplan::source::SourceMap;

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler<mimalloc::MiMalloc> = divan::AllocProfiler::new(mimalloc::MiMalloc);

sailplan::codes! {
    /// A key that is not known.
    UNKNOWN = "unknown-key": error fixable;
}

const FINDINGS: usize = 10_000;
const LOOK: Look = Look { width: 100, color: false, unicode: true };

fn main() {
    divan::main();
}

/// Findings with a label, a second place and an edit, over a hundred files.
fn findings() -> (SourceMap, Vec<Finding>) {
    let mut sources = SourceMap::new();
    let text = "  namspace: shop # as everywhere else\n".repeat(FINDINGS / 100);
    for i in 0..100 {
        sources.add(format!("apps/{i:03}.yaml"), text.clone()).unwrap();
    }
    let of = |file: &sailplan::source::SourceFile| {
        let keys = file.text.match_indices("namspace").map(|(at, word)| file.span(at, at + word.len()));
        let finding = |span| {
            let finding =
                Finding::error(&UNKNOWN, span, "`apps.shop` has no key `namspace`", "did you mean `namespace`?");
            finding.label("unknown key").also(file.span(0, 2), "in this").replacing(span, "namspace", "namespace")
        };
        keys.map(finding).collect::<Vec<_>>()
    };
    let findings = sources.files().flat_map(of).collect();
    (sources, findings)
}

type Write = fn(&mut dyn std::io::Write, &Report) -> std::io::Result<()>;

#[divan::bench(args = ["json", "sarif", "github", "junit", "human", "human, all"], sample_count = 10, sample_size = 1)]
fn ten_thousand_findings(bencher: Bencher, form: &str) {
    let (sources, findings) = findings();
    let report = Report { findings: &findings, suppressed: &[], sources: &sources, base: "", fail_on: Level::Warning };
    let written = || {
        let write: Write = match form {
            "json" => json::write,
            "sarif" => sarif::write,
            "github" => github::write,
            "junit" => junit::write,
            "human" => return human::report(&findings, &sources, LOOK).into_bytes(),
            _ => return human::page(&findings, &[], &sources, LOOK, true).into_bytes(),
        };
        let mut out = Vec::new();
        write(&mut out, &report).unwrap();
        out
    };
    bencher.counter(BytesCount::new(written().len())).bench_local(written);
}
