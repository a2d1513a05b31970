//! Which clusters an app goes to.

use std::sync::Arc;

use crate::base::{Map, Value};
use crate::diag::{Bag, Finding};
use crate::model::instance::{ClusterRef, LOCAL_NAME, LOCAL_SERVER};
use crate::model::reference::unknown;
use crate::model::spec::{App, Cluster, ClusterChoice, Selector, Spec};
use crate::shape::{Named, Partial, Text};

crate::codes! {
    /// A choice of clusters matches none, so the app would go nowhere.
    ///
    /// No Application would come out, and one that was there before would be pruned. Mend the labels or
    /// environments of the selector, or those of the clusters; or name clusters in a list.
    NO_CLUSTER = "no-cluster";
}

/// All clusters of the spec, the local one among them.
pub struct Clusters<'s> {
    spec: &'s Spec,
    all: Vec<Arc<ClusterRef>>,
    local: Arc<ClusterRef>,
}

/// A place that an app goes to.
pub struct Spot {
    /// The cluster.
    pub cluster: Arc<ClusterRef>,
    /// The environment there.
    pub environment: Option<Text>,
    /// What stands behind the app's name in that of the Application. It is there as soon as the app chooses
    /// environments or clusters at all, so that a second one renames nothing.
    pub suffix: Option<Arc<str>>,
}

impl Spot {
    fn at(cluster: Arc<ClusterRef>, is_chosen: bool) -> Spot {
        let suffix = is_chosen.then(|| Arc::clone(&cluster.name.value));
        Spot { environment: cluster.environment.clone(), cluster, suffix }
    }
}

impl<'s> Clusters<'s> {
    /// The clusters of a spec.
    pub fn new(spec: &'s Spec) -> Clusters<'s> {
        let mut all: Vec<Arc<ClusterRef>> = spec.clusters.iter().map(|c| Arc::new(cluster_ref(c))).collect();
        all.sort_by(|a, b| a.name.value.cmp(&b.name.value));
        let local = all.iter().find(|c| &*c.name == LOCAL_NAME).map_or_else(implied_local, Arc::clone);
        Clusters { spec, all, local }
    }

    /// Where an app goes that chooses no environments. A cluster that isn't there is a finding.
    pub fn of_app(&self, app: &Named<Partial<App>>, choice: Option<&ClusterChoice>, bag: &mut Bag) -> Vec<Spot> {
        let Some(choice) = choice else { return vec![Spot::at(Arc::clone(&self.local), false)] };
        let mut clusters = match choice {
            ClusterChoice::Named(names) => names.iter().map(|name| self.named(name, bag)).collect(),
            ClusterChoice::Matching(selector) => self.matching_of(app, selector, bag),
        };
        clusters.sort_by(|a, b| a.name.value.cmp(&b.name.value));
        clusters.dedup_by(|a, b| a.name == b.name);
        clusters.into_iter().map(|cluster| Spot::at(cluster, true)).collect()
    }

    /// The cluster of that name. One that isn't there is a finding.
    pub fn named(&self, name: &Text, bag: &mut Bag) -> Arc<ClusterRef> {
        if &**name == LOCAL_NAME {
            return Arc::clone(&self.local);
        }
        if let Some(found) = self.all.iter().find(|c| c.name == *name) {
            return Arc::clone(found);
        }
        if !self.spec.clusters.has(name) {
            bag.push(unknown("cluster", name, self.spec.clusters.names().chain([LOCAL_NAME]), "clusters"));
        }
        stand_in(name)
    }

    /// The clusters that name an environment as theirs.
    pub fn of_environment<'a>(&'a self, name: &'a Text) -> impl Iterator<Item = &'a Arc<ClusterRef>> {
        self.all.iter().filter(move |c| c.environment.as_ref() == Some(name))
    }

    /// The clusters that a selector matches. An environment that isn't there is a finding.
    pub fn matching(&self, selector: &Selector, bag: &mut Bag) -> Vec<Arc<ClusterRef>> {
        for environment in selector.environments.iter() {
            if !self.spec.environments.has(environment) {
                bag.push(unknown("environment", environment, self.spec.environments.names(), "environments"));
            }
        }
        self.all.iter().filter(|c| matches(c, selector)).map(Arc::clone).collect()
    }

    fn matching_of(&self, app: &Named<Partial<App>>, selector: &Selector, bag: &mut Bag) -> Vec<Arc<ClusterRef>> {
        let known = selector.environments.iter().all(|e| self.spec.environments.has(e));
        let mut found = self.matching(selector, bag);
        if found.is_empty() && known {
            let message = format!("no cluster matches the selector of app `{}`", &*app.name);
            let help = match selector.environments.first() {
                Some(environment) => format!(
                    "write `environments: [{}]` instead of `clusters`, to go to where the environment lies; or name it at a cluster",
                    &**environment
                ),
                None => "give a cluster these labels under `clusters`, or name clusters in a list".to_owned(),
            };
            bag.push(Finding::error(&NO_CLUSTER, selector.span, message, help).label("matches nothing"));
        }
        if found.is_empty() {
            found.push(stand_in(&Text::new("unknown")));
        }
        found
    }
}

/// Whether a cluster has the labels and one of the environments of a selector.
pub fn matches(cluster: &ClusterRef, selector: &Selector) -> bool {
    let labels = selector.match_labels.iter().all(|l| cluster.labels.str_at(&l.name) == Some(&l.item));
    let environment = cluster.environment.as_deref();
    labels && (selector.environments.is_empty() || selector.environments.iter().any(|e| Some(&**e) == environment))
}

fn cluster_ref(cluster: &Named<Cluster>) -> ClusterRef {
    let item = &cluster.item;
    let local = (&*cluster.name == LOCAL_NAME).then(|| Text::new(LOCAL_SERVER));
    let labels: Map = item.labels.iter().map(|l| (Arc::clone(&l.name.value), l.item.to_value())).collect();
    ClusterRef {
        name: cluster.name.clone(),
        server: item.server.clone().or(local),
        environment: item.environment.clone(),
        labels: Value::from(labels),
    }
}

/// Stands for a cluster that is not there, so that the app is checked all the same. A finding has been
/// left, so nothing is ever emitted for it.
pub fn stand_in(name: &Text) -> Arc<ClusterRef> {
    let server = Some(Text::new(""));
    Arc::new(ClusterRef { name: name.clone(), server, environment: None, labels: Value::from(Map::new()) })
}

fn implied_local() -> Arc<ClusterRef> {
    Arc::new(ClusterRef {
        name: Text::new(LOCAL_NAME),
        server: Some(Text::new(LOCAL_SERVER)),
        environment: None,
        labels: Value::from(Map::new()),
    })
}
