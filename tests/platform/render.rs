//! Runs the built binary on the example platform, as a user would.

use super::Platform;
use super::fixture::Fixture;
use super::tree::Tree;
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Renders into an empty directory of its own. Panics with the binary's own words if it fails.
pub fn fresh(spec: &str) -> (TempDir, Tree) {
    let out = TempDir::new().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_sailplan"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["render", "-f", spec, "-o"])
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
    PLATFORM.get_or_init(|| Platform::new(fresh("platform.example.yaml").1, Fixture::load()))
}

/// The platform that has each way in which a secret arrives.
pub fn secrets() -> &'static Platform {
    static PLATFORM: OnceLock<Platform> = OnceLock::new();
    let spec = "fixtures/render/secrets/platform.yaml";
    PLATFORM.get_or_init(|| Platform::new(fresh(spec).1, Fixture::named("secrets.json")))
}

/// The platform that has credentials of clusters and repositories.
pub fn onboarding() -> Platform {
    Platform::new(fresh("fixtures/render/onboarding/platform.yaml").1, Fixture::named("onboarding.json"))
}

/// The platform of clusters and repositories in overlays, as kustomize builds it.
pub fn overlays() -> Platform {
    let (_, tree) = fresh("fixtures/render/onboarding-overlays/platform.yaml");
    Platform::new(super::built::tree(tree, &["manifests/argocd/overlays/prd"]), Fixture::named("aks.json"))
}

/// The example platform, judged by what self-service is to bring.
pub fn self_service() -> Platform {
    Platform::new(fresh("platform.example.yaml").1, Fixture::named("selfservice.json"))
}

/// The platform that says who may do what.
pub fn access() -> Platform {
    Platform::new(fresh("fixtures/render/access/platform.yaml").1, Fixture::named("access.json"))
}

/// The platform that Apono edits the policy of.
pub fn apono() -> Platform {
    Platform::new(fresh("fixtures/render/apono/platform.yaml").1, Fixture::named("apono.json"))
}
