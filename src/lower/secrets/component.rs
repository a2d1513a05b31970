//! Kustomize components that give pods what a secret needs: a volume, or annotations.

use super::{Work, component_folder};
use crate::base::Value;
use crate::model::context::Fields;
use crate::model::secrets::Need;
use crate::model::spec::SecretPods;
use crate::shape::Text;
use crate::yaml;

/// Adds a component that patches the workloads of a secret with `patch`. An app whose manifests are built by
/// kustomize gets it; others name it themselves.
pub fn add<'a>(work: &mut Work<'a, '_>, need: &Need<'a>, pods: &SecretPods, patch: &Value) {
    let Some(folder) = component_folder(work, need) else { return };
    let mut text = String::new();
    yaml::write(&mut text, patch);
    let selector = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    let target = Fields::new()
        .maybe("kind", selector(&pods.kind))
        .maybe("name", selector(&pods.name))
        .maybe("labelSelector", selector(&pods.label_selector));
    let patch = Fields::new().with("target", target.build()).with("patch", text).build();
    let value = Fields::new()
        .with("name", need.name.to_value())
        .with("path", format!("{folder}/kustomization.yaml"))
        .with("app", need.instance.app.to_value())
        .maybe("category", need.instance.body.category.as_ref().map(Text::to_value))
        .with("cluster", need.instance.cluster.name.to_value())
        .maybe("environment", need.instance.environment.as_ref().map(Text::to_value))
        .with("patches", vec![patch])
        .at(need.name.span);
    let name = format!("{}/{}", &*need.instance.name, &**need.name);
    work.add("components", &name, need.name.span, need.instance, value);
    work.of(need.number).components.push(folder);
}

/// The patch of a workload: what its pod template gets. The name is that of the target, as kustomize demands one.
pub fn workload(pods: &SecretPods, template: Value) -> Value {
    let kind = pods.kind.as_ref().map_or_else(|| Value::from("Deployment"), Text::to_value);
    let name = pods.name.as_ref().map_or_else(|| Value::from("any"), Text::to_value);
    let api = match pods.kind.as_deref() {
        Some("CronJob" | "Job") => "batch/v1",
        _ => "apps/v1",
    };
    let spec = Fields::new().with("template", template).build();
    let spec = match pods.kind.as_deref() {
        Some("CronJob") => {
            let job = Fields::new().with("spec", spec).build();
            Fields::new().with("jobTemplate", job).build()
        }
        _ => spec,
    };
    Fields::new()
        .with("apiVersion", api)
        .with("kind", kind)
        .with("metadata", Fields::new().with("name", name).build())
        .with("spec", spec)
        .build()
}
