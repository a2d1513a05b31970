//! Embeds the folders `schemas` and `templates` into the binary: the program needs no file beside it. Notes the commit that it
//! is built from, for `--version`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let version = env::var("CARGO_PKG_VERSION").map_err(io::Error::other)?;
    let commit = commit(&root).map_or_else(String::new, |commit| format!(" ({commit})"));
    println!("cargo::rustc-env=SAILPLAN_VERSION={version}{commit}");
    let mut code = String::new();
    for (name, folder, skip) in [
        ("SCHEMAS", "schemas", "platform.schema.json"),
        ("CHARTS", "schemas/charts", ""),
        ("TEMPLATES", "templates", ""),
    ] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        list(&root.join(folder), &mut files)?;
        files.sort();
        let _ = writeln!(code, "/// The files of the folder `{folder}`: path below it, content.");
        let _ = writeln!(code, "pub static {name}: &[(&str, &str)] = &[");
        for file in files {
            let relative = file.strip_prefix(root.join(folder)).map_err(io::Error::other)?;
            let relative = relative.to_string_lossy().replace('\\', "/");
            let of_charts = name == "SCHEMAS" && relative.starts_with("charts/");
            if relative != skip && !relative.ends_with("README.md") && !of_charts {
                let _ = writeln!(code, "    ({relative:?}, include_str!({:?})),", file.to_string_lossy());
            }
        }
        let _ = writeln!(code, "];");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("embedded.rs"), code)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The commit of the sources: as the builder says it in `SAILPLAN_COMMIT`, else that of the repository whose root this is. A
/// published package has neither.
fn commit(root: &Path) -> Option<String> {
    println!("cargo::rerun-if-env-changed=SAILPLAN_COMMIT");
    let given = env::var("SAILPLAN_COMMIT").ok().filter(|commit| !commit.is_empty());
    given.map(|commit| commit.chars().take(12).collect()).or_else(|| {
        // A worktree has a file there, whose folder is elsewhere.
        let folder = git(root, &["rev-parse", "--absolute-git-dir"]).filter(|_| root.join(".git").exists())?;
        for file in ["HEAD", "logs/HEAD"] {
            println!("cargo::rerun-if-changed={folder}/{file}");
        }
        git(root, &["rev-parse", "--short=12", "HEAD"])
    })
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    let done = Command::new("git").arg("-C").arg(root).args(args).output().ok()?;
    let text = String::from_utf8(done.stdout).ok()?;
    done.status.success().then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
}
