//! Replicas beside an autoscaler, in trees: who is told to leave them alone.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that can not go on should stop")]

#[allow(dead_code, reason = "this file needs only some of it")]
#[path = "common/findings.rs"]
mod findings;
#[allow(dead_code, reason = "this file needs only some of it")]
#[path = "common/trees.rs"]
mod trees;

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec:\n  replicas: 3\n  selector: { \
                          matchLabels: { app: shop } }\n  template:\n    metadata: { labels: { app: shop } }\n    spec:\n      \
                          containers: [{ name: shop, image: 'registry.example.com/shop:2.1.0' }]\n";
const SCALER: &str = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: shop, namespace: shop }\nspec:\n  \
                      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }\n  maxReplicas: 9\n";

/// An Application that reads the folder, with more lines of its spec.
fn app(more: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: shop\n  namespace: argocd\nspec:\n  project: \
         default\n  source:\n    repoURL: https://git.example.com/acme/platform.git\n    path: shop\n    targetRevision: \
         v1.0.0\n  destination:\n    server: https://kubernetes.default.svc\n    namespace: shop\n{more}"
    )
}

fn found(app: &str, deployment: &str, scaler: &str, more: &[(&str, &str)]) -> bool {
    let files = [&[("app.yaml", app), ("shop/a.yaml", deployment), ("shop/b.yaml", scaler)], more].concat();
    let all = trees::found(&files);
    let ours: Vec<&String> = all.iter().filter(|f| f.ends_with("replicas-beside-autoscaler")).collect();
    assert!(ours.is_empty() || ours == ["shop/a.yaml:5 replicas-beside-autoscaler"], "{all:?}");
    !ours.is_empty()
}

#[test]
fn one_workload_and_its_own_autoscaler() {
    assert!(found(&app(""), DEPLOYMENT, SCALER, &[]));
    let keda = SCALER.replace("autoscaling/v2", "keda.sh/v1alpha1").replace("HorizontalPodAutoscaler", "ScaledObject");
    assert!(found(&app(""), DEPLOYMENT, &keda.replace("apiVersion: apps/v1, kind: Deployment, ", ""), &[]));
    for (scaler, why) in [
        (SCALER.replace("kind: Deployment", "kind: StatefulSet"), "another kind"),
        (SCALER.replace("name: shop }\n  max", "name: other }\n  max"), "another name"),
        (SCALER.replace("namespace: shop", "namespace: other"), "another namespace"),
    ] {
        assert!(!found(&app(""), DEPLOYMENT, &scaler, &[]), "{why}");
    }
    assert!(!found(&app(""), &DEPLOYMENT.replace("replicas: 3", "replicas: 0"), SCALER, &[]), "it is switched off");
    assert!(!found(&app(""), &DEPLOYMENT.replace("  replicas: 3\n", ""), SCALER, &[]));
    let nobody = app("").replace("path: shop", "path: other");
    assert!(!found(&nobody, DEPLOYMENT, SCALER, &[]), "no Application reads them");
}

#[test]
fn what_is_ignored_is_left_alone() {
    let of = |entry: &str| found(&app(&format!("  ignoreDifferences:\n  - {entry}\n")), DEPLOYMENT, SCALER, &[]);
    for entry in [
        "{ group: apps, kind: Deployment, jsonPointers: [/spec/replicas] }",
        "{ group: '*', kind: '*', jsonPointers: [/spec/replicas] }",
        "{ group: apps, kind: Deployment, name: shop, namespace: shop, jqPathExpressions: [.spec.replicas] }",
        "{ group: apps, kind: Deployment, managedFieldsManagers: [kube-controller-manager] }",
    ] {
        assert!(!of(entry), "{entry}");
    }
    for entry in [
        "{ group: apps, kind: StatefulSet, jsonPointers: [/spec/replicas] }",
        "{ kind: Deployment, jsonPointers: [/spec/replicas] }",
        "{ group: apps, kind: Deployment, name: other, jsonPointers: [/spec/replicas] }",
        "{ group: apps, kind: Deployment, jsonPointers: [/spec/template] }",
    ] {
        assert!(of(entry), "{entry}");
    }
}

#[test]
fn argocd_may_ignore_it_for_all() {
    let settings = |key: &str, text: &str| {
        let map = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-cm\n  namespace: argocd\ndata:\n  {key}: |\n    {text}\n"
        );
        found(&app(""), DEPLOYMENT, SCALER, &[("argocd/cm.yaml", &map)])
    };
    assert!(!settings("resource.customizations.ignoreDifferences.apps_Deployment", "jsonPointers: [/spec/replicas]"));
    assert!(settings("resource.customizations.ignoreDifferences.apps_Deployment", "jsonPointers: [/spec/template]"));
    assert!(settings("resource.customizations.health.apps_Deployment", "return obj.spec.replicas"));
}

#[test]
fn patches_may_take_them_out() {
    let kustomization = |patch: &str| {
        format!("resources: [a.yaml, b.yaml]\npatches:\n- target: {{ kind: Deployment }}\n  patch: |\n    {patch}\n")
    };
    let of = |patch: &str| found(&app(""), DEPLOYMENT, SCALER, &[("shop/kustomization.yaml", &kustomization(patch))]);
    assert!(!of("[{ op: remove, path: /spec/replicas }]"));
    assert!(of("[{ op: add, path: /metadata/labels, value: { a: b } }]"));
}
