//! I11: the Middlewares, Services and TLS Secrets of each IngressRoute are there, namespace included.

use super::super::Platform;
use super::super::helm;
use super::super::object::Object;
use super::super::report::Report;
use super::produced::{Made, made};
use serde_json::Value;

const GROUP: &str = "traefik.io";

/// Judges all IngressRoutes, and the Middlewares that name others.
pub fn judge(platform: &Platform, report: &mut Report) {
    let crossing = may_cross(platform);
    for route in platform.tree.of(GROUP, "IngressRoute") {
        for rule in items(&route.value["spec"]["routes"]) {
            for (kind, list) in [("Middleware", &rule["middlewares"]), ("Service", &rule["services"])] {
                for reference in items(list) {
                    resolve(platform, route, kind, reference, crossing, report);
                }
            }
        }
        let secret = route.text("/spec/tls/secretName");
        if !secret.is_empty() && made(platform, "Secret", route.namespace(), secret) == Made::Not {
            report.broken(&route.to_string(), format!("TLS Secret {}/{secret} is made by nothing", route.namespace()));
        }
    }
    for chain in platform.tree.of(GROUP, "Middleware") {
        for reference in items(&chain.value["spec"]["chain"]["middlewares"]) {
            resolve(platform, chain, "Middleware", reference, crossing, report);
        }
    }
}

fn resolve(platform: &Platform, from: &Object, kind: &str, to: &Value, crossing: bool, report: &mut Report) {
    let name = to["name"].as_str().unwrap_or_default();
    // `api@internal` and the like belong to Traefik itself.
    if name.ends_with("@internal") {
        return;
    }
    let namespace = to["namespace"].as_str().unwrap_or(from.namespace());
    if namespace != from.namespace() && !crossing {
        report.broken(
            &from.to_string(),
            format!("{kind} {namespace}/{name}: Traefik's values do not allow a cross-namespace reference"),
        );
    }
    let found = match (kind, to["kind"].as_str()) {
        ("Service", None | Some("Service")) => service(platform, namespace, name, &to["port"]),
        ("Service", Some(kind)) => platform.tree.has(GROUP, kind, namespace, name),
        _ => platform.tree.has(GROUP, kind, namespace, name),
    };
    if !found {
        report.broken(&from.to_string(), format!("{kind} {namespace}/{name} with port {} is not there", to["port"]));
    }
}

/// A rendered Service, or one the fixture says a chart brings, with that port by number or by name.
fn service(platform: &Platform, namespace: &str, name: &str, port: &Value) -> bool {
    let has = |ports: &Value| items(ports).any(|p| p == port || p["port"] == *port || p["name"] == *port);
    let mut rendered = platform.tree.of("", "Service").filter(|o| o.namespace() == namespace && o.name() == name);
    let stated = platform.fixture.list("/chartServices").iter();
    rendered.any(|object| has(&object.value["spec"]["ports"]))
        || stated
            .filter(|s| s["namespace"] == namespace && s["name"] == name)
            .any(|s| has(&s["ports"]) && s["app"].as_str().is_some_and(|app| platform.tree.application(app).is_some()))
}

fn may_cross(platform: &Platform) -> bool {
    let app = platform.tree.application(platform.fixture.text("/ingressController"));
    let values = app.and_then(|app| helm::values(&platform.tree, app).ok()).unwrap_or_default();
    values.pointer("/providers/kubernetesCRD/allowCrossNamespace") == Some(&Value::Bool(true))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::json;

    fn failing(route: &str, allow: bool) -> String {
        let route = format!(
            "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {{name: r, namespace: a}}\nspec: {route}\n"
        );
        let traefik = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: traefik}}\nspec: {{source: {{chart: c, \
             helm: {{values: 'providers: {{kubernetesCRD: {{allowCrossNamespace: {allow}}}}}'}}}}}}\n"
        );
        let middleware = "apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: m, namespace: b}\n";
        let service = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: a}\nspec: {ports: [{port: 80, name: http}]}\n";
        let files = [("r.yaml", route.as_str()), ("t.yaml", &traefik), ("m.yaml", middleware), ("s.yaml", service)];
        let fixture = json!({
            "ingressController": "traefik",
            "chartServices": [{"namespace": "a", "name": "by-chart", "ports": [443], "app": "traefik"}],
            "externals": [{"kind": "Secret", "namespace": "a", "name": "tls"}]
        });
        judged(judge, &files, fixture).text()
    }

    #[test]
    fn middlewares_across_namespaces() {
        let route = "{routes: [{middlewares: [{name: m, namespace: b}]}]}";
        assert_eq!(failing(route, true), "");
        assert!(failing(route, false).contains("cross-namespace"));
        assert!(failing("{routes: [{middlewares: [{name: m}]}]}", true).contains("Middleware a/m"));
    }

    #[test]
    fn services_with_their_port() {
        let route = |service: &str| format!("{{routes: [{{services: [{service}]}}]}}");
        assert_eq!(failing(&route("{name: s, port: 80}"), true), "");
        assert_eq!(failing(&route("{name: s, port: http}"), true), "");
        assert_eq!(failing(&route("{name: by-chart, port: 443}"), true), "");
        assert_eq!(failing(&route("{name: api@internal, kind: TraefikService}"), true), "");
        assert!(failing(&route("{name: s, port: 81}"), true).contains("port 81"));
        assert!(failing(&route("{name: gone, port: 80}"), true).contains("a/gone"));
        assert!(failing(&route("{name: s, kind: TraefikService}"), true).contains("a/s"));
    }

    #[test]
    fn tls_secrets() {
        assert_eq!(failing("{tls: {secretName: tls}}", true), "");
        assert!(failing("{tls: {secretName: other}}", true).contains("a/other"));
    }
}
