//! The worker: a Deployment that asks Orkes for tasks, with what it may reach and read.

use super::super::{Input, app, manifests, secrets};
use super::{Work, list, map, tasks, workflows};
use crate::base::Value;
use crate::diag::Bag;
use crate::lower::paths::Paths;
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::plan::Item;
use crate::model::self_service::{SECRET, SECRET_FOLDER};
use crate::model::spec::Orkes;
use crate::shape::{AnyMap, Text};
use std::sync::Arc;

/// The program. It is mounted from a ConfigMap.
const PROGRAM: &str = include_str!("worker.py");
/// Its name.
const NAME: &str = "orkes-worker";
/// What runs where the spec says nothing: the newest Python at the time of writing.
const IMAGE: &str = "docker.io/library/python:3.13.7-alpine3.22";
/// Port that the pods of the server of Argo CD listen on (Argo CD 3.x, `argocd-server --port`).
const ARGOCD_PORT: i64 = 8080;

/// Adds the worker to the app that holds it.
pub fn lower(work: &Work, paths: &Paths, objects: &mut secrets::Lowered, bag: &mut Bag) {
    let (Some(orkes), Some(number)) = (work.orkes, work.owner()) else { return };
    let Some(owner) = work.input.resolved.instances.get(number) else { return };
    let Some(folder) = app::manifests_folder(paths, owner, bag) else { return };
    let item = |name: &str, value: Value| {
        let patches = Arc::from(owner.patches.clone());
        Item { name: name.into(), span: orkes.span, value, patches }
    };
    let common = |name: &str, file: &str| common(owner, name, &format!("{folder}/{file}.yaml"));
    let reads = Fields::new()
        .with("apiGroups", list([""]))
        .with("resources", list(["secrets"]))
        .with("resourceNames", list([SECRET]))
        .with("verbs", list(["get"]));
    let role = common(NAME, "role").with("rules", vec![reads.build()]).at(orkes.span);
    objects.add_object(number, "roles", item(NAME, role));
    let subject = Fields::new()
        .with("kind", "ServiceAccount")
        .with("name", orkes.service_account.to_value())
        .maybe("namespace", owner.body.namespace.as_ref().map(Text::to_value));
    let binding = common(NAME, "rolebinding").with("role", NAME).with("subjects", vec![subject.build()]);
    objects.add_object(number, "roleBindings", item(NAME, binding.at(orkes.span)));
    let worker = worker(work, orkes, common(NAME, "worker"));
    objects.add_object(number, "orkesWorkers", item(NAME, worker));
}

fn common(owner: &Instance, name: &str, path: &str) -> Fields {
    let tags = manifests::tags(owner);
    Fields::new()
        .with("name", name)
        .maybe("namespace", owner.body.namespace.as_ref().map(Text::to_value))
        .with("path", path)
        .with("app", owner.app.to_value())
        .maybe("category", tags.category.map(Value::from))
        .with("cluster", owner.cluster.name.to_value())
}

fn worker(work: &Work, orkes: &Orkes, common: Fields) -> Value {
    let worker = orkes.worker.as_ref();
    let own = worker.is_some_and(|worker| worker.own_program);
    let image = worker.map_or_else(|| Value::from(IMAGE), |worker| worker.image.to_value());
    let resources = worker.and_then(|worker| worker.resources.as_ref()).map(AnyMap::to_value);
    let egress: Vec<Value> = worker.into_iter().flat_map(|w| w.egress.iter()).map(Text::to_value).collect();
    let egress = if egress.is_empty() { list(["0.0.0.0/0"]) } else { egress };
    let folder = Value::from(SECRET_FOLDER);
    common
        .with("image", image)
        .maybe("program", (!own).then_some(PROGRAM))
        .with("replicas", worker.map_or(2, |worker| worker.replicas.value))
        .with("resources", resources.unwrap_or_else(usual_resources))
        .with("serviceAccount", orkes.service_account.to_value())
        .with("class", SECRET)
        .with("folder", folder)
        .with("env", env(work, orkes))
        .with("egress", egress)
        .with("ports", ports(orkes))
        .with("argocdPort", ARGOCD_PORT)
        .at(orkes.span)
}

fn env(work: &Work, orkes: &Orkes) -> Vec<Value> {
    let (connect, read) = workflows::times(orkes);
    let tasks: Vec<&str> = tasks::of_worker(work, orkes).into_iter().collect();
    let port = work.port.map_or_else(|| Value::from("https://api.port.io"), |port| port.url.to_value());
    let entry = |name: &'static str, value: Value| map([("name", name.into()), ("value", value)]);
    vec![
        entry("CONDUCTOR_URL", orkes.url.to_value()),
        entry("ARGOCD_URL", argocd_url(work.input, orkes)),
        entry(
            "ARGOCD_TOKEN_FILE",
            Value::from(format!("{SECRET_FOLDER}/{}", crate::model::self_service::ARGOCD_TOKEN)),
        ),
        entry("PORT_URL", port),
        entry("GITHUB_API_URL", Value::from("https://api.github.com")),
        entry("SECRETS_DIR", Value::from(SECRET_FOLDER)),
        entry("TASKS", Value::from(tasks.join(","))),
        entry("CONNECT_TIMEOUT_MS", Value::from(connect.to_string())),
        entry("READ_TIMEOUT_MS", Value::from(read.to_string())),
    ]
}

/// Where the worker finds Argo CD: the Service of its server, without TLS where the server has none.
fn argocd_url(input: &Input, orkes: &Orkes) -> Value {
    if let Some(url) = &orkes.argocd_url {
        return url.to_value();
    }
    let params = input.spec.platform.argocd.as_ref().and_then(|argocd| argocd.params.as_ref());
    let insecure = params.and_then(|params| params.map.get("server.insecure"));
    let insecure = insecure.is_some_and(|v| v.as_bool() == Some(true) || v.as_str() == Some("true"));
    let scheme = if insecure { "http" } else { "https" };
    Value::from(format!("{scheme}://argocd-server.{}.svc.cluster.local", &*input.spec.argocd_namespace()))
}

/// Ports outside of the cluster: that of TLS, and that of Conductor where it is another.
fn ports(orkes: &Orkes) -> Vec<Value> {
    let rest = orkes.url.split_once("://").map_or(&*orkes.url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let stated = host.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    let usual = if orkes.url.starts_with("http://") { 80 } else { 443 };
    let mut all = vec![443, stated.unwrap_or(usual)];
    all.dedup();
    all.into_iter().map(|port| Value::from(i64::from(port))).collect()
}

fn usual_resources() -> Value {
    let of = |cpu: Option<&'static str>, memory: &'static str| {
        Fields::new().maybe("cpu", cpu).with("memory", memory).build()
    };
    map([("requests", of(Some("10m"), "48Mi")), ("limits", of(None, "128Mi"))])
}
