//! One suite over both worlds: what holds on disk holds in memory, or tests in memory prove nothing.

// Links and pipes are made as Unix makes them.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc)]

use std::fs;
use std::path::Path;

use sailplan::source::{Disk, FileKind, Memory, World};

/// A world with files and links: a disk in a fresh folder, or memory.
trait Setup {
    fn world(&self) -> &dyn World;
    fn link(&self, path: &str, target: &str);
}

struct OnDisk {
    folder: tempfile::TempDir,
    disk: Disk,
}

impl Setup for OnDisk {
    fn world(&self) -> &dyn World {
        &self.disk
    }
    fn link(&self, path: &str, target: &str) {
        let full = self.folder.path().join("root").join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, full).unwrap();
    }
}

impl Setup for Memory {
    fn world(&self) -> &dyn World {
        self
    }
    fn link(&self, path: &str, target: &str) {
        Memory::link(self, path, target);
    }
}

/// The folder holds `root`, which the disk serves, and `secret.txt` and `out/` beside it.
fn on_disk() -> OnDisk {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let disk = Disk::new(folder.path().join("root"));
    OnDisk { folder, disk }
}

fn both(test: impl Fn(&dyn Setup)) {
    test(&on_disk());
    test(&Memory::new());
}

fn reason<T: std::fmt::Debug>(result: Result<T, sailplan::source::WorldError>) -> String {
    result.unwrap_err().reason
}

#[test]
fn a_file_reads_as_it_was_written() {
    both(|s| {
        let w = s.world();
        for bytes in [&b""[..], b"a\n", &[0, 255, 10, 13], "ä€".as_bytes()] {
            w.write("a/b/c.yaml", bytes).unwrap();
            assert_eq!(w.read("a/b/c.yaml").unwrap(), bytes);
        }
        w.write("top.yaml", b"1").unwrap();
        w.write("ä/日本.yaml", b"2").unwrap();
        assert_eq!(w.read("ä/日本.yaml").unwrap(), b"2");
    });
}

#[test]
fn kinds() {
    both(|s| {
        let w = s.world();
        w.write("a/b.yaml", b"1").unwrap();
        s.link("a/link", "b.yaml");
        s.link("folder", "a");
        s.link("broken", "nowhere");
        assert_eq!(w.kind(""), Some(FileKind::Dir));
        assert_eq!(w.kind("a"), Some(FileKind::Dir));
        assert_eq!(w.kind("a/b.yaml"), Some(FileKind::File));
        assert_eq!(w.kind("a/link"), Some(FileKind::Link));
        assert_eq!(w.kind("folder"), Some(FileKind::Link));
        assert_eq!(w.kind("broken"), Some(FileKind::Link));
        assert_eq!(w.kind("folder/b.yaml"), Some(FileKind::File));
        for absent in ["nowhere", "a/nowhere", "a/b.yaml/c", "nowhere/b", "../secret.txt"] {
            assert_eq!(w.kind(absent), None, "{absent}");
        }
    });
}

#[test]
fn what_is_not_there_is_told_apart() {
    both(|s| {
        let w = s.world();
        w.write("a/b.yaml", b"1").unwrap();
        s.link("broken", "nowhere");
        for path in ["x", "a/x", "x/y/z", "broken"] {
            let e = w.read(path).unwrap_err();
            assert!(e.not_found, "{e}");
            assert_eq!(e.path, path);
        }
        for path in ["a", "a/b.yaml/c"] {
            assert!(!w.read(path).unwrap_err().not_found, "{path}");
        }
    });
}

#[test]
fn hostile_paths_are_refused_by_every_verb() {
    let long = "x".repeat(5000);
    let hostile = [
        "..",
        "../secret.txt",
        "a/../../secret.txt",
        "a/..",
        "/etc/passwd",
        "/",
        "./a",
        "a/./b",
        "a//b",
        "a/",
        "a\0b",
        "a\nb",
        "a\u{7f}",
        "a\u{85}b",
        "a\\b",
        &long,
    ];
    both(|s| {
        let w = s.world();
        w.write("a/b", b"1").unwrap();
        for path in hostile {
            assert!(w.read(path).unwrap_err().reason.starts_with("the path "), "{path:?}");
            assert!(w.write(path, b"x").unwrap_err().reason.starts_with("the path "), "{path:?}");
            assert!(w.remove(path).unwrap_err().reason.starts_with("the path "), "{path:?}");
            assert!(w.list(path).unwrap_err().reason.starts_with("the path "), "{path:?}");
            assert_eq!(w.kind(path), None, "{path:?}");
        }
        assert_eq!(reason(w.read("")), "the path is empty");
        assert_eq!(reason(w.write("", b"")), "the path is empty");
    });
}

#[test]
fn listings_are_sorted_by_bytes_and_complete() {
    both(|s| {
        let w = s.world();
        assert_eq!(w.list("").unwrap(), Vec::<String>::new());
        for path in ["b/x", "a.yaml", "a/z", "a/B/y", "a/b", "a-b/c", ".hidden", "c/.git/config", ".git/HEAD", "é"] {
            w.write(path, b"").unwrap();
        }
        s.link("b/to-file", "x");
        s.link("b/to-folder", "../a");
        s.link("b/broken", "nowhere");
        let all: Vec<_> = w.list("").unwrap().into_iter().filter(|p| !p.starts_with(".sailplan")).collect();
        assert_eq!(all, [".hidden", "a-b/c", "a.yaml", "a/B/y", "a/b", "a/z", "b/to-file", "b/x", "é"]);
        assert_eq!(w.list("a").unwrap(), ["a/B/y", "a/b", "a/z"]);
        assert_eq!(w.list(".git").unwrap(), [".git/HEAD"]);
        assert_eq!(w.list("nowhere/at/all").unwrap(), Vec::<String>::new());
        assert!(w.list("a.yaml").is_err());
        assert!(w.list("b/to-folder").is_err());
    });
}

#[test]
fn links_that_stay_inside_are_read_through() {
    both(|s| {
        let w = s.world();
        w.write("real/file.yaml", b"text").unwrap();
        s.link("folder", "real");
        s.link("deep/er/link.yaml", "../../folder/file.yaml");
        assert_eq!(w.read("folder/file.yaml").unwrap(), b"text");
        assert_eq!(w.read("deep/er/link.yaml").unwrap(), b"text");
        assert_eq!(w.list("deep").unwrap(), ["deep/er/link.yaml"]);
    });
}

#[test]
fn links_that_lead_out_are_refused() {
    both(|s| {
        let w = s.world();
        w.write("a/b", b"1").unwrap();
        s.link("a/up.txt", "../../secret.txt");
        s.link("up", "..");
        s.link("absolute", "/etc");
        s.link("twice", "up");
        for path in ["a/up.txt", "up/secret.txt", "absolute/hostname", "twice/secret.txt"] {
            let e = w.read(path).unwrap_err();
            assert_eq!(e.reason, "a symbolic link leads out of the root folder", "{path}");
            assert!(!e.not_found);
        }
        assert_eq!(w.kind("up/secret.txt"), None);
        s.link("loop/a", "b");
        s.link("loop/b", "a");
        assert!(reason(w.read("loop/a")).to_lowercase().contains("too many levels of symbolic links"));
    });
}

#[test]
fn no_link_is_ever_written_through() {
    both(|s| {
        let w = s.world();
        w.write("real/file.yaml", b"old").unwrap();
        s.link("folder", "real");
        s.link("outside", "../out");
        s.link("link.yaml", "real/file.yaml");
        s.link("broken", "nowhere");
        for path in ["folder/file.yaml", "folder/new/x", "outside/x", "outside/y/z", "link.yaml", "broken", "broken/x"]
        {
            assert_eq!(reason(w.write(path, b"new")), "it is a symbolic link, which is not followed", "{path}");
            assert_eq!(reason(w.remove(path)), "it is a symbolic link, which is not followed", "{path}");
        }
        assert_eq!(w.read("real/file.yaml").unwrap(), b"old");
        assert_eq!(w.kind("link.yaml"), Some(FileKind::Link));
    });
}

#[test]
fn files_and_folders_do_not_replace_each_other() {
    both(|s| {
        let w = s.world();
        w.write("a/b", b"1").unwrap();
        assert_eq!(reason(w.write("a", b"x")), "it is a folder");
        assert_eq!(reason(w.remove("a")), "it is a folder");
        assert!(!w.write("a/b/c", b"x").unwrap_err().not_found);
        assert!(w.remove("a/b/c").is_err());
        assert_eq!(w.read("a/b").unwrap(), b"1");
    });
}

#[test]
fn removal_takes_empty_folders_along() {
    both(|s| {
        let w = s.world();
        w.write("a/b/c/one", b"1").unwrap();
        w.write("a/two", b"2").unwrap();
        w.remove("a/b/c/one").unwrap();
        assert_eq!(w.kind("a/b"), None);
        assert_eq!(w.kind("a"), Some(FileKind::Dir));
        w.remove("a/b/c/one").unwrap();
        w.remove("never/was").unwrap();
        // The folders come back when they are needed again.
        w.write("a/b/c/one", b"3").unwrap();
        assert_eq!(w.read("a/b/c/one").unwrap(), b"3");
    });
}

#[test]
fn a_removed_file_makes_room_for_a_folder_and_back() {
    both(|s| {
        let w = s.world();
        w.write("a", b"1").unwrap();
        w.remove("a").unwrap();
        w.write("a/b/c", b"2").unwrap();
        w.remove("a/b/c").unwrap();
        w.write("a", b"3").unwrap();
        assert_eq!(w.read("a").unwrap(), b"3");
    });
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

#[test]
fn disk_leaves_no_temporary_files_and_clears_those_of_a_crash() {
    let s = on_disk();
    let root = s.folder.path().join("root");
    fs::create_dir_all(root.join(".sailplan/tmp")).unwrap();
    fs::write(root.join(".sailplan/tmp/1-1"), "half").unwrap();
    s.disk.write("a", b"1").unwrap();
    s.disk.write("folder/b", b"1").unwrap();
    assert!(s.disk.write("folder", b"1").is_err());
    assert_eq!(names(&root.join(".sailplan/tmp")), Vec::<String>::new());
    assert_eq!(names(&root), [".sailplan", "a", "folder"]);
}

#[test]
fn disk_refuses_linked_temporary_folder() {
    for link in [".sailplan", ".sailplan/tmp"] {
        let s = on_disk();
        s.link(link, if link == ".sailplan" { "../out" } else { "../../out" });
        assert_eq!(reason(s.disk.write("a", b"1")), "it is a symbolic link, which is not followed", "{link}");
        assert_eq!(names(&s.folder.path().join("out")), Vec::<String>::new());
    }
}

#[test]
fn disk_finds_folders_that_others_removed() {
    let s = on_disk();
    s.disk.write("a/b/c", b"1").unwrap();
    fs::remove_dir_all(s.folder.path().join("root")).unwrap();
    assert!(s.disk.write("a/b/c", b"2").is_err(), "the root itself is made once");
    fs::create_dir(s.folder.path().join("root")).unwrap();
    s.disk.write("a/b/c", b"2").unwrap();
    assert_eq!(s.disk.read("a/b/c").unwrap(), b"2");
}

#[test]
fn disk_keeps_the_permissions_of_a_replaced_file() {
    use std::os::unix::fs::PermissionsExt;
    let s = on_disk();
    s.disk.write("run.sh", b"1").unwrap();
    let file = s.folder.path().join("root/run.sh");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    s.disk.write("run.sh", b"2").unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o755);
}

#[test]
fn disk_does_not_wait_for_a_pipe_or_eat_a_sparse_file() {
    let s = on_disk();
    let root = s.folder.path().join("root");
    fs::create_dir(&root).unwrap();
    let made = std::process::Command::new("mkfifo").arg(root.join("pipe")).status().unwrap();
    assert!(made.success());
    assert_eq!(s.disk.kind("pipe"), Some(FileKind::Other));
    assert_eq!(reason(s.disk.read("pipe")), "it is not a regular file");
    assert_eq!(reason(s.disk.write("pipe", b"x")), "it is not a regular file");
    assert_eq!(s.disk.list("").unwrap(), Vec::<String>::new());
    fs::File::create(root.join("sparse")).unwrap().set_len(1 << 40).unwrap();
    assert!(s.disk.read("sparse").is_err());
}

#[test]
fn disk_takes_a_root_that_is_a_link() {
    let s = on_disk();
    fs::create_dir(s.folder.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", s.folder.path().join("alias")).unwrap();
    let disk = Disk::new(s.folder.path().join("alias"));
    disk.write("a/b", b"1").unwrap();
    assert_eq!(disk.kind(""), Some(FileKind::Dir));
    assert_eq!(disk.read("a/b").unwrap(), b"1");
    assert_eq!(disk.list("").unwrap(), ["a/b"]);
}

#[test]
fn disk_writes_from_many_threads() {
    use rayon::prelude::*;
    let s = on_disk();
    (0..500).into_par_iter().for_each(|i| s.disk.write(&format!("d{}/e{}/f{i}", i % 7, i % 3), b"x").unwrap());
    assert_eq!(s.disk.list("").unwrap().len(), 500);
    (0..500).into_par_iter().for_each(|i| s.disk.remove(&format!("d{}/e{}/f{i}", i % 7, i % 3)).unwrap());
    assert_eq!(names(&s.folder.path().join("root")), [".sailplan"]);
}
