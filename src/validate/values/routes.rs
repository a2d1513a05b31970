//! Objects, and sections of Helm values, that expose hosts.

use std::sync::Arc;

use super::facts::{Backend, Route, Tls};
use super::texts::ends_in;
use crate::base::{Entry, Span, Value};
use crate::model::kustomize::list;

/// Annotations that have cert-manager make the Secret of an Ingress.
const ISSUERS: [&str; 3] = ["cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme"];
/// The annotation that keeps an Ingress to entry points (Traefik 2 and 3).
const ENTRY_POINTS: &str = "traefik.ingress.kubernetes.io/router.entrypoints";
/// The one that has a resolver get its certificate.
const RESOLVER: &str = "traefik.ingress.kubernetes.io/router.tls.certresolver";

fn plain(value: &Value) -> Option<Arc<str>> {
    value.as_str().filter(|t| !t.is_empty() && !t.contains("{{")).map(Arc::from)
}

/// A text, and where it stands.
fn placed(value: &Value) -> Option<(Arc<str>, Span)> {
    Some((plain(value)?, value.span))
}

/// What annotations say about every host of an Ingress.
fn annotated(route: &mut Route, annotations: Option<&Value>) {
    let entry = |key: &str| annotations.and_then(Value::as_map).and_then(|map| map.entry(key));
    route.tls.issuer =
        ISSUERS.iter().find_map(|key| entry(key)).map(|e| e.key_span.or(e.value.span)).unwrap_or_default();
    route.tls.resolver = entry(RESOLVER).map(|e| e.key_span.or(e.value.span)).unwrap_or_default();
    let points = entry(ENTRY_POINTS).and_then(|e| e.value.as_str()).unwrap_or_default();
    route.entry_points = points.split(',').map(str::trim).filter(|p| !p.is_empty()).map(Arc::from).collect();
}

/// An Ingress (networking.k8s.io/v1).
pub fn ingress(object: &Value) -> Vec<Route> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    let mut base = Route { class: spec.get("ingressClassName").and_then(placed), ..Route::default() };
    annotated(&mut base, object.get("metadata").and_then(|m| m.get("annotations")));
    let mut out = Vec::new();
    for rule in list(spec, "rules") {
        let Some(host) = rule.get("host").and_then(|h| Some((plain(h)?, h.span))) else { continue };
        for path in rule.get("http").map(|http| list(http, "paths")).unwrap_or_default() {
            let service = path.get("backend").and_then(|b| b.get("service"));
            let backend = service.and_then(|s| s.get("name")).and_then(plain);
            let mut route = base.clone();
            (route.host, route.span) = host.clone();
            route.path = path.str_at("path").unwrap_or("/").into();
            route.tls.secret = secret_of(list(spec, "tls"), &route.host);
            route.backends.extend(backend.map(|service| Backend { service, namespace: None }));
            out.push(route);
        }
    }
    out
}

/// Where `tls` names a Secret for a host.
fn secret_of(tls: &[Value], host: &str) -> Span {
    let covers = |t: &&Value| list(t, "hosts").iter().any(|h| h.as_str() == Some(host));
    tls.iter().find(covers).and_then(|t| t.get("secretName")).map(|s| s.span).unwrap_or_default()
}

/// An IngressRoute (traefik.io/v1alpha1).
pub fn traefik(object: &Value) -> Vec<Route> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    let tls = spec.get("tls");
    let place = |key: &str| tls.and_then(|t| t.get(key)).map(|v| v.span).unwrap_or_default();
    let tls = Tls { issuer: Span::NONE, resolver: place("certResolver"), secret: place("secretName") };
    let entry_points: Vec<Arc<str>> = list(spec, "entryPoints").iter().filter_map(plain).collect();
    let mut out = Vec::new();
    for route in list(spec, "routes") {
        let Some(rule) = route.get("match") else { continue };
        let matched = Match::of(rule.as_str().unwrap_or_default());
        let backend = |s: &Value| {
            let plain_service = s.str_at("kind").is_none_or(|kind| kind == "Service");
            let (name, namespace) = (s.get("name").and_then(plain)?, s.get("namespace").and_then(plain));
            plain_service.then_some(Backend { service: name, namespace })
        };
        let backends: Vec<Backend> = list(route, "services").iter().filter_map(backend).collect();
        for host in matched.hosts {
            let (path, narrow) = (Arc::clone(&matched.path), matched.narrow);
            let entry_points = entry_points.clone();
            out.push(Route {
                host,
                span: rule.span,
                path,
                narrow,
                entry_points,
                class: None,
                tls,
                backends: backends.clone(),
            });
        }
    }
    out
}

/// A rule of Traefik, as far as hosts and paths go.
struct Match {
    hosts: Vec<Arc<str>>,
    path: Arc<str>,
    narrow: bool,
}

impl Match {
    fn of(rule: &str) -> Match {
        let mut out = Match { hosts: Vec::new(), path: "/".into(), narrow: false };
        let alternatives = rule.contains("||") || rule.contains('!');
        let mut rest = rule;
        while let Some((before, after)) = rest.split_once('(') {
            let name = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let Some((arguments, after)) = after.split_once(')') else { break };
            let quoted = arguments.split(['`', '"']).skip(1).step_by(2);
            match name {
                "Host" => out.hosts.extend(quoted.map(|host| Arc::from(host.to_ascii_lowercase()))),
                "PathPrefix" | "Path" => out.path = quoted.collect::<Vec<_>>().join(",").into(),
                // A group, whose content is looked at in turn.
                "" => {
                    rest = rest.split_once('(').map_or("", |(_, rest)| rest);
                    continue;
                }
                _ => out.narrow = true,
            }
            rest = after;
        }
        out.narrow |= alternatives && (&*out.path != "/" || rule.contains('!'));
        out
    }
}

/// An HTTPRoute (gateway.networking.k8s.io/v1).
pub fn gateway(object: &Value) -> Vec<Route> {
    let Some(spec) = object.get("spec") else { return Vec::new() };
    let backend = |b: &Value| {
        let plain_service = b.str_at("kind").is_none_or(|kind| kind == "Service");
        let service = b.get("name").and_then(plain)?;
        plain_service.then(|| Backend { service, namespace: b.get("namespace").and_then(plain) })
    };
    let rules = list(spec, "rules").iter();
    let backends: Vec<Backend> = rules.flat_map(|r| list(r, "backendRefs")).filter_map(backend).collect();
    // Gateways differ in what they listen to, and rules in what they match: such hosts are only known to be there.
    let route = |h: &Value| {
        let (host, span) = (plain(h)?, h.span);
        Some(Route { host, span, path: "/".into(), narrow: true, backends: backends.clone(), ..Route::default() })
    };
    list(spec, "hostnames").iter().filter_map(route).collect()
}

/// Hosts that Helm values expose: sections called `ingress` that are switched on. `also` names more sections.
pub fn of_values(values: &Value, also: &[&Value]) -> Vec<Route> {
    let mut out = Vec::new();
    sections(values, false, &mut out);
    also.iter().for_each(|section| section_routes(section, &mut out));
    out
}

fn sections(value: &Value, ingress: bool, out: &mut Vec<Route>) {
    let Some(map) = value.as_map() else { return };
    let enabled = map.get("enabled").and_then(Value::as_bool);
    if enabled == Some(false) {
        return;
    }
    if ingress && enabled == Some(true) {
        section_routes(value, out);
        return;
    }
    map.iter().for_each(|e| sections(&e.value, ends_in(&e.key, "ingress"), out));
}

/// The hosts of one section, in the words that charts have: `hosts` of texts or of mappings, `hostname`, `host`.
fn section_routes(section: &Value, out: &mut Vec<Route>) {
    let class = ["ingressClassName", "className"].iter().find_map(|key| section.get(key)).and_then(placed);
    let mut base = Route { class, path: "/".into(), ..Route::default() };
    annotated(&mut base, section.get("annotations"));
    let mut add = |host: &Value, paths: Option<&Value>| {
        let Some(name) = plain(host) else { return };
        let texts = paths.and_then(Value::as_list).unwrap_or_default();
        let path = |p: &Value| p.as_str().or_else(|| p.str_at("path")).map(Arc::from);
        let first = texts.iter().find_map(path).unwrap_or_else(|| Arc::from("/"));
        let mut route = Route { host: name.to_ascii_lowercase().into(), span: host.span, path: first, ..base.clone() };
        route.tls.secret = secret_of(list(section, "tls"), &name);
        out.push(route);
    };
    for key in ["hostname", "host"] {
        section.get(key).into_iter().for_each(|host| add(host, section.get("paths")));
    }
    for host in list(section, "hosts") {
        match host.as_map() {
            Some(_) => ["host", "name"]
                .iter()
                .find_map(|key| host.get(key))
                .into_iter()
                .for_each(|h| add(h, host.get("paths"))),
            None => add(host, section.get("paths")),
        }
    }
    let named = section.get("hosts").and_then(Value::as_map).into_iter().flatten();
    named.for_each(|e: &Entry| add(&e.value, None));
}
