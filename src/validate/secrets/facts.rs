//! What one document has to do with secrets, taken from it where it is rendered.

use std::sync::Arc;

use crate::base::Span;
use crate::validate::charts::Release;

/// Kinds of objects that others name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A Secret.
    Secret,
    /// A ConfigMap.
    ConfigMap,
    /// A ServiceAccount.
    ServiceAccount,
    /// A SecretProviderClass.
    ProviderClass,
}

impl Kind {
    /// The kind as Kubernetes writes it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Secret => "Secret",
            Kind::ConfigMap => "ConfigMap",
            Kind::ServiceAccount => "ServiceAccount",
            Kind::ProviderClass => "SecretProviderClass",
        }
    }
}

/// What one document has to do with secrets.
#[derive(Debug)]
pub struct Facts {
    /// Its path in the tree.
    pub path: Arc<str>,
    /// Where it comes from: the place of findings that have none of their own.
    pub origin: Span,
    /// The cluster of the app that it belongs to.
    pub cluster: Option<Arc<str>>,
    /// Its API version.
    pub api_version: Arc<str>,
    /// Where that stands.
    pub version_span: Span,
    /// Its kind.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Its namespace, as it states it.
    pub namespace: Option<Arc<str>>,
    /// What it makes, by itself or by an operator.
    pub makes: Vec<Made>,
    /// What it needs.
    pub reads: Vec<Read>,
    /// API paths of Vault that it names.
    pub vault_paths: Vec<VaultPath>,
    /// Addresses of Vault.
    pub vault_addresses: Vec<(Arc<str>, Span)>,
    /// What it is besides.
    pub role: Role,
}

/// An object that comes of a document.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its kind.
    pub kind: Kind,
    /// Its name; a `*` stands for anything.
    pub name: Arc<str>,
    /// The keys of its data.
    pub keys: Keys,
    /// Where the name stands.
    pub span: Span,
    /// Whether something finds it by labels or annotations instead of its name.
    pub found_by_label: bool,
    /// Whether it is there for somebody to read, so that one that nobody reads is worth a note.
    pub wanted: bool,
    /// Whether only keys are added to an object that something else makes.
    pub adds: bool,
}

impl Made {
    /// A Secret that something makes for its own use, with keys that are not known.
    pub fn aside(name: Arc<str>, span: Span) -> Made {
        let keys = Keys { names: Vec::new(), open: true };
        Made { kind: Kind::Secret, name, keys, span, found_by_label: false, wanted: false, adds: false }
    }
}

/// Keys of a Secret or ConfigMap.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Those that are known.
    pub names: Vec<Arc<str>>,
    /// Whether there may be others.
    pub open: bool,
}

/// A reference to an object.
#[derive(Clone, Debug)]
pub struct Read {
    /// Kind of the object.
    pub kind: Kind,
    /// Its name.
    pub name: Arc<str>,
    /// Its namespace, if not that of whoever refers to it.
    pub namespace: Option<Arc<str>>,
    /// Where the name stands.
    pub span: Span,
    /// Keys that are read.
    pub keys: Vec<(Arc<str>, Span)>,
    /// What it is needed for, and what becomes of it when it is missing.
    pub need: Need,
}

/// What a reference is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A pod, which does not start without.
    Pod,
    /// TLS of a route.
    Tls,
    /// A store of External Secrets.
    Store,
    /// Helm values that name an object which the chart does not make.
    Existing,
    /// Helm values for a pod, which may also need what the chart itself makes.
    Values,
    /// Anything else.
    Other,
    /// It may be missing.
    Optional,
}

/// A path of Vault's API.
#[derive(Clone, Debug)]
pub struct VaultPath {
    /// The path as written.
    pub path: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// What a document is, for the rules that ask more.
#[derive(Debug)]
pub enum Role {
    /// Nothing more.
    Plain,
    /// A SecretStore or ClusterSecretStore.
    Store(Store),
    /// An ExternalSecret, ClusterExternalSecret or PushSecret.
    External(Box<External>),
    /// An Application.
    App(Box<App>),
    /// An ApplicationSet: globs of the namespaces that it deploys to.
    Set(Vec<Arc<str>>),
    /// A Namespace with its labels.
    Namespace(Labels),
    /// A kustomization.
    Kustomization {
        /// The namespace that it gives to all objects.
        namespace: Option<Arc<str>>,
        /// Whether it takes in, renames or changes objects that are not to be seen here.
        opaque: bool,
    },
}

/// Labels of an object.
pub type Labels = Vec<(Arc<str>, Arc<str>)>;

/// A store of External Secrets.
#[derive(Debug)]
pub struct Store {
    /// Whether it is a ClusterSecretStore.
    pub cluster_wide: bool,
    /// Namespaces that it serves; empty for all. One that fits is enough.
    pub conditions: Vec<Condition>,
    /// Vault, if that is behind it.
    pub vault: Option<Vault>,
    /// Where its name stands.
    pub span: Span,
}

/// The KV engine of a store.
#[derive(Debug)]
pub struct Vault {
    /// Its mount, where the store names one.
    pub mount: Option<Arc<str>>,
    /// Whether it is version 2 of KV.
    pub v2: bool,
}

/// Which namespaces a ClusterSecretStore serves.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// By name.
    pub namespaces: Vec<Arc<str>>,
    /// Where these stand.
    pub places: Vec<Span>,
    /// By regular expression.
    pub regexes: Vec<regex::Regex>,
    /// By label.
    pub selector: Option<Selector>,
}

/// A label selector (Kubernetes, `metav1.LabelSelector`).
#[derive(Clone, Debug, Default)]
pub struct Selector {
    /// Labels that must be there.
    pub labels: Labels,
    /// Expressions that must hold.
    pub expressions: Vec<Expression>,
}

/// An expression of a label selector: key, operator, values.
pub type Expression = (Arc<str>, Arc<str>, Vec<Arc<str>>);

/// An object of External Secrets that names stores.
#[derive(Debug, Default)]
pub struct External {
    /// Namespaces of a ClusterExternalSecret, which has none of its own.
    pub spread: Option<Condition>,
    /// The stores that it names.
    pub stores: Vec<StoreRef>,
    /// What it reads from them.
    pub remotes: Vec<Remote>,
    /// Whether its template takes JSON apart.
    pub takes_json: bool,
}

/// A reference to a store.
#[derive(Debug)]
pub struct StoreRef {
    /// Name of the store.
    pub name: Arc<str>,
    /// Whether the kind is ClusterSecretStore; `None` when it is left out.
    pub cluster_wide: Option<bool>,
    /// Where it stands.
    pub span: Span,
}

/// One value that is read from a store.
#[derive(Debug)]
pub struct Remote {
    /// Index of the store among those of the object.
    pub store: usize,
    /// Its key.
    pub key: Arc<str>,
    /// Where that stands.
    pub span: Span,
    /// Whether the whole of what lies there is wanted, or a property of it.
    pub whole: bool,
}

/// An Application, as far as secrets go.
#[derive(Debug, Default)]
pub struct App {
    /// Namespace of its destination.
    pub namespace: Arc<str>,
    /// Its charts, and what else takes Helm values.
    pub releases: Vec<Release>,
    /// Paths of sources in git.
    pub paths: Vec<Arc<str>>,
    /// Namespaces that its kustomize options bring objects to, under names that are not to be seen here.
    pub renamed: Vec<Arc<str>>,
}
