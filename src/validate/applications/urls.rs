//! What a URL of a repository may look like.

use super::read::{Facts, Kind, Url};
use crate::base::git_url::{host_and_path, normal};
use crate::diag::{Bag, Finding};
use crate::model::plan::Plan;
use crate::model::repositories::Repository;
use crate::model::spec::RepoKind;

crate::codes! {
    /// The URL of a git repository goes on into the repository: it holds a path, a branch or a page.
    ///
    /// Git asks the server for a repository of just that name, and there is none. Argo CD says then that it can't list
    /// the repository, or that authentication is required.
    ///
    /// End the URL where the repository ends, as `git clone` takes it, and write the rest as `path` and `revision` of the
    /// source.
    GIT_URL_WITH_PATH = "git-url-with-path": error fixable;
}

/// Hosts whose repositories are `owner/name`, and nothing deeper.
const FLAT_HOSTS: &[&str] = &["github.com", "bitbucket.org", "codeberg.org"];

/// Runs the rule.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let all = &plan.repositories.all;
    let git = |r: &&Repository| r.kind == RepoKind::Git && !r.prefix;
    let known: Vec<(String, &Repository)> = all.iter().filter(git).map(|r| (normal(&r.url), r)).collect();
    for (_, repository) in &known {
        let url = Url { text: repository.url.value.clone(), span: repository.url.span };
        // An entry holds nothing but the repository.
        let mended = |f: Finding| match split(&url.text, &[]) {
            Some((repository, _)) => f.replacing(url.span, &*url.text, repository),
            None => f,
        };
        bag.extend(fault(&url, &[]).map(mended).into_iter().collect());
    }
    let declared = |url: &Url| known.iter().any(|(_, r)| *r.url.value == *url.text);
    for app in facts.iter().filter(|f| !matches!(f.kind, Kind::Credentials | Kind::Prefix)) {
        let of_sources = app.sources.iter().filter(|s| !s.chart).map(|s| &s.url);
        // What is declared is looked at where it is declared.
        for url in of_sources.chain(&app.generators).filter(|url| !declared(url)) {
            bag.extend(fault(url, &known).into_iter().collect());
        }
    }
}

/// What is wrong with a URL. Where parameters are filled in, nothing is known.
fn fault(url: &Url, known: &[(String, &Repository)]) -> Option<Finding> {
    if url.text.contains("{{") || url.text.starts_with("oci://") {
        return None;
    }
    let (repository, rest) = split(&url.text, known)?;
    let message = format!("`{}` names no repository: it goes on with `{rest}` behind `{repository}`", url.text);
    let pages = ["tree/", "blob/", "-/tree/", "-/blob/"];
    let path = pages.iter().find_map(|page| rest.strip_prefix(page)).unwrap_or(rest);
    let help = match path == rest {
        true => format!("write `{repository}`, and `{rest}` as the `path` of the source"),
        false => format!("write `{repository}`, and `{path}` as `revision` and `path` of the source"),
    };
    Some(Finding::error(&GIT_URL_WITH_PATH, url.span, message, help))
}

/// The part of a URL that is a repository, and what stands behind it.
fn split<'u>(url: &'u str, known: &[(String, &Repository)]) -> Option<(&'u str, &'u str)> {
    let at = |end: usize| Some((url.get(..end)?, url.get(end..)?.trim_matches('/')));
    let split = by_declared(url, known).or_else(|| by_ending(url)).or_else(|| by_host(url)).and_then(at);
    split.filter(|(_, rest)| !rest.is_empty())
}

/// By a repository of the spec that the URL begins with.
fn by_declared(url: &str, known: &[(String, &Repository)]) -> Option<usize> {
    let whole = normal(url);
    let begins = |(normal, r): &&(String, &Repository)| {
        let rest = whole.strip_prefix(normal.as_str());
        rest.is_some_and(|rest| rest.starts_with('/') || rest.starts_with(".git/")) && url.is_char_boundary(r.url.len())
    };
    let longest = known.iter().filter(begins).max_by_key(|(normal, _)| normal.len())?;
    // In the spelling of the URL itself.
    let bare = longest.1.url.strip_suffix(".git").unwrap_or(&longest.1.url);
    let behind = url.get(bare.len()..)?;
    Some(bare.len() + if behind.starts_with(".git/") { ".git".len() } else { 0 })
}

/// By `.git`, and what servers put between a repository and its pages.
fn by_ending(url: &str) -> Option<usize> {
    let dot_git = url.find(".git/").map(|at| at + ".git".len());
    let pages = url.find("/-/");
    let azure = || {
        let name = url.find("/_git/")? + "/_git/".len();
        Some(name + url.get(name..)?.find('/')?)
    };
    dot_git.or(pages).or_else(azure)
}

fn by_host(url: &str) -> Option<usize> {
    let (host, path) = host_and_path(url)?;
    let deep = path.match_indices('/').nth(1).map(|(at, _)| at)?;
    let start = url.find(path)?;
    FLAT_HOSTS.contains(&host.as_str()).then_some(start + deep)
}
