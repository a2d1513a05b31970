//! What routes name: Services and their ports, objects of Traefik, ingress classes; of a spec and of a tree.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that can not go on should stop")]

#[allow(dead_code, reason = "this file needs only some of it")]
#[path = "common/findings.rs"]
mod findings;
#[allow(dead_code, reason = "this file needs only some of it")]
#[path = "common/trees.rs"]
mod trees;

use findings::{located, report};
use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;

const NONE: Vec<String> = Vec::new();

/// What is found in `shop.yaml` of an app, with more lines of the spec.
fn of_spec(manifests: &str, more: &str) -> Vec<String> {
    let spec = format!(
        "apiVersion: sailplan.dev/v1alpha1\nkind: Platform\nplatform: {{ name: acme, repo: {{ url: \
         https://git.example.com/platform.git }} }}\ncategories: {{ web: {{}} }}\ndefaults:\n  app:\n    category: web\n    \
         clusterResources: []\n    sync: {{ automated: true, options: {{ CreateNamespace: true }} }}\napps:\n  shop:\n    \
         namespace: shop\n    manifests: [shop.yaml]\n{more}"
    );
    let world: Memory = [("platform.yaml", &*spec), ("shop.yaml", manifests)].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    assert!(outcome.tree.is_some(), "{}", report(&outcome.findings, &outcome.sources));
    // There is no schema of the Gateway API.
    let findings = outcome.findings.iter().filter(|f| f.code.id != "unknown-kind");
    findings.map(|f| located(f, &outcome.sources)).collect()
}

/// The same in a tree, with an Application that reads the folder.
fn of_tree(manifests: &str, more: &[(&str, &str)]) -> Vec<String> {
    let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: shop\n  namespace: argocd\nspec:\n  \
               project: default\n  source:\n    repoURL: https://git.example.com/acme/platform.git\n    path: shop\n    \
               targetRevision: v1.0.0\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: shop\n";
    let files = [&[("app.yaml", app), ("shop/shop.yaml", manifests)], more].concat();
    let found = trees::found(&files).into_iter().filter(|f| !f.ends_with("unknown-kind"));
    found.map(|f| f.trim_start_matches("shop/").to_owned()).collect()
}

/// What both ways say, which is the same.
fn both(manifests: &str) -> Vec<String> {
    let (spec, tree) = (of_spec(manifests, ""), of_tree(manifests, &[]));
    assert_eq!(spec, tree, "a spec and its tree differ");
    spec
}

/// An object of Traefik in one line, with its `spec`.
fn object(kind: &str, name: &str, spec: &str) -> String {
    format!("---\napiVersion: traefik.io/v1alpha1\nkind: {kind}\nmetadata: {{ name: {name} }}\nspec: {spec}\n")
}

fn service(name: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{ name: {name} }}\nspec: {{ selector: {{ app: {name} }}, ports: [{{ \
         name: http, port: 80 }}] }}\n"
    )
}

/// A route with this service, and what more it says.
fn route(service: &str, more: &str) -> String {
    let spec = format!("{{ routes: [{{ kind: Rule, match: \"PathPrefix(`/`)\", services: [{service}] }}]{more} }}");
    object("IngressRoute", "shop", &spec)
}

const SHOP: &str = "{ name: shop, port: 80 }";

#[test]
fn a_route_without_a_host_names_services_too() {
    assert_eq!(both(&(route(SHOP, "") + &service("shop"))), NONE);
    assert_eq!(both(&route(SHOP, "")), ["shop.yaml:5 unknown-service"]);
    let port = route("{ name: shop, port: 8080 }", "") + &service("shop");
    assert_eq!(both(&port), ["shop.yaml:5 service-port"]);
    let named = route("{ name: shop, port: web }", "") + &service("shop");
    assert_eq!(both(&named), ["shop.yaml:5 service-port"]);
}

#[test]
fn routes_of_the_gateway_api_lead_to_services() {
    let of = |backend: &str| {
        let route = format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{ name: shop }}\nspec:\n  parentRefs: [{{ \
             name: public, namespace: gateways }}]\n  rules:\n  - backendRefs:\n    - {backend}\n"
        );
        both(&(route + &service("shop")))
    };
    assert_eq!(of(SHOP), NONE);
    assert_eq!(of("{ name: shop, port: 8080 }"), ["shop.yaml:8 service-port"]);
    assert_eq!(of("{ name: sohp, port: 80 }"), ["shop.yaml:8 unknown-service"]);
    assert_eq!(of("{ group: example.com, kind: Bucket, name: pictures }"), NONE);
    let mirror = "{ name: shop, port: 80 }\n    filters:\n    - type: RequestMirror\n      requestMirror: { backendRef: { name: \
                  copy, port: 80 } }";
    assert_eq!(of(mirror), ["shop.yaml:11 unknown-service"]);
}

#[test]
fn services_are_missing_only_where_all_is_seen() {
    let lone = route(SHOP, "");
    assert_eq!(trees::found(&[("shop.yaml", &lone)]), NONE, "nothing says who deploys to the namespace");
    // Operators and charts make Services of names that are not to be seen.
    let operated = "---\napiVersion: example.com/v1\nkind: Shop\nmetadata: { name: all }\nspec: {}\n";
    assert_eq!(of_tree(&format!("{lone}{operated}"), &[]), NONE);
    let chart = "  more:\n    namespace: shop\n    source: { helm: { repo: https://charts.example.com, chart: more, version: \
                 1.0.0 } }\n";
    assert_eq!(of_spec(&lone, chart), NONE);
    let external = "external: [{ kind: Service, name: shop, namespace: shop }]\n";
    assert_eq!(of_spec(&lone, external), NONE);
}

#[test]
fn what_balances_and_mirrors_leads_to_services() {
    for (spec, wrong) in [
        ("{ weighted: { services: [{ name: shop, port: 80 }, { name: gone, port: 80 }] } }", "unknown-service"),
        ("{ mirroring: { name: gone, port: 80, mirrors: [{ name: shop, port: 80 }] } }", "unknown-service"),
        ("{ mirroring: { name: shop, port: 80, mirrors: [{ name: gone, port: 80 }] } }", "unknown-service"),
        ("{ mirroring: { name: shop, port: 81 } }", "service-port"),
        ("{ weighted: { services: [{ name: gone, kind: TraefikService }] } }", "dangling-traefik-service"),
        (
            "{ weighted: { services: [{ name: shop, port: 80, serversTransport: gone }] } }",
            "dangling-servers-transport",
        ),
    ] {
        let all = object("TraefikService", "shop", spec) + &service("shop");
        assert_eq!(both(&all), [format!("shop.yaml:5 {wrong}")], "{spec}");
    }
    assert_eq!(both(&route("{ kind: TraefikService, name: \"api@internal\" }", "")), NONE, "of another provider");
}

#[test]
fn each_kind_may_be_made_elsewhere() {
    let login =
        "{ kind: Rule, match: \"Path(`/`)\", services: [{ name: shop, port: 80 }], middlewares: [{ name: x }] }";
    let tcp = "routes: [{ match: \"HostSNI(`*`)\", services: [{ name: shop, port: 80, serversTransport: x }] }]";
    let class = "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: shop }\nspec: { ingressClassName: x, \
                 defaultBackend: { service: { name: shop, port: { number: 80 } } }, rules: [{ host: shop.example.com, http: \
                 { paths: [{ path: /, pathType: Prefix, backend: { service: { name: shop, port: { name: http } } } }] } }] }\n\
                 ---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: own, namespace: '' }\nspec: { \
                 controller: example.com/own }\n";
    let provider = "---\napiVersion: v1\nkind: Pod\nmetadata: { name: shop }\nspec:\n  containers: [{ name: shop, image: \
                    'example.com/shop:1.0.0' }]\n  volumes: [{ name: keys, csi: { driver: secrets-store.csi.k8s.io, readOnly: \
                    true, volumeAttributes: { secretProviderClass: x } } }]\n";
    for (kind, manifests, code) in [
        ("Middleware", object("IngressRoute", "a", &format!("{{ routes: [{login}] }}")), "dangling-middleware"),
        (
            "MiddlewareTCP",
            object(
                "IngressRouteTCP",
                "a",
                &format!(
                    "{{ routes: [{{ match: \"HostSNI(`*`)\", services: [{SHOP}], middlewares: [{{ name: x }}] }}] }}"
                ),
            ),
            "dangling-middleware",
        ),
        ("TLSOption", route(SHOP, ", tls: { options: { name: x } }"), "dangling-tls-option"),
        ("ServersTransport", route("{ name: shop, port: 80, serversTransport: x }", ""), "dangling-servers-transport"),
        ("ServersTransportTCP", object("IngressRouteTCP", "a", &format!("{{ {tcp} }}")), "dangling-servers-transport"),
        ("TraefikService", route("{ kind: TraefikService, name: x }", ""), "dangling-traefik-service"),
        ("Service", route("{ name: x, port: 80 }", ""), "unknown-service"),
        ("SecretProviderClass", provider.to_owned(), "dangling-reference"),
        ("IngressClass", class.replace(", namespace: ''", ""), "unserved-ingress-class"),
    ] {
        let manifests = manifests + &service("shop");
        let found = |external: &str| of_tree(&manifests, &[(".sailplan/external.yaml", external)]);
        let bare = of_tree(&manifests, &[]);
        assert!(bare.iter().any(|f| f.ends_with(code)), "{kind}: {bare:?}");
        let stated = found(&format!("external: [{{ kind: {kind}, name: x }}]\n"));
        let rest: Vec<_> = bare.into_iter().filter(|f| !f.ends_with(code)).collect();
        assert_eq!(stated, rest, "{kind}");
        let other = found(&format!("external: [{{ kind: {kind}, name: y }}]\n"));
        assert!(other.iter().any(|f| f.ends_with("unused-external")), "{kind}: {other:?}");
    }
}

#[test]
fn what_is_joined_by_a_dash_is_read_in_each_way() {
    let transport = object("ServersTransport", "of-shop", "{ serverName: shop.example.com }");
    let of = |text: &str| {
        let named = format!("{{ name: shop, port: 80, serversTransport: \"{text}\" }}");
        both(&(route(&named, "") + &service("shop") + &transport))
    };
    assert_eq!(of("shop-of-shop@kubernetescrd"), NONE);
    assert_eq!(of("of-shop"), NONE);
    assert_eq!(of("internal@file"), NONE);
    assert_eq!(of("of-shop@kubernetescrd"), ["shop.yaml:5 dangling-servers-transport"]);
}

fn traefik(values: &str) -> String {
    format!(
        "  traefik:\n    namespace: traefik\n    criticality: critical\n    source: {{ helm: {{ repo: https://traefik.github.io/charts, chart: traefik, \
         version: 36.3.0, values: {values} }} }}\nnamespaces: {{ common: {{ owner: shop }} }}\n"
    )
}

#[test]
fn traefik_takes_other_namespaces_only_when_told() {
    let login = "---\napiVersion: traefik.io/v1alpha1\nkind: TLSOption\nmetadata: { name: modern, namespace: common }\nspec: { \
                 minVersion: VersionTLS13 }\n";
    let manifests = route(SHOP, ", tls: { options: { name: modern, namespace: common } }") + &service("shop") + login;
    let of = |values: &str| of_spec(&manifests, &traefik(values));
    let crossing = ["shop.yaml:5 cross-namespace-route"];
    assert_eq!(of("{}"), crossing);
    assert_eq!(of("{ providers: { kubernetesCRD: { allowCrossNamespace: false } } }"), crossing);
    assert_eq!(of("{ providers: { kubernetesCRD: { allowCrossNamespace: true } } }"), NONE);
    assert_eq!(of("{ additionalArguments: [\"--providers.kubernetescrd.allowCrossNamespace=true\"] }"), NONE);
    assert_eq!(of_spec(&manifests, "namespaces: { common: { owner: shop } }\n"), NONE, "which Traefik is not known");
    let own = manifests.replace("namespace: common", "namespace: shop");
    assert_eq!(of_spec(&own, &traefik("{}")), NONE, "its own namespace, by name");
}

#[test]
fn classes_are_those_of_the_controllers() {
    let ingress = |class: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{ name: shop }}\nspec:\n  ingressClassName: {class}\n  \
             rules:\n  - host: shop.example.com\n    http:\n      paths:\n      - {{ path: /, pathType: Prefix, backend: {{ \
             service: {{ name: shop, port: {{ number: 80 }} }} }} }}\n{}",
            service("shop")
        )
    };
    let wrong = ["shop.yaml:5 unserved-ingress-class"];
    assert_eq!(of_spec(&ingress("nginx"), ""), NONE, "no controller is known");
    assert_eq!(of_spec(&ingress("nginx"), &traefik("{}")), wrong);
    assert_eq!(of_spec(&ingress("traefik"), &traefik("{}")), NONE);
    assert_eq!(of_spec(&ingress("traefik"), &traefik("{ ingressClass: { name: public-web } }")), wrong);
    assert_eq!(of_spec(&ingress("public-web"), &traefik("{ ingressClass: { name: public-web } }")), NONE);
    assert_eq!(of_spec(&ingress("traefik"), &traefik("{ ingressClass: { enabled: false } }")), NONE, "none is known");
    assert_eq!(of_spec(&ingress("webapprouting.kubernetes.azure.com"), &traefik("{}")), NONE, "of the cloud");
    let other = "  second:\n    namespace: second\n    source: { helm: { repo: https://charts.example.com, chart: \
                 ingress-nginx, version: 4.0.0 } }\n";
    assert_eq!(of_spec(&ingress("nginx"), &format!("{other}{}", traefik("{}"))), NONE, "another controller");
}
