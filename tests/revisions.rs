//! What moves by itself, and what does not.

use sailplan::model::revision::{is_exact, is_one_chart, is_pinned};

#[test]
fn a_commit_and_a_tag_of_three_numbers_stay() {
    let commit = "3f786850e387550fdab836ed7e6dc881de23001b";
    for still in [commit, "v1.2.3", "1.2.3", "chart-1.2.3", "team/app@2.0.0-rc.1", "1.2.3+4", "refs/tags/nightly"] {
        assert!(is_pinned(still), "{still}");
    }
    for moving in ["HEAD", "main", "", "v1", "1.2", "release-2", "1.2.x", "^1.2.3", "1.2.3 - 2.0.0", "refs/heads/main"]
    {
        assert!(!is_pinned(moving), "{moving}");
    }
}

/// Argo CD takes a version that it can read as a pin, whatever it lacks, and all else as a range.
#[test]
fn a_chart_has_one_version_where_argo_cd_reads_one() {
    for still in ["1.2.3", "v1.2.3", "1.10", "1", "1.2.3-rc.1", "1.0+build"] {
        assert!(is_one_chart(still), "{still}");
    }
    for moving in ["*", "1.*", "1.x", "~1.2", ">=1.0.0", "1 || 2", "latest", "", "1.2.3.4"] {
        assert!(!is_one_chart(moving), "{moving}");
    }
}

#[test]
fn a_tag_of_a_registry_has_three_numbers_or_is_a_digest() {
    assert!(is_exact("sha256:e3b0c442") && is_exact("1.2.3"));
    assert!(!is_exact("1") && !is_exact("1.2") && !is_exact("latest"));
}
