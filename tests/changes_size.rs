//! Ten thousand changes at once: what the reports take, and what memory.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::collections::BTreeMap;

use sailplan::diff::{Options, diff};
use sailplan::report::changes::{html, human, json, markdown};
use sailplan::report::human::Look;

#[path = "../benches/tree/mod.rs"]
mod tree;

/// Peak of resident memory so far, in MiB.
#[cfg(target_os = "linux")]
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<usize>().unwrap() / 1024
}

/// Where peaks can't be read, only the reports are looked at.
#[cfg(not(target_os = "linux"))]
fn peak() -> usize {
    0
}

/// A budget that a comment of other people's tools may have too.
const SMALL: usize = 2_000;

#[test]
fn ten_thousand_changes_fit() {
    let before = tree::tree(10_000, 0);
    // The first third has a new version, the second one its own value each, the third another name.
    let after = tree::tree(10_000, 1);
    let bytes: usize = [&before, &after].into_iter().flat_map(BTreeMap::values).map(Vec::len).sum();
    let start = peak();
    let changes = diff(&before, &after, &Options::default());
    assert!(changes.all.len() >= 10_000, "{}", changes.all.len());
    let shared = changes.hunks.iter().map(|hunk| hunk.members.len()).max().unwrap();
    assert!(shared > 3_000, "{shared}");
    for budget in [markdown::BUDGET, SMALL] {
        let comment = markdown::report(&changes, budget);
        assert!(comment.len() <= budget, "{} bytes of {budget}", comment.len());
        assert!(comment.starts_with(markdown::MARKER));
        assert!(comment.contains("Left out for length: "), "{comment}");
        assert_eq!(comment.matches("<details").count(), comment.matches("</details>").count());
    }
    let look = Look { width: 100, color: false, unicode: true };
    assert!(human::report(&changes, look).lines().count() > 10_000);
    drop((json::report(&changes), html::report(&changes, "large")));
    let used = peak() - start;
    assert!(used <= 300, "{used} MiB beside {} MiB of files", bytes >> 20);
}

#[test]
fn what_is_left_out_is_counted() {
    let changes = diff(&tree::tree(600, 0), &tree::tree(600, 1), &Options::default());
    let comment = markdown::report(&changes, 20_000);
    let all = markdown::report(&changes, usize::MAX);
    let blocks = |text: &str| text.matches("<details").count();
    let left: usize =
        comment.split("Left out for length: ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert_eq!(blocks(&comment) + left, blocks(&all));
    assert!(!all.contains("Left out"));
}
