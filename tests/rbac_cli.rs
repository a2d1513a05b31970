//! `sailplan rbac` as a user calls it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::process::Command;

use tempfile::TempDir;

const SPEC: &str = "fixtures/render/access/platform.yaml";

/// Exit code, standard output, standard error.
fn run(args: &[&str]) -> (i32, String, String) {
    let program = env!("CARGO_BIN_EXE_sailplan");
    let mut command = Command::new(program);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("rbac").args(args).env_remove("SAILPLAN_FILE");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn can(args: &[&str]) -> (i32, String) {
    let (code, out, _) = run(&[&["can", "-f", SPEC], args].concat());
    (code, out)
}

#[test]
fn yes_with_the_line_and_its_place() {
    let (code, out) = can(&["orkes", "sync", "applications", "web/argocd"]);
    assert_eq!(code, 0);
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some("yes"));
    let by = lines.next().unwrap();
    assert!(by.starts_with("allowed by `p, orkes, applications, sync, */*, allow` (platform.yaml:"), "{by}");
}

#[test]
fn no_with_the_line_that_denies_or_none() {
    let denied = can(&["Domain Users, Platform", "delete", "applications", "web/web"]);
    assert!(denied.0 == 1 && denied.1.contains("denied by `p, role:lead, applications, delete, web/web, deny`"));
    assert!(denied.1.contains("as role:lead, by `g, \"Domain Users, Platform\", role:lead`"), "{}", denied.1);
    // A group without a role has no rights, whatever its lines say.
    assert_eq!(
        can(&["my-org:team-alpha", "sync", "applications", "my-project/x"]),
        (1, "no\nno line speaks of it\n".into())
    );
}

#[test]
fn by_groups_and_by_claims() {
    assert_eq!(can(&["bob", "delete", "applications", "web/argocd"]).0, 1);
    assert_eq!(can(&["--group", "my-org:team-beta", "bob", "delete", "applications", "web/argocd"]).0, 0);
    let mail = r#"{"email": "user@example.org"}"#;
    assert_eq!(can(&["--claims", mail, "bob", "delete", "applications", "web/argocd"]).0, 0);
    assert_eq!(can(&["--claims", "nonsense", "bob", "get", "applications"]).0, 2);
}

#[test]
fn who_can() {
    let (code, out, _) = run(&["who", "-f", SPEC, "delete", "applications", "web/argocd"]);
    let names: Vec<&str> = out.lines().map(|line| line.split(", by ").next().unwrap()).collect();
    assert_eq!((code, names), (0, vec!["my-org:team-beta", "my-org:team-qa", "user@example.org"]));
    let (code, out, _) = run(&["who", "-f", SPEC, "invoke", "extensions", "x"]);
    assert_eq!((code, &*out), (1, "nobody\n"));
}

#[test]
fn the_matrix_in_three_forms() {
    let all = ["text", "markdown", "csv"].map(|format| run(&["matrix", "-f", SPEC, "--format", format]).1);
    assert!(
        all[0]
            .lines()
            .any(|l| l.starts_with("my-org:team-qa ") && l.contains("create delete get override sync update"))
    );
    assert!(all[1].starts_with("| who | kind | actions | objects |\n|---|"));
    assert!(all[2].lines().any(|l| l == "orkes,applications,sync,web/argocd"), "{}", all[2]);
    assert!(all[2].lines().any(|l| l == "\"Domain Users, Platform\",applications,sync,web/argocd"));
    let (_, only, _) = run(&["matrix", "-f", SPEC, "--resource", "projects", "--format", "csv"]);
    assert!(only.lines().skip(1).all(|line| line.contains(",projects,")));
}

#[test]
fn what_changes_with_what_is_gained_first() {
    let folder = TempDir::new().unwrap();
    let new = std::fs::read_to_string(SPEC).unwrap().replace("my-org:team-beta: [admin]", "my-org:team-new: [admin]");
    let path = folder.path().join("new.yaml");
    std::fs::write(&path, new).unwrap();
    let (code, out, _) = run(&["diff", SPEC, path.to_str().unwrap()]);
    assert_eq!(code, 1);
    let (gained, lost) = out.split_once("\nlost\n").unwrap();
    assert!(gained.starts_with("gained\nmy-org:team-new "), "{gained}");
    assert!(gained.lines().skip(1).all(|line| line.starts_with("my-org:team-new ")));
    assert!(lost.lines().all(|line| line.starts_with("my-org:team-beta ")), "{lost}");
    assert_eq!(run(&["diff", SPEC, SPEC]).0, 0);
}

#[test]
fn a_spec_that_cannot_be_read_is_no_answer() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("platform.yaml");
    std::fs::write(&path, "kind: Platform\n").unwrap();
    let (code, out, err) = run(&["can", "-f", path.to_str().unwrap(), "x", "get", "applications"]);
    assert!(code == 2 && out.is_empty() && err.contains("missing-key"), "{err}");
}
