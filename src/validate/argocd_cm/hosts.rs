//! Names of Argo CD's own services, as they stand in certificates, routes and settings.

use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::source::SourceMap;
use crate::validate::locate::locate_word;

crate::codes! {
    /// A name of one of Argo CD's services has another namespace than the one that Argo CD runs in.
    ///
    /// `argocd-server.argo-cd.svc` is no name of a service in the namespace `argocd`: it does not resolve, and a certificate
    /// made for it is refused by whoever asks for the right name.
    ///
    /// Write the namespace of `platform.argocd.namespace`. Where a second Argo CD is meant, allow the finding by a comment.
    SAN_NAMESPACE = "san-namespace": warning;
}

/// Services of Argo CD (Argo CD 3.x, manifests; the chart argo-cd names them alike for a release called argocd).
const SERVICES: &[&str] = &[
    "argocd-server",
    "argocd-repo-server",
    "argocd-dex-server",
    "argocd-redis",
    "argocd-redis-ha-haproxy",
    "argocd-applicationset-controller",
    "argocd-commit-server",
    "argocd-metrics",
    "argocd-server-metrics",
    "argocd-notifications-controller-metrics",
];

/// A name of a service that stands somewhere.
#[derive(Debug)]
pub struct Host {
    name: String,
    service: &'static str,
    namespace: String,
    span: Span,
}

/// Whether a text can hold such a name at all.
fn may_hold(text: &str) -> bool {
    text.contains(".svc") && text.contains("argocd-")
}

/// The names in a value whose text is `written`. What has no place of its own has that of `origin`.
pub fn of(value: &Value, written: &str, origin: Span, sources: &SourceMap, out: &mut Vec<Host>) {
    if may_hold(written) {
        walk(value, origin, sources, out);
    }
}

fn walk(value: &Value, origin: Span, sources: &SourceMap, out: &mut Vec<Host>) {
    for entry in value.as_map().into_iter().flatten() {
        walk(&entry.value, origin, sources, out);
    }
    value.as_list().unwrap_or_default().iter().for_each(|item| walk(item, origin, sources, out));
    let Some(text) = value.as_str().filter(|text| may_hold(text)) else { return };
    for (name, service, namespace) in SERVICES.iter().flat_map(|service| named(text, service)) {
        let exact = sources.file_of(value.span).filter(|file| !file.is_built_in());
        let span = exact.map_or(origin, |_| locate_word(sources, value.span, name));
        out.push(Host { name: name.to_owned(), service, namespace: namespace.to_owned(), span });
    }
}

/// `service.namespace.svc` wherever it stands in a text, with the namespace.
fn named<'t>(text: &'t str, service: &'static str) -> impl Iterator<Item = (&'t str, &'static str, &'t str)> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.match_indices(service).filter_map(move |(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let rest = text.get(at + service.len()..)?.strip_prefix('.')?;
        let namespace = rest.split(|c| !part(c)).next().filter(|n| !n.is_empty())?;
        let after = rest.get(namespace.len()..)?.strip_prefix(".svc")?;
        let whole = text.get(at..at + service.len() + 1 + namespace.len() + ".svc".len())?;
        let alone = !before.is_some_and(|c| part(c) || c == '.') && !after.starts_with(part);
        alone.then_some((whole, service, namespace))
    })
}

/// Checks all names against the namespace of Argo CD.
pub fn check(hosts: &[Host], own: &str, bag: &mut Bag) {
    for host in hosts.iter().filter(|host| host.namespace != own) {
        let message = format!("`{}` is no service here: Argo CD runs in the namespace `{own}`", host.name);
        let help = format!("write `{}.{own}.svc`", host.service);
        bag.push(Finding::warning(&SAN_NAMESPACE, host.span, message, help));
    }
}
