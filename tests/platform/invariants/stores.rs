//! I01: every secretStoreRef resolves. I05: one API version of External Secrets, served by the pinned chart.

use super::super::Platform;
use super::super::object::Object;
use super::super::report::Report;
use super::super::sources;

const GROUP: &str = "external-secrets.io";

/// A ClusterSecretStore of that name, or a SecretStore of that name in the same namespace.
pub fn resolve(platform: &Platform, report: &mut Report) {
    let tree = &platform.tree;
    for object in tree.objects.iter().filter(|object| object.group() == GROUP) {
        let reference = &object.value["spec"]["secretStoreRef"];
        let Some(name) = reference["name"].as_str() else {
            if object.kind() == "ExternalSecret" {
                report.broken(&object.to_string(), "has no secretStoreRef");
            }
            continue;
        };
        let kind = reference["kind"].as_str().unwrap_or("SecretStore");
        let namespace = if kind == "ClusterSecretStore" { "" } else { object.namespace() };
        if !tree.has(GROUP, kind, namespace, name) {
            report
                .broken(&object.to_string(), format!("no {kind} {name} in reach of namespace {}", object.namespace()));
        }
    }
}

/// v1beta1 is served up to 0.16, v1 from 0.16 on.
pub fn one_version(platform: &Platform, report: &mut Report) {
    let secrets = platform.tree.objects.iter().filter(|object| object.group() == GROUP);
    let mut versions: Vec<&str> = secrets.map(Object::version).collect();
    versions.sort_unstable();
    versions.dedup();
    if versions.len() > 1 {
        report.fact("external-secrets.io", "/apiVersion", "one version", format!("{versions:?}"));
    }
    let app = platform.tree.application(platform.fixture.text("/secretsOperator"));
    let pinned = app.and_then(sources::chart).and_then(|source| source["targetRevision"].as_str()).unwrap_or_default();
    let Some(minor) = minor(pinned) else {
        return report.broken("external-secrets chart", format!("its version {pinned:?} cannot be read"));
    };
    for version in versions {
        let served = match version {
            "v1" => minor >= 16,
            "v1beta1" => minor <= 16,
            _ => false,
        };
        if !served {
            report.broken("external-secrets.io", format!("{version} is not served by chart {pinned}"));
        }
    }
}

/// The minor number of `0.minor.patch`; any later major counts as later than all of them.
fn minor(version: &str) -> Option<u32> {
    let mut parts = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
    Some(if major > 0 { u32::MAX } else { minor })
}

#[cfg(test)]
mod tests {
    use super::super::judged;
    use super::*;
    use serde_json::json;

    fn secret(version: &str, kind: &str) -> String {
        format!(
            "apiVersion: external-secrets.io/{version}\nkind: ExternalSecret\nmetadata: {{name: s, namespace: a}}\n\
             spec: {{secretStoreRef: {{name: st, kind: {kind}}}}}\n"
        )
    }

    #[test]
    fn stores_in_reach() {
        let store = "apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: st, namespace: b}\n";
        let cluster = "apiVersion: external-secrets.io/v1\nkind: ClusterSecretStore\nmetadata: {name: st}\n";
        let run = |store: &str, kind: &str| {
            judged(resolve, &[("s.yaml", &secret("v1", kind)), ("t.yaml", store)], json!({})).len()
        };
        assert_eq!(run(cluster, "ClusterSecretStore"), 0);
        assert_eq!(run(store, "SecretStore"), 1, "a store serves its own namespace only");
        assert_eq!(run(cluster, "SecretStore"), 1);
    }

    #[test]
    fn versions_by_chart() {
        let run = |version: &str, chart: &str| {
            let app = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: eso, namespace: argocd}}\n\
                 spec: {{source: {{chart: c, targetRevision: '{chart}'}}}}\n"
            );
            let files = [("s.yaml", secret(version, "SecretStore")), ("app.yaml", app)];
            let files: Vec<(&str, &str)> = files.iter().map(|(file, text)| (*file, text.as_str())).collect();
            judged(one_version, &files, json!({"secretsOperator": "eso"})).len()
        };
        assert_eq!((run("v1beta1", "0.10.0"), run("v1", "0.16.0"), run("v1", "2.9.0")), (0, 0, 0));
        assert_eq!((run("v1", "0.10.0"), run("v1beta1", "0.17.0"), run("v1", "HEAD")), (1, 1, 1));
    }

    #[test]
    fn mixed_versions() {
        let files = [("s.yaml", secret("v1", "SecretStore")), ("t.yaml", secret("v1beta1", "SecretStore"))];
        let files: Vec<(&str, &str)> = files.iter().map(|(file, text)| (*file, text.as_str())).collect();
        assert!(judged(one_version, &files, json!({})).text().contains("one version"));
    }
}
