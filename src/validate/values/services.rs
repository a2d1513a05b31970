//! Services: those that are named are there, and have the port.

use std::sync::Arc;

use super::Scene;
use super::facts::Port;
use super::named::{Form, Named};
use super::scene::{At, Content, full_name, ports_of};
use super::texts::{self, Mention};
use crate::base::{Kind, Map, Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::model::spec::ExternalKind;
use crate::validate::charts::known;
use crate::validate::locate;
use crate::validate::secrets::Chart;

crate::codes! {
    /// A text, or a route, names a Service that nothing in the platform makes, in a namespace that belongs to the platform.
    ///
    /// The name does not resolve, and the client fails at its first connection; a route answers with an error. This is said
    /// only where it is certain: everything that comes to the namespace is to be seen, and no chart there makes Services with
    /// names of its own. Mend the name or the namespace, or say under `external` that the Service is made elsewhere.
    UNKNOWN_SERVICE = "unknown-service": warning;
    /// A route or an address names a port that the Service does not have.
    ///
    /// Ports of containers are not those of the Service: Authentik listens on 9443, its Service on 443. Traefik drops
    /// such a route, and a client gets no answer. Write a port of the Service.
    SERVICE_PORT = "service-port": warning;
}

/// Namespaces that are not the platform's own.
const OF_KUBERNETES: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

/// Checks what routes name.
pub fn check(scene: &Scene, bag: &mut Bag) {
    for at in &scene.objects {
        for named in at.facts.names.iter().filter(|named| named.kind == ExternalKind::Service) {
            let Form::Reference(namespace) = &named.form else { continue };
            let place = (at.cluster, namespace.as_deref().unwrap_or(at.namespace));
            match ports_behind(scene, place, &named.name) {
                Some((ports, chart)) => port_of(scene, at, named, (&ports, chart.as_deref()), bag),
                None => absent(scene, at, named, place, bag),
            }
        }
    }
}

/// Checks what texts name.
pub fn content(scene: &Scene, content: &Content, bag: &mut Bag) {
    texts::each(content.value, content.chart.is_some(), &mut |found| {
        for mention in texts::mentions(found.text) {
            let span = || locate::locate(scene.sources, found.value.span, found.key, mention.host).0;
            mentioned(scene, content, &mention, &span, bag);
        }
    });
}

/// The ports of a Service, and the chart that makes it; `None` when it is not known.
fn ports_behind(scene: &Scene, place: (&str, &str), name: &str) -> Option<(Vec<Port>, Option<String>)> {
    match scene.services.get(&(place.0, place.1, Arc::from(name))) {
        Some(service) => {
            let chart = service.chart.and_then(|c| c.release.chart.as_deref());
            Some((service.ports.clone(), chart.map(str::to_owned)))
        }
        None => Some((by_custom(scene, place, name)?, Some(place.1.to_owned()))),
    }
}

/// A Service that a route names and that is certainly not there. Where no Application deploys to a namespace, what else is
/// there is not known.
fn absent(scene: &Scene, at: &At, named: &Named, (cluster, namespace): (&str, &str), bag: &mut Bag) {
    let mention = Mention { host: &named.name, service: &named.name, namespace, port: None };
    if !scene.owned.contains(&(cluster, namespace)) {
        return;
    }
    let Some(help) = missing(scene, cluster, &mention) else { return };
    let (kind, own, name) = (&at.facts.kind, &at.facts.name, &named.name);
    let message = format!("{kind} `{own}` leads to Service `{name}`, which nothing makes in namespace `{namespace}`");
    bag.push(Finding::warning(&UNKNOWN_SERVICE, scene.place(named.span, at.facts.origin), message, help));
}

fn port_of(scene: &Scene, at: &At, named: &Named, (ports, chart): (&[Port], Option<&str>), bag: &mut Bag) {
    let Some(port) = &named.port else { return };
    let has = |p: &Port| match &port.kind {
        Kind::Int(number) => p.number == *number,
        // Where names of ports are not known, any may be one.
        Kind::Str(text) => match text.parse::<i64>() {
            Ok(number) => p.number == number,
            Err(_) => p.name.as_deref().is_none_or(|name| *name == **text),
        },
        _ => true,
    };
    if ports.is_empty() || ports.iter().any(has) {
        return;
    }
    let shown = match &port.kind {
        Kind::Int(number) => number.to_string(),
        _ => port.as_str().unwrap_or_default().to_owned(),
    };
    bag.push(no_port((&named.name, &shown), ports, chart, scene.place(port.span, at.facts.origin)));
}

/// The ports of a Service that nothing here makes, but that is called as a chart calls its own in a namespace of the
/// chart's name: `authentik-server` in `authentik`. Where anything else is deployed there, it may be another.
fn by_custom(scene: &Scene, (cluster, namespace): (&str, &str), name: &str) -> Option<Vec<Port>> {
    let other = scene.charts_at.contains_key(&(cluster, namespace))
        || scene.makers.contains(&(cluster, namespace))
        || scene.unseen.reaches(cluster, namespace);
    let file = if other { None } else { known::of(std::iter::once(namespace)).remove(namespace) }?;
    let called = |entry: &&Value| {
        let pattern = entry.str_at("name").unwrap_or_default();
        pattern.replace("{fullname}", namespace).replace("{release}", namespace) == name
    };
    let nothing = Value::from(Map::new());
    let holds = |entry: &&Value| file.holds(entry, &nothing, &Vec::new());
    let entry = file.list("services").iter().filter(holds).find(called)?;
    Some(ports_of(entry, &nothing))
}

fn no_port((name, port): (&str, &str), ports: &[Port], chart: Option<&str>, at: Span) -> Finding {
    let by = chart.map_or_else(String::new, |chart| format!(" of chart `{chart}`"));
    let message = format!("Service `{name}`{by} has no port {port}");
    let ports: Vec<String> = ports.iter().map(|p| p.number.to_string()).collect();
    Finding::warning(
        &SERVICE_PORT,
        at,
        message,
        format!("write {}", suggest::listing(ports.iter().map(String::as_str), 8)),
    )
}

fn mentioned(scene: &Scene, content: &Content, mention: &Mention, span: &dyn Fn() -> Span, bag: &mut Bag) {
    let (cluster, namespace) = (content.place.0, mention.namespace);
    if let Some(service) = scene.services.get(&(cluster, namespace, Arc::from(mention.service))) {
        let port =
            mention.port.filter(|port| !service.ports.is_empty() && service.ports.iter().all(|p| p.number != *port));
        if let Some(port) = port {
            let (port, chart) = (port.to_string(), service.chart.and_then(|c| c.release.chart.as_deref()));
            let at = scene.place(span(), content.origin);
            bag.push(no_port((mention.service, &port), &service.ports, chart, at));
        }
        return;
    }
    if let Some(help) = missing(scene, cluster, mention) {
        let message =
            format!("{} names Service `{}` in `{namespace}`, which nothing makes", content.what, mention.service);
        bag.push(Finding::warning(&UNKNOWN_SERVICE, scene.place(span(), content.origin), message, help));
    }
}

/// What to write instead of a Service that is certainly not there.
fn missing(scene: &Scene, cluster: &str, mention: &Mention) -> Option<String> {
    let (name, namespace) = (mention.service, mention.namespace);
    let of_kubernetes = matches!((name, namespace), ("kubernetes", "default") | (_, "kube-system"));
    if of_kubernetes
        || scene.unseen.reaches(cluster, namespace)
        || super::databases::of_pooler(scene, cluster, namespace, name)
        || scene.plan.external.has(&[ExternalKind::Service], cluster, namespace, name)
    {
        return None;
    }
    let elsewhere = scene.namespaces_of.get(&(cluster, Arc::from(name))).map(Vec::as_slice).unwrap_or_default();
    // Of Argo CD's own Services, the rules about its settings know more.
    let argocd = scene.plan.platform.get("argocd").and_then(|a| a.str_at("namespace")).unwrap_or_default();
    if name.starts_with("argocd-") && elsewhere.iter().all(|ns| *ns == argocd) {
        return None;
    }
    if !scene.deployed.contains(&(cluster, namespace)) {
        // Whoever runs a namespace beside the platform may have a Service of any name; one that we have elsewhere is meant.
        let only = elsewhere.first().filter(|_| !OF_KUBERNETES.contains(&namespace) && elsewhere.len() == 1)?;
        return Some(format!("nothing is deployed to `{namespace}`; did you mean `{name}.{only}.svc`?"));
    }
    let charts = scene.charts_at.get(&(cluster, namespace)).map(Vec::as_slice).unwrap_or_default();
    if scene.makers.contains(&(cluster, namespace)) || charts.iter().any(|chart| could_make(chart, name)) {
        return None;
    }
    Some(instead(scene, (cluster, namespace), name, elsewhere))
}

/// Whether a chart may make a Service of that name.
fn could_make(chart: &Chart, name: &str) -> bool {
    let own = [&*chart.release.name, chart.release.chart.as_deref().unwrap_or_default()];
    let known = chart.file.as_ref().is_some_and(|f| f.get("services").is_some());
    let begins = |prefix: &str| prefix.is_empty() || name.starts_with(prefix);
    !known || own.into_iter().any(begins) || begins(&full_name(chart))
}

fn instead(scene: &Scene, (cluster, namespace): (&str, &str), name: &str, elsewhere: &[&str]) -> String {
    let here = scene.services.range((cluster, namespace, Arc::from(""))..);
    let here: Vec<&str> =
        here.take_while(|((c, n, _), _)| *c == cluster && *n == namespace).map(|((.., n), _)| &**n).collect();
    match (elsewhere.first(), suggest::nearest(name, here.iter().copied())) {
        (Some(other), _) => format!("did you mean `{name}.{other}.svc`?"),
        (None, Some(near)) => format!("did you mean `{near}.{namespace}.svc`?"),
        (None, None) if here.is_empty() => "mend the name or the namespace, or add the Service".to_owned(),
        (None, None) => format!("mend the name or the namespace; there are {}", suggest::listing(here, 8)),
    }
}
