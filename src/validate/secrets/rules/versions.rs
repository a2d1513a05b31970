//! API versions that are on their way out, or that the operator does not serve.

use crate::base::hash::HashMap;

use super::super::charts::Chart;
use super::super::scene::{Placed, Scene};
use crate::base::Span;
use crate::diag::{Bag, Finding};
use crate::model::context::parse_version;
use crate::model::document::Document;

crate::codes! {
    /// An API version is deprecated, or gone from current releases.
    ///
    /// The object stops to apply with the update that takes the version out, and the sync fails there.
    /// The help names the version that replaces it. For External Secrets this is about the release that the
    /// tree pins.
    DEPRECATED_API = "deprecated-api": warning fixable;
    /// Objects of External Secrets have an API version that the operator of their cluster does not serve.
    ///
    /// `external-secrets.io/v1` is served from 0.16 on, `v1beta1` up to 0.16. The release is that of the
    /// chart `external-secrets` which an Application deploys to the cluster; where none is pinned, only a
    /// mixture of versions is reported.
    ///
    /// Write the version that the help names, or change the version of the chart.
    API_VERSION_SKEW = "api-version-skew": error fixable;
}

/// API versions that Kubernetes or Traefik took out: API version, kind (empty for all), what replaces it,
/// and since when it is gone (Kubernetes, "Deprecated API Migration Guide"; Traefik 3, migration notes).
const GONE: &[(&str, &str, &str, &str)] = &[
    ("extensions/v1beta1", "Ingress", "networking.k8s.io/v1", "Kubernetes 1.22"),
    ("extensions/v1beta1", "NetworkPolicy", "networking.k8s.io/v1", "Kubernetes 1.16"),
    ("extensions/v1beta1", "", "apps/v1", "Kubernetes 1.16"),
    ("apps/v1beta1", "", "apps/v1", "Kubernetes 1.16"),
    ("apps/v1beta2", "", "apps/v1", "Kubernetes 1.16"),
    ("networking.k8s.io/v1beta1", "", "networking.k8s.io/v1", "Kubernetes 1.22"),
    ("rbac.authorization.k8s.io/v1beta1", "", "rbac.authorization.k8s.io/v1", "Kubernetes 1.22"),
    ("apiextensions.k8s.io/v1beta1", "", "apiextensions.k8s.io/v1", "Kubernetes 1.22"),
    (
        "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1",
        "Kubernetes 1.22",
    ),
    (
        "admissionregistration.k8s.io/v1beta1",
        "ValidatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1",
        "Kubernetes 1.22",
    ),
    ("scheduling.k8s.io/v1beta1", "", "scheduling.k8s.io/v1", "Kubernetes 1.22"),
    ("coordination.k8s.io/v1beta1", "Lease", "coordination.k8s.io/v1", "Kubernetes 1.22"),
    ("policy/v1beta1", "PodDisruptionBudget", "policy/v1", "Kubernetes 1.25"),
    ("policy/v1beta1", "PodSecurityPolicy", "Pod Security Admission", "Kubernetes 1.25"),
    ("batch/v1beta1", "", "batch/v1", "Kubernetes 1.25"),
    ("discovery.k8s.io/v1beta1", "", "discovery.k8s.io/v1", "Kubernetes 1.25"),
    ("autoscaling/v2beta1", "", "autoscaling/v2", "Kubernetes 1.25"),
    ("autoscaling/v2beta2", "", "autoscaling/v2", "Kubernetes 1.26"),
    ("traefik.containo.us/v1alpha1", "", "traefik.io/v1alpha1", "Traefik 3"),
];

/// Checks the API version of one object.
pub fn document(document: &Document, place: impl Fn(Span) -> Span, bag: &mut Bag) {
    let Some((version, kind)) = document.type_of() else { return };
    if !version.contains("beta") && !version.starts_with("traefik.containo.us/") {
        return;
    }
    let found = GONE.iter().find(|(v, k, ..)| *v == version && (k.is_empty() || *k == kind));
    let Some((.., replacement, since)) = found else { return };
    let name = document.value.get("metadata").and_then(|m| m.str_at("name")).unwrap_or("without a name");
    let message = format!("{kind} `{name}` has API version {version}, which is gone since {since}");
    let help = match replacement.contains('/') {
        true => format!("write `apiVersion: {replacement}`, and see what else changed with it"),
        false => format!("take it out; {replacement} replaces it"),
    };
    let span = document.value.get("apiVersion").map_or(Span::NONE, |v| v.span);
    bag.push(Finding::warning(&DEPRECATED_API, place(span), message, help));
}

/// Kinds of External Secrets that have two versions. PushSecrets are v1alpha1 in all releases.
const KINDS: [&str; 4] = ["ExternalSecret", "ClusterExternalSecret", "SecretStore", "ClusterSecretStore"];

/// Checks the objects of External Secrets against the operator of their cluster.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let mut operators: HashMap<&str, ((u32, u32), &Chart)> = HashMap::default();
    for chart in scene.charts.iter().filter(|c| c.release.chart.as_deref() == Some("external-secrets")) {
        if let Some(version) = pinned(&chart.release.version) {
            operators.insert(chart.app.cluster, (version, chart));
        }
    }
    let objects = || {
        let ours =
            |o: &&Placed| KINDS.contains(&&*o.facts.kind) && o.facts.api_version.starts_with("external-secrets.io/");
        scene.objects.iter().filter(ours)
    };
    let mut newer: HashMap<&str, &Placed> = HashMap::default();
    for object in objects().filter(|o| &*o.facts.api_version == "external-secrets.io/v1") {
        newer.entry(object.cluster).or_insert(object);
    }
    for object in objects() {
        let finding = match operators.get(object.cluster) {
            Some((version, chart)) => against(scene, object, *version, &chart.release.version)
                .map(|finding| finding.also(scene.at(chart.release.span, chart.app), "the operator's chart")),
            None => newer.get(object.cluster).and_then(|other| mixed(scene, object, other)),
        };
        bag.extend(finding.into_iter().collect());
    }
}

/// Major and minor of a version that is one; a range is none.
fn pinned(version: &str) -> Option<(u32, u32)> {
    let exact = version.trim_start_matches('v');
    let plain =
        exact.contains('.') && exact.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'));
    let whole = exact.split(['.', '-', '+']).take(2).all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    (plain && whole).then(|| parse_version(exact)).flatten()
}

fn against(scene: &Scene, object: &Placed, release: (u32, u32), text: &str) -> Option<Finding> {
    let (kind, name, version) = (&object.facts.kind, &object.facts.name, &object.facts.api_version);
    let place = scene.at(object.facts.version_span, object);
    let skew = |served: &str| {
        let message = format!("External Secrets {text} does not serve {version} of {kind} `{name}`");
        let finding = Finding::error(&API_VERSION_SKEW, place, message, format!("write `apiVersion: {served}`"));
        finding.replacing(place, &**version, served)
    };
    match &**version {
        "external-secrets.io/v1beta1" if release >= (0, 17) => Some(skew("external-secrets.io/v1")),
        "external-secrets.io/v1" if release < (0, 16) => Some(skew("external-secrets.io/v1beta1")),
        "external-secrets.io/v1beta1" if release >= (0, 16) => {
            let message = format!("{kind} `{name}` has API version {version}, which External Secrets drops with 0.17");
            let help = "write `apiVersion: external-secrets.io/v1`";
            let finding = Finding::warning(&DEPRECATED_API, place, message, help);
            Some(finding.replacing(place, &**version, "external-secrets.io/v1"))
        }
        _ => None,
    }
}

fn mixed(scene: &Scene, object: &Placed, other: &Placed) -> Option<Finding> {
    (&*object.facts.api_version == "external-secrets.io/v1beta1").then(|| {
        let (kind, name) = (&object.facts.kind, &object.facts.name);
        let message = format!("{kind} `{name}` is v1beta1 while others of its cluster are v1; few releases serve both");
        let help = "write `apiVersion: external-secrets.io/v1` for all, or v1beta1 for all up to External Secrets 0.15";
        let place = scene.at(object.facts.version_span, object);
        let finding = Finding::error(&API_VERSION_SKEW, place, message, help);
        finding.also(scene.at(other.facts.version_span, other), "one of the others")
    })
}
