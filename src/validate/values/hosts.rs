//! Hosts: each exposed once, with one kind of certificate, and named alike everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts::Route;
use super::scene::{Content, Exposed};
use super::{Scene, texts};
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding};
use crate::validate::charts::paths;
use crate::validate::locate;
use crate::validate::secrets::Chart;

crate::codes! {
    /// Two objects expose the same host and path.
    ///
    /// Which of them answers is left to the proxy: with Traefik the rule that is longer, with others the older object.
    /// Middlewares, certificates and timeouts of the other one are then without effect, or hold for some requests only.
    /// Most often a chart's own ingress is switched on beside an IngressRoute.
    ///
    /// Keep one of the two.
    DOUBLE_EXPOSURE = "double-exposure": warning;
    /// A URL names a host of the platform that nothing exposes under that name.
    ///
    /// An issuer that differs by one letter from what the identity provider calls itself lets nobody in, and a callback
    /// that leads elsewhere ends in an error page. The hosts that the platform exposes are known from its routes, and for
    /// some charts it is known which values must name one of them.
    ///
    /// Write the host that is exposed.
    HOST_INCONSISTENCY = "host-inconsistency": warning;
    /// The certificate of one host comes from two places.
    ///
    /// A resolver of Traefik, an annotation for cert-manager and a Secret that is named each bring a certificate of their
    /// own. Only one of them is served, and the others are renewed for nothing or run into the limits of the authority.
    ///
    /// Keep one.
    TLS_MIX = "tls-mix": warning;
}

/// Checks the hosts of all clusters.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let mut by_host: BTreeMap<(&str, &str), Vec<&Exposed>> = BTreeMap::new();
    for one in &scene.exposed {
        by_host.entry((one.place.0, &one.route.host)).or_default().push(one);
    }
    for ((_, host), routes) in &by_host {
        twice(scene, host, routes, bag);
        mixed(scene, host, routes, bag);
    }
    own_urls(scene, bag);
}

/// Two objects for one host and path, at the same entry point and by the same proxy.
fn twice(scene: &Scene, host: &str, routes: &[&Exposed], bag: &mut Bag) {
    let mut told = BTreeSet::new();
    for (i, one) in routes.iter().enumerate() {
        let first = routes.iter().take(i).find(|other| other.by != one.by && collide(&one.route, &other.route));
        let Some(first) = first.filter(|_| told.insert(&one.by)) else { continue };
        let message = format!("`{host}` is exposed twice: by {} and by {}", first.by, one.by);
        let help = "keep one of the two; a chart's own ingress goes by `enabled: false`";
        let finding = Finding::warning(&DOUBLE_EXPOSURE, at(scene, one), message, help);
        bag.push(finding.also(at(scene, first), "the other one"));
    }
}

fn at(scene: &Scene, exposed: &Exposed) -> crate::base::Span {
    scene.place(exposed.route.span, exposed.origin)
}

fn collide(a: &Route, b: &Route) -> bool {
    let whole = |path: &str| path.trim_end_matches(['*', '/']).to_owned();
    let classes = match (&a.class, &b.class) {
        (Some(a), Some(b)) => a.0 == b.0,
        // An IngressRoute has no class, and is Traefik's.
        (Some(class), None) | (None, Some(class)) => class.0.contains("traefik"),
        (None, None) => true,
    };
    let (ea, eb) = (&a.entry_points, &b.entry_points);
    let points = ea.is_empty() || eb.is_empty() || ea.iter().any(|point| eb.contains(point));
    !a.narrow && !b.narrow && whole(&a.path) == whole(&b.path) && classes && points
}

/// Certificates of one host from several places.
fn mixed(scene: &Scene, host: &str, routes: &[&Exposed], bag: &mut Bag) {
    let kinds = |one: &&Exposed| {
        let tls = one.route.tls;
        // With an issuer, the Secret that is named is the one that cert-manager makes.
        let secret = if tls.issuer.is_none() { tls.secret } else { crate::base::Span::NONE };
        let all = [(tls.resolver, "a resolver of Traefik"), (tls.issuer, "cert-manager"), (secret, "a Secret")];
        let origin = one.origin;
        all.into_iter().filter(|(span, _)| !span.is_none()).map(move |(span, kind)| (kind, span, origin))
    };
    let mut found: BTreeMap<&str, _> = BTreeMap::new();
    for (kind, span, origin) in routes.iter().flat_map(kinds) {
        found.entry(kind).or_insert((span, origin));
    }
    let mut found = found.into_iter().map(|(kind, (span, origin))| (kind, scene.place(span, origin)));
    if let (Some((a, first)), Some((b, second))) = (found.next(), found.next()) {
        let message = format!("the certificate of `{host}` comes from {b} and from {a}");
        let help = "keep one: `certResolver`, the annotation of cert-manager, or the Secret";
        bag.push(Finding::warning(&TLS_MIX, second, message, help).also(first, "and from here"));
    }
}

/// A path that only one chart of the platform serves, such as that of Authentik's issuers.
#[derive(Default)]
pub struct Issuer<'a> {
    chart: &'a str,
    hosts: BTreeSet<&'a str>,
}

/// Such paths, with the hosts that serve them. Where a host may be exposed that is not to be seen, nothing is said.
pub fn issuers<'a>(scene: &'a Scene<'a>) -> BTreeMap<&'a str, Issuer<'a>> {
    let mut out: BTreeMap<&str, Issuer> = BTreeMap::new();
    let mut unsure = BTreeSet::new();
    let path = |chart: &'a Chart<'a>| chart.file.as_ref()?.get("serves")?.as_str();
    for chart in scene.charts {
        let Some(path) = path(chart) else { continue };
        let issuer = out.entry(path).or_default();
        issuer.chart = chart.release.chart.as_deref().unwrap_or_default();
        let known = !chart.partly_unseen && !scene.unseen.reaches(chart.app.cluster, chart.app.namespace);
        unsure.extend((!known).then_some(path));
    }
    let any = !out.is_empty();
    for one in scene.exposed.iter().filter(|_| any) {
        let behind = one.route.backends.iter().filter_map(|b| {
            let place = (one.place.0, b.namespace.as_deref().unwrap_or(one.place.1), Arc::clone(&b.service));
            scene.services.get(&place)?.chart
        });
        for path in one.chart.into_iter().chain(behind).filter_map(path) {
            out.entry(path).or_default().hosts.insert(&one.route.host);
        }
    }
    out.retain(|path, issuer| !issuer.hosts.is_empty() && !unsure.contains(path));
    out
}

/// Checks the URLs of some values, or of an object.
pub fn content(scene: &Scene, content: &Content, issuers: &BTreeMap<&str, Issuer>, bag: &mut Bag) {
    if issuers.is_empty() {
        return;
    }
    texts::each(content.value, content.chart.is_some(), &mut |found| {
        for (host, rest) in texts::urls(found.text) {
            let below = |path: &&&str| format!("/{rest}").starts_with(**path);
            let Some(issuer) = issuers.keys().find(below).and_then(|path| issuers.get(path)) else { continue };
            if issuer.hosts.contains(host) || host.contains(".svc") {
                continue;
            }
            let span = locate::locate(scene.sources, found.value.span, found.key, host).0;
            let message = format!("{} names `{host}`, but `{}` is exposed elsewhere", content.what, issuer.chart);
            let help = format!("write {}", suggest::listing(issuer.hosts.iter().copied(), 4));
            bag.push(Finding::warning(&HOST_INCONSISTENCY, scene.place(span, content.origin), message, help));
        }
    });
}

/// Values that must name a host that the chart itself is exposed on.
fn own_urls(scene: &Scene, bag: &mut Bag) {
    for chart in scene.charts.iter().filter(|c| c.file.as_ref().is_some_and(|f| f.get("urls").is_some())) {
        let own = scene.exposed.iter().filter(|one| one.chart.is_some_and(|c| std::ptr::eq(c.release, chart.release)));
        let hosts: BTreeSet<&str> = own.map(|one| &*one.route.host).collect();
        let listed = chart.file.as_ref().map(|f| f.list("urls")).unwrap_or_default();
        for path in listed.iter().filter_map(Value::as_str).filter(|_| !hosts.is_empty()) {
            let Some(value) = paths::at(&chart.values, path, &Vec::new()) else { continue };
            let Some((host, _)) = value.as_str().and_then(|t| texts::urls(t).into_iter().next()) else { continue };
            if hosts.contains(host) {
                continue;
            }
            let app = &chart.app.facts.name;
            let message = format!("`{path}` of app `{app}` names `{host}`, but its ingress exposes another host");
            let help = format!("write {}", suggest::listing(hosts.iter().copied(), 4));
            bag.push(Finding::warning(&HOST_INCONSISTENCY, scene.at(value.span, chart.app), message, help));
        }
    }
}
