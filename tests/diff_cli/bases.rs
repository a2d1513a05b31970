//! What the tree is compared with.

use super::repository::{Repo, command, git_in};
use super::support::{BLOG, SHOP, diff, edit, paths, platform, platform_in, program, ran, render, run};

#[test]
fn the_same_is_zero_and_a_difference_is_one() {
    let repo = platform();
    let same = diff(&repo, &[]);
    assert_eq!((same.code, same.err.as_str()), (0, ""));
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    assert_eq!(diff(&repo, &[]).code, 1);
    assert_eq!(paths(&repo, &[]), [SHOP]);
    render(&repo, "");
    assert_eq!(diff(&repo, &[]).code, 0);
}

#[test]
fn what_can_not_be_compared_is_two() {
    let repo = platform();
    for arguments in [
        &["--against", "nowhere"][..],
        &["--against", "./nowhere"],
        &["--against", "HEAD:out", "--from", "HEAD"],
        &["--from", "HEAD~7"],
        &["--to", "HEAD"],
        &["--from-env", "staging", "--to-env", "prd"],
        &["--deny", "nonsense"],
        &["--output", "no/such/folder/report.txt"],
    ] {
        let ran = diff(&repo, arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
    edit(&repo, "platform.yaml", "category: web", "category: nowhere");
    let faulty = diff(&repo, &[]);
    assert_eq!(faulty.code, 2);
    assert!(faulty.codes().contains(&"unknown-reference"), "{}", faulty.err);
    assert_eq!(faulty.out, "");
}

#[test]
fn both_states_are_named() {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    let out = diff(&repo, &["--against", "main"]).out;
    let commit = &repo.git(&["rev-parse", "main"])[..10];
    assert!(out.contains(&format!("the output committed in out, main ({commit})")), "{out}");
    assert!(out.contains("what platform.yaml makes"), "{out}");
}

#[test]
fn a_revision_is_compared_whatever_lies_in_the_work_tree() {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    render(&repo, "");
    assert_eq!(paths(&repo, &[]), Vec::<String>::new());
    assert_eq!(paths(&repo, &["--against", "HEAD"]), [SHOP]);
    assert_eq!(paths(&repo, &["--against", "index"]), [SHOP]);
    repo.git(&["add", "--all"]);
    assert_eq!(paths(&repo, &["--against", "index"]), Vec::<String>::new());
    assert_eq!(paths(&repo, &["--against", "HEAD"]), [SHOP]);
    std::fs::remove_dir_all(repo.at("out")).unwrap();
    assert_eq!(paths(&repo, &["--against", "HEAD"]), [SHOP]);
}

#[test]
fn another_folder_of_a_revision() {
    let repo = platform();
    repo.git(&["mv", "out", "moved"]);
    repo.commit("moved");
    assert_eq!(diff(&repo, &["--against", "HEAD:moved"]).code, 0);
    assert_eq!(diff(&repo, &["--against", "HEAD"]).code, 1);
}

#[test]
fn a_name_that_is_a_folder_and_a_revision_is_refused() {
    let repo = platform();
    repo.git(&["branch", "out"]);
    let ran = diff(&repo, &["--against", "out"]);
    assert_eq!(ran.code, 2);
    let said = "error: `out` is a folder and a revision: write `./out` for the folder, `refs/heads/…`, `refs/tags/…` or a commit";
    assert!(ran.err.starts_with(said), "{}", ran.err);
    assert_eq!(diff(&repo, &["--against", "./out"]).code, 0);
    assert_eq!(diff(&repo, &["--against", "refs/heads/out"]).code, 0);
    repo.git(&["branch", "-D", "out"]);
    assert_eq!(diff(&repo, &["--against", "out"]).code, 0);
    std::fs::create_dir(repo.at("index")).unwrap();
    assert!(diff(&repo, &["--against", "index"]).err.contains("the word for the index"));
    assert_eq!(diff(&repo, &["--against", "index:out"]).code, 0);
}

#[test]
fn a_folder_that_sailplan_never_wrote_is_compared_as_a_whole() {
    let repo = platform();
    for entry in ["old/argocd/app-of-apps/apps/web/shop.yaml", "old/left.yaml"] {
        repo.write(entry, "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: old }\n");
    }
    let ran = diff(&repo, &["--against", "old", "--names"]);
    assert!(ran.out.lines().any(|line| line == "left.yaml"), "{}", ran.out);
    assert!(ran.out.lines().any(|line| line == BLOG));
    assert_eq!(ran.codes(), ["not-ours"]);
}

#[test]
fn a_sub_folder_of_a_repository() {
    let repo = platform_in("deploy/platform/");
    let folder = repo.at("deploy/platform");
    let diff = |arguments: &[&str]| ran(program(&folder).args(["diff", "-o", "out"]).args(arguments));
    assert_eq!(diff(&["--against", "HEAD"]).code, 0);
    assert_eq!(diff(&["--staged"]).code, 0);
    edit(&repo, "deploy/platform/values/shop.yaml", "replicas: 1", "replicas: 2");
    assert_eq!(diff(&["--against", "HEAD"]).code, 1);
    assert_eq!(diff(&["--staged"]).code, 0);
    assert_eq!(diff(&["--from", "HEAD"]).code, 2, "-o is no option of --from");
    let from = run(&repo, &["diff", "-f", "deploy/platform/platform.yaml", "--from", "HEAD", "--names"]);
    assert_eq!(
        from.out,
        "argocd/app-of-apps/apps/web/shop/values/shop.yaml\n".replace("shop/values", &values_folder(&repo))
    );
}

/// Where the values file of the shop came to lie, without its name.
fn values_folder(repo: &Repo) -> String {
    let root = repo.at("deploy/platform/out/argocd/app-of-apps/apps/web");
    let file =
        walk(&root).into_iter().find(|path| std::fs::read_to_string(path).unwrap().starts_with("replicas")).unwrap();
    file.parent().unwrap().strip_prefix(&root).unwrap().to_str().unwrap().to_owned()
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn a_linked_work_tree() {
    let repo = platform();
    let folder = tempfile::tempdir().unwrap();
    let linked = folder.path().join("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "topic", linked.to_str().unwrap()]);
    let spec = linked.join("platform.yaml");
    let text = std::fs::read_to_string(&spec).unwrap();
    std::fs::write(&spec, text.replace("version: 1.0.0", "version: 1.0.1")).unwrap();
    let diff = |arguments: &[&str]| ran(program(&linked).args(["diff", "-o", "out"]).args(arguments)).code;
    assert_eq!((diff(&["--against", "main"]), diff(&["--staged"])), (1, 0));
    git_in(&linked, &["add", "platform.yaml"]);
    assert_eq!(diff(&["--staged"]), 1);
    // The other work tree has an index of its own.
    assert_eq!(super::support::diff(&repo, &["--staged"]).code, 0);
}

#[test]
fn outside_of_a_repository() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("platform.yaml"), "nothing").unwrap();
    let ran = ran(program(folder.path()).args(["diff", "--against", "HEAD"]));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is in no git repository"), "{}", ran.err);
}

#[test]
fn content_that_git_lfs_keeps() {
    let repo = platform();
    repo.write(".gitattributes", "values/*.yaml filter=lfs\n");
    let text = repo.read("values/shop.yaml");
    let id = sailplan::model::ownership::Hash::of(text.as_bytes()).to_string();
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize {}\n", text.len());
    repo.write("values/shop.yaml", pointer);
    // Without the filter's program, git takes what lies there.
    repo.commit("pointer");
    repo.write("values/shop.yaml", &text);
    let missing = super::support::run(&repo, &["diff", "-f", "platform.yaml", "--from", "HEAD"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("it is a pointer of Git LFS whose content is not in this clone"), "{}", missing.err);
    repo.write(&format!(".git/lfs/objects/{}/{}/{id}", &id[..2], &id[2..4]), &text);
    let there = super::support::run(&repo, &["diff", "-f", "platform.yaml", "--from", "HEAD"]);
    assert_eq!(there.code, 0, "{}", there.err);
}

#[test]
fn a_bare_repository_compares_what_two_specs_make() {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    repo.commit("two");
    let folder = tempfile::tempdir().unwrap();
    git_in(folder.path(), &["clone", "--quiet", "--bare", repo.path().to_str().unwrap(), "bare.git"]);
    let bare = folder.path().join("bare.git");
    let between = |arguments: &[&str]| ran(program(&bare).arg("diff").args(arguments).arg("--names"));
    assert_eq!(between(&["--from", "HEAD~1", "--to", "HEAD"]).out, format!("{SHOP}\n"));
    assert_eq!(between(&["--from", "HEAD", "--to", "HEAD"]).code, 0);
    assert_eq!(between(&["--against", "HEAD~1:out..HEAD"]).out, format!("{SHOP}\n"));
    assert!(!command(&bare).args(["status"]).output().unwrap().status.success(), "it has no work tree");
}

#[test]
fn the_report_goes_into_a_file_when_asked_to() {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    let ran = diff(&repo, &["--names", "--output", "names.txt"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert_eq!(repo.read("names.txt"), format!("{SHOP}\n"));
}

#[test]
fn only_what_was_selected() {
    let repo = platform();
    edit(&repo, "platform.yaml", "automated: true", "automated: false");
    assert_eq!(paths(&repo, &["--select", "app=shop"]), [SHOP]);
    assert_eq!(paths(&repo, &["--select", "app=blog,kind=Application"]), [BLOG]);
    assert_eq!(paths(&repo, &["--select", "name=shop", "--select", "path=**/blog.yaml"]), [BLOG, SHOP]);
    assert_eq!(diff(&repo, &["--select", "kind=AppProject"]).code, 0);
}

#[test]
fn states_are_named_from_where_one_is() {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    // The spec that is found has a whole path; the report needs none.
    let top = run(&repo, &["diff", "--out", "out"]);
    assert!(top.out.starts_with("before: the files in out\nafter:  what platform.yaml makes\n"), "{}", top.out);
    let below = ran(program(&repo.at("out")).args(["diff", "--out", "."]));
    let whole = format!("what {} makes", repo.at("platform.yaml").display());
    assert!(below.out.starts_with("before: the files in this folder\n") && below.out.contains(&whole), "{}", below.out);
}
