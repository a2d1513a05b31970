//! The pages of the documentation, their code blocks and links.

use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

/// A Markdown file.
pub struct Page {
    pub path: PathBuf,
    pub text: String,
}

/// All pages that people read.
pub fn all() -> Vec<Page> {
    let listed = fs::read_dir(root().join("docs")).unwrap().map(|e| e.unwrap().path());
    let named =
        ["README.md", "CHANGELOG.md", "schemas/README.md", "templates/README.md", "examples/platform/README.md"];
    let mut paths: Vec<PathBuf> = named.iter().map(|n| root().join(n)).chain(listed).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "md"));
    paths.sort();
    paths.into_iter().map(|path| Page { text: fs::read_to_string(&path).unwrap(), path }).collect()
}

impl Page {
    /// Relative links whose file is not there.
    pub fn broken_links(&self) -> Vec<String> {
        let links = regex::Regex::new(r"\]\(([^)#:\s]+)(#[^)]*)?\)").unwrap();
        let folder = self.path.parent().unwrap();
        let targets = links.captures_iter(&self.text).map(|c| c[1].to_owned());
        targets
            .filter(|t| !folder.join(t).exists())
            .map(|t| format!("{}: no file `{t}`", self.path.display()))
            .collect()
    }
}

/// The fenced code blocks of a language; the information behind the language is left out.
pub fn blocks(text: &str, language: &str) -> Vec<String> {
    fenced(text).into_iter().filter(|(info, _)| info.split(' ').next() == Some(language)).map(|(_, b)| b).collect()
}

/// Fenced code blocks: the line behind the fence, and the text.
fn fenced(text: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(info) if !open => {
                blocks.push((info.trim().to_owned(), String::new()));
                open = true;
            }
            Some(_) => open = false,
            None if open => {
                let block = &mut blocks.last_mut().unwrap().1;
                block.push_str(line);
                block.push('\n');
            }
            None => {}
        }
    }
    blocks
}

/// Writes the blocks that are marked as files (`yaml file=PATH`); gives the parts of a spec (`yaml spec`).
pub fn write_files(text: &str, folder: &Path) -> Vec<String> {
    let mut specs = Vec::new();
    for (info, block) in fenced(text) {
        if info == "yaml spec" {
            specs.push(block);
        } else if let Some(path) = info.split(' ').find_map(|word| word.strip_prefix("file=")) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, block).unwrap();
        }
    }
    specs
}
