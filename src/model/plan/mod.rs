//! What is to be rendered: the things templates are rendered for, raw manifests, plain files.

mod fields;

use crate::base::hash::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use fields::FORS;

use super::document::Tags;
use super::external::Externals;
use super::gathered::{Absent, GivenChart};
use super::repositories::Repositories;
use super::spec::Patch;
use super::tree::Made;
use crate::base::{Map, Span, Value};
use crate::shape::Text;

/// One thing that a template is rendered for.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its name.
    pub name: Arc<str>,
    /// Where the spec has it.
    pub span: Span,
    /// What expressions see of it.
    pub value: Value,
    /// Patches of the objects that come out.
    pub patches: Arc<[Patch]>,
}

/// A file of raw manifests at its place in the tree.
#[derive(Clone, Debug)]
pub struct RawFile {
    /// Path in the tree.
    pub path: String,
    /// Its documents.
    pub docs: Vec<Value>,
    /// Where it was read from.
    pub span: Span,
    /// What it belongs to.
    pub tags: Tags,
    /// Patches of the app.
    pub patches: Arc<[Patch]>,
}

/// A file that is no manifest.
#[derive(Clone, Debug)]
pub struct PlainFile {
    /// Path in the tree.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What is in it, where it is a values file of Helm.
    pub value: Option<Value>,
    /// Where the spec asks for it.
    pub origin: Span,
    /// The template that made it, if one did.
    pub template: Span,
    /// What it belongs to.
    pub tags: Tags,
    /// What holds its content.
    pub made: Made,
}

/// A folder that an Application reads.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Name of the Application; empty where nobody is known to read the folder, but it is checked all the same.
    pub owner: Arc<str>,
    /// Where the spec has that Application.
    pub span: Span,
    /// The cluster that the Application deploys to.
    pub cluster: Arc<str>,
    /// Namespace of its destination, for objects that name none.
    pub namespace: Arc<str>,
    /// Its AppProject.
    pub project: Arc<str>,
    /// What the things in it belong to.
    pub tags: Tags,
    /// What a kustomization.yaml in it holds besides the list of files; `None` when it has none.
    pub kustomization: Option<Value>,
}

/// The ApplicationSet of an app, which makes its Applications.
#[derive(Clone, Debug)]
pub struct AppSetPlan {
    /// Name of the app, at its key.
    pub name: Text,
    /// The category whose parent holds it.
    pub category: Arc<str>,
    /// Name its file is called by.
    pub file: Arc<str>,
    /// Path in the tree.
    pub path: String,
    /// Its annotations.
    pub annotations: Map,
    /// Its wave within the parent: that of the last of its Applications.
    pub wave: i64,
    /// The Applications.
    pub members: Vec<Member>,
    /// Patches of the ApplicationSet itself.
    pub patches: Vec<Patch>,
}

/// An Application that an ApplicationSet makes.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: Arc<str>,
    /// The cluster it deploys to.
    pub cluster: Arc<str>,
    /// Its environment.
    pub environment: Option<Arc<str>>,
}

/// What an entry of a project is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantOf {
    /// A repository: of `sourceRepos`.
    Repositories,
    /// A place: of `destinations`.
    Destinations,
    /// A kind of `clusterResourceWhitelist`.
    ClusterKinds,
    /// A kind of `namespaceResourceWhitelist`.
    NamespacedKinds,
}

/// Who may take a role of Vault, where the spec states it by hand.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Name of the role.
    pub role: Arc<str>,
    /// The cluster of the ServiceAccounts.
    pub cluster: Arc<str>,
    /// Their namespaces.
    pub namespaces: Vec<Text>,
    /// Their names.
    pub accounts: Vec<Text>,
}

/// What a project of the spec allows by hand.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Name of the project.
    pub project: Arc<str>,
    /// What it is about.
    pub of: GrantOf,
    /// The entry: a pattern of `sourceRepos` as text, else as the AppProject has it.
    pub allowed: Value,
    /// Where the spec has it.
    pub span: Span,
    /// Whether the namespaces are written out, or all because none is named.
    pub stated: bool,
}

/// The whole plan.
#[derive(Debug, Default)]
pub struct Plan {
    /// `platform`, as expressions see it.
    pub platform: Value,
    /// Things by the `for` that names them, each sorted by name.
    pub items: BTreeMap<&'static str, Vec<Item>>,
    /// ApplicationSets of apps, sorted by name.
    pub sets: Vec<AppSetPlan>,
    /// Names of the Applications that they make, each with the number of its set.
    pub generated: HashMap<Arc<str>, usize>,
    /// Raw manifests.
    pub raw: Vec<RawFile>,
    /// Files that are no manifests.
    pub files: Vec<PlainFile>,
    /// Paths of values files that nothing names, so that it is not said which chart they are for.
    pub loose: Vec<String>,
    /// Folders that Applications read, by path.
    pub folders: BTreeMap<String, Folder>,
    /// Folders that are to be there even if nothing else lies in them, because an Application reads them.
    pub kept: Vec<String>,
    /// Repositories of the spec.
    pub repositories: Repositories,
    /// Objects that are written as overlays of kustomize: the path of each, with that of its base.
    pub overlays: BTreeMap<String, String>,
    /// Charts that values are checked against.
    pub charts: Vec<Arc<GivenChart>>,
    /// What something else makes, by word of the spec.
    pub external: Externals,
    /// What projects allow by hand.
    pub grants: Vec<Grant>,
    /// Who may take roles of Vault, by hand.
    pub bindings: Vec<Binding>,
    /// Blueprints that are in Port already, by word of the spec.
    pub known_blueprints: Vec<Arc<str>>,
    /// Paths that no Application reads because they are applied by hand.
    pub bootstrap: Vec<String>,
    /// What apps read of the platform's own repository and is not beside the spec.
    pub absent: Vec<Absent>,
}
