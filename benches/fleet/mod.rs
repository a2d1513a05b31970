//! A made-up platform of any size: charts with values files, raw manifests, dependencies.

use std::fmt::Write as _;

use sailplan::source::Memory;

/// Apps in one included file.
const PER_FILE: usize = 500;

const HEAD: &str = r#"apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform:
  name: fleet
  repo: { url: https://git.example.com/fleet.git }
include: [apps/*.yaml]
defaults:
  app:
    labels: { app.kubernetes.io/part-of: fleet, app.kubernetes.io/name: "${{ app.name }}" }
    sync:
      automated: { prune: true, selfHeal: true }
      options: { CreateNamespace: true, ServerSideApply: true }
      retry: { limit: 5, backoff: { duration: 30s, factor: 2, maxDuration: 5m } }
    ignoreDifferences: [ { kind: Secret, jsonPointers: [/data] } ]
categories:
"#;

/// The files of a spec of `n` apps. Each app gives three files: its Application, a values file and a
/// raw manifest, 2.9 KB together.
#[must_use]
pub fn files(n: usize) -> Vec<(String, Vec<u8>)> {
    let mut head = HEAD.to_owned();
    for c in 0..20 {
        let _ = writeln!(head, "  cat-{c}: {{ description: Category {c} }}");
    }
    let mut files = vec![("platform.yaml".to_owned(), head.into_bytes())];
    for part in 0..n.div_ceil(PER_FILE) {
        let mut text = "apps:\n".to_owned();
        for i in part * PER_FILE..n.min((part + 1) * PER_FILE) {
            app(&mut text, i);
        }
        files.push((format!("apps/part-{part:04}.yaml"), text.into_bytes()));
    }
    files.extend((0..n).map(|i| (format!("manifests/app-{i:05}.yaml"), manifest(i).into_bytes())));
    files
}

/// The same in memory.
#[must_use]
pub fn memory(n: usize) -> Memory {
    files(n).into_iter().collect()
}

fn app(text: &mut String, i: usize) {
    let (minor, patch) = (i % 50, i % 7);
    let _ = write!(
        text,
        r#"  app-{i:05}:
    category: cat-{}
    namespace: ns-{i:05}
    source:
      helm:
        repo: https://charts.example.com/stable
        chart: chart-{}
        version: 1.{minor}.{patch}
        releaseName: app-{i:05}
        valuesAs: file
        values:
          replicaCount: {}
          image: {{ repository: registry.example.com/team/app-{i:05}, tag: "1.{minor}.{patch}", pullPolicy: IfNotPresent }}
          ingress:
            enabled: true
            className: traefik
            annotations: {{ cert-manager.io/cluster-issuer: letsencrypt }}
            hosts: [ {{ host: app-{i:05}.example.com, paths: [ {{ path: /, pathType: Prefix }} ] }} ]
            tls: [ {{ secretName: app-{i:05}-tls, hosts: [ app-{i:05}.example.com ] }} ]
          resources:
            requests: {{ cpu: 100m, memory: 128Mi }}
            limits: {{ cpu: 500m, memory: 512Mi }}
          env:
            LOG_LEVEL: info
            DATABASE_HOST: postgres.platform.svc.cluster.local
            FEATURE_FLAGS: "a,b,c"
          database: {{ existingSecret: app-{i:05}-db }}
          serviceMonitor: {{ enabled: true, interval: 30s }}
    manifests: [manifests/app-{i:05}.yaml]
    clusterResources: []
"#,
        i % 20,
        i % 97,
        i % 5 + 1,
    );
    if i >= 20 && i.is_multiple_of(3) {
        let _ = writeln!(text, "    dependsOn: [app-{:05}]", i - 20);
    }
}

/// The store that all ExternalSecrets name; it lies with those of the first app.
const STORE: &str = "apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata:
  name: vault-backend
spec:
  provider:
    vault:
      server: https://vault.example.com
      path: secret
      auth: { tokenSecretRef: { name: app-00000-db, namespace: ns-00000, key: password } }
---
";

fn manifest(i: usize) -> String {
    let store = if i == 0 { STORE } else { "" };
    format!(
        "{store}apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: app-{i:05}-db
  namespace: ns-{i:05}
  annotations:
    argocd.argoproj.io/sync-wave: \"-1\"
spec:
  refreshInterval: 1h
  secretStoreRef: {{ name: vault-backend, kind: ClusterSecretStore }}
  target: {{ name: app-{i:05}-db, creationPolicy: Owner }}
  data:
    - secretKey: username
      remoteRef: {{ key: apps/app-{i:05}/db, property: username }}
    - secretKey: password
      remoteRef: {{ key: apps/app-{i:05}/db, property: password }}
"
    )
}
