//! Embeds the folders `schemas` and `templates` into the binary: the program needs no file beside it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
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
