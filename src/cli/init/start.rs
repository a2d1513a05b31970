//! The first spec.

use std::path::Path;

use super::git::Repository;
use super::{InitArgs, SCHEMA, SPEC};
use crate::base::Value;
use crate::base::names::{LABEL_MAX, label_fault, subdomain_fault};
use crate::yaml;

/// URL where none is known.
const NO_URL: &str = "https://git.example.com/your-org/platform.git";

/// What the first spec says.
pub struct Start {
    name: String,
    domain: Option<String>,
    url: Option<String>,
    /// Folder of the spec in the repository, which the tree comes to lie in.
    path: String,
}

impl Start {
    /// From the options, else from the repository, else from the folder.
    ///
    /// # Errors
    /// When an option can't be what it is said to be.
    pub fn new(args: &InitArgs, folder: &Path, repository: Option<&Repository>) -> Result<Start, String> {
        if let Some(url) = args.repo.as_ref().filter(|url| !(url.contains("://") || url.contains('@'))) {
            return Err(format!("`{url}` is no URL of a repository; write `--repo https://…`"));
        }
        let names = [("--name", &args.name, label_fault as fn(&str) -> _), ("--domain", &args.domain, subdomain_fault)];
        for (flag, value, fault) in names {
            if let Some((value, fault)) = value.as_ref().and_then(|v| Some((v, fault(v)?))) {
                return Err(format!("`{flag} {value}` does not do: {fault}"));
            }
        }
        let url = args.repo.clone().or_else(|| repository.and_then(|r| r.url.clone()));
        let last = |text: &str| text.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default().to_owned();
        let of_url = url.as_deref().map(|url| last(url.trim_end_matches('/').trim_end_matches(".git")));
        let of_folder = folder.file_name().and_then(|n| n.to_str()).map(str::to_owned);
        let derived = of_url.into_iter().chain(of_folder).map(|n| label(&n)).find(|n| !n.is_empty());
        let below = repository.and_then(|r| folder.strip_prefix(&r.root).ok());
        let parts = below.into_iter().flat_map(Path::iter).filter_map(|part| part.to_str());
        Ok(Start {
            name: args.name.clone().or(derived).unwrap_or_else(|| "platform".to_owned()),
            domain: args.domain.clone(),
            url,
            path: parts.collect::<Vec<_>>().join("/"),
        })
    }

    /// The text of the spec.
    pub fn text(&self) -> String {
        let lines = TEXT.lines().filter_map(|line| self.line(line));
        lines.flat_map(|line| [line, "\n".to_owned()]).collect()
    }

    /// A line of the text, filled in; `None` where it has nothing to say.
    fn line(&self, line: &str) -> Option<String> {
        let Some((before, what)) = line.split_once('@') else { return Some(line.to_owned()) };
        let value = match what {
            "SCHEMA" => SCHEMA.to_owned(),
            "NAME" => scalar(&self.name),
            "URL" => scalar(self.url.as_deref().unwrap_or(NO_URL)),
            "DOMAIN" => {
                self.domain.as_ref().map_or("# domain: example.com".into(), |d| format!("domain: {}", scalar(d)))
            }
            _ if self.path.is_empty() => return None,
            _ => format!("path: {}", scalar(&self.path)),
        };
        Some(format!("{before}{value}"))
    }

    /// What to do next with the spec at `path`.
    pub fn next(&self, path: &str) -> String {
        let url = match &self.url {
            Some(_) => "",
            None => "  write your repository as `platform.repo.url`: Argo CD reads the tree there\n",
        };
        let file = if path == SPEC { String::new() } else { format!(" -f {path}") };
        format!(
            "\nNext:\n{url}  put your apps in the place of `podinfo`\n  `sailplan check{file}` says what is wrong\n  `sailplan \
             render{file}` writes the tree beside the spec; commit both\n"
        )
    }
}

/// A text as YAML writes it.
fn scalar(text: &str) -> String {
    let mut out = String::new();
    yaml::write(&mut out, &Value::from(text));
    out.trim_end().to_owned()
}

/// A text as a DNS-1123 label, as near as it gets.
fn label(text: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let label: String = text.chars().map(fit).take(LABEL_MAX).collect();
    label.trim_matches('-').to_owned()
}

const TEXT: &str = include_str!("platform.yaml");
