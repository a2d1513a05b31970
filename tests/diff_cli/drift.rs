//! Whose doing a difference is.

use super::support::{BLOG, SHOP, diff, edit, platform, run};

const OUT: &str = "out/";

fn out(path: &str) -> String {
    format!("{OUT}{path}")
}

#[test]
fn a_changed_spec_was_not_rendered() {
    let repo = platform();
    edit(&repo, "platform.yaml", "automated: true", "automated: false");
    let ran = diff(&repo, &[]);
    assert_eq!(ran.codes(), ["not-rendered"]);
    assert!(ran.err.contains("this file was not rendered since, nor 1 other file"), "{}", ran.err);
    // Against what others committed nothing is late.
    assert_eq!(diff(&repo, &["--against", "HEAD"]).codes(), Vec::<&str>::new());
}

#[test]
fn a_new_app_and_one_that_went_were_not_rendered_either() {
    let repo = platform();
    edit(&repo, "platform.yaml", "  blog:", "  news:");
    assert_eq!(diff(&repo, &[]).codes(), ["not-rendered"]);
}

#[test]
fn an_edit_by_hand_is_named_with_its_places() {
    let repo = platform();
    edit(&repo, &out(SHOP), "targetRevision: 1.0.0", "targetRevision: 1.2.3");
    let ran = diff(&repo, &[]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["edited-by-hand"]));
    assert!(ran.err.contains("edited by hand since it was rendered: `/spec/source"), "{}", ran.err);
    repo.commit("edit");
    assert_eq!(diff(&repo, &["--against", "HEAD"]).codes(), ["edited-by-hand"]);
    assert_eq!(diff(&repo, &["--staged"]).codes(), ["edited-by-hand"]);
}

#[test]
fn an_edit_of_a_file_that_the_spec_changed_too_gets_no_suggestion() {
    let repo = platform();
    edit(&repo, &out(SHOP), "targetRevision: 1.0.0", "targetRevision: 1.2.3");
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 2.0.0");
    let ran = diff(&repo, &[]);
    assert_eq!(ran.codes(), ["edited-by-hand"]);
    assert!(ran.err.contains("and the spec has changed too") && !ran.err.contains("overrides:"), "{}", ran.err);
}

#[test]
fn comments_are_an_edit_that_changes_no_value() {
    let repo = platform();
    let text = repo.read(&out(BLOG));
    repo.write(&out(BLOG), format!("# mine\n{text}"));
    let ran = diff(&repo, &[]);
    assert!(ran.err.contains("without changing a value"), "{}", ran.err);
    repo.write(&out(BLOG), "a: [");
    assert!(diff(&repo, &[]).err.contains("and is no YAML any more"));
    repo.write(&out(BLOG), text.replace("name: blog", "name: other"));
    assert!(diff(&repo, &[]).err.contains("its objects are other ones"));
}

#[test]
fn a_file_that_is_gone() {
    let repo = platform();
    std::fs::remove_file(repo.at(&out(SHOP))).unwrap();
    let ran = diff(&repo, &[]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["output-missing"]));
}

#[test]
fn a_file_of_somebody_else() {
    let repo = platform();
    edit(&repo, "platform.yaml", "  blog:\n", "  news:\n    source: { git: { path: news } }\n  blog:\n");
    repo.write(
        "out/argocd/app-of-apps/apps/web/news.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: news }\n",
    );
    let ran = diff(&repo, &[]);
    assert!(ran.codes().contains(&"not-ours"), "{}", ran.err);
    assert!(ran.err.contains("sailplan render --adopt"), "{}", ran.err);
}

#[test]
fn an_edited_file_that_the_spec_no_longer_makes() {
    let repo = platform();
    edit(&repo, &out(SHOP), "targetRevision: 1.0.0", "targetRevision: 1.2.3");
    let spec = repo.read("platform.yaml");
    let shop = spec.find("  shop:").unwrap()..spec.find("  blog:").unwrap();
    repo.write("platform.yaml", format!("{}{}", &spec[..shop.start], &spec[shop.end..]));
    assert!(diff(&repo, &[]).codes().contains(&"orphan-edited"));
}

#[test]
fn a_render_that_was_cut_off() {
    let repo = platform();
    repo.write("out/.sailplan/pending.json", "{\"version\": 1, \"then\": null, \"files\": {}, \"before\": {}}\n");
    let ran = diff(&repo, &[]);
    assert_eq!((ran.code, ran.codes()), (0, vec!["unfinished-render"]));
    repo.write("out/.sailplan/tree.json", "nonsense");
    let ran = diff(&repo, &[]);
    assert_eq!((ran.code, ran.codes()), (2, vec!["ownership-file"]));
}

#[test]
fn a_link_in_the_place_of_a_file_can_not_be_compared() {
    let repo = platform();
    std::fs::remove_file(repo.at(&out(SHOP))).unwrap();
    std::os::unix::fs::symlink("blog.yaml", repo.at(&out(SHOP))).unwrap();
    let ran = diff(&repo, &[]);
    assert_eq!((ran.code, ran.codes()), (2, vec!["base-unreadable"]));
    std::fs::remove_file(repo.at(&out(SHOP))).unwrap();
    std::fs::create_dir(repo.at(&out(SHOP))).unwrap();
    assert_eq!(diff(&repo, &[]).codes(), ["base-unreadable"]);
}

#[test]
fn many_edits_are_counted() {
    let repo = super::repository::Repo::new();
    let app = |i: usize| format!("  app-{i}: {{ source: {{ git: {{ path: app-{i} }} }} }}");
    let apps = (0..60).map(app).collect::<Vec<_>>().join("\n");
    let (head, _) = super::support::SPEC.split_once("apps:\n").unwrap();
    repo.write("platform.yaml", format!("{head}apps:\n{apps}\n"));
    super::support::render(&repo, "");
    for i in 0..60 {
        edit(
            &repo,
            &out(&format!("argocd/app-of-apps/apps/web/app-{i}.yaml")),
            &format!("path: app-{i}"),
            "path: elsewhere",
        );
    }
    let ran = diff(&repo, &[]);
    // Ten in full, and a line for the others.
    assert_eq!(ran.codes(), ["edited-by-hand"; 11]);
    assert!(ran.err.contains("and 50 more like this, not shown: 1 in argocd"), "{}", ran.err);
    assert!(ran.err.contains("and in 47 other files; `--all` shows them"), "{}", ran.err);
    let all = diff(&repo, &["--all"]);
    assert_eq!(all.codes(), ["edited-by-hand"; 60]);
    assert!(!all.err.contains("not shown"), "{}", all.err);
    let ran = run(&repo, &["render", "-f", "platform.yaml", "-o", "out"]);
    assert_eq!((ran.code, ran.codes().len()), (0, 11), "{}", ran.err);
    assert!(ran.err.contains("`--all` shows them"), "{}", ran.err);
    edit(&repo, &out("argocd/app-of-apps/apps/web/app-1.yaml"), "path: app-1", "path: elsewhere");
    let ran = run(&repo, &["render", "-f", "platform.yaml", "-o", "out", "--all"]);
    assert_eq!((ran.code, ran.codes()), (0, vec!["edited-by-hand"]), "{}", ran.err);
    assert_eq!(diff(&repo, &[]).code, 0);
}
