//! Hosts: each exposed once, with one kind of certificate, and named alike everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::facts::Route;
use super::scene::Exposed;
use super::{Scene, texts};
use crate::base::{Value, suggest};
use crate::diag::{Bag, Finding};
use crate::validate::charts::paths;
use crate::validate::locate;

crate::codes! {
    /// Two objects expose the same host and path.
    ///
    /// Which of them answers is left to the proxy: with Traefik the rule that is longer, with others the older object.
    /// Middlewares, certificates and timeouts of the other one are then without effect, or hold for some requests only.
    /// Most often a chart's own ingress is switched on beside an IngressRoute.
    ///
    /// Keep one of the two.
    DOUBLE_EXPOSURE = "double-exposure";
    /// A URL names a host of the platform that nothing exposes under that name.
    ///
    /// An issuer that differs by one letter from what the identity provider calls itself lets nobody in, and a callback
    /// that leads elsewhere ends in an error page. The hosts that the platform exposes are known from its routes, and for
    /// some charts it is known which values must name one of them.
    ///
    /// Write the host that is exposed.
    HOST_INCONSISTENCY = "host-inconsistency";
    /// The certificate of one host comes from two places.
    ///
    /// A resolver of Traefik, an annotation for cert-manager and a Secret that is named each bring a certificate of their
    /// own. Only one of them is served, and the others are renewed for nothing or run into the limits of the authority.
    ///
    /// Keep one.
    TLS_MIX = "tls-mix";
}

/// Checks the hosts of all clusters.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let exposed = scene.exposed();
    let mut by_host: BTreeMap<(&str, &str), Vec<&Exposed>> = BTreeMap::new();
    for one in &exposed {
        by_host.entry((one.place.0, &one.route.host)).or_default().push(one);
    }
    for ((_, host), routes) in &by_host {
        twice(scene, host, routes, bag);
        mixed(scene, host, routes, bag);
    }
    issuers(scene, &exposed, bag);
    own_urls(scene, &exposed, bag);
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
        (Some(a), Some(b)) => a == b,
        // An IngressRoute has no class, and is Traefik's.
        (Some(class), None) | (None, Some(class)) => class.contains("traefik"),
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

/// URLs below a path that only one chart of the platform serves, such as issuers of Authentik.
fn issuers(scene: &Scene, exposed: &[Exposed], bag: &mut Bag) {
    for chart in scene.charts {
        let Some(path) = chart.file.as_ref().and_then(|f| f.get("serves")?.as_str()) else { continue };
        let name = chart.release.chart.as_deref().unwrap_or_default();
        let of_chart = |one: &&Exposed| {
            let by_values = one.chart.is_some_and(|c| std::ptr::eq(c.release, chart.release));
            let leads = |b: &super::facts::Backend| {
                let place = (one.place.0, b.namespace.as_deref().unwrap_or(one.place.1), Arc::clone(&b.service));
                let service = scene.services.get(&place).and_then(|s| s.chart);
                service.is_some_and(|c| std::ptr::eq(c.release, chart.release))
            };
            by_values || one.route.backends.iter().any(leads)
        };
        let hosts: BTreeSet<&str> = exposed.iter().filter(of_chart).map(|one| &*one.route.host).collect();
        if hosts.is_empty() || chart.partly_unseen {
            continue;
        }
        url_hosts(scene, path, &hosts, name, bag);
    }
}

fn url_hosts(scene: &Scene, path: &str, hosts: &BTreeSet<&str>, chart: &str, bag: &mut Bag) {
    for content in scene.contents() {
        texts::each(content.value, content.chart.is_some(), &mut |found| {
            let wrong = texts::urls(found.text).into_iter();
            let wrong = wrong.filter(|(host, rest)| {
                format!("/{rest}").starts_with(path) && !hosts.contains(host) && !host.contains(".svc")
            });
            for (host, _) in wrong {
                let span = locate::locate(scene.sources, found.value.span, found.key, host).0;
                let message = format!("{} names `{host}`, but `{chart}` is exposed elsewhere", content.what);
                let help = format!("write {}", suggest::listing(hosts.iter().copied(), 4));
                bag.push(Finding::warning(&HOST_INCONSISTENCY, scene.place(span, content.origin), message, help));
            }
        });
    }
}

/// Values that must name a host that the chart itself is exposed on.
fn own_urls(scene: &Scene, exposed: &[Exposed], bag: &mut Bag) {
    for chart in scene.charts {
        let own = exposed.iter().filter(|one| one.chart.is_some_and(|c| std::ptr::eq(c.release, chart.release)));
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
