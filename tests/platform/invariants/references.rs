//! I02: each Secret or ConfigMap that a workload or the values of a chart name is made by someone, key included.

use super::super::Platform;
use super::super::helm;
use super::super::report::Report;
use super::produced::{Made, made};
use super::scan::{self, Reference};

const WORKLOADS: [&str; 10] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Pod",
    "Job",
    "CronJob",
    "WorkflowTemplate",
    "CronWorkflow",
    "Workflow",
];

/// Judges rendered workloads, then the effective values of each chart in the namespace it goes to.
pub fn judge(platform: &Platform, report: &mut Report) {
    for object in platform.tree.objects.iter().filter(|object| WORKLOADS.contains(&object.kind())) {
        for reference in scan::pods(&object.value) {
            check(platform, &object.to_string(), object.namespace(), &reference, report);
        }
    }
    for (_, app) in platform.tree.applications() {
        let Ok(values) = helm::values(&platform.tree, app) else { continue };
        for reference in scan::helm(&values) {
            let namespace = app.text("/spec/destination/namespace");
            check(platform, &format!("values of {}", app.name()), namespace, &reference, report);
        }
    }
}

fn check(platform: &Platform, subject: &str, namespace: &str, reference: &Reference, report: &mut Report) {
    let Reference { kind, name, key, at } = reference;
    let made = made(platform, kind, namespace, name);
    if !made.serves(key.as_deref()) {
        let what = key.as_ref().map(|key| format!(" with key {key}")).unwrap_or_default();
        let found = match made {
            Made::With(keys) => format!("it has only the keys {keys:?}"),
            _ => "nothing makes it".to_owned(),
        };
        report.fact(subject, at, format!("{kind} {namespace}/{name}{what}"), found);
    }
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::{Value, json};

    const POD: (&str, &str) = (
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: n}\n\
         spec: {containers: [{envFrom: [{configMapRef: {name: m}}], \
         env: [{valueFrom: {configMapKeyRef: {name: m, key: k}}}]}]}\n",
    );

    fn failing(map: &str, fixture: Value) -> usize {
        judged(judge, &[POD, ("m.yaml", map)], fixture).len()
    }

    #[test]
    fn a_config_map_with_the_key() {
        let map = |namespace: &str, data: &str| {
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m, namespace: {namespace}}}\ndata: {data}\n")
        };
        assert_eq!(failing(&map("n", "{k: v}"), json!({})), 0);
        assert_eq!(failing(&map("n", "{q: v}"), json!({})), 1);
        assert_eq!(failing(&map("other", "{k: v}"), json!({})), 2);
    }

    #[test]
    fn externals_and_chart_values() {
        let externals = json!({"externals": [{"kind": "ConfigMap", "namespace": "n", "name": "m"}]});
        assert_eq!(failing("", externals), 0);
        let app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\n\
                   spec: {destination: {namespace: n}, source: {chart: c, helm: {values: 'existingSecret: s'}}}\n";
        let report = judged(judge, &[("a.yaml", app)], json!({}));
        assert!(report.text().contains("Secret n/s"));
    }
}
