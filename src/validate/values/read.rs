//! From an object to facts.

use std::sync::Arc;

use super::facts::{Facts, Port, Postgres, Role};
use super::texts::ends_in;
use super::{named, routes};
use crate::base::{Entry, Value};
use crate::model::document::{Document, group_of};
use crate::model::spec::ExternalKind;

/// Groups whose objects make no Services, or whose Services are known.
const QUIET: &[&str] = &[
    "",
    "apps",
    "batch",
    "policy",
    "autoscaling",
    "networking.k8s.io",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
    "scheduling.k8s.io",
    "apiextensions.k8s.io",
    "admissionregistration.k8s.io",
    "external-secrets.io",
    "bitnami.com",
    "secrets-store.csi.x-k8s.io",
    "traefik.io",
    "traefik.containo.us",
    "cert-manager.io",
    "argoproj.io",
    "kustomize.config.k8s.io",
    "acid.zalan.do",
];

/// What an object has to do with hosts, Services and databases; `None` when nothing.
pub fn facts(document: &Document) -> Option<Facts> {
    let object = &document.value;
    let (api_version, kind) = document.type_of()?;
    let group = group_of(api_version);
    let spec = object.get("spec");
    let role = match (group, kind) {
        ("", "Service") => Role::Service(spec.map(ports).unwrap_or_default()),
        ("networking.k8s.io", "Ingress") => Role::Routes(routes::ingress(object)),
        ("traefik.io" | "traefik.containo.us", "IngressRoute") => Role::Routes(routes::traefik(object)),
        ("traefik.io" | "traefik.containo.us", _) => of_traefik(kind),
        ("networking.k8s.io", "IngressClass") => Role::Named(ExternalKind::IngressClass),
        ("gateway.networking.k8s.io", "HTTPRoute") => Role::Routes(routes::gateway(object)),
        ("acid.zalan.do", "postgresql") => Role::Postgres(postgres(object)),
        ("argoproj.io", "Application" | "ApplicationSet" | "AppProject") => return None,
        ("gateway.networking.k8s.io", _) => Role::Plain,
        _ if QUIET.contains(&group) => Role::Plain,
        _ => Role::Maker,
    };
    // Schemas quote all kinds of hosts as examples.
    let speaks = kind != "CustomResourceDefinition" && names_hosts(object);
    let names = named::named(group, kind, object);
    if matches!(role, Role::Plain) && !speaks && names.is_empty() {
        return None;
    }
    let metadata = object.get("metadata");
    let text = |key: &str| metadata.and_then(|m| m.str_at(key)).map(Arc::from);
    Some(Facts {
        path: Arc::clone(&document.path),
        origin: document.origin,
        kind: kind.into(),
        name: text("name").unwrap_or_default(),
        namespace: text("namespace"),
        role,
        names,
        content: speaks.then(|| object.clone()),
    })
}

/// An object of Traefik, which routes may name.
fn of_traefik(kind: &str) -> Role {
    Role::Named(match kind {
        "Middleware" => ExternalKind::Middleware,
        "MiddlewareTCP" => ExternalKind::MiddlewareTcp,
        "TLSOption" => ExternalKind::TlsOption,
        "TLSStore" => ExternalKind::TlsStore,
        "ServersTransport" => ExternalKind::ServersTransport,
        "ServersTransportTCP" => ExternalKind::ServersTransportTcp,
        "TraefikService" => ExternalKind::TraefikService,
        _ => return Role::Plain,
    })
}

/// Whether a text below names a Service, a URL or an indirection: most objects don't, and cost one look.
fn names_hosts(value: &Value) -> bool {
    if let Some(text) = value.as_str() {
        return text.contains(".svc")
            || text.contains("://")
            || text.contains("_HOST")
            || text.contains("clusterLocatorMethods");
    }
    value.as_list().is_some_and(|items| items.iter().any(names_hosts))
        || value.as_map().is_some_and(|map| map.iter().any(|e| is_host(&e.key) || names_hosts(&e.value)))
}

/// Whether a key is one under which hosts stand.
pub fn is_host(key: &str) -> bool {
    key.eq_ignore_ascii_case("host") || key.eq_ignore_ascii_case("hostname") || ends_in(key, "_host")
}

fn ports(spec: &Value) -> Vec<Port> {
    let port = |p: &Value| Some(Port { name: p.str_at("name").map(Arc::from), number: p.get("port")?.as_int()? });
    spec.get("ports").and_then(Value::as_list).unwrap_or_default().iter().filter_map(port).collect()
}

/// A cluster (postgres-operator 1.10 to 1.14, `acid.zalan.do/v1`): owners of databases are users too.
fn postgres(object: &Value) -> Postgres {
    let Some(spec) = object.get("spec") else { return Postgres::default() };
    let map = |key: &str| spec.get(key).and_then(Value::as_map);
    let keys = |key: &str| map(key).into_iter().flatten().map(|e: &Entry| Arc::clone(&e.key));
    let owners = map("databases").into_iter().flatten().filter_map(|e| e.value.as_str()).map(Arc::from);
    let on = |key: &str| spec.get(key).and_then(Value::as_bool) == Some(true);
    let name = object.get("metadata").and_then(|m| m.get("name"));
    let stated = object.get("spec").and_then(|s| s.as_map()?.entry("databases")).map(|e| e.key_span);
    Postgres {
        databases: keys("databases").chain(keys("preparedDatabases")).collect(),
        users: keys("users").chain(owners).collect(),
        span: stated.or(name.map(|n| n.span)).unwrap_or_default(),
        poolers: (
            on("enableConnectionPooler")
                || (spec.get("connectionPooler").is_some() && spec.get("enableConnectionPooler").is_none()),
            on("enableReplicaConnectionPooler"),
        ),
    }
}
