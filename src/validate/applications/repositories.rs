//! Sources against the repositories that are known.

use crate::base::hash::HashSet;

use globset::GlobMatcher;

use super::credentials::{Credentials, Entry, Found};
use super::read::{Facts, Kind, Url};
use crate::base::git_url::{is_ssh, normal};
use crate::diag::{Bag, Finding};
use crate::model::permits::url_glob;
use crate::model::plan::Plan;
use crate::model::repositories::Repository;

crate::codes! {
    /// A source comes from a repository that can't be read without credentials, and Argo CD gets none for it.
    ///
    /// A URL of ssh always needs a key. Argo CD takes the credentials of the repository whose URL is the same, or those of
    /// the longest prefix (`for: prefix`); here it finds neither, and says that authentication is required.
    ///
    /// Add the repository under `repos` with `credentials`, or without them where something else makes its Secret; or write
    /// the URL of https where the repository is public.
    REPOSITORY_WITHOUT_CREDENTIALS = "repository-without-credentials";
    /// A source spells the URL of a repository otherwise than the entry that has the credentials for it.
    ///
    /// Argo CD compares URLs in lower case and without `.git` at the end (Argo CD 3.x, `NormalizeGitURL`). A slash at the
    /// end, `oci://`, or the name of a user make another repository of it: the credentials are not used, and AppProjects
    /// that allow the one refuse the other.
    ///
    /// Name the entry of `repos` instead of the URL, or write the URL as it is declared.
    REPOSITORY_SPELLING = "repository-spelling": error fixable;
    /// A source comes from a repository whose credentials serve another AppProject only.
    ///
    /// Argo CD looks for credentials of the app's own project, then for those without a project (Argo CD 3.x,
    /// `getRepositorySecret`). It passes over those of other projects.
    ///
    /// Take `project` out of the repository, move the app, or declare the repository once more for its project.
    REPOSITORY_OF_OTHER_PROJECT = "repository-of-other-project";
    /// Two entries of `repos` with credentials are one and the same for Argo CD.
    ///
    /// It compares URLs in lower case and without `.git` at the end, whatever `type` says, and takes the credentials that it
    /// comes upon first. Keep one, or scope them to different projects by `project`.
    REPOSITORY_TWICE = "repository-twice";
    /// A source comes from a repository that is neither declared under `repos` nor matched by a glob of `publicRepos`.
    ///
    /// The spec lists all repositories that may be used, so that nothing is deployed from elsewhere by mistake. Mend the
    /// URL, declare the repository, or add it to `publicRepos`.
    UNDECLARED_REPOSITORY = "undeclared-repository";
    /// No source uses a repository for which Argo CD gets credentials.
    ///
    /// The credentials can be read in the cluster all the same, by whoever may read Secrets there. Take the entry out, or
    /// keep it where charts of this platform have dependencies there, which are not seen here.
    UNUSED_REPOSITORY = "unused-repository": note;
}

/// Runs the rules.
pub fn check(plan: &Plan, facts: &[Facts], bag: &mut Bag) {
    let credentials = Credentials::of(plan, facts);
    twice(&credentials, bag);
    let public = plan.repositories.public.as_ref().map(|globs| globs.iter().filter_map(|g| url_glob(g)).collect());
    let mut rule = Rule { credentials: &credentials, public, used: HashSet::default(), open: Vec::new(), bag };
    for app in facts.iter().filter(|f| matches!(f.kind, Kind::Application | Kind::Set)) {
        for url in app.sources.iter().map(|s| &s.url).chain(&app.generators) {
            rule.source(app, url);
        }
    }
    let Rule { used, open, .. } = rule;
    for repository in plan.repositories.all.iter().filter(|r| r.signs_in) {
        let own = normal(repository.effective_url());
        let may_be = |start: &String| own.starts_with(start.as_str()) || (repository.prefix && start.starts_with(&own));
        if !used.contains(&own) && !open.iter().any(may_be) {
            unused(repository, bag);
        }
    }
}

struct Rule<'r, 'a> {
    credentials: &'r Credentials<'a>,
    public: Option<Vec<GlobMatcher>>,
    /// Normal URLs of entries that some source uses.
    used: HashSet<String>,
    /// What URLs with parameters begin with.
    open: Vec<String>,
    bag: &'r mut Bag,
}

impl Rule<'_, '_> {
    fn source(&mut self, app: &Facts, url: &Url) {
        if let Some((start, _)) = url.text.split_once("{{") {
            self.open.push(normal(start));
            return;
        }
        let project = app.project.as_ref().map(|(p, _)| p);
        match self.credentials.find(&url.text, project) {
            Found::Entry(entry) => drop(self.used.insert(normal(entry.url))),
            Found::OtherProject(entry) => self.other_project(app, url, entry),
            Found::Near(entry) => self.near(url, entry),
            Found::Nothing => self.unknown(url),
        }
    }

    fn other_project(&mut self, app: &Facts, url: &Url, entry: &Entry) {
        self.used.insert(normal(entry.url));
        let own = entry.project.unwrap_or_default();
        let project = app.project.as_ref().map_or("", |(p, _)| p);
        if !entry.signs_in {
            return;
        }
        let message = format!("`{}` serves the project `{own}` only, and `{}` is of `{project}`", url.text, app.name);
        let help = format!("take `project: {own}` out of the repository, or declare it again for `{project}`");
        let finding = Finding::error(&REPOSITORY_OF_OTHER_PROJECT, url.span, message, help);
        let at = entry.declared.and_then(|r| r.project.as_ref());
        self.bag.push(match at {
            Some(at) => finding.also(at.span, "the repository"),
            None => finding,
        });
    }

    fn near(&mut self, url: &Url, entry: &Entry) {
        self.used.insert(normal(entry.url));
        let message =
            format!("`{}` is another repository for Argo CD than `{}`, which has the credentials", url.text, entry.url);
        let name = entry.declared.filter(|r| !r.prefix).and_then(|r| r.name.as_ref());
        let scheme = |text: &str| text.starts_with("oci://");
        let help = match name {
            Some(name) if scheme(&url.text) != scheme(entry.url) => {
                format!("give `{}` the `type: {}`", &**name, if scheme(entry.url) { "helm" } else { "oci" })
            }
            Some(name) => format!("write `{}`, the name of the repository, or `{}`", &**name, entry.url),
            None => format!("begin it with `{}`, or mend that", entry.url),
        };
        let finding = Finding::error(&REPOSITORY_SPELLING, url.span, message, help);
        let finding = match name.filter(|_| scheme(&url.text) == scheme(entry.url)) {
            Some(_) => finding.replacing(url.span, &*url.text, entry.url),
            None => finding,
        };
        self.bag.push(match entry.declared {
            Some(declared) => finding.also(declared.url.span, "declared here"),
            None => finding,
        });
    }

    fn unknown(&mut self, url: &Url) {
        if self.public.as_ref().is_some_and(|globs| !globs.iter().any(|g| g.is_match(normal(&url.text)))) {
            let message = format!("`{}` is neither declared nor public", url.text);
            let help = "mend the URL, declare the repository under `repos`, or add it to `publicRepos`";
            self.bag.push(Finding::error(&UNDECLARED_REPOSITORY, url.span, message, help));
        } else if is_ssh(url.text.trim()) && !self.credentials.some_unknown {
            let message = format!("Argo CD has no key for `{}`", url.text);
            let help = "add the repository under `repos` with `credentials`, or write the URL of https if it is public";
            self.bag.push(Finding::error(&REPOSITORY_WITHOUT_CREDENTIALS, url.span, message, help));
        }
    }
}

fn twice(credentials: &Credentials, bag: &mut Bag) {
    for entries in credentials.declared().map(|(_, entries)| entries).filter(|e| e.len() > 1) {
        let mut seen: Vec<&Repository> = Vec::new();
        for repository in entries.iter().filter_map(|e| e.declared).filter(|r| r.signs_in) {
            let Some(first) = seen.iter().find(|r| r.project == repository.project) else {
                seen.push(repository);
                continue;
            };
            let message = format!("`{}` and `{}` are one repository for Argo CD", &*first.url, &*repository.url);
            let help = "keep one of the two, or give each another `project`";
            let finding = Finding::error(&REPOSITORY_TWICE, repository.url.span, message, help);
            bag.push(finding.also(first.url.span, "the other one"));
        }
    }
}

fn unused(repository: &Repository, bag: &mut Bag) {
    let Some(name) = &repository.name else { return };
    let message = format!("no source uses the repository `{}`, for which Argo CD gets credentials", &**name);
    let help = "take it out, unless charts have dependencies there";
    bag.push(Finding::note(&UNUSED_REPOSITORY, name.span, message, help));
}
