//! Findings that come after the tree have the levels that the spec says, like all others.

use super::repository::Repo;
use super::support::{Ran, SHOP, SPEC, diff, edit, platform, program, ran, run};

/// A platform whose spec ends with these lines, with an edit by hand.
fn edited(checks: &str) -> Repo {
    let repo = platform();
    let spec = repo.read("platform.yaml");
    repo.write("platform.yaml", format!("{spec}{checks}"));
    edit(&repo, &format!("out/{SHOP}"), "targetRevision: 1.0.0", "targetRevision: 1.2.3");
    repo
}

fn render(repo: &Repo) -> Ran {
    run(repo, &["render", "-f", "platform.yaml", "-o", "out"])
}

#[test]
fn an_edit_can_be_a_note_or_nothing() {
    let repo = edited("checks: { levels: { edited-by-hand: note } }\n");
    assert!(diff(&repo, &[]).err.starts_with("note[edited-by-hand]: "));
    assert!(render(&repo).err.starts_with("note[edited-by-hand]: "));
    let repo = edited("checks: { levels: { edited-by-hand: off } }\n");
    let compared = diff(&repo, &[]);
    assert_eq!((compared.code, compared.err.as_str()), (1, ""));
    let rendered = render(&repo);
    assert_eq!((rendered.code, rendered.codes()), (0, vec![]), "{}", rendered.err);
}

#[test]
fn made_an_error_it_is_overwritten_by_nobody() {
    let repo = edited("checks: { levels: { edited-by-hand: error } }\n");
    let compared = diff(&repo, &[]);
    assert_eq!((compared.code, compared.codes()), (1, vec!["edited-by-hand"]));
    assert!(compared.err.contains("made an error here"), "{}", compared.err);
    let before = repo.read(&format!("out/{SHOP}"));
    let rendered = render(&repo);
    assert_eq!((rendered.code, rendered.codes()), (2, vec!["edited-by-hand"]), "{}", rendered.err);
    assert!(!rendered.err.contains("written"), "{}", rendered.err);
    assert_eq!(repo.read(&format!("out/{SHOP}")), before);
    // With a gate, too, and it says why.
    let gated = diff(&repo, &["--deny", "cascade-delete"]);
    assert_eq!(gated.code, 1);
    assert!(gated.err.ends_with("gate: closed, 1 finding is an error\n"), "{}", gated.err);
}

#[test]
fn paths_of_overrides_are_those_of_the_output() {
    let of = |path: &str| {
        edited(&format!(
            "checks: {{ overrides: [{{ when: {{ path: '{path}' }}, levels: {{ edited-by-hand: off }} }}] }}\n"
        ))
    };
    assert_eq!(diff(&of("argocd/**/shop.yaml"), &[]).codes(), Vec::<&str>::new());
    assert_eq!(diff(&of("argocd/**/blog.yaml"), &[]).codes(), ["edited-by-hand"]);
}

#[test]
fn an_environment_is_that_of_the_file() {
    let repo = Repo::new();
    let (head, _) = SPEC.split_once("apps:\n").unwrap();
    let checks = "checks: { overrides: [{ when: { environment: dev }, levels: { edited-by-hand: off } }] }\nenvironments: { dev: { cluster: in-cluster }, prd: { cluster: in-cluster, namespace: prd } }\nnamespaces: { prd: {} }\n";
    let app = "apps: { shop: { environments: [dev, prd], source: { git: { path: shop } } } }\n";
    repo.write("platform.yaml", format!("{head}{checks}{app}"));
    super::support::render(&repo, "");
    let folder = "out/argocd/app-of-apps/apps/web";
    for environment in ["dev", "prd"] {
        edit(&repo, &format!("{folder}/shop-{environment}.yaml"), "path: shop", "path: other");
    }
    let compared = diff(&repo, &[]);
    assert_eq!(compared.codes(), ["edited-by-hand"]);
    assert!(compared.err.contains("shop-prd.yaml"), "{}", compared.err);
}

#[test]
fn a_comment_about_the_gate_is_judged_where_the_gate_is() {
    let repo = platform();
    let spec = repo.read("platform.yaml");
    let comment = "    # sailplan:allow unused-acknowledgement it comes next week";
    let entry = "  - { change: cascade-delete, object: Application argocd/old, reason: it goes }";
    repo.write("platform.yaml", format!("{spec}acknowledge:\n{comment}\n{entry}\n"));
    for (arguments, code) in
        [(["check", "-f", "platform.yaml"].as_slice(), 0), (&["render", "-f", "platform.yaml", "-o", "out"], 0)]
    {
        let ran = run(&repo, arguments);
        assert_eq!((ran.code, ran.codes()), (code, vec![]), "{}", ran.err);
    }
    assert_eq!(diff(&repo, &[]).codes(), Vec::<&str>::new());
    edit(&repo, "platform.yaml", "object: Application argocd/old", "object: Application argocd/shop");
    edit(&repo, "platform.yaml", "cascade-delete", "in-place");
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    // Now the entry is needed, and the comment is not.
    let arguments = ["diff", "-f", "platform.yaml", "-o", "out", "--against", "HEAD"];
    assert_eq!(run(&repo, &arguments).codes(), ["unused-allowance"]);
    // Among a selection of changes nobody can tell.
    let some = [arguments.as_slice(), &["--select", "app=blog"]].concat();
    assert_eq!(run(&repo, &some).codes(), Vec::<&str>::new());
}

#[test]
fn no_comment_reaches_the_output() {
    let repo = platform();
    let spec = repo.read("platform.yaml");
    repo.write("platform.yaml", spec.replace("  shop:", "  # sailplan:allow edited-by-hand I like it\n  shop:"));
    edit(&repo, &format!("out/{SHOP}"), "targetRevision: 1.0.0", "targetRevision: 1.2.3");
    assert_eq!(diff(&repo, &[]).codes(), ["unused-allowance", "edited-by-hand"]);
    assert_eq!(run(&repo, &["check", "-f", "platform.yaml"]).codes(), ["unused-allowance"]);
}

#[test]
fn stale_lines_of_a_baseline_have_a_level_too() {
    let repo = platform();
    let spec = repo.read("platform.yaml");
    repo.write("platform.yaml", format!("{spec}checks: {{ levels: {{ baseline-stale: warning }} }}\n"));
    repo.write("known.txt", "# sailplan baseline 1:\nplatform.yaml\tempty-category\t1\tgone\n");
    let check = ["check", "-f", "platform.yaml", "--baseline", "known.txt"];
    let checked = ran(program(repo.path()).args(check));
    assert_eq!(checked.code, 1);
    assert!(checked.err.starts_with("warning[baseline-stale]: "), "{}", checked.err);
    edit(&repo, "platform.yaml", "baseline-stale: warning", "baseline-stale: off");
    let checked = ran(program(repo.path()).args(check));
    assert_eq!((checked.code, checked.codes()), (0, vec![]), "{}", checked.err);
}
