//! Each namespace that receives objects is made by something.

use std::collections::BTreeSet;

use super::Facts;
use crate::base::names::label_fault;
use crate::diag::{Bag, Finding};
use crate::model::instance::{Instance, LOCAL_NAME};
use crate::model::spec::{AppSecret, Spread};
use crate::shape::Text;

crate::codes! {
    /// An app goes to a namespace that nothing makes, so its first sync would fail.
    ///
    /// Either Argo CD makes it (sync option `CreateNamespace`), or it is an object of its own under
    /// `namespaces`, which then also carries labels such as those of Pod security.
    NAMESPACE_WITHOUT_CREATOR = "namespace-without-creator";
}

/// Namespaces that each cluster has.
const BUILT_IN: &[&str] = &["default", "kube-system", "kube-public", "kube-node-lease"];

/// Runs the rule.
pub fn check(facts: &Facts, bag: &mut Bag) {
    let argocd = facts.spec.argocd_namespace();
    let mut made: BTreeSet<(&str, &str)> = BTreeSet::from([(LOCAL_NAME, &*argocd)]);
    for namespace in facts.spec.namespaces.iter() {
        let cluster = namespace.item.cluster.as_deref().unwrap_or(LOCAL_NAME);
        made.insert((cluster, &namespace.name));
    }
    let creating = facts.instances.iter().filter(|i| i.body.creates_namespace());
    made.extend(creating.map(|i| (&*i.cluster.name.value, i.namespace())));
    let exists = |cluster: &str| cluster == LOCAL_NAME || facts.spec.clusters.named(cluster).is_some();
    for instance in facts.instances.iter().filter(|i| exists(&i.cluster.name)) {
        // Options that can't be read are findings of their own.
        if instance.misread.contains(&"sync") {
            continue;
        }
        for namespace in instance.body.namespace.iter().chain(of_secrets(instance)) {
            let known = BUILT_IN.contains(&&**namespace) || made.contains(&(&*instance.cluster.name, &**namespace));
            if !known && label_fault(namespace).is_none() {
                bag.push(without_creator(instance, namespace));
            }
        }
    }
}

/// Namespaces that secrets of an app come into by name. An ApplicationSet makes its own.
fn of_secrets(instance: &Instance) -> impl Iterator<Item = &Text> {
    let makes = |s: &AppSecret| s.spread == Some(Spread::ApplicationSet) && instance.body.creates_namespace();
    let secrets = instance.body.secrets.iter().map(|s| &s.item).filter(move |s| !makes(s));
    secrets.flat_map(|secret| secret.namespaces.iter())
}

fn without_creator(instance: &Instance, namespace: &Text) -> Finding {
    let name = &**namespace;
    let message = format!("nothing makes the namespace `{name}` on cluster `{}`", &*instance.cluster.name);
    let help = format!("add the sync option `CreateNamespace: true`, or an entry `{name}: {{}}` under `namespaces`");
    let finding = Finding::error(&NAMESPACE_WITHOUT_CREATOR, namespace.span, message, help);
    finding.also(instance.span(), "for this app")
}
