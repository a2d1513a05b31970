//! `spec.source` and `spec.sources`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::paths::in_repo;
use super::{Input, helm, kustomize};
use crate::base::value::sorted;
use crate::base::{Span, Value};
use crate::model::context::Fields;
use crate::model::document::Tags;
use crate::model::plan::PlainFile;
use crate::model::spec::{App, Directory, Helm, JsonnetVar, Plugin, Source};
use crate::model::tree::Made;
use crate::shape::{List, Text};

/// Builds the sources of one app.
pub struct Builder<'a> {
    input: &'a Input<'a>,
    values_folder: &'a str,
    file: &'a str,
    sources: Vec<Value>,
    repos: BTreeSet<Arc<str>>,
    files: Vec<PlainFile>,
    refs: Vec<Ref>,
    taken: Vec<Arc<str>>,
    tags: Tags,
}

/// A source that only lends its files to value files of another.
struct Ref {
    name: Arc<str>,
    repo: Arc<str>,
    span: Span,
    revision: Value,
}

/// What came out.
pub struct Built {
    /// The sources, in order.
    pub sources: Vec<Value>,
    /// The repositories they use.
    pub repos: Vec<Arc<str>>,
    /// Values files to be written.
    pub files: Vec<PlainFile>,
}

impl<'a> Builder<'a> {
    /// A builder for an app whose values files go to `values_folder`, are called after `file` and tagged
    /// with `tags`.
    pub fn new(input: &'a Input<'a>, values_folder: &'a str, file: &'a str, tags: Tags) -> Builder<'a> {
        Builder {
            input,
            values_folder,
            file,
            sources: Vec::new(),
            repos: BTreeSet::new(),
            files: Vec::new(),
            refs: Vec::new(),
            taken: Vec::new(),
            tags,
        }
    }

    /// Adds the sources that the spec gives, but for those that build the app's own manifests.
    pub fn add_all(&mut self, body: &App) {
        let all = || body.all_sources();
        self.taken = all().filter_map(|s| s.reference.as_ref()).map(|r| Arc::clone(&r.value)).collect();
        for source in all() {
            if let Some(value) = self.source(source) {
                self.sources.push(value);
            }
        }
    }

    fn source(&mut self, source: &Source) -> Option<Value> {
        let fields = if let Some(git) = &source.git {
            let (repo, revision) = self.git_repo(git.repo.as_ref(), git.revision.as_ref());
            let span = git.repo.as_ref().map_or(git.span, |r| r.span);
            let fields = self.repo(&repo, span, revision).with("path", git.path.to_value());
            self.with_builders(fields, source)
        } else if let Some(oci) = &source.oci {
            let fields =
                self.repo(&oci.repo.value, oci.repo.span, oci.revision.to_value()).with("path", oci.path.to_value());
            self.with_builders(fields, source)
        } else {
            self.chart(source.helm.as_ref()?)
        };
        let fields = fields.maybe("ref", source.reference.as_ref().map(Text::to_value));
        Some(fields.maybe("name", source.name.as_ref().map(Text::to_value)).at(source.span))
    }

    fn with_builders(&mut self, fields: Fields, source: &Source) -> Fields {
        let helm = source.helm.as_ref().map(|h| self.helm_options(h));
        fields
            .maybe("helm", helm)
            .maybe("kustomize", source.kustomize.as_deref().map(kustomize::options))
            .maybe("directory", source.directory.as_deref().map(directory))
            .maybe("plugin", source.plugin.as_deref().map(plugin))
    }

    fn chart(&mut self, helm: &Helm) -> Fields {
        let repo = helm.repo.as_ref().map(|r| self.repo_url(r)).unwrap_or_default();
        // Charts in registries are named without the scheme (Argo CD 3.x, `enableOCI` repositories).
        let repo: Arc<str> = repo.strip_prefix("oci://").map_or(Arc::clone(&repo), Into::into);
        let version = helm.version.as_ref().map(Text::to_value).unwrap_or_default();
        self.repos.insert(Arc::clone(&repo));
        let fields = Fields::new()
            .with("repoURL", Value::from(repo).at(helm.repo.as_ref().map(|r| r.span).unwrap_or_default()))
            .maybe("chart", helm.chart.as_ref().map(Text::to_value))
            .with("targetRevision", version);
        let options = self.helm_options(helm);
        fields.maybe("helm", Some(options).filter(|o| o.as_map().is_some_and(|m| !m.is_empty())))
    }

    fn helm_options(&mut self, helm: &Helm) -> Value {
        let value_files = helm::value_files(self, helm);
        helm::options(helm, value_files)
    }

    fn repo(&mut self, url: &Arc<str>, span: Span, revision: Value) -> Fields {
        self.repos.insert(Arc::clone(url));
        Fields::new().with("repoURL", Value::from(Arc::clone(url)).at(span)).with("targetRevision", revision)
    }

    /// URL of a repository that is given by name or URL.
    pub fn repo_url(&self, repo: &Text) -> Arc<str> {
        self.input.spec.repos.named(repo).map_or_else(|| Arc::clone(&repo.value), |r| Arc::clone(&r.item.url.value))
    }

    /// URL and revision of a git source.
    pub fn git_repo(&self, repo: Option<&Text>, revision: Option<&Text>) -> (Arc<str>, Value) {
        let platform = &self.input.spec.platform.repo;
        let named = repo.and_then(|r| self.input.spec.repos.named(r)).and_then(|r| r.item.revision.as_ref());
        let url = repo.map_or_else(|| Arc::clone(&platform.url.value), |r| self.repo_url(r));
        let own = url == platform.url.value;
        let default = || if own { platform.revision.to_value() } else { "HEAD".into() };
        (url, revision.or(named).map_or_else(default, Text::to_value))
    }

    /// Name of the source that lends files of a repository; made when it isn't there yet.
    pub fn reference(&mut self, repo: Arc<str>, span: Span, revision: Value) -> Arc<str> {
        if let Some(found) = self.refs.iter().find(|r| r.repo == repo && r.revision == revision) {
            return Arc::clone(&found.name);
        }
        let free = |name: &str| !self.taken.iter().any(|t| **t == *name) && !self.refs.iter().any(|r| *r.name == *name);
        let numbered = (2..).map(|n| format!("values{n}"));
        let name: Arc<str> =
            std::iter::once("values".to_owned()).chain(numbered).find(|n| free(n)).unwrap_or_default().into();
        self.refs.push(Ref { name: Arc::clone(&name), repo, span, revision });
        name
    }

    /// Adds a file to be written into the app's values folder. The path that a value file takes.
    pub fn values_file(
        &mut self,
        name: &str,
        bytes: Vec<u8>,
        value: Option<Value>,
        origin: Span,
        made: Made,
    ) -> String {
        let path = format!("{}/{name}", self.values_folder);
        let platform = &self.input.spec.platform.repo;
        let reference = self.reference(Arc::clone(&platform.url.value), Span::NONE, platform.revision.to_value());
        let in_repo = in_repo(self.input.spec, &path);
        let (template, tags) = (Span::NONE, self.tags.clone());
        self.files.push(PlainFile { path, bytes, value, origin, template, tags, made });
        format!("${reference}/{in_repo}")
    }

    /// The spec and its files.
    pub fn input(&self) -> &'a Input<'a> {
        self.input
    }

    /// What the files of the app are called by.
    pub fn file(&self) -> &'a str {
        self.file
    }

    /// Adds the source that holds the app's own manifests. Where value files come from the same
    /// repository, one source does both.
    pub fn own_manifests(&mut self, path: Option<String>, body: &App, kustomize: Option<Value>) {
        let Some(path) = path else { return };
        let platform = &self.input.spec.platform.repo;
        let (url, revision) = (Arc::clone(&platform.url.value), platform.revision.to_value());
        let lends = self.refs.iter().position(|r| r.repo == url && r.revision == revision);
        let lends = lends.map(|i| self.refs.remove(i).name);
        let mut own = body.all_sources();
        let own = own.rfind(|s| s.is_of_own_manifests());
        let fields = self
            .repo(&url, Span::NONE, revision)
            .with("path", path)
            .maybe("kustomize", kustomize)
            .maybe("directory", own.and_then(|s| s.directory.as_deref()).map(directory))
            .maybe("plugin", own.and_then(|s| s.plugin.as_deref()).map(plugin))
            .maybe("ref", lends);
        self.sources.push(fields.build());
    }

    /// All sources; those that only lend files come last.
    pub fn finish(mut self) -> Built {
        for lends in std::mem::take(&mut self.refs) {
            let fields = self.repo(&lends.repo, lends.span, lends.revision).with("ref", lends.name);
            self.sources.push(fields.build());
        }
        Built { sources: self.sources, repos: self.repos.into_iter().collect(), files: self.files }
    }
}

fn directory(directory: &Directory) -> Value {
    let vars = |vars: &List<JsonnetVar>| -> Vec<Value> {
        let var = |v: &JsonnetVar| {
            Fields::new()
                .with("name", v.name.to_value())
                .with("value", v.value.to_value())
                .maybe("code", v.code)
                .at(v.span)
        };
        vars.iter().map(var).collect()
    };
    let jsonnet = directory.jsonnet.as_ref().map(|j| {
        Fields::new()
            .list("extVars", vars(&j.ext_vars))
            .list("tlas", vars(&j.tlas))
            .list("libs", j.libs.iter().map(Text::to_value).collect())
            .build()
    });
    Fields::new()
        .maybe("recurse", directory.recurse)
        .maybe("include", directory.include.as_ref().map(Text::to_value))
        .maybe("exclude", directory.exclude.as_ref().map(Text::to_value))
        .maybe("jsonnet", jsonnet)
        .at(directory.span)
}

fn plugin(plugin: &Plugin) -> Value {
    let pair = |name: &Text, value: Value| Fields::new().with("name", name.to_value()).with("value", value).build();
    let mut env: Vec<_> = plugin.env.iter().collect();
    env.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    let mut parameters: Vec<_> = plugin.parameters.iter().collect();
    parameters.sort_by(|a, b| a.name.value.cmp(&b.name.value));
    let parameter = |name: &Text, value: &Value| {
        let form = match value {
            v if v.as_list().is_some() => "array",
            v if v.as_map().is_some() => "map",
            _ => "string",
        };
        Fields::new().with("name", name.to_value()).with(form, sorted(value)).build()
    };
    Fields::new()
        .maybe("name", plugin.name.as_ref().map(Text::to_value))
        .list("env", env.into_iter().map(|e| pair(&e.name, e.item.to_value())).collect())
        .list("parameters", parameters.into_iter().map(|p| parameter(&p.name, &p.item)).collect())
        .at(plugin.span)
}
