//! A made-up tree of Applications of any size, in two states.

use std::collections::BTreeMap;

/// Each Application has a file of its own, 1.3 KB. In state 1 a third of them has a new version, a third values of its
/// own, and a third another name.
#[must_use]
pub fn tree(apps: usize, state: usize) -> BTreeMap<String, Vec<u8>> {
    (0..apps)
        .map(|i| {
            let (version, replicas, name) = match (state, i % 3) {
                (1, 0) => ("1.2.4", 1, format!("app-{i:05}")),
                (1, 1) => ("1.2.3", i + 2, format!("app-{i:05}")),
                (1, _) => ("1.2.3", 1, format!("name-{i:05}")),
                _ => ("1.2.3", 1, format!("app-{i:05}")),
            };
            (format!("apps/cat-{}/{name}.yaml", i % 20), application(i, &name, version, replicas).into_bytes())
        })
        .collect()
}

fn application(i: usize, name: &str, version: &str, replicas: usize) -> String {
    format!(
        r#"apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {name}
  namespace: argocd
  labels:
    app.kubernetes.io/part-of: fleet
    app.kubernetes.io/name: {name}
  annotations:
    argocd.argoproj.io/sync-wave: "{wave}"
  finalizers:
    - resources-finalizer.argocd.argoproj.io
spec:
  project: cat-{cat}
  destination:
    server: https://kubernetes.default.svc
    namespace: ns-{i:05}
  source:
    repoURL: https://charts.example.com/team-{team}
    chart: chart-{i}
    targetRevision: {version}
    helm:
      releaseName: release-{i}
      values: |
        replicas: {replicas}
        image:
          repository: registry.example.com/team-{team}/app-{i}
          tag: "1.{minor}"
        ingress:
          enabled: true
          host: app-{i}.example.com
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
    syncOptions:
      - CreateNamespace=true
      - ServerSideApply=true
    retry:
      limit: 5
      backoff:
        duration: 30s
        factor: 2
        maxDuration: 5m
  ignoreDifferences:
    - kind: Secret
      jsonPointers:
        - /data
"#,
        wave = i % 7,
        cat = i % 20,
        team = i % 40,
        minor = i % 50,
    )
}
