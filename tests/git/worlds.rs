//! What is read from a revision and from the index.

use sailplan::source::git::{GitFiles, Repository};
use sailplan::source::{FileKind, World};

use super::support::Repo;

fn head(repo: &Repo, folder: &str) -> GitFiles {
    let git = Repository::discover(repo.path()).unwrap();
    git.files_of(&git.revision("HEAD").unwrap(), folder).unwrap()
}

fn staged(repo: &Repo, folder: &str) -> GitFiles {
    Repository::discover(repo.path()).unwrap().staged(folder, None).unwrap()
}

#[test]
fn a_revision_the_index_and_the_work_tree_are_three_states() {
    let repo = Repo::new();
    repo.write("a.yaml", "one");
    repo.commit("one");
    repo.write("a.yaml", "two");
    repo.write("new.yaml", "new");
    repo.git(&["add", "--all"]);
    repo.write("a.yaml", "three");
    let (head, staged) = (head(&repo, ""), staged(&repo, ""));
    assert_eq!(head.read("a.yaml").unwrap(), b"one");
    assert_eq!(staged.read("a.yaml").unwrap(), b"two");
    assert_eq!(head.list("").unwrap(), ["a.yaml"]);
    assert_eq!(staged.list("").unwrap(), ["a.yaml", "new.yaml"]);
    assert!(head.read("new.yaml").unwrap_err().not_found);
    assert_eq!(repo.read("a.yaml"), "three");
}

#[test]
fn listings_are_those_of_a_folder_on_disk() {
    let repo = Repo::new();
    for path in ["b/x", "a.yaml", "a/z", "a/B/y", "a/b", "a-b/c", ".hidden", "é"] {
        repo.write(path, "");
    }
    std::os::unix::fs::symlink("x", repo.at("b/to-file")).unwrap();
    std::os::unix::fs::symlink("../a", repo.at("b/to-folder")).unwrap();
    std::os::unix::fs::symlink("nowhere", repo.at("b/broken")).unwrap();
    repo.commit("files");
    let disk = sailplan::source::Disk::new(repo.path());
    for world in [head(&repo, ""), staged(&repo, "")] {
        assert_eq!(world.list("").unwrap(), disk.list("").unwrap());
        assert_eq!(world.list("a").unwrap(), disk.list("a").unwrap());
        assert_eq!(world.list("nowhere").unwrap(), Vec::<String>::new());
        assert!(world.list("b/to-folder").is_err());
        assert_eq!(world.kind("b/to-file"), Some(FileKind::Link));
        assert_eq!(world.kind("b/to-folder/b"), Some(FileKind::File));
        assert_eq!(world.kind("a"), Some(FileKind::Dir));
        assert_eq!(world.kind("a/nowhere"), None);
        assert_eq!(world.read("b/to-folder/b").unwrap(), b"");
        assert!(world.read("b/broken").unwrap_err().not_found);
    }
}

#[test]
fn a_folder_of_the_repository_is_a_root_that_links_do_not_leave() {
    let repo = Repo::new();
    repo.write("secret.txt", "secret");
    repo.write("platform/apps/a.yaml", "a");
    std::os::unix::fs::symlink("../secret.txt", repo.at("platform/up")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", repo.at("platform/absolute")).unwrap();
    repo.commit("files");
    for world in [head(&repo, "platform"), staged(&repo, "platform")] {
        assert_eq!(world.list("apps").unwrap(), ["apps/a.yaml"]);
        for link in ["up", "absolute"] {
            assert_eq!(world.read(link).unwrap_err().reason, "a symbolic link leads out of the root folder");
        }
        assert!(world.read("../secret.txt").is_err());
    }
    assert_eq!(head(&repo, "nowhere").list("").unwrap(), Vec::<String>::new());
    let git = Repository::discover(repo.path()).unwrap();
    let error = git.files_of(&git.revision("HEAD").unwrap(), "secret.txt").err().unwrap();
    assert_eq!(error.message, "`secret.txt` is no folder in `HEAD`");
}

#[test]
fn bytes_are_compared_by_the_ids_of_their_blobs() {
    for format in ["sha1", "sha256"] {
        let repo = Repo::with(&["--quiet", "--initial-branch=main", &format!("--object-format={format}")]);
        repo.write("a.yaml", "one");
        repo.commit("one");
        // Without the blob only its name is left to compare with.
        let id = repo.git(&["rev-parse", "HEAD:a.yaml"]);
        std::fs::remove_file(repo.at(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
        for world in [head(&repo, ""), staged(&repo, "")] {
            assert!(world.holds("a.yaml", b"one").unwrap(), "{format}");
            assert!(!world.holds("a.yaml", b"two").unwrap(), "{format}");
            assert!(!world.holds("b.yaml", b"one").unwrap(), "{format}");
            assert_eq!(world.read("a.yaml").unwrap_err().reason, "this clone lacks its content, as partial clones do");
        }
    }
}

#[test]
fn a_link_with_the_right_bytes_is_not_that_file() {
    let repo = Repo::new();
    repo.write("real.yaml", "text");
    std::os::unix::fs::symlink("real.yaml", repo.at("link.yaml")).unwrap();
    repo.commit("files");
    assert!(!head(&repo, "").holds("link.yaml", b"text").unwrap());
    assert!(!head(&repo, "").holds("link.yaml", b"real.yaml").unwrap());
    assert!(!sailplan::source::Disk::new(repo.path()).holds("link.yaml", b"text").unwrap());
}

#[test]
fn line_ends_of_the_work_tree_do_not_matter() {
    let repo = Repo::new();
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write(".gitattributes", "*.yaml text eol=crlf\n");
    repo.write("a.yaml", "one\r\ntwo\r\n");
    repo.commit("windows");
    for world in [head(&repo, ""), staged(&repo, "")] {
        assert!(world.holds("a.yaml", b"one\ntwo\n").unwrap());
    }
}

#[test]
fn a_conflict_is_named() {
    let repo = Repo::new();
    repo.write("a.yaml", "base");
    repo.commit("base");
    repo.git(&["checkout", "--quiet", "-b", "other"]);
    repo.write("a.yaml", "theirs");
    repo.commit("theirs");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("a.yaml", "ours");
    repo.commit("ours");
    let merged = super::support::command(repo.path()).args(["merge", "--quiet", "other"]).output().unwrap();
    assert!(!merged.status.success());
    let world = staged(&repo, "");
    let reason = "it is in conflict in the index: resolve it, then `git add` it";
    assert_eq!(world.read("a.yaml").unwrap_err().reason, reason);
    assert_eq!(world.holds("a.yaml", b"ours").unwrap_err().reason, reason);
    assert_eq!(world.list("").unwrap(), ["a.yaml"]);
    assert_eq!(head(&repo, "").read("a.yaml").unwrap(), b"ours");
}

#[test]
fn a_submodule_is_no_folder() {
    let inner = Repo::new();
    inner.write("x.yaml", "x");
    inner.commit("inner");
    let repo = Repo::new();
    let url = inner.path().to_str().unwrap();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "vendor"]);
    repo.commit("submodule");
    let world = head(&repo, "");
    assert_eq!(world.kind("vendor"), Some(FileKind::Other));
    let reason = "it is a submodule, whose files are in another repository";
    assert_eq!(world.read("vendor").unwrap_err().reason, reason);
    assert_eq!(world.list("").unwrap(), [".gitmodules"]);
    assert!(world.list("vendor").is_err());
}

/// A pointer as git-lfs writes it.
fn pointer(content: &str) -> (String, String) {
    let id = sailplan::model::ownership::Hash::of(content.as_bytes()).to_string();
    let size = content.len();
    (format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize {size}\n"), id)
}

#[test]
fn a_pointer_of_lfs_stands_for_its_content() {
    let repo = Repo::new();
    let (text, id) = pointer("the content");
    repo.write("big.yaml", &text);
    repo.commit("pointer");
    let world = head(&repo, "");
    assert!(world.holds("big.yaml", b"the content").unwrap());
    assert!(!world.holds("big.yaml", b"another").unwrap());
    let reason = "it is a pointer of Git LFS whose content is not in this clone: run `git lfs fetch`";
    assert_eq!(world.read("big.yaml").unwrap_err().reason, reason);
    repo.write(&format!(".git/lfs/objects/{}/{}/{id}", &id[..2], &id[2..4]), "the content");
    assert_eq!(world.read("big.yaml").unwrap(), b"the content");
}

#[test]
fn nothing_is_written() {
    let repo = Repo::new();
    repo.write("a.yaml", "one");
    repo.commit("one");
    let world = head(&repo, "");
    assert!(world.write("a.yaml", b"two").is_err());
    assert!(world.remove("a.yaml").is_err());
    assert_eq!(world.read("a.yaml").unwrap(), b"one");
}

#[test]
fn many_threads_read_at_once() {
    let repo = Repo::new();
    (0..200).for_each(|i| repo.write(&format!("f/{i}.yaml"), format!("file {i}")));
    repo.commit("many");
    repo.git(&["gc", "--quiet"]);
    let world = head(&repo, "f");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for i in 0..200 {
                    assert_eq!(world.read(&format!("{i}.yaml")).unwrap(), format!("file {i}").into_bytes());
                }
            });
        }
    });
}

#[test]
fn a_name_that_is_to_be_added_is_not_staged_yet() {
    let repo = Repo::new();
    repo.write("a.yaml", "one");
    repo.commit("one");
    repo.write("new.yaml", "new");
    repo.git(&["add", "--intent-to-add", "new.yaml"]);
    assert_eq!(staged(&repo, "").list("").unwrap(), ["a.yaml"]);
    repo.git(&["add", "new.yaml"]);
    assert_eq!(staged(&repo, "").list("").unwrap(), ["a.yaml", "new.yaml"]);
}

#[test]
fn a_folder_that_is_a_submodule_or_a_file_is_none() {
    let (repo, other) = (Repo::new(), Repo::new());
    other.write("x", "1");
    other.commit("x");
    repo.write("file", "1");
    let id = other.git(&["rev-parse", "HEAD"]);
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},sub")]);
    repo.git(&["add", "file"]);
    repo.git(&["commit", "--quiet", "-m", "one"]);
    let git = Repository::discover(repo.path()).unwrap();
    let revision = git.revision("HEAD").unwrap();
    for folder in ["sub", "file"] {
        let error = git.files_of(&revision, folder).map(drop).unwrap_err();
        assert_eq!(error.message, format!("`{folder}` is no folder in `HEAD`"));
    }
    assert_eq!(git.files_of(&revision, "nowhere").unwrap().list("").unwrap(), Vec::<String>::new());
}

#[test]
fn a_folder_that_this_clone_lacks_is_no_empty_one() {
    let repo = Repo::new();
    repo.write("out/deep/a.yaml", "one");
    repo.commit("one");
    for folder in ["out", "out/deep"] {
        let tree = repo.git(&["rev-parse", "HEAD:out"]);
        let object = repo.at(&format!(".git/objects/{}/{}", &tree[..2], &tree[2..]));
        std::fs::remove_file(&object).ok();
        let git = Repository::discover(repo.path()).unwrap();
        let error = git.files_of(&git.revision("HEAD").unwrap(), folder).map(drop).unwrap_err();
        assert!(error.message.contains("can't read the files of `HEAD`"), "{error}");
        assert!(error.help.contains("fetch it"), "{error}");
    }
}
