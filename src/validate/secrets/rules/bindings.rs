//! ServiceAccounts and namespaces that roles of Vault are bound to.

use std::collections::BTreeSet;

use super::super::facts::Kind;
use super::super::scene::Scene;
use crate::base::suggest;
use crate::diag::{Bag, Finding};
use crate::model::plan::{Binding, Plan};
use crate::shape::Text;

crate::codes! {
    /// A role of Vault lets in a namespace that nothing is deployed to, or a ServiceAccount that nothing makes there.
    ///
    /// Whoever can make a ServiceAccount of that name in that namespace gets what the role's policies allow. Bindings of
    /// stores are derived; this is about roles under `secrets.roles`. Nothing is said of ServiceAccounts where a chart or
    /// another repository deploys to the namespace, of patterns, and of roles that are for other platforms altogether.
    ///
    /// Take the entry out, or mend it. This is a note: it stops nothing.
    UNUSED_VAULT_BINDING = "unused-vault-binding": note;
}

/// Runs the rule.
pub fn check(plan: &Plan, scene: &Scene, bag: &mut Bag) {
    if plan.bindings.is_empty() {
        return;
    }
    let of_folders = plan.folders.values().map(|folder| (&*folder.cluster, &*folder.namespace));
    let deployed: BTreeSet<(&str, &str)> =
        scene.objects.iter().map(|object| (object.cluster, object.namespace)).chain(of_folders).collect();
    for binding in &plan.bindings {
        one(scene, &deployed, binding, bag);
    }
}

fn one(scene: &Scene, deployed: &BTreeSet<(&str, &str)>, binding: &Binding, bag: &mut Bag) {
    let (role, cluster) = (&*binding.role, &*binding.cluster);
    let is_pattern = |text: &Text| text.contains('*');
    let used = |namespace: &&Text| {
        is_pattern(namespace) || deployed.contains(&(cluster, &***namespace)) || scene.unseen(cluster, namespace)
    };
    let (inside, outside): (Vec<&Text>, Vec<&Text>) = binding.namespaces.iter().partition(used);
    // A role of which no namespace is the platform's own is for others.
    if inside.is_empty() {
        return;
    }
    for namespace in outside {
        let message = format!(
            "Vault role `{role}` lets in namespace `{}` of cluster `{cluster}`, to which nothing is deployed",
            &**namespace
        );
        let help = format!("write {}", suggest::listing(inside.iter().map(|n| &***n), 8));
        bag.push(Finding::note(&UNUSED_VAULT_BINDING, namespace.span, message, help));
    }
    if inside.iter().any(|namespace| is_pattern(namespace)) {
        return;
    }
    let could = |account: &Text, namespace: &str| {
        &**account == "default"
            || scene.unseen(cluster, namespace)
            || scene.charts.iter().any(|chart| (chart.app.cluster, chart.app.namespace) == (cluster, namespace))
            || scene.makers(Kind::ServiceAccount, (cluster, namespace), account).is_none_or(|makers| !makers.is_empty())
            || scene.known.has(Kind::ServiceAccount, cluster, namespace, account)
    };
    for account in binding.accounts.iter().filter(|account| !is_pattern(account)) {
        if !inside.iter().any(|namespace| could(account, namespace)) {
            let message = format!("Vault role `{role}` lets in ServiceAccount `{}`, which nothing makes", &**account);
            let help = format!(
                "take it out, or add the ServiceAccount to {}",
                suggest::listing(inside.iter().map(|n| &***n), 8)
            );
            bag.push(Finding::note(&UNUSED_VAULT_BINDING, account.span, message, help));
        }
    }
}
