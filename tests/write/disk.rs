//! The same on a real disk.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use sailplan::source::{Disk, World};

use crate::support::*;

const A: &[(&str, &str)] = &[("apps/a.yaml", "a"), ("apps/b.yaml", "b"), ("x/y/z.yaml", "z")];

/// Path -> inode and time of the last change.
fn stamps(root: &Path) -> BTreeMap<String, (u64, SystemTime)> {
    let stamp = |path: String| {
        let meta = fs::symlink_metadata(root.join(&path)).unwrap();
        (path, (meta.ino(), meta.modified().unwrap()))
    };
    Disk::new(root).list("").unwrap().into_iter().map(stamp).collect()
}

#[test]
fn unchanged_files_are_not_touched() {
    let root = tempfile::tempdir().unwrap();
    run(A, &Disk::new(root.path()), PLAIN);
    let old = SystemTime::now() - Duration::from_secs(1000);
    for path in stamps(root.path()).keys() {
        fs::File::options().write(true).open(root.path().join(path)).unwrap().set_modified(old).unwrap();
    }
    let before = stamps(root.path());
    assert_eq!(before.len(), 4);
    assert_eq!(counts(&run(A, &Disk::new(root.path()), PLAIN)), [0, 3, 0, 0, 0]);
    assert_eq!(stamps(root.path()), before);
    run(&[("apps/a.yaml", "new"), A[1], A[2]], &Disk::new(root.path()), PLAIN);
    let after = stamps(root.path());
    let changed: Vec<_> = before.keys().filter(|path| before[*path] != after[*path]).collect();
    assert_eq!(changed, [".sailplan/tree.json", "apps/a.yaml"]);
}

#[test]
fn pruned_folders_disappear() {
    let root = tempfile::tempdir().unwrap();
    let disk = Disk::new(root.path());
    run(A, &disk, PLAIN);
    assert_eq!(counts(&run(&A[..1], &disk, PLAIN)), [0, 1, 0, 2, 0]);
    assert!(!root.path().join("x").exists());
    // The same world goes on working with folders that come back.
    assert_eq!(counts(&run(A, &disk, PLAIN)), [2, 1, 0, 0, 0]);
}

#[test]
fn links_out_of_the_root_are_never_written_through() {
    let all = tempfile::tempdir().unwrap();
    let (root, victim) = (all.path().join("root"), all.path().join("victim"));
    fs::create_dir_all(root.join("x")).unwrap();
    fs::create_dir(&victim).unwrap();
    fs::write(victim.join("a.yaml"), "victim").unwrap();
    symlink(&victim, root.join("apps")).unwrap();
    symlink("../../victim", root.join("x/y")).unwrap();
    let disk = Disk::new(&root);
    for options in [PLAIN, ADOPT, KEEP] {
        assert_eq!(refused(A, &disk, options), ["output-blocked apps", "output-blocked x/y"]);
    }
    fs::remove_file(root.join("apps")).unwrap();
    fs::remove_file(root.join("x/y")).unwrap();
    fs::create_dir(root.join("apps")).unwrap();
    symlink(victim.join("a.yaml"), root.join("apps/a.yaml")).unwrap();
    assert_eq!(refused(A, &Disk::new(&root), ADOPT), ["output-blocked apps/a.yaml"]);
    assert_eq!(fs::read_to_string(victim.join("a.yaml")).unwrap(), "victim");
    assert_eq!(fs::read_dir(&victim).unwrap().count(), 1);
}

#[test]
fn links_put_over_our_folders_are_never_pruned_through() {
    let all = tempfile::tempdir().unwrap();
    let (root, victim) = (all.path().join("root"), all.path().join("victim"));
    run(A, &Disk::new(&root), PLAIN);
    fs::rename(root.join("apps"), &victim).unwrap();
    symlink(&victim, root.join("apps")).unwrap();
    let written = run(&A[2..], &Disk::new(&root), PLAIN);
    assert_eq!(counts(&written)[3], 0);
    assert_eq!(fs::read_dir(&victim).unwrap().count(), 2);
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let root = tempfile::tempdir().unwrap();
    // An empty folder does not show in listings, but it is in the way.
    fs::create_dir_all(root.path().join("apps/a.yaml")).unwrap();
    assert_eq!(refused(A, &Disk::new(root.path()), PLAIN), ["output-blocked apps/a.yaml"]);
}

#[test]
fn a_large_tree_is_the_same_on_any_number_of_threads() {
    let texts: Vec<(String, String)> = (0..3000).map(|i| (format!("a{}/b{i}.yaml", i % 97), format!("{i}"))).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let lists = [1, 2, 8].map(|threads| {
        let root = tempfile::tempdir().unwrap();
        let disk = Disk::new(root.path());
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(counts(&pool.install(|| run(&files, &disk, PLAIN)))[0], 3000);
        assert_eq!(counts(&pool.install(|| run(&files, &disk, PLAIN)))[1], 3000);
        assert_eq!(counts(&pool.install(|| run(&files[..10], &disk, PLAIN)))[3], 2990);
        run(&files, &disk, PLAIN);
        assert_eq!(disk.list("").unwrap().len(), 3001);
        disk.read(".sailplan/tree.json").unwrap()
    });
    assert!(lists.iter().all(|list| *list == lists[0]));
}
