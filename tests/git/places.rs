//! Where repositories are, and where paths lie in them.

use std::path::Path;

use sailplan::source::World as _;
use sailplan::source::git::Repository;

use super::support::{Repo, git_in};

#[test]
fn paths_are_seen_from_the_root_of_the_work_tree() {
    let repo = Repo::new();
    repo.write("platform/apps/a.yaml", "a");
    let git = Repository::discover(&repo.at("platform/apps")).unwrap();
    assert_eq!(git.locate(repo.path()).unwrap(), "");
    assert_eq!(git.locate(&repo.at("platform")).unwrap(), "platform");
    assert_eq!(git.locate(&repo.at("platform/../platform/./apps")).unwrap(), "platform/apps");
    assert_eq!(git.locate(&repo.at("gone/for/long")).unwrap(), "gone/for/long");
    let other = tempfile::tempdir().unwrap();
    assert!(git.locate(other.path()).unwrap_err().message.contains("is outside of the git repository"));
    assert!(git.locate(&repo.at("gone/../../elsewhere")).is_err());
}

#[test]
fn a_link_to_a_folder_of_the_repository_is_that_folder() {
    let repo = Repo::new();
    repo.write("platform/a.yaml", "a");
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(repo.at("platform"), elsewhere.path().join("link")).unwrap();
    let git = Repository::discover(&elsewhere.path().join("link")).unwrap();
    assert_eq!(git.locate(&elsewhere.path().join("link")).unwrap(), "platform");
}

#[test]
fn a_folder_in_no_repository() {
    let folder = tempfile::tempdir().unwrap();
    let error = Repository::discover(folder.path()).err().unwrap();
    assert!(error.message.ends_with("is in no git repository"), "{error}");
}

#[test]
fn a_linked_work_tree_has_its_own_index_and_head() {
    let repo = Repo::new();
    repo.write("a", "main");
    repo.commit("main");
    let folder = tempfile::tempdir().unwrap();
    let linked = folder.path().join("linked");
    repo.git(&["worktree", "add", "--quiet", "-b", "topic", linked.to_str().unwrap()]);
    std::fs::write(linked.join("a"), "staged").unwrap();
    git_in(&linked, &["add", "a"]);
    let git = Repository::discover(&linked).unwrap();
    assert_eq!(git.locate(&linked).unwrap(), "");
    assert_eq!(git.staged("", None).unwrap().read("a").unwrap(), b"staged");
    assert_eq!(Repository::discover(repo.path()).unwrap().staged("", None).unwrap().read("a").unwrap(), b"main");
    assert!(git.knows("topic"));
}

#[test]
fn a_bare_repository_has_revisions_and_no_index() {
    let repo = Repo::new();
    repo.write("platform/a", "a");
    repo.commit("a");
    let folder = tempfile::tempdir().unwrap();
    git_in(folder.path(), &["clone", "--quiet", "--bare", repo.path().to_str().unwrap(), "bare.git"]);
    let git = Repository::discover(&folder.path().join("bare.git")).unwrap();
    assert_eq!(git.work_tree(), None);
    assert_eq!(git.locate(Path::new("./platform")).unwrap(), "platform");
    let head = git.revision("HEAD").unwrap();
    assert_eq!(git.files_of(&head, "platform").unwrap().read("a").unwrap(), b"a");
    assert_eq!(git.staged("", None).err().unwrap().message, "a bare repository has no index");
}

#[test]
fn a_damaged_index_is_refused_in_words() {
    let repo = Repo::new();
    repo.write("a", "a");
    repo.commit("a");
    std::fs::write(repo.at(".git/index"), "DIRC nonsense").unwrap();
    let error = Repository::discover(repo.path()).unwrap().staged("", None).err().unwrap();
    assert!(error.message.starts_with("can't read the index: "), "{error}");
}
