//! Each namespace that receives objects is made by something.

use std::collections::BTreeSet;

use super::Facts;
use crate::base::names::label_fault;
use crate::diag::{Bag, Finding};
use crate::model::instance::LOCAL_NAME;

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
        let Some(namespace) = &instance.body.namespace else { continue };
        let known = BUILT_IN.contains(&&**namespace) || made.contains(&(&*instance.cluster.name, &**namespace));
        // Names that can't be a namespace, and options that can't be read, are findings of their own.
        let faulty = label_fault(namespace).is_some() || instance.misread.contains(&"sync");
        if !known && !faulty {
            let message =
                format!("nothing makes the namespace `{}` on cluster `{}`", &**namespace, &*instance.cluster.name);
            let help = format!(
                "add the sync option `CreateNamespace: true`, or an entry `{}: {{}}` under `namespaces`",
                &**namespace
            );
            let finding = Finding::error(&NAMESPACE_WITHOUT_CREATOR, namespace.span, message, help);
            bag.push(finding.also(instance.span(), "for this app"));
        }
    }
}
