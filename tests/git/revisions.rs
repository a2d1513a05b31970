//! What names of revisions mean.

use sailplan::source::World as _;
use sailplan::source::git::{GitError, Repository};

use super::support::{Repo, git_in};

fn refusal<T>(result: Result<T, GitError>) -> (String, String) {
    result.map(drop).map_err(|e| (e.message, e.help)).unwrap_err()
}

fn two_branches() -> Repo {
    let repo = Repo::new();
    repo.write("a", "base");
    repo.commit("base");
    repo.git(&["tag", "-a", "v1", "-m", "annotated"]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write("a", "topic");
    repo.commit("topic");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("a", "main");
    repo.commit("main");
    repo
}

#[test]
fn branches_tags_commits_and_steps_back() {
    let repo = two_branches();
    let git = Repository::discover(repo.path()).unwrap();
    let commit = repo.git(&["rev-parse", "topic"]);
    for (name, text) in [
        ("main", "main"),
        ("HEAD", "main"),
        ("HEAD~1", "base"),
        ("v1", "base"),
        ("refs/heads/topic", "topic"),
        (&commit, "topic"),
        (&commit[..9], "topic"),
    ] {
        let revision = git.revision(name).unwrap();
        assert_eq!(git.files_of(&revision, "").unwrap().read("a").unwrap(), text.as_bytes(), "{name}");
        assert_eq!(revision.name, name);
        assert!(repo.git(&["rev-parse", &format!("{name}^{{commit}}")]).starts_with(&revision.commit));
        assert!(git.knows(name));
    }
}

#[test]
fn names_that_mean_nothing() {
    let repo = two_branches();
    let git = Repository::discover(repo.path()).unwrap();
    let (message, help) = refusal(git.revision("nowhere"));
    assert_eq!(message, "git knows no revision `nowhere`");
    assert!(help.contains("origin/"), "{help}");
    assert_eq!(refusal(git.revision("HEAD:a")).0, "`HEAD:a` is no commit");
    assert!(!git.knows("nowhere") && !git.knows("HEAD:a"));
    assert_eq!(refusal(git.revision("a b")).0, "git knows no revision `a b`");
}

#[test]
fn before_the_first_commit() {
    let repo = Repo::new();
    repo.write("a", "staged");
    repo.git(&["add", "a"]);
    let git = Repository::discover(repo.path()).unwrap();
    assert_eq!(refusal(git.revision("HEAD")).0, "`HEAD` means nothing yet: there is no commit");
    assert_eq!(git.staged("", None).unwrap().read("a").unwrap(), b"staged");
}

#[test]
fn a_merge_base_is_where_two_branches_parted() {
    let repo = two_branches();
    let git = Repository::discover(repo.path()).unwrap();
    let (main, topic) = (git.revision("main").unwrap(), git.revision("topic").unwrap());
    let base = git.merge_base(&main, &topic).unwrap();
    assert_eq!(git.files_of(&base, "").unwrap().read("a").unwrap(), b"base");
    assert_eq!(base.name, "merge base of main and topic");
    repo.git(&["checkout", "--quiet", "--orphan", "alone"]);
    repo.commit("alone");
    let alone = git.revision("alone").unwrap();
    assert_eq!(refusal(git.merge_base(&main, &alone)).0, "`main` and `alone` have no common commit here");
}

#[test]
fn a_shallow_clone_says_so() {
    let repo = two_branches();
    let clones = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repo.path().display());
    git_in(clones.path(), &["clone", "--quiet", "--depth=1", "--no-single-branch", &url, "shallow"]);
    let git = Repository::discover(&clones.path().join("shallow")).unwrap();
    let (main, topic) = (git.revision("origin/main").unwrap(), git.revision("origin/topic").unwrap());
    assert!(refusal(git.merge_base(&main, &topic)).1.contains("fetch-depth: 0"));
    assert!(refusal(git.revision("HEAD~1")).1.contains("shallow"));
    assert_eq!(git.files_of(&topic, "").unwrap().read("a").unwrap(), b"topic");
}

#[test]
fn the_index_that_git_names_in_a_hook() {
    let repo = Repo::new();
    repo.write("a", "one");
    repo.write("b", "one");
    repo.commit("one");
    repo.write("a", "two");
    repo.write("b", "two");
    repo.git(&["add", "b"]);
    // `git commit a` makes an index of its own, without what is staged of `b`.
    let hook = repo.at(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\ncp \"$GIT_INDEX_FILE\" copied\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let commit = super::support::command(repo.path()).args(["commit", "-m", "a", "a"]).output().unwrap();
    assert!(!commit.status.success());
    let git = Repository::discover(repo.path()).unwrap();
    let (usual, named) = (git.staged("", None).unwrap(), git.staged("", Some("copied".as_ref())).unwrap());
    assert_eq!((usual.read("a").unwrap(), usual.read("b").unwrap()), (b"one".to_vec(), b"two".to_vec()));
    assert_eq!((named.read("a").unwrap(), named.read("b").unwrap()), (b"two".to_vec(), b"one".to_vec()));
}
