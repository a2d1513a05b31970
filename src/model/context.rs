//! What expressions see of the platform and of clusters.

use crate::base::hash::HashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::instance::{ClusterRef, Instance, LOCAL_NAME};
use super::spec::Spec;
use crate::base::{Entry, Map, Span, Value};
use crate::shape::Text;
use crate::template::Shape;

/// Most mappings have fewer fields.
const ROOM: usize = 8;

/// A mapping under construction; what is absent leaves no key.
#[derive(Debug)]
pub struct Fields {
    map: Map,
}

impl Default for Fields {
    fn default() -> Fields {
        Fields { map: Map::with_capacity(ROOM) }
    }
}

impl Fields {
    /// An empty one.
    #[must_use]
    pub fn new() -> Fields {
        Fields::default()
    }

    /// Adds a key that is not there yet.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Value>) -> Fields {
        self.map.push_unique(Entry { key: shared(key), key_span: Span::NONE, value: value.into() });
        self
    }

    /// Adds a key that is not there yet, if there is a value.
    #[must_use]
    pub fn maybe(self, key: &'static str, value: Option<impl Into<Value>>) -> Fields {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds a list unless it is empty.
    #[must_use]
    pub fn list(self, key: &'static str, items: Vec<Value>) -> Fields {
        match items.is_empty() {
            true => self,
            false => self.with(key, items),
        }
    }

    /// Adds a mapping unless it is empty.
    #[must_use]
    pub fn map(self, key: &'static str, map: Map) -> Fields {
        match map.is_empty() {
            true => self,
            false => self.with(key, map),
        }
    }

    /// The mapping.
    #[must_use]
    pub fn build(mut self) -> Value {
        self.map.shrink();
        self.map.into()
    }

    /// The mapping, at a place.
    #[must_use]
    pub fn at(self, span: Span) -> Value {
        self.build().at(span)
    }
}

thread_local! {
    static KEYS: RefCell<HashMap<(usize, usize), Arc<str>>> = RefCell::default();
}

/// One allocation for each key and thread, however many things have the key. Where it stands in the program says which it
/// is, without a look at its text.
fn shared(key: &'static str) -> Arc<str> {
    let place = (key.as_ptr().addr(), key.len());
    KEYS.with_borrow_mut(|keys| Arc::clone(keys.entry(place).or_insert_with(|| key.into())))
}

/// `platform`, as expressions see it.
#[must_use]
pub fn platform(spec: &Spec) -> Value {
    let info = &spec.platform;
    let repo = Fields::new()
        .with("url", info.repo.url.to_value())
        .with("revision", info.repo.revision.to_value())
        .with("path", info.repo.path.to_value());
    let argocd = Fields::new()
        .with("namespace", spec.argocd_namespace().to_value())
        .with("version", spec.argocd_version().to_value());
    Fields::new()
        .with("name", info.name.to_value())
        .maybe("domain", info.domain.as_ref().map(Text::to_value))
        .with("repo", repo.build())
        .with("argocd", argocd.build())
        .build()
}

/// Fields of `platform`, for the check of names in expressions.
pub const PLATFORM_FIELDS: &[&str] = &[
    "name",
    "domain",
    "repo",
    "repo.url",
    "repo.revision",
    "repo.path",
    "argocd",
    "argocd.namespace",
    "argocd.version",
];

/// `cluster`, as expressions see it.
#[must_use]
pub fn cluster(cluster: &ClusterRef) -> Value {
    cluster_in(cluster, cluster.environment.as_ref())
}

/// `cluster`, as expressions of an app in an environment see it.
#[must_use]
pub fn cluster_in(cluster: &ClusterRef, environment: Option<&Text>) -> Value {
    Fields::new()
        .with("name", cluster.name.to_value())
        .maybe("server", cluster.server.as_ref().map(Text::to_value))
        .maybe("environment", environment.map(Text::to_value))
        .with("labels", cluster.labels.clone())
        .build()
}

/// Fields of `cluster`. `labels` is open.
pub const CLUSTER_FIELDS: &[&str] = &["name", "server", "environment", "labels.*"];

impl Spec {
    /// Namespace of Argo CD.
    #[must_use]
    pub fn argocd_namespace(&self) -> Text {
        self.platform.argocd.as_ref().map_or_else(|| Text::new("argocd"), |a| a.namespace.clone())
    }

    /// Name of the app that runs Argo CD.
    #[must_use]
    pub fn argocd_app(&self) -> &str {
        self.platform.argocd.as_ref().and_then(|a| a.app.as_ref()).map_or("argocd", |app| app)
    }

    /// Whether an Application is the one that runs Argo CD: that app, on its own cluster and in its namespace.
    #[must_use]
    pub fn runs_argocd(&self, instance: &Instance) -> bool {
        let namespace = instance.body.namespace.as_deref() == Some(&*self.argocd_namespace());
        namespace && &*instance.app == self.argocd_app() && &*instance.cluster.name == LOCAL_NAME
    }

    /// The AppProject that a thing of a category uses.
    #[must_use]
    pub fn project_name(&self, own: Option<&Text>, category: &str) -> Arc<str> {
        let of_category = || self.categories.named(category).and_then(|c| c.item.project.as_ref());
        own.or_else(of_category).map_or_else(|| category.into(), |p| Arc::clone(&p.value))
    }

    /// Version of Argo CD, as `3.1`.
    #[must_use]
    pub fn argocd_version(&self) -> Text {
        self.platform.argocd.as_ref().map_or_else(|| Text::new("3.1"), |a| a.version.clone())
    }

    /// Whether Argo CD is at least of that version. A version that can't be read counts as newest;
    /// the check of the spec has an error for it.
    #[must_use]
    pub fn argocd_at_least(&self, major: u32, minor: u32) -> bool {
        parse_version(&self.argocd_version()).is_none_or(|found| found >= (major, minor))
    }
}

/// Major and minor of `3.1`, `v3.1` or `3.1.5`.
#[must_use]
pub fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().unwrap_or("0").parse().ok()?;
    Some((major, minor))
}

/// Fields by their paths, as the check of names in expressions takes them: `a`, `a.b`; `a.*` for a
/// mapping with free keys. A field without fields of its own is open.
#[must_use]
pub fn shape(fields: &[&str]) -> Shape {
    let mut below: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for field in fields {
        let (first, rest) = field.split_once('.').unwrap_or((field, ""));
        below.entry(first).or_default().extend(Some(rest).filter(|r| !r.is_empty()));
    }
    let one = |(name, rest): (&str, Vec<&str>)| match rest.as_slice() {
        [] | ["*"] => (name.to_owned(), Shape::Any),
        rest => (name.to_owned(), shape(rest)),
    };
    Shape::fields(below.into_iter().map(one))
}

impl Spec {
    /// Name of the root Application.
    #[must_use]
    pub fn root_name(&self) -> Arc<str> {
        let chosen = self.app_of_apps.as_ref().and_then(|a| a.root.as_ref());
        chosen.map_or_else(|| "root".into(), |name| Arc::clone(&name.value))
    }

    /// Name of the AppProject of the root and the parents.
    #[must_use]
    pub fn root_project(&self) -> Arc<str> {
        let chosen = self.app_of_apps.as_ref().and_then(|a| a.project.as_ref());
        chosen.map_or_else(|| "app-of-apps".into(), |name| Arc::clone(&name.value))
    }

    /// Name of the parent Application of a category.
    #[must_use]
    pub fn parent_name(&self, category: &str) -> String {
        format!("{category}-parent")
    }
}
