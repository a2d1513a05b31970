//! I21: server.insecure is "true" if and only if a route ends TLS in front of Argo CD.

use super::super::Platform;
use super::super::compare::string_form;
use super::super::helm;
use super::super::report::Report;
use serde_json::Value;

const SERVER: &str = "argocd-server";

/// Compares what the routes need with what the parameters say.
pub fn judge(platform: &Platform, report: &mut Report) {
    let plain = plain_routes(platform);
    let insecure = parameter(platform).is_some_and(|value| value == "true");
    if insecure && plain.is_empty() {
        report.broken("server.insecure", "is \"true\", but no route ends TLS in front of Argo CD");
    }
    if !insecure && !plain.is_empty() {
        report.broken("server.insecure", format!("must be \"true\": TLS ends at {plain:?}"));
    }
}

/// IngressRoutes with TLS that speak to the server without it.
fn plain_routes(platform: &Platform) -> Vec<String> {
    let routes = platform.tree.of("traefik.io", "IngressRoute").filter(|route| {
        let rules = route.value["spec"]["routes"].as_array().into_iter().flatten();
        let mut services = rules.flat_map(|rule| rule["services"].as_array().into_iter().flatten());
        let plain =
            |s: &Value| s["name"] == SERVER && s["scheme"] != "https" && s["port"] != 443 && s["port"] != "https";
        route.value["spec"].get("tls").is_some() && services.any(plain)
    });
    routes.map(ToString::to_string).collect()
}

fn parameter(platform: &Platform) -> Option<String> {
    let map = platform.tree.of("", "ConfigMap").find(|object| object.name() == "argocd-cmd-params-cm");
    let chart = || helm::values(&platform.tree, platform.tree.application("argocd")?).ok();
    match map {
        Some(map) => string_form(&map.value["data"]["server.insecure"]),
        None => string_form(&chart()?["configs"]["params"]["server.insecure"]),
    }
}

#[test]
fn both_or_neither() {
    use super::judged;
    let failing = |service: &str, insecure: &str| {
        let route = format!(
            "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {{name: r, namespace: argocd}}\n\
             spec: {{tls: {{certResolver: d}}, routes: [{{services: [{service}]}}]}}\n"
        );
        let map = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: argocd-cmd-params-cm}}\ndata: {{server.insecure: '{insecure}'}}\n"
        );
        judged(judge, &[("r.yaml", route.as_str()), ("m.yaml", map.as_str())], serde_json::json!({})).len()
    };
    let (plain, tls) = ("{name: argocd-server, port: 80, scheme: h2c}", "{name: argocd-server, port: 443}");
    assert_eq!((failing(plain, "true"), failing(tls, "false")), (0, 0));
    assert_eq!((failing(plain, "false"), failing(tls, "true")), (1, 1));
}
