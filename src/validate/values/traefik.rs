//! Objects of Traefik: those that routes name are there, and may be named from where the route is.

use std::collections::BTreeSet;

use super::Scene;
use super::facts::Role;
use super::named::{Form, Named, PROVIDER};
use super::scene::At;
use crate::base::{Value, suggest};
use crate::diag::{Bag, Code, Finding};
use crate::model::spec::ExternalKind as Kind;
use crate::validate::charts::paths;
use crate::validate::secrets::Chart;

crate::codes! {
    /// A route names a Middleware of Traefik that nothing makes in that namespace.
    ///
    /// Traefik takes the whole route out, and the host answers with 404. An IngressRoute means its own namespace where it
    /// states none, and another one only with `allowCrossNamespace`. The annotation of an Ingress is
    /// `NAMESPACE-NAME@kubernetescrd`: the namespace comes first even where the name begins with it. An IngressRouteTCP takes
    /// a MiddlewareTCP. Nothing is said of a namespace that a chart is deployed to, as the chart may bring the Middleware.
    ///
    /// Mend the name or the namespace, add the Middleware, or say under `external` that it is made elsewhere.
    DANGLING_MIDDLEWARE = "dangling-middleware": warning;
    /// A route names a TLSOption that nothing makes in that namespace, or a TLSStore that Traefik does not look at.
    ///
    /// Without its TLSOption, Traefik refuses TLS connections to the hosts of the route: it won't answer with weaker options
    /// than were asked for. Of all TLSStores it only takes the one called `default`; another name has no effect.
    ///
    /// Mend the name or the namespace, add the TLSOption, or say under `external` that it is made elsewhere.
    DANGLING_TLS_OPTION = "dangling-tls-option": warning;
    /// A service of a route names a ServersTransport that nothing makes in that namespace.
    ///
    /// Traefik does not know how to talk to the pods then, and takes the service out: the host answers with an error. The
    /// name alone means the namespace of the service; IngressRouteTCP takes a ServersTransportTCP.
    ///
    /// Mend the name, add the ServersTransport, or say under `external` that it is made elsewhere.
    DANGLING_SERVERS_TRANSPORT = "dangling-servers-transport": warning;
    /// A route, or another TraefikService, leads to a TraefikService that nothing makes in that namespace.
    ///
    /// Traefik takes the whole route out, and the host answers with 404.
    ///
    /// Mend the name or the namespace, add the TraefikService, or say under `external` that it is made elsewhere. For a
    /// Service of Kubernetes, take `kind` out.
    DANGLING_TRAEFIK_SERVICE = "dangling-traefik-service": warning;
    /// A route names something in another namespace, and the Traefik of its cluster does not allow that.
    ///
    /// By default Traefik takes references of IngressRoutes, Middlewares and TraefikServices only within a namespace. It writes
    /// a line into its log and leaves the route out.
    ///
    /// Set `providers.kubernetesCRD.allowCrossNamespace: true` in the values of Traefik, or make what is named in the
    /// namespace of the route.
    CROSS_NAMESPACE_ROUTE = "cross-namespace-route": warning;
}

/// The one TLSStore that Traefik takes (Traefik 3, `pkg/tls`).
const DEFAULT: &str = "default";

/// The code of what is not there; `None` for what is no object of Traefik.
fn code(kind: Kind) -> Option<&'static Code> {
    match kind {
        Kind::Middleware | Kind::MiddlewareTcp => Some(&DANGLING_MIDDLEWARE),
        Kind::TlsOption => Some(&DANGLING_TLS_OPTION),
        Kind::ServersTransport | Kind::ServersTransportTcp => Some(&DANGLING_SERVERS_TRANSPORT),
        Kind::TraefikService => Some(&DANGLING_TRAEFIK_SERVICE),
        _ => None,
    }
}

/// What is made: kind, cluster, namespace, name.
type Made<'a> = BTreeSet<(Kind, &'a str, &'a str, &'a str)>;

/// Checks all routes.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let one = |at: &At<'_>| match at.facts.role {
        Role::Named(kind) => Some(kind),
        _ => None,
    };
    let made: Made =
        scene.objects.iter().filter_map(|at| Some((one(at)?, at.cluster, at.namespace, &*at.facts.name))).collect();
    let closed = closed(scene);
    for at in &scene.objects {
        for named in &at.facts.names {
            crossing(scene, &closed, at, named, bag);
            store(scene, at, named, bag);
            let Some(code) = code(named.kind) else { continue };
            let fault = match &named.form {
                Form::Reference(namespace) => reference(scene, &made, at, named, namespace.as_deref()),
                Form::Joined => joined(scene, &made, at, named),
            };
            let Some((what, help)) = fault else { continue };
            let message = format!("{} `{}` names {what}", at.facts.kind, at.facts.name);
            bag.push(Finding::warning(code, scene.place(named.span, at.facts.origin), message, help));
        }
    }
}

/// Whether something may make such objects in a namespace that is not to be seen.
fn is_open(scene: &Scene, kind: Kind, place: (&str, &str), name: &str) -> bool {
    scene.plan.external.has(&[kind], place.0, place.1, name)
        || scene.charts_at.contains_key(&place)
        || scene.makers.contains(&place)
        || scene.unseen.reaches(place.0, place.1)
}

fn reference(scene: &Scene, made: &Made, at: &At, named: &Named, stated: Option<&str>) -> Option<(String, String)> {
    let (kind, name, namespace) = (named.kind, &*named.name, stated.unwrap_or(at.namespace));
    let there = |namespace: &str| {
        made.contains(&(kind, at.cluster, namespace, name)) || is_open(scene, kind, (at.cluster, namespace), name)
    };
    if there(namespace) {
        return None;
    }
    let word = kind.word();
    let what = format!("{word} `{name}`, which nothing makes in namespace `{namespace}`");
    let of_kind = || made.iter().filter(|(of, cluster, ..)| (*of, *cluster) == (kind, at.cluster));
    let elsewhere = of_kind().find(|(.., other)| *other == name);
    let here = of_kind().filter(|(.., there, _)| *there == namespace).map(|(.., other)| *other);
    let help = match (elsewhere, suggest::nearest(name, here)) {
        // A ServersTransport is named without a namespace.
        (Some((.., other, _)), _) if code(kind) == Some(&DANGLING_SERVERS_TRANSPORT) => {
            format!("it is in namespace `{other}`: add one to namespace `{namespace}`")
        }
        (Some((.., other, _)), _) => {
            format!("it is in namespace `{other}`: write that, and allow it by `allowCrossNamespace` of Traefik")
        }
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!(
            "mend the name or namespace, add {word} `{name}` to namespace `{namespace}`, or list it under `external` if it \
             is made elsewhere"
        ),
    };
    Some((what, help))
}

/// `NAMESPACE-NAME@kubernetescrd`: where either has dashes, any of them may be the one between.
fn joined(scene: &Scene, made: &Made, at: &At, named: &Named) -> Option<(String, String)> {
    let (kind, text) = (named.kind, &*named.name);
    let (word, small) = (kind.word(), if kind == Kind::Middleware { "middleware" } else { kind.word() });
    let Some((joined, provider)) = text.split_once('@') else {
        let what = format!("the {small} `{text}` without its provider, which is none of Kubernetes");
        return Some((what, format!("write `{}-{text}@{PROVIDER}`", at.namespace)));
    };
    let readings = || joined.match_indices('-').filter_map(|(n, _)| Some((joined.get(..n)?, joined.get(n + 1..)?)));
    let fits = |(namespace, name): (&str, &str)| {
        made.contains(&(kind, at.cluster, namespace, name)) || is_open(scene, kind, (at.cluster, namespace), name)
    };
    if provider != PROVIDER || readings().any(fits) {
        return None;
    }
    let own = format!("{}-{joined}@{PROVIDER}", at.namespace);
    if made.contains(&(kind, at.cluster, at.namespace, joined)) {
        return Some((format!("the {small} `{text}` without its namespace"), format!("write `{own}`")));
    }
    let of_own = readings().find(|(namespace, _)| *namespace == at.namespace).or_else(|| readings().next());
    let Some((namespace, name)) = of_own else {
        return Some((format!("the {small} `{text}` without its namespace"), format!("write `{own}`")));
    };
    let what = format!("the {small} `{text}`, but nothing makes {word} `{name}` in namespace `{namespace}`");
    Some((what, format!("write `{own}` where `{joined}` is the name, or add the {word}")))
}

/// A TLSStore of another name than the one that is looked at.
fn store(scene: &Scene, at: &At, named: &Named, bag: &mut Bag) {
    if named.kind != Kind::TlsStore || &*named.name == DEFAULT {
        return;
    }
    let message = format!(
        "{} `{}` names TLSStore `{}`, and Traefik looks at none but `default`",
        at.facts.kind, at.facts.name, named.name
    );
    let help = "take `store` out; the certificate of the route stands in `tls.secretName`";
    bag.push(Finding::warning(&DANGLING_TLS_OPTION, scene.place(named.span, at.facts.origin), message, help));
}

/// The Traefik of a cluster, where none of that cluster takes references over namespaces.
fn closed<'a>(scene: &'a Scene<'a>) -> Vec<(&'a str, &'a Chart<'a>)> {
    let setting = |chart: &'a Chart<'a>| chart.file.as_ref()?.get("cross-namespace");
    let all = || scene.charts.iter().filter_map(|chart| Some((chart, setting(chart)?)));
    let open = |(chart, setting): &(&Chart, &Value)| {
        let value = |path: &str| paths::at(&chart.values, path, &Vec::new());
        let arguments = setting.get("arguments").and_then(Value::as_list).unwrap_or_default().iter();
        let stated = setting.str_at("value").and_then(value).and_then(Value::as_bool) == Some(true);
        // Arguments of the program and variables win over values, and may say it in several ways.
        stated || chart.partly_unseen || arguments.filter_map(Value::as_str).filter_map(value).any(speaks)
    };
    let opened: BTreeSet<&str> = all().filter(open).map(|(chart, _)| chart.app.cluster).collect();
    all().map(|(chart, _)| (chart.app.cluster, chart)).filter(|(cluster, _)| !opened.contains(cluster)).collect()
}

fn speaks(value: &Value) -> bool {
    let says = |text: &str| text.to_ascii_lowercase().contains("allowcrossnamespace");
    value.as_str().is_some_and(says)
        || value.as_list().is_some_and(|items| items.iter().any(speaks))
        || value.as_map().is_some_and(|map| map.iter().any(|entry| says(&entry.key) || speaks(&entry.value)))
}

fn crossing(scene: &Scene, closed: &[(&str, &Chart)], at: &At, named: &Named, bag: &mut Bag) {
    let Form::Reference(Some(namespace)) = &named.form else { return };
    // Gateways have grants of their own for it, and an Ingress can't name another namespace.
    let by_traefik = ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "Middleware", "TraefikService"];
    if **namespace == *at.namespace || !by_traefik.contains(&&*at.facts.kind) {
        return;
    }
    let Some((_, chart)) = closed.iter().find(|(cluster, _)| *cluster == at.cluster) else { return };
    let (kind, name, app) = (named.kind.word(), &named.name, &chart.app.facts.name);
    let message = format!(
        "{} `{}` names {kind} `{name}` in namespace `{namespace}`, and Traefik takes nothing from another namespace",
        at.facts.kind, at.facts.name
    );
    let help = format!(
        "set `providers.kubernetesCRD.allowCrossNamespace: true` in the values of app `{app}`, or make the {kind} in \
         namespace `{}`",
        at.namespace
    );
    let finding = Finding::warning(&CROSS_NAMESPACE_ROUTE, scene.place(named.span, at.facts.origin), message, help);
    bag.push(finding.also(chart.app.facts.origin, "the Traefik of this cluster"));
}
