//! Middlewares of Traefik: those that routes name are there.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Scene;
use super::facts::Role;
use super::scene::At;
use crate::base::{Span, Value, suggest};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A route names a Middleware of Traefik that nothing makes in that namespace.
    ///
    /// Traefik takes the whole route out, and the host answers with 404. An IngressRoute means its own namespace where it
    /// states none, and another one only with `allowCrossNamespace`. The annotation of an Ingress is
    /// `NAMESPACE-NAME@kubernetescrd`: the namespace comes first even where the name begins with it. Nothing is said of a
    /// namespace that a chart is deployed to, as the chart may bring the Middleware.
    ///
    /// Mend the name or the namespace, or add the Middleware.
    DANGLING_MIDDLEWARE = "dangling-middleware": warning;
}

/// The annotation by which an Ingress names middlewares (Traefik 2 and 3).
const ANNOTATION: &str = "traefik.ingress.kubernetes.io/router.middlewares";
/// The provider of Middlewares that are Kubernetes objects.
const PROVIDER: &str = "kubernetescrd";

/// A Middleware that an object names.
#[derive(Clone, Debug)]
pub struct Named {
    name: Arc<str>,
    form: Form,
    span: Span,
}

#[derive(Clone, Debug)]
enum Form {
    /// By name, with the namespace that is stated.
    Reference(Option<Arc<str>>),
    /// One of an annotation: namespace and name in one, and the provider.
    Annotation,
}

/// The Middlewares that an object names. Other providers, and what templates fill in, are left out.
pub fn named(kind: &str, object: &Value) -> Vec<Named> {
    let spec = object.get("spec");
    let list = |of: Option<&Value>, key: &str| of.and_then(|v| v.get(key)?.as_list()).unwrap_or_default().to_vec();
    let reference = |item: &Value| {
        let name = item.get("name")?;
        let form = Form::Reference(item.str_at("namespace").map(Arc::from));
        Some(Named { name: name.as_str()?.into(), form, span: name.span })
    };
    let all: Vec<Named> = match kind {
        "IngressRoute" => list(spec, "routes")
            .iter()
            .flat_map(|route| list(Some(route), "middlewares"))
            .filter_map(|item| reference(&item))
            .collect(),
        "Middleware" => list(spec.and_then(|s| s.get("chain")), "middlewares").iter().filter_map(reference).collect(),
        "Ingress" => annotated(object),
        _ => Vec::new(),
    };
    let foreign = |named: &Named| matches!(named.form, Form::Reference(_)) && named.name.contains('@');
    all.into_iter().filter(|named| !named.name.contains("{{") && !foreign(named)).collect()
}

fn annotated(object: &Value) -> Vec<Named> {
    let annotations = object.get("metadata").and_then(|m| m.get("annotations"));
    let Some(value) = annotations.and_then(|a| a.get(ANNOTATION)) else { return Vec::new() };
    let parts = value.as_str().unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| Named { name: part.into(), form: Form::Annotation, span: value.span }).collect()
}

/// Checks all routes.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let is_one = |at: &&At| matches!(at.facts.role, Role::Middleware);
    let made = scene.objects.iter().filter(is_one).map(|at| (at.cluster, at.namespace, &*at.facts.name)).collect();
    for at in &scene.objects {
        for named in &at.facts.middlewares {
            let fault = match &named.form {
                Form::Reference(namespace) => reference(scene, &made, at, &named.name, namespace.as_deref()),
                Form::Annotation => annotation(scene, &made, at, &named.name),
            };
            let Some((what, help)) = fault else { continue };
            let message = format!("{} `{}` names {what}", at.facts.kind, at.facts.name);
            bag.push(Finding::warning(&DANGLING_MIDDLEWARE, scene.place(named.span, at.facts.origin), message, help));
        }
    }
}

type Made<'a> = BTreeSet<(&'a str, &'a str, &'a str)>;

/// Whether something may make Middlewares in a namespace that is not to be seen.
fn is_open(scene: &Scene, place: (&str, &str)) -> bool {
    scene.charts_at.contains_key(&place) || scene.makers.contains(&place) || scene.unseen.reaches(place.0, place.1)
}

fn reference(scene: &Scene, made: &Made, at: &At, name: &str, stated: Option<&str>) -> Option<(String, String)> {
    let namespace = stated.unwrap_or(at.namespace);
    if made.contains(&(at.cluster, namespace, name)) || is_open(scene, (at.cluster, namespace)) {
        return None;
    }
    let what = format!("Middleware `{name}`, which nothing makes in namespace `{namespace}`");
    let of_cluster = || made.iter().filter(|(cluster, ..)| *cluster == at.cluster);
    let elsewhere = of_cluster().find(|(.., other)| *other == name);
    let here = of_cluster().filter(|(_, there, _)| *there == namespace).map(|(.., other)| *other);
    let help = match (elsewhere, suggest::nearest(name, here)) {
        (Some((_, other, _)), _) => {
            format!("it is in namespace `{other}`: write that, and allow it by `allowCrossNamespace` of Traefik")
        }
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("add Middleware `{name}` to namespace `{namespace}`, or mend the name or namespace"),
    };
    Some((what, help))
}

/// `NAMESPACE-NAME@kubernetescrd`: where either has dashes, any of them may be the one between.
fn annotation(scene: &Scene, made: &Made, at: &At, text: &str) -> Option<(String, String)> {
    let Some((joined, provider)) = text.split_once('@') else {
        let what = format!("the middleware `{text}` without its provider, which is none of Kubernetes");
        return Some((what, format!("write `{}-{text}@{PROVIDER}`", at.namespace)));
    };
    let readings = || joined.match_indices('-').filter_map(|(n, _)| Some((joined.get(..n)?, joined.get(n + 1..)?)));
    let fits = |(namespace, name): (&str, &str)| {
        made.contains(&(at.cluster, namespace, name)) || is_open(scene, (at.cluster, namespace))
    };
    if provider != PROVIDER || readings().any(fits) {
        return None;
    }
    let own = format!("{}-{joined}@{PROVIDER}", at.namespace);
    if made.contains(&(at.cluster, at.namespace, joined)) {
        return Some((format!("the middleware `{text}` without its namespace"), format!("write `{own}`")));
    }
    let of_own = readings().find(|(namespace, _)| *namespace == at.namespace).or_else(|| readings().next());
    let Some((namespace, name)) = of_own else {
        return Some((format!("the middleware `{text}` without its namespace"), format!("write `{own}`")));
    };
    let what = format!("the middleware `{text}`, but nothing makes Middleware `{name}` in namespace `{namespace}`");
    Some((what, format!("write `{own}` where `{joined}` is the name, or add the Middleware")))
}
