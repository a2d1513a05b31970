//! ServiceAccounts that stores and pods act as.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Site, Work};
use crate::base::{Map, Span, Value};
use crate::diag::Finding;
use crate::lower::policy;
use crate::model::context::Fields;
use crate::model::secrets::Need;
use crate::model::spec::PodAccount;
use crate::shape::Text;

crate::codes! {
    /// Two stores or secrets want one ServiceAccount with different labels or annotations.
    ///
    /// There is one ServiceAccount of a name in a namespace. Give both the same, or name another one.
    ACCOUNT_TWICE = "account-twice";
}

/// Cluster, namespace and name of a ServiceAccount.
type Key = (Arc<str>, Arc<str>, Arc<str>);

/// The ServiceAccounts that were made, with what they look like.
#[derive(Default)]
pub struct Accounts(BTreeMap<Key, (Map, Map, Span)>);

/// A ServiceAccount that is wanted.
pub struct Wanted {
    /// Its name.
    pub name: Arc<str>,
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its labels.
    pub labels: Map,
    /// Its annotations.
    pub annotations: Map,
    /// Further annotations, which win.
    pub more: Map,
    /// Where it is wanted.
    pub span: Span,
}

impl Accounts {
    /// The ServiceAccount that pods of a secret run as, where it is to be emitted.
    pub fn of_pods<'a>(&mut self, work: &mut Work<'a, '_>, need: &Need<'a>) {
        let account = need.secret.pods.as_ref().and_then(|p| p.service_account.as_ref());
        let Some(PodAccount::Made(account)) = account.filter(|a| matches!(a, PodAccount::Made(a) if a.create)) else {
            return;
        };
        let Some(site) = work.site(need.number, need.instance) else { return };
        let wanted = Wanted {
            name: Arc::clone(&account.name.value),
            namespace: need.instance.namespace().into(),
            labels: policy::texts(&account.labels),
            annotations: policy::texts(&account.annotations),
            more: Map::new(),
            span: account.span,
        };
        self.add(work, &site, wanted);
    }

    /// Makes one, unless it is there.
    pub fn add<'a>(&mut self, work: &mut Work<'a, '_>, site: &Site<'a>, wanted: Wanted) {
        let Wanted { name, namespace, labels, mut annotations, more, span } = wanted;
        more.into_iter().for_each(|entry| annotations.put(entry));
        annotations.sort();
        let cluster = &site.instance.cluster.name;
        let key = (Arc::clone(&cluster.value), Arc::clone(&namespace), Arc::clone(&name));
        if let Some((first_labels, first_annotations, first)) = self.0.get(&key) {
            if *first_labels != labels || *first_annotations != annotations {
                let message = format!("ServiceAccount `{name}` in namespace `{namespace}` is wanted in two forms");
                let help = "give both the same labels and annotations, or name another ServiceAccount";
                work.bag.push(Finding::error(&ACCOUNT_TWICE, span, message, help).also(*first, "the other one"));
            }
            return;
        }
        let file = match *namespace == *site.instance.namespace() {
            true => name.to_string(),
            false => format!("{name}-{namespace}"),
        };
        let value = Fields::new()
            .with("name", Value::from(Arc::clone(&name)).at(span))
            .with("namespace", Value::from(Arc::clone(&namespace)))
            .with("path", format!("{}/serviceaccount-{file}.yaml", site.folder))
            .with("cluster", cluster.to_value())
            .with("app", site.instance.app.to_value())
            .maybe("category", site.instance.body.category.as_ref().map(Text::to_value))
            .map("labels", labels.clone())
            .map("annotations", annotations.clone())
            .at(span);
        self.0.insert(key, (labels, annotations, span));
        let item = format!("{}/{namespace}/{name}", &**cluster);
        work.add("serviceAccounts", &item, span, site.instance, value);
    }
}
