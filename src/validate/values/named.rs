//! What routes name: Services, and objects of Traefik (Traefik 3, `pkg/provider/kubernetes/crd`) and of ingress controllers.

use std::sync::Arc;

use crate::base::{Span, Value};
use crate::model::kustomize::list;
use crate::model::spec::ExternalKind as Kind;

/// An object that another one names.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its kind.
    pub kind: Kind,
    /// The text that names it.
    pub name: Arc<str>,
    /// What the text says.
    pub form: Form,
    /// Where it stands.
    pub span: Span,
    /// Of a Service: its port, a number or a name.
    pub port: Option<Value>,
}

/// What a text says that names an object.
#[derive(Clone, Debug)]
pub enum Form {
    /// The name, with the namespace that is stated beside it.
    Reference(Option<Arc<str>>),
    /// `NAMESPACE-NAME@PROVIDER`.
    Joined,
}

/// Annotations of an Ingress that name objects of Traefik (Traefik 2 and 3).
const OF_INGRESS: [(&str, Kind); 2] = [
    ("traefik.ingress.kubernetes.io/router.middlewares", Kind::Middleware),
    ("traefik.ingress.kubernetes.io/router.tls.options", Kind::TlsOption),
];
/// One of a Service.
const OF_SERVICE: [(&str, Kind); 1] =
    [("traefik.ingress.kubernetes.io/service.serverstransport", Kind::ServersTransport)];
/// The provider of what are Kubernetes objects.
pub const PROVIDER: &str = "kubernetescrd";

/// What an object names. What other providers of Traefik hold, and what templates fill in, are left out.
pub fn named(group: &str, kind: &str, object: &Value) -> Vec<Named> {
    let mut found = Found(Vec::new());
    let Some(spec) = object.get("spec") else { return Vec::new() };
    match (group, kind) {
        ("traefik.io" | "traefik.containo.us", _) => found.traefik(kind, spec),
        ("networking.k8s.io", "Ingress") => {
            found.annotated(object, &OF_INGRESS);
            found.ingress(spec);
        }
        ("", "Service") => found.annotated(object, &OF_SERVICE),
        ("gateway.networking.k8s.io", _) if kind.ends_with("Route") => found.gateway(spec),
        _ => {}
    }
    let foreign = |named: &Named| named.name.contains('@') && !matches!(named.form, Form::Joined);
    found.0.retain(|named| !named.name.is_empty() && !named.name.contains("{{") && !foreign(named));
    found.0
}

struct Found(Vec<Named>);

impl Found {
    fn add(&mut self, kind: Kind, name: Option<&Value>, namespace: Option<&str>, port: Option<&Value>) {
        let form = Form::Reference(namespace.filter(|n| !n.is_empty()).map(Arc::from));
        let named = name.and_then(|name| Some((name.as_str()?, name.span)));
        self.0.extend(named.map(|(name, span)| Named { kind, name: name.into(), form, span, port: port.cloned() }));
    }

    /// A mapping of name and namespace.
    fn reference(&mut self, kind: Kind, of: &Value) {
        self.add(kind, of.get("name"), of.str_at("namespace"), None);
    }

    fn annotated(&mut self, object: &Value, keys: &[(&str, Kind)]) {
        let annotations = object.get("metadata").and_then(|m| m.get("annotations"));
        for (key, kind) in keys {
            let Some(value) = annotations.and_then(|a| a.get(key)) else { continue };
            let parts = value.as_str().unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
            let one =
                |part: &str| Named { kind: *kind, name: part.into(), form: Form::Joined, span: value.span, port: None };
            self.0.extend(parts.map(one));
        }
    }

    fn traefik(&mut self, kind: &str, spec: &Value) {
        let (middleware, transport) = match kind {
            "IngressRouteTCP" => (Kind::MiddlewareTcp, Kind::ServersTransportTcp),
            _ => (Kind::Middleware, Kind::ServersTransport),
        };
        match kind {
            "IngressRoute" | "IngressRouteTCP" | "IngressRouteUDP" => {
                for route in list(spec, "routes") {
                    list(route, "middlewares").iter().for_each(|of| self.reference(middleware, of));
                    list(route, "services").iter().for_each(|service| self.service(transport, service));
                }
                if let Some(tls) = spec.get("tls") {
                    tls.get("options").into_iter().for_each(|of| self.reference(Kind::TlsOption, of));
                    tls.get("store").into_iter().for_each(|of| self.reference(Kind::TlsStore, of));
                }
            }
            "Middleware" => {
                let chain = spec.get("chain").map(|chain| list(chain, "middlewares")).unwrap_or_default();
                chain.iter().for_each(|of| self.reference(Kind::Middleware, of));
                let error = spec.get("errors").and_then(|errors| errors.get("service"));
                error.into_iter().for_each(|service| self.service(transport, service));
            }
            "TraefikService" => self.balanced(spec),
            _ => {}
        }
    }

    /// A TraefikService, which shares requests out to others.
    fn balanced(&mut self, spec: &Value) {
        let of = |key: &str| spec.get(key);
        let shared = ["weighted", "highestRandomWeight"].into_iter().filter_map(of);
        let services = shared.flat_map(|shared| list(shared, "services"));
        let pair =
            of("failover").into_iter().flat_map(|f| ["service", "fallback"].into_iter().filter_map(|key| f.get(key)));
        let mirror = of("mirroring").into_iter().flat_map(|m| std::iter::once(m).chain(list(m, "mirrors")));
        services.chain(pair).chain(mirror).for_each(|service| self.service(Kind::ServersTransport, service));
    }

    /// A service of Traefik: a Service, or a TraefikService, and what it takes besides.
    fn service(&mut self, transport: Kind, service: &Value) {
        let namespace = service.str_at("namespace");
        match service.str_at("kind") {
            None | Some("Service" | "") => self.add(Kind::Service, service.get("name"), namespace, service.get("port")),
            Some("TraefikService") => self.add(Kind::TraefikService, service.get("name"), namespace, None),
            Some(_) => {}
        }
        list(service, "middlewares").iter().for_each(|of| self.reference(Kind::Middleware, of));
        let Some(value) = service.get("serversTransport") else { return };
        let joined = value.as_str().is_some_and(|text| text.contains('@'));
        self.add(transport, Some(value), namespace, None);
        if let Some(last) = self.0.last_mut().filter(|_| joined) {
            last.form = Form::Joined;
        }
    }

    fn ingress(&mut self, spec: &Value) {
        let paths = list(spec, "rules").iter().filter_map(|rule| rule.get("http")).flat_map(|http| list(http, "paths"));
        let backends = paths.filter_map(|path| path.get("backend")).chain(spec.get("defaultBackend"));
        for service in backends.filter_map(|backend| backend.get("service")) {
            let port = service.get("port").and_then(|port| port.get("number").or_else(|| port.get("name")));
            self.add(Kind::Service, service.get("name"), None, port);
        }
    }

    /// A route of the Gateway API (v1): HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute.
    fn gateway(&mut self, spec: &Value) {
        for rule in list(spec, "rules") {
            let filters = list(rule, "filters").iter();
            let mirrors = filters.filter_map(|filter| filter.get("requestMirror")?.get("backendRef"));
            for backend in list(rule, "backendRefs").iter().chain(mirrors) {
                let of = (backend.str_at("group").unwrap_or_default(), backend.str_at("kind").unwrap_or("Service"));
                let kind = match of {
                    ("", "Service") => Kind::Service,
                    ("traefik.io", "TraefikService") => Kind::TraefikService,
                    _ => continue,
                };
                self.add(kind, backend.get("name"), backend.str_at("namespace"), backend.get("port"));
            }
        }
    }
}
