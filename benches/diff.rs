//! Comparing two trees in memory: one without changes beside plain comparing, and one in which everything changes.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark that can not go on should stop")]

mod tree;

use divan::Bencher;
use sailplan::diff::{Options, diff};
use sailplan::report::changes::{html, human, json, markdown};
use sailplan::report::human::Look;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: &[usize] = &[100, 1_000, 10_000];

fn main() {
    divan::main();
}

#[divan::bench(args = [100, 1_000, 30_000], sample_count = 20, sample_size = 1)]
fn plain_loop_nothing_changed(bencher: Bencher, files: usize) {
    let (before, after) = (tree::tree(files, 0), tree::tree(files, 0));
    bencher.bench_local(|| before.iter().zip(&after).all(|(a, b)| a == b));
}

#[divan::bench(args = [100, 1_000, 30_000], sample_count = 20, sample_size = 1)]
fn nothing_changed(bencher: Bencher, files: usize) {
    let (before, after) = (tree::tree(files, 0), tree::tree(files, 0));
    bencher.bench_local(|| diff(&before, &after, &Options::default()));
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn one_changed(bencher: Bencher, files: usize) {
    let before = tree::tree(files, 0);
    let mut after = before.clone();
    let (path, bytes) = after.pop_first().unwrap();
    after.insert(path, String::from_utf8(bytes).unwrap().replace("replicas: 1", "replicas: 2").into_bytes());
    bencher.bench_local(|| diff(&before, &after, &Options::default()));
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn one_removed(bencher: Bencher, files: usize) {
    let before = tree::tree(files, 0);
    let mut after = before.clone();
    after.pop_first();
    bencher.bench_local(|| diff(&before, &after, &Options::default()));
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn all_changed(bencher: Bencher, files: usize) {
    let (before, after) = (tree::tree(files, 0), tree::tree(files, 1));
    bencher.bench_local(|| diff(&before, &after, &Options::default()));
}

#[divan::bench(args = ["human", "markdown", "json", "html"], sample_count = 10, sample_size = 1)]
fn report_of_10000(bencher: Bencher, format: &str) {
    let changes = diff(&tree::tree(10_000, 0), &tree::tree(10_000, 1), &Options::default());
    let look = Look { width: 100, color: true, unicode: true };
    bencher.bench_local(|| match format {
        "human" => human::report(&changes, look),
        "markdown" => markdown::report(&changes, markdown::BUDGET),
        "json" => json::report(&changes),
        _ => html::report(&changes, "all"),
    });
}
