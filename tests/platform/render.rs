//! Runs the built binary on the example platform, as a user would.

use super::Platform;
use super::fixture::Fixture;
use super::tree::Tree;
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Renders into an empty directory of its own. Panics with the binary's own words if it fails.
pub fn fresh() -> (TempDir, Tree) {
    let out = TempDir::new().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_sailplan"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["render", "-f", "platform.example.yaml", "-o"])
        .arg(out.path())
        .env_remove("SAILPLAN_FILE")
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "render ended with {}\n{}{}",
        run.status,
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
    let tree = Tree::load(out.path());
    assert!(!tree.objects.is_empty(), "render wrote no object");
    (out, tree)
}

/// The example platform, rendered once for all tests.
pub fn example() -> &'static Platform {
    static PLATFORM: OnceLock<Platform> = OnceLock::new();
    PLATFORM.get_or_init(|| Platform::new(fresh().1, Fixture::load()))
}
