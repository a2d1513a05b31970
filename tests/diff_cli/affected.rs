//! Lists for machines.

use super::support::{BLOG, SHOP, diff, edit, platform};

fn affected(repo: &super::repository::Repo) -> Vec<String> {
    diff(repo, &["--affected"]).out.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn names_of_files_and_of_objects() {
    let repo = platform();
    edit(&repo, "platform.yaml", "automated: true", "automated: false");
    assert_eq!(diff(&repo, &["--names"]).out, format!("{BLOG}\n{SHOP}\n"));
    assert_eq!(diff(&repo, &["--names=paths", "-z"]).out, format!("{BLOG}\0{SHOP}\0"));
    assert_eq!(diff(&repo, &["--names=objects"]).out, "Application argocd/blog\nApplication argocd/shop\n");
}

#[test]
fn a_changed_application_and_the_parent_that_reads_it() {
    let repo = platform();
    edit(&repo, "platform.yaml", "version: 1.0.0", "version: 1.0.1");
    assert_eq!(affected(&repo), ["shop", "web-parent"]);
    let line = diff(&repo, &["--affected"]).out.lines().next().unwrap().to_owned();
    let fields: Vec<&str> = line.split('\t').collect();
    assert_eq!(fields.len(), 3);
    assert!(fields[1].contains("kubernetes.default.svc") || fields[1] == "in-cluster", "{line}");
    assert!(fields[2].contains("web"), "{line}");
}

#[test]
fn values_files_and_manifests_refresh_those_who_read_them() {
    let repo = platform();
    edit(&repo, "values/shop.yaml", "replicas: 1", "replicas: 2");
    assert_eq!(affected(&repo), ["shop"]);
    let repo = platform();
    edit(&repo, "manifests/blog.yaml", "title: Blog", "title: News");
    assert_eq!(affected(&repo), ["blog"]);
}

#[test]
fn the_annotation_decides_where_it_is() {
    let repo = platform();
    edit(&repo, "platform.yaml", "path: out }", "path: out }, argocd: { manifestGeneratePaths: true }");
    super::support::render(&repo, "");
    assert!(
        repo.read(&format!("out/{SHOP}")).contains("manifest-generate-paths"),
        "{}",
        repo.read(&format!("out/{SHOP}"))
    );
    edit(&repo, "values/shop.yaml", "replicas: 1", "replicas: 2");
    assert_eq!(affected(&repo), ["shop"]);
    assert_eq!(affected(&platform()), Vec::<String>::new());
}

#[test]
fn a_zero_byte_ends_names_and_nothing_else() {
    let ran = diff(&platform(), &["-z"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--names") && ran.err.contains("--affected"), "{}", ran.err);
}
