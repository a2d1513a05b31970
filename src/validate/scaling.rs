//! Replicas that git states and an autoscaler sets too.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Span, Value};
use crate::diag::{Bag, Finding};
use crate::model::document::{Document, group_of};
use crate::model::kustomize::list;
use crate::model::plan::{Folder, Plan};
use crate::source::SourceMap;
use crate::source::path::parent;

crate::codes! {
    /// A workload states its replicas, and an autoscaler sets them.
    ///
    /// A HorizontalPodAutoscaler, or a ScaledObject of KEDA, writes the number into the workload. Argo CD finds a difference to
    /// git, and with self-healing it sets the number back, each time: pods come and go, and the load is never carried.
    ///
    /// Take `replicas` out of the manifest: the autoscaler begins at its least. Or have Argo CD ignore the field, by the entry of
    /// `ignoreDifferences` that the help says; syncs leave it alone only with `RespectIgnoreDifferences=true`. Zero replicas
    /// switch an autoscaler off, and are left alone.
    REPLICAS_BESIDE_AUTOSCALER = "replicas-beside-autoscaler": warning;
}

/// What one document has to do with it.
#[derive(Debug)]
pub struct Facts {
    path: Arc<str>,
    origin: Span,
    name: Arc<str>,
    namespace: Option<Arc<str>>,
    role: Role,
}

#[derive(Debug)]
enum Role {
    /// A workload: group and kind, and where its replicas stand.
    Workload(Type, Span),
    /// An autoscaler: its kind, and group, kind and name of what it scales.
    Scaler(Arc<str>, Type, Arc<str>),
    /// An Application, or the template of a set: what it ignores, and whether its patches speak of replicas.
    App { ignores: Vec<Value>, patches: bool },
    /// Settings of Argo CD itself that speak of replicas.
    Settings,
}

/// Group and kind.
type Type = (Arc<str>, Arc<str>);

/// Keys of argocd-cm that say what is ignored for all Applications.
const SETTING: &str = "resource.customizations.ignoreDifferences";

/// What a document has to do with it, if anything.
pub fn document(document: &Document) -> Option<Facts> {
    let object = &document.value;
    let (api_version, kind) = document.type_of()?;
    let spec = || object.get("spec");
    let role = match (group_of(api_version), kind) {
        ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") | ("argoproj.io", "Rollout") => {
            let replicas = spec()?.get("replicas").filter(|r| !r.is_null() && r.as_int() != Some(0))?;
            Role::Workload((group_of(api_version).into(), kind.into()), replicas.span)
        }
        ("autoscaling", "HorizontalPodAutoscaler") | ("keda.sh", "ScaledObject") => {
            let target = spec()?.get("scaleTargetRef")?;
            // KEDA takes a Deployment where nothing is said (KEDA 2, `ScaleTarget`).
            let of = group_of(target.str_at("apiVersion").unwrap_or("apps/v1"));
            let to = target.str_at("kind").unwrap_or("Deployment");
            Role::Scaler(kind.into(), (of.into(), to.into()), target.str_at("name")?.into())
        }
        ("argoproj.io", "Application") => application(spec()?)?,
        ("argoproj.io", "ApplicationSet") => application(spec()?.get("template")?.get("spec")?)?,
        ("", "ConfigMap") if object.get("metadata")?.str_at("name") == Some("argocd-cm") => settings(object)?,
        _ => return None,
    };
    let metadata = object.get("metadata");
    let text = |key: &str| metadata.and_then(|m| m.str_at(key)).map(Arc::from);
    let (path, origin) = (Arc::clone(&document.path), document.origin);
    Some(Facts { path, origin, name: text("name")?, namespace: text("namespace"), role })
}

fn application(spec: &Value) -> Option<Role> {
    let sources = || spec.get("source").into_iter().chain(list(spec, "sources"));
    if sources().any(|source| source.str_at("chart") == Some("argo-cd") && source.get("helm").is_some_and(sets)) {
        return Some(Role::Settings);
    }
    let ignores = list(spec, "ignoreDifferences").to_vec();
    let patches = sources().filter_map(|s| s.get("kustomize")?.get("patches")).any(|p| mentions(p, "replicas"));
    (patches || !ignores.is_empty()).then_some(Role::App { ignores, patches })
}

fn settings(object: &Value) -> Option<Role> {
    object.get("data").is_some_and(sets).then_some(Role::Settings)
}

/// Whether settings of Argo CD ignore replicas everywhere.
fn sets(values: &Value) -> bool {
    mentions(values, SETTING) && (mentions(values, "spec/replicas") || mentions(values, "spec.replicas"))
}

fn mentions(value: &Value, text: &str) -> bool {
    value.as_str().is_some_and(|t| t.contains(text))
        || value.as_list().is_some_and(|items| items.iter().any(|item| mentions(item, text)))
        || value.as_map().is_some_and(|map| map.iter().any(|e| e.key.contains(text) || mentions(&e.value, text)))
}

/// A workload by cluster, namespace, group, kind and name.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

/// Checks all documents together.
pub fn together(plan: &Plan, sources: &SourceMap, facts: &[Facts], bag: &mut Bag) {
    let of_files = |file: &crate::model::plan::PlainFile| file.value.as_ref().is_some_and(sets);
    if facts.iter().any(|f| matches!(f.role, Role::Settings)) || plan.files.iter().any(of_files) {
        return;
    }
    let place = |facts: &Facts| plan.folders.get(parent(&facts.path)).filter(|folder| !folder.owner.is_empty());
    let mut scalers: BTreeMap<Key, &Facts> = BTreeMap::new();
    let mut apps: BTreeMap<&str, &Facts> = BTreeMap::new();
    for one in facts {
        match &one.role {
            Role::Scaler(_, (group, kind), name) => {
                let Some(folder) = place(one) else { continue };
                let namespace = one.namespace.as_deref().unwrap_or(&folder.namespace);
                scalers.insert((&*folder.cluster, namespace, &**group, &**kind, &**name), one);
            }
            Role::App { .. } => drop(apps.insert(&one.name, one)),
            Role::Workload(..) | Role::Settings => {}
        }
    }
    for one in facts {
        let Role::Workload((group, kind), span) = &one.role else { continue };
        let Some(folder) = place(one) else { continue };
        let namespace = one.namespace.as_deref().unwrap_or(&folder.namespace);
        let key = (&*folder.cluster, namespace, &**group, &**kind, &*one.name);
        let Some(scaler) = scalers.get(&key) else { continue };
        if !covered(folder, apps.get(&*folder.owner).copied(), (group, kind), (namespace, &one.name)) {
            bag.push(finding(folder, one, scaler, *span, sources));
        }
    }
}

/// Whether Argo CD is told to leave the replicas alone, or a patch may take them out.
fn covered(folder: &Folder, app: Option<&Facts>, of: (&str, &str), object: (&str, &str)) -> bool {
    let patched = |k: &Value| {
        ["patches", "patchesStrategicMerge", "patchesJson6902"]
            .iter()
            .any(|key| k.get(key).is_some_and(|p| mentions(p, "replicas")))
    };
    if folder.kustomization.as_ref().is_some_and(patched) {
        return true;
    }
    let Some(Facts { role: Role::App { ignores, patches }, .. }) = app else { return false };
    let is = |entry: &Value, key: &str, text: &str| {
        entry.str_at(key).is_none_or(|stated| stated.is_empty() || stated == "*" || stated == text)
    };
    let meant = |entry: &&Value| {
        let group = entry.str_at("group").unwrap_or_default();
        (group == "*" || group == of.0)
            && is(entry, "kind", of.1)
            && is(entry, "namespace", object.0)
            && is(entry, "name", object.1)
    };
    let ignored = |entry: &Value| {
        list(entry, "jsonPointers").iter().any(|p| matches!(p.as_str(), Some("/spec/replicas" | "/spec")))
            || list(entry, "jqPathExpressions").iter().any(|p| mentions(p, "replicas"))
            || !list(entry, "managedFieldsManagers").is_empty()
    };
    *patches || ignores.iter().filter(meant).any(ignored)
}

fn finding(folder: &Folder, workload: &Facts, scaler: &Facts, span: Span, sources: &SourceMap) -> Finding {
    let (group, kind) = match &workload.role {
        Role::Workload((group, kind), _) => (&**group, &**kind),
        _ => ("", ""),
    };
    let by = match &scaler.role {
        Role::Scaler(kind, ..) => &**kind,
        _ => "",
    };
    let message = format!(
        "{kind} `{}` states its replicas, and {by} `{}` sets them too: Argo CD and it undo each other",
        workload.name, scaler.name
    );
    let help = format!(
        "take `replicas` out, or add `{{ group: {group}, kind: {kind}, name: {}, jsonPointers: [/spec/replicas] }}` to \
         `ignoreDifferences` of `{}`",
        workload.name, folder.owner
    );
    let finding = Finding::warning(&REPLICAS_BESIDE_AUTOSCALER, sources.in_input(span, workload.origin), message, help);
    finding.also(scaler.origin, "the autoscaler")
}
