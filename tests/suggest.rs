//! "Did you mean" gives what a plain look at all candidates gives, whatever it passes over unseen.

#![allow(clippy::indexing_slicing, reason = "a test that can not go on should stop")]

use proptest::prelude::*;
use sailplan::base::suggest::{nearest, sure};

/// Optimal string alignment distance, by the book.
fn distance(a: &str, b: &str) -> usize {
    let fold = |text: &str| text.chars().take(64).flat_map(char::to_lowercase).collect::<Vec<_>>();
    let (a, b) = (fold(a), fold(b));
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut best = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                }
            };
        }
    }
    table[a.len()][b.len()]
}

fn nearest_plainly<'c>(name: &str, all: &[&'c str]) -> Option<&'c str> {
    let len = |text: &str| text.chars().take(64).flat_map(char::to_lowercase).count();
    let near = all.iter().map(|c| (distance(name, c), *c));
    let fits = |(d, c): &(usize, &str)| *d <= len(name).max(len(c)).div_ceil(3) && *d < len(c);
    near.filter(fits).min().map(|(_, c)| c)
}

fn sure_plainly<'c>(name: &str, all: &[&'c str]) -> Option<&'c str> {
    let mut near: Vec<(usize, &str)> = all.iter().map(|c| (distance(name, c), *c)).collect();
    near.sort_unstable();
    near.dedup();
    let (best, found) = *near.first()?;
    let alone = near.get(1).is_none_or(|(next, _)| *next > best + 1);
    (best <= 2 && best * 4 <= name.chars().take(64).flat_map(char::to_lowercase).count() && alone).then_some(found)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn it_is_the_nearest(
        name in "[a-dA-D._-]{0,9}|[a-eéİ]{0,6}|[a-c]{60,70}",
        all in prop::collection::vec("[a-dA-D._-]{0,9}|[a-eéİ]{0,6}|[a-c]{60,70}", 0..7),
    ) {
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        prop_assert_eq!(nearest(&name, all.iter().copied()), nearest_plainly(&name, &all));
        prop_assert_eq!(sure(&name, all.iter().copied()), sure_plainly(&name, &all));
    }
}

#[test]
fn words_of_the_spec() {
    let keys = ["sync", "source", "sources", "namespace", "clusterResources", "manifests"];
    for (name, wanted) in [
        ("snyc", Some("sync")),
        ("clusterResourcez", Some("clusterResources")),
        ("Namespace", Some("namespace")),
        ("zzz", None),
    ] {
        assert_eq!(nearest(name, keys), wanted, "{name}");
    }
    // Either may be meant.
    assert_eq!(sure("sourcee", ["sources", "source"]), None);
    assert_eq!(sure("clusterResourcez", keys), Some("clusterResources"));
}
