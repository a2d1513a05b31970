//! Objects that Argo CD reads in its own namespace only.

use crate::base::hash::HashMap;
use std::sync::Arc;

use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::Document;
use crate::model::instance::LOCAL_NAME;
use crate::model::kustomize::{is_kustomization, list};
use crate::model::plan::{Folder, Plan};
use crate::source::path::parent;

crate::codes! {
    /// An object that is meant for Argo CD names no namespace, and comes into another one than that of Argo CD.
    ///
    /// An object without a namespace goes to the destination of the Application that deploys it, unless a kustomization
    /// says another. Argo CD looks for its ConfigMaps, its projects, and the Secrets of clusters and repositories in its
    /// own namespace only: anywhere else they are passed over, in silence.
    ///
    /// Write `metadata.namespace`, or `namespace` in the kustomization over it, or deploy it with an app whose namespace
    /// is that of Argo CD.
    NO_NAMESPACE = "no-namespace": warning;
}

/// ConfigMaps of Argo CD (Argo CD 3.x, `common`).
const CONFIG_MAPS: &[&str] = &[
    "argocd-cm",
    "argocd-rbac-cm",
    "argocd-cmd-params-cm",
    "argocd-ssh-known-hosts-cm",
    "argocd-tls-certs-cm",
    "argocd-gpg-keys-cm",
    "argocd-notifications-cm",
];
/// The label by which Argo CD knows Secrets of clusters and repositories (Argo CD 3.x, `common.LabelKeySecretType`).
const SECRET_TYPE: &str = "argocd.argoproj.io/secret-type";

/// An object for Argo CD that states no namespace.
#[derive(Debug)]
pub struct Stray {
    path: Arc<str>,
    span: Span,
    kind: Arc<str>,
    name: Arc<str>,
}

/// The object, if it is one of these.
pub fn document(document: &Document) -> Option<Stray> {
    let object = &document.value;
    let (api_version, kind) = document.type_of()?;
    let metadata = object.get("metadata")?;
    let name = metadata.get("name")?;
    let meant = match kind {
        "ConfigMap" => CONFIG_MAPS.contains(&name.as_str()?),
        "Application" | "ApplicationSet" | "AppProject" => api_version.starts_with("argoproj.io/"),
        "Secret" => typed(Some(metadata)),
        "SealedSecret" => typed(object.get("spec")?.get("template").and_then(|t| t.get("metadata"))),
        "ExternalSecret" => match object.get("spec")?.get("target").and_then(|t| t.get("template")) {
            Some(template) => typed(template.get("metadata")),
            // Its own labels are copied then.
            None => typed(Some(metadata)),
        },
        _ => false,
    };
    let stated = metadata.str_at("namespace").is_some_and(|n| !n.is_empty());
    (meant && !stated).then(|| Stray {
        path: Arc::clone(&document.path),
        span: name.span.or(document.origin),
        kind: kind.into(),
        name: name.as_str().unwrap_or_default().into(),
    })
}

fn typed(metadata: Option<&Value>) -> bool {
    metadata.and_then(|m| m.get("labels")).is_some_and(|labels| labels.get(SECRET_TYPE).is_some())
}

/// Checks where they come to.
pub fn check(plan: &Plan, strays: &[Stray], bag: &mut Bag) {
    let own = plan.platform.get("argocd").and_then(|a| a.str_at("namespace")).unwrap_or("argocd");
    if strays.is_empty() {
        return;
    }
    let brought = brought(plan);
    for stray in strays {
        let folder_path = parent(&stray.path);
        let Some(folder) = plan.folders.get(folder_path).filter(|f| *f.cluster == *LOCAL_NAME) else { continue };
        let namespace = by_kustomize(plan, folder, brought.get(folder_path)).unwrap_or(&folder.namespace);
        if namespace == own {
            continue;
        }
        let (kind, name) = (&stray.kind, &stray.name);
        let message = format!("{kind} `{name}` is for Argo CD in `{own}`, but comes into the namespace `{namespace}`");
        let help = format!("add `namespace: {own}` to its `metadata`, or to the kustomization over it");
        let finding = Finding::warning(&NO_NAMESPACE, stray.span, message, help);
        bag.push(finding.also(folder.span, "deployed by this one"));
    }
}

/// The namespace that kustomize gives to all objects of a folder: by the Application, or by a kustomization of the
/// folder.
fn by_kustomize<'p>(plan: &'p Plan, folder: &'p Folder, brought: Option<&&'p Value>) -> Option<&'p str> {
    let applications = plan.items.get("applications").map(Vec::as_slice).unwrap_or_default();
    let found = applications.binary_search_by(|item| item.name.cmp(&folder.owner));
    let owner = found.ok().and_then(|i| applications.get(i)).map(|item| &item.value);
    let sources = owner.into_iter().flat_map(|o| o.get("source").into_iter().chain(list(o, "sources")));
    let by_application = sources.filter_map(|source| source.get("kustomize")).find_map(|k| k.str_at("namespace"));
    by_application
        .or_else(|| folder.kustomization.as_ref()?.str_at("namespace"))
        .or_else(|| brought?.str_at("namespace"))
}

/// The kustomizations that apps bring, by their folders.
fn brought(plan: &Plan) -> HashMap<&str, &Value> {
    let files = plan.raw.iter().filter(|file| is_kustomization(&file.path));
    files.filter_map(|file| Some((parent(&file.path), file.docs.first()?))).collect()
}
