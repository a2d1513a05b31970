//! What one object has to do with hosts, Services and databases, taken from it where it is rendered.

use std::sync::Arc;

use super::named::Named;
use crate::base::{Span, Value};
use crate::model::spec::ExternalKind;

/// What one object has to do with them.
#[derive(Debug)]
pub struct Facts {
    /// Path of its file in the tree.
    pub path: Arc<str>,
    /// The entry of the spec that it comes from.
    pub origin: Span,
    /// Its kind.
    pub kind: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The namespace it states.
    pub namespace: Option<Arc<str>>,
    /// What it is.
    pub role: Role,
    /// Services, and objects of Traefik, that it names.
    pub names: Vec<Named>,
    /// Its content, where it names hosts or databases.
    pub content: Option<Value>,
}

/// What an object is.
#[derive(Debug)]
pub enum Role {
    /// None of the others.
    Plain,
    /// One of a kind that may make Services by itself.
    Maker,
    /// A Service.
    Service(Vec<Port>),
    /// One of a kind that routes name.
    Named(ExternalKind),
    /// One that exposes hosts.
    Routes(Vec<Route>),
    /// A PostgreSQL cluster of Zalando's operator.
    Postgres(Postgres),
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name, if it has one.
    pub name: Option<Arc<str>>,
    /// Its number.
    pub number: i64,
}

/// One way from outside to a Service.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// The host.
    pub host: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// Path below the host; `/` for all of it.
    pub path: Arc<str>,
    /// Whether there are conditions besides host and path.
    pub narrow: bool,
    /// Entry points of Traefik that it keeps to; all when empty.
    pub entry_points: Vec<Arc<str>>,
    /// Its ingress class, if it has one, and where that stands.
    pub class: Option<(Arc<str>, Span)>,
    /// Where its certificate comes from.
    pub tls: Tls,
    /// The Services behind it.
    pub backends: Vec<Backend>,
}

/// Where a certificate comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// An annotation has cert-manager make it.
    pub issuer: Span,
    /// A resolver of Traefik gets it.
    pub resolver: Span,
    /// It lies in a Secret.
    pub secret: Span,
}

/// A Service that a route leads to.
#[derive(Clone, Debug)]
pub struct Backend {
    /// Its name.
    pub service: Arc<str>,
    /// Its namespace, if that is stated.
    pub namespace: Option<Arc<str>>,
}

/// A PostgreSQL cluster of Zalando's operator.
#[derive(Clone, Debug, Default)]
pub struct Postgres {
    /// Databases that it has.
    pub databases: Vec<Arc<str>>,
    /// Users that it has.
    pub users: Vec<Arc<str>>,
    /// Where databases are declared, or the name of the cluster.
    pub span: Span,
    /// Whether it has a pooler, and one for replicas.
    pub poolers: (bool, bool),
}
