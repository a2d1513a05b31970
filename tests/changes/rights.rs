//! Who may do more and who less: what another line allows already is no news.

use std::collections::BTreeSet;

use sailplan::diff::{Options, diff};
use sailplan::model::changes::Class;

use crate::golden::Tree;

const MORE: Class = Class::PermissionWidened;
const LESS: Class = Class::PermissionNarrowed;
const TIGHT: Class = Class::ProjectTightened;
const SAME: Class = Class::InPlace;

fn classes(path: &str, before: &str, after: &str) -> BTreeSet<Class> {
    let tree = |text: &str| Tree::from([(path.to_owned(), text.as_bytes().to_vec())]);
    let changes = diff(&tree(before), &tree(after), &Options::default());
    assert_eq!(changes.all.len(), 1, "{:#?}", changes.all);
    changes.all[0].impacts.iter().map(|impact| impact.class).collect()
}

/// Both ways: what one adds, the other takes away.
fn both_ways(path: &str, text: impl Fn(&str) -> String, before: &str, after: &str, there: &[Class], back: &[Class]) {
    let set = |classes: &[Class]| classes.iter().copied().collect::<BTreeSet<Class>>();
    assert_eq!(classes(path, &text(before), &text(after)), set(there), "{before} -> {after}");
    assert_eq!(classes(path, &text(after), &text(before)), set(back), "{after} -> {before}");
}

#[test]
fn lists_of_projects() {
    let project = |spec: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {{name: p, namespace: argocd}}\nspec: {{{spec}}}\n"
        )
    };
    let cases: &[(&str, &str, &[Class], &[Class])] = &[
        ("sourceRepos: [a]", "sourceRepos: [a, b]", &[MORE], &[TIGHT]),
        ("sourceRepos: ['*']", "sourceRepos: ['*', b]", &[SAME], &[SAME]),
        ("sourceRepos: ['*']", "sourceRepos: ['*', '!b']", &[TIGHT], &[MORE]),
        ("clusterResourceWhitelist: []", "clusterResourceWhitelist: [{group: a, kind: B}]", &[MORE], &[TIGHT]),
        (
            "clusterResourceWhitelist: [{group: '*', kind: '*'}]",
            "clusterResourceWhitelist: [{group: '*', kind: '*'}, {group: a, kind: B}]",
            &[SAME],
            &[SAME],
        ),
        ("namespaceResourceBlacklist: []", "namespaceResourceBlacklist: [{group: a, kind: B}]", &[TIGHT], &[MORE]),
        // No list lets everything through.
        ("description: a", "namespaceResourceWhitelist: [{group: a, kind: B}]", &[TIGHT], &[MORE]),
    ];
    for (before, after, there, back) in cases {
        both_ways("p.yaml", project, before, after, there, back);
    }
}

#[test]
fn rules_of_roles() {
    let role = |rule: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: r, namespace: ns}}\nrules: [{{{rule}}}]\n"
        )
    };
    let cases: &[(&str, &str, &[Class], &[Class])] = &[
        (
            "apiGroups: [''], resources: [pods], verbs: [get]",
            "apiGroups: [''], resources: [pods], verbs: [get, list]",
            &[MORE],
            &[LESS],
        ),
        (
            "apiGroups: [''], resources: [pods], verbs: ['*']",
            "apiGroups: [''], resources: [pods], verbs: ['*', list]",
            &[SAME],
            &[SAME],
        ),
        (
            "apiGroups: [''], resources: [pods], verbs: [get]",
            "apiGroups: [''], resources: [pods], resourceNames: [a], verbs: [get]",
            &[LESS],
            &[MORE],
        ),
    ];
    for (before, after, there, back) in cases {
        both_ways("r.yaml", role, before, after, there, back);
    }
}

#[test]
fn policies_of_vault() {
    let policy =
        |capabilities: &str| format!("# a comment\npath \"kv/data/a\" {{ capabilities = [{capabilities}] }}\n");
    let cases: &[(&str, &str, &[Class], &[Class])] = &[
        ("\"read\"", "\"read\", \"list\"", &[MORE], &[LESS]),
        ("\"read\"", "\"deny\"", &[LESS], &[MORE]),
        ("\"deny\"", "\"deny\", \"read\"", &[SAME], &[SAME]),
    ];
    for (before, after, there, back) in cases {
        both_ways("vault/a.hcl", policy, before, after, there, back);
    }
}

#[test]
fn switches_and_accounts() {
    let map = |data: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: argocd-cm, namespace: argocd}}\ndata: {{{data}}}\n")
    };
    let cases: &[(&str, &str, &[Class], &[Class])] = &[
        ("exec.enabled: 'false'", "exec.enabled: 'true'", &[MORE], &[LESS]),
        ("accounts.a: apiKey", "accounts.a: 'apiKey, login'", &[MORE], &[LESS]),
        (
            "accounts.a: apiKey, accounts.a.enabled: 'false'",
            "accounts.a: apiKey, accounts.a.enabled: 'true'",
            &[MORE],
            &[LESS],
        ),
        (
            "accounts.a: apiKey, accounts.a.enabled: 'false'",
            "accounts.a: 'apiKey, login', accounts.a.enabled: 'false'",
            &[SAME],
            &[SAME],
        ),
    ];
    for (before, after, there, back) in cases {
        both_ways("cm.yaml", map, before, after, there, back);
    }
}
