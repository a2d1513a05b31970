//! What is suggested against an edit keeps it: applied to the spec, the tree has it.

use super::repository::Repo;
use super::support::{BLOG, SHOP, diff, edit, platform, render};

/// The snippet of the report, without the columns that it is set in.
fn suggested(repo: &Repo) -> Option<String> {
    let err = diff(repo, &[]).err;
    let from = err.lines().skip_while(|line| !["overrides:", "applicationSets:"].contains(&line.trim()));
    let lines: Vec<&str> = from.take_while(|line| !line.trim().is_empty()).collect();
    let depth = lines.first()?.len() - lines.first()?.trim_start().len();
    Some(lines.iter().flat_map(|line| [line.get(depth..).unwrap(), "\n"]).collect())
}

/// The edited file must come out of the spec with the suggestion in it, value by value.
fn kept(path: &str, from: &str, to: &str) {
    kept_in(&platform(), path, from, to);
}

/// The same in a repository, which gets what was suggested.
fn kept_in(repo: &Repo, path: &str, from: &str, to: &str) -> String {
    let file = format!("out/{path}");
    edit(repo, &file, from, to);
    let edited = repo.read(&file);
    let snippet = suggested(repo).unwrap_or_else(|| panic!("nothing suggested: {}", diff(repo, &[]).err));
    let spec = repo.read("platform.yaml");
    let spec = match snippet.strip_prefix("applicationSets:\n  auto:\n    template:\n") {
        None => format!("{spec}{snippet}"),
        Some(keys) => spec.replacen("    template:\n", &format!("    template:\n{keys}"), 1),
    };
    repo.write("platform.yaml", spec);
    render(repo, "");
    let value = |text: &str| -> serde_json::Value { serde_yaml_ng::from_str(text).unwrap() };
    assert_eq!(value(&repo.read(&file)), value(&edited), "{snippet}");
    assert_eq!(diff(repo, &[]).code, 0);
    snippet
}

/// A platform with values, kustomizations and ApplicationSets.
const MORE: &str = r"apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/acme/platform.git, path: out } }
categories: { web: {} }
environments:
  staging: { cluster: in-cluster, namespace: '${{ app.namespace }}-staging' }
  prd: { cluster: far }
clusters: { far: { server: https://far.example.com } }
defaults:
  app: { category: web, clusterResources: [], sync: { automated: true, options: { CreateNamespace: true } } }
apps:
  shop:
    namespace: shop
    source:
      helm:
        repo: https://charts.example.com
        chart: shop
        version: 1.0.0
        valuesAs: file
        valueFiles: [values/shop.yaml]
        values: { replicas: 2, image: { tag: a }, hosts: [a, b] }
  both:
    namespace: both
    environments: [staging, prd]
    source:
      helm: { repo: https://charts.example.com, chart: both, version: 1.0.0, valuesAs: file, values: { replicas: 2 } }
  listed:
    namespace: listed
    sources:
      - helm: { repo: https://charts.example.com, chart: a, version: 1.0.0, valuesAs: file, values: { replicas: 2 } }
  many:
    as: applicationSet
    namespace: many
    environments: [staging, prd]
    source: { git: { path: many } }
  raw:
    namespace: raw
    manifests: [manifests/raw.yaml]
    source:
      kustomize:
        namePrefix: x-
        images: { nginx: nginx:1.27 }
        replicas: { raw: 2 }
        patches: [{ target: { kind: Deployment }, patch: [{ op: add, path: /metadata/labels, value: { a: b } }] }]
        commonLabels: { team: web }
applicationSets:
  auto:
    category: web
    name: 'auto-{{ .name }}'
    destination: { server: https://kubernetes.default.svc, namespace: auto }
    generators: [{ list: { elements: [{ name: a }] } }]
    template:
      clusterResources: []
      source: { git: { path: auto } }
";

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: { name: raw }
spec:
  selector: { matchLabels: { app: raw } }
  template:
    metadata: { labels: { app: raw } }
    spec: { containers: [{ name: nginx, image: nginx, resources: { limits: { memory: 1Gi } } }] }
";

const WEB: &str = "argocd/app-of-apps/apps/web";

fn more() -> Repo {
    let repo = Repo::new();
    repo.write("platform.yaml", MORE);
    repo.write("values/shop.yaml", "# What the shop needs.\nreplicas: 1\n");
    repo.write("manifests/raw.yaml", DEPLOYMENT);
    render(&repo, "");
    repo
}

#[test]
fn values_of_a_file() {
    let file = format!("{WEB}/shop/helm-values/shop-values.yaml");
    for (from, to) in [
        ("replicas: 2", "replicas: 3"),
        ("  tag: a", "  tag: a\n  pullPolicy: Always"),
        ("image:\n  tag: a\n", ""),
        ("  - a\n", ""),
        ("  tag: a", "  {}"),
        ("replicas: 2", "replicas: \"2\"\nresources:\n  limits: { memory: 1Gi }"),
    ] {
        let snippet = kept_in(&more(), &file, from, to);
        assert!(snippet.contains("      source:\n        helm:\n          values:\n"), "{snippet}");
    }
}

#[test]
fn values_of_one_of_several_applications() {
    let repo = more();
    let snippet = kept_in(&repo, &format!("{WEB}/both-staging/helm-values/both-staging-values.yaml"), "2", "3");
    assert!(snippet.contains("environment: staging"), "{snippet}");
}

#[test]
fn a_copy_is_edited_where_it_comes_from() {
    let (repo, file) = (more(), format!("out/{WEB}/shop/helm-values/shop.yaml"));
    for (from, to) in [("replicas: 1", "replicas: 5"), ("# What", "# All that")] {
        edit(&repo, &file, from, to);
        let ran = diff(&repo, &[]);
        assert_eq!(ran.codes(), ["edited-by-hand"]);
        assert!(ran.err.contains("make the edit in `values/shop.yaml` beside the spec"), "{}", ran.err);
        repo.write("values/shop.yaml", repo.read(&file));
        render(&repo, "");
        assert_eq!((diff(&repo, &[]).code, diff(&repo, &[]).err.as_str()), (0, ""));
    }
}

#[test]
fn an_application_set_of_an_app() {
    let file = format!("{WEB}/many.yaml");
    for (from, to) in [
        ("    spec:\n", "    spec:\n      revisionHistoryLimit: 3\n"),
        ("cluster: far\n", "cluster: far\n            region: weu\n"),
        ("CreateNamespace=true", "CreateNamespace=true\n          - PruneLast=true"),
    ] {
        let snippet = kept_in(&more(), &file, from, to);
        assert!(snippet.contains("kind: ApplicationSet"), "{snippet}");
    }
}

#[test]
fn an_application_set_of_the_spec() {
    let file = format!("{WEB}/auto.yaml");
    for (from, to) in [
        ("    spec:\n", "    spec:\n      revisionHistoryLimit: 3\n"),
        ("- name: a\n", "- name: a\n          - name: b\n"),
    ] {
        let snippet = kept_in(&more(), &file, from, to);
        assert!(snippet.starts_with("applicationSets:\n  auto:\n    template:\n      patches:\n"), "{snippet}");
    }
}

#[test]
fn options_of_kustomize() {
    let file = format!("{WEB}/raw/kustomization.yaml");
    let more_patches = "patches:\n  - patch: |\n      kind: Deployment\n      apiVersion: apps/v1\n      metadata: { name: raw }\n      spec: { replicas: 1 }\n    options:\n      allowNameChange: true\n";
    for (from, to) in [
        ("namePrefix: x-\n", "namePrefix: y-\nnameSuffix: -z\n"),
        ("namePrefix: x-\n", ""),
        ("newTag: \"1.27\"", "newTag: \"1.28\""),
        ("newTag: \"1.27\"", "digest: sha256:6b06964cdbbc517102ce5e0cef95152f3c6a7ef703e4057cb574539de91f72e6"),
        ("newName: nginx", "newName: registry.example.com:5000/nginx"),
        ("count: 2", "count: 3"),
        ("replicas:\n  - name: raw\n    count: 2\n", ""),
        ("patches:\n", more_patches),
        ("          a: b", "          a: c"),
        ("team: web", "team: web\n      tier: front"),
        ("includeSelectors: true", "includeSelectors: false\n    includeTemplates: true"),
        ("labels:\n  - pairs:\n      team: web\n    includeSelectors: true\n", ""),
        ("labels:\n", "commonAnnotations:\n  team: web\nlabels:\n"),
    ] {
        let snippet = kept_in(&more(), &file, from, to);
        assert!(snippet.contains("      source:\n        kustomize:\n"), "{snippet}");
    }
}

#[test]
fn a_field_of_an_application() {
    kept(BLOG, "path: blog", "path: blog/new");
}

#[test]
fn a_new_key_and_one_that_is_gone() {
    kept(BLOG, "  project:", "  revisionHistoryLimit: 3\n  project:");
    kept(BLOG, "  annotations:\n", "  annotations:\n    team: web\n");
    kept(BLOG, "  syncPolicy:\n    automated: {}\n    syncOptions:\n      - CreateNamespace=true\n", "");
}

#[test]
fn an_item_of_a_list() {
    kept(SHOP, "targetRevision: 1.0.0", "targetRevision: 1.2.3");
}

#[test]
fn an_object_that_an_app_brings() {
    let repo = platform();
    let files = repo.git(&["ls-files", "out"]);
    let manifest =
        files.lines().find(|f| repo.read(f).contains("kind: ConfigMap") && f.contains("/blog/")).unwrap().to_owned();
    kept(manifest.strip_prefix("out/").unwrap(), "title: Blog", "title: 'Yes: no'");
}

#[test]
fn an_object_of_the_platform() {
    let repo = platform();
    let files = repo.git(&["ls-files", "out"]);
    let project =
        files.lines().find(|f| repo.read(f).contains("kind: AppProject") && f.contains("web")).unwrap().to_owned();
    let text = repo.read(&project);
    assert!(text.contains("\nspec:\n"));
    kept(project.strip_prefix("out/").unwrap(), "\nspec:\n", "\nspec:\n  permitOnlyProjectScopedClusters: true\n");
}

#[test]
fn nothing_is_suggested_that_would_not_hold() {
    for (path, from, to) in [
        (BLOG, "path: blog", "path: ${{ app.name }}"),
        (BLOG, "  project:", "  password: hunter2-Xk29fLq8\n  project:"),
        (BLOG, "name: blog", "name: other"),
    ] {
        let repo = platform();
        edit(&repo, &format!("out/{path}"), from, to);
        let ran = diff(&repo, &[]);
        assert_eq!(ran.codes(), ["edited-by-hand"], "{}", ran.err);
        assert!(suggested(&repo).is_none(), "{}", ran.err);
        assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    }
    let (values, kustomization) = ("shop/helm-values/shop-values.yaml", "raw/kustomization.yaml");
    for (path, from, to) in [
        // What is null takes its key out.
        (values, "replicas: 2", "replicas: null"),
        (values, "replicas: 2", "replicas: 2\napiToken: 4f9d1c77aa0e4f9d1c77aa0e"),
        ("listed/helm-values/listed-values.yaml", "replicas: 2", "replicas: 3"),
        (kustomization, "namePrefix", "configMapGenerator: [{ name: x, literals: [a=b] }]\nnamePrefix"),
        (kustomization, "  - raw.yaml\n", "  - raw.yaml\n  - other.yaml\n"),
        // In another order than the spec would write it.
        (kustomization, "images:\n  - name: nginx\n", "images:\n  - name: zoo\n    newName: zoo2\n  - name: nginx\n"),
        (kustomization, "newName: nginx", "newName: nginx:1"),
        (kustomization, "count: 2", "count: two"),
    ] {
        let repo = more();
        edit(&repo, &format!("out/{WEB}/{path}"), from, to);
        let ran = diff(&repo, &[]);
        assert_eq!(ran.codes(), ["edited-by-hand"], "{}", ran.err);
        assert!(suggested(&repo).is_none(), "{}", ran.err);
        assert!(ran.err.contains("make the change in the entry of the spec"), "{}", ran.err);
    }
}

#[test]
fn the_object_that_an_overlay_builds() {
    const SPEC: &str = include_str!("../../fixtures/render/onboarding-overlays/platform.yaml");
    const INSTALL: &str = include_str!("../../fixtures/render/onboarding-overlays/argocd/install.yaml");
    let of = || {
        let repo = Repo::new();
        repo.write("platform.yaml", SPEC);
        repo.write("argocd/install.yaml", INSTALL);
        render(&repo, "");
        repo
    };
    let file = "manifests/argocd/overlays/prd/clusters/aks-prod-neu/kustomization.yaml";
    for (from, to) in [
        ("example.com/owner: platform", "example.com/owner: team-a"),
        ("    value: aks-prod-neu\n", "    value: aks-north\n"),
        ("      - op: add\n        path: /spec/target/template/data/shard\n        value: \"1\"\n", ""),
    ] {
        let snippet = kept_in(&of(), file, from, to);
        assert!(snippet.contains("kind: ExternalSecret\n"), "{snippet}");
        assert!(snippet.contains("name: aks-prod-neu-cluster-external-secret\n"), "{snippet}");
    }
    // What is not written as it would be rendered, and what is no patch.
    for (from, to) in [
        ("      - op: replace\n        path: /metadata/name", "      - op: add\n        path: /metadata/name"),
        ("../../../../base/aks-clusters", "../../../../base/other"),
        ("patches:\n", "namePrefix: x-\npatches:\n"),
        ("kind: ExternalSecret", "kind: Secret"),
    ] {
        let repo = of();
        edit(&repo, &format!("out/{file}"), from, to);
        assert!(suggested(&repo).is_none(), "{from}");
        assert!(diff(&repo, &[]).codes().contains(&"edited-by-hand"));
    }
}

/// No report shows what stands in a Secret, and none says to write it into the spec.
#[test]
fn what_stands_in_a_secret_is_not_suggested() {
    let repo = platform();
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: { name: blog }\ntype: Opaque\n";
    repo.write("manifests/blog.yaml", secret);
    render(&repo, "");
    let file = format!("out/{}", "argocd/app-of-apps/apps/web/blog/blog.yaml");
    edit(&repo, &file, "type: Opaque", "type: Opaque\nstringData: { note: not-to-be-shown }");
    let compared = diff(&repo, &[]);
    assert!(compared.err.contains("belongs into the secret store"), "{}", compared.err);
    assert!(!(compared.err + &compared.out).contains("not-to-be-shown"));
}
