//! Stores, as each cluster sees them.

use crate::base::hash::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Map, Value};
use crate::diag::Bag;
use crate::model::context::{self, CLUSTER_FIELDS, PLATFORM_FIELDS};
use crate::model::instance::{ClusterRef, Instance};
use crate::model::secrets::{self, StoreAt};
use crate::model::spec::{Spec, Store};
use crate::shape::{Named, Reader, Shape, Shared};
use crate::source::SourceMap;
use crate::template::{Engine, Names, Scope};

/// Numbers of the Applications that bring the External Secrets Operator, by cluster; the first of each.
pub fn operators(instances: &[Instance]) -> BTreeMap<Arc<str>, usize> {
    let mut found = BTreeMap::new();
    let bring = |(_, i): &(usize, &Instance)| secrets::operator_version(i).is_some();
    for (number, instance) in instances.iter().enumerate().filter(bring) {
        found.entry(Arc::clone(&instance.cluster.name.value)).or_insert(number);
    }
    found
}

/// All stores at all clusters that apps go to, sorted by name and cluster.
pub fn resolve(
    spec: &Spec,
    instances: &[Instance],
    operators: &BTreeMap<Arc<str>, usize>,
    engine: &Engine,
    sources: &SourceMap,
    bag: &mut Bag,
) -> Vec<StoreAt> {
    let Some(secrets) = &spec.secrets else { return Vec::new() };
    let clusters: BTreeMap<&str, &Arc<ClusterRef>> =
        instances.iter().map(|i| (&*i.cluster.name.value, &i.cluster)).collect();
    let clusters: Vec<&Arc<ClusterRef>> = clusters.into_values().collect();
    let globals = Map::from_iter([("platform", context::platform(spec))]);
    let mut stores: Vec<StoreAt> =
        secrets.stores.iter().flat_map(|store| at_clusters(store, &clusters, &globals, engine, sources, bag)).collect();
    let mut apps: HashMap<(&str, &str), usize> = HashMap::default();
    for (number, i) in instances.iter().enumerate() {
        // One in several environments of a cluster brings the store once.
        apps.entry((&i.app.value, &i.cluster.name.value)).or_insert(number);
    }
    for store in &mut stores {
        let cluster = &*store.cluster.name.value;
        store.owner = match &store.body.app {
            Some(app) => apps.get(&(&**app, cluster)).copied(),
            None => operators.get(cluster).copied(),
        };
    }
    stores.sort_by(|a, b| (&a.name.value, &a.cluster.name.value).cmp(&(&b.name.value, &b.cluster.name.value)));
    stores
}

fn at_clusters(
    store: &Named<Shared<Store>>,
    clusters: &[&Arc<ClusterRef>],
    globals: &Map,
    engine: &Engine,
    sources: &SourceMap,
    bag: &mut Bag,
) -> Vec<StoreAt> {
    let names =
        Names::new().with("cluster", context::shape(CLUSTER_FIELDS)).with("platform", context::shape(PLATFORM_FIELDS));
    let Some(compiled) = engine.compile(&store.item.raw, &names, Some(sources), bag) else { return Vec::new() };
    let mut out = Vec::new();
    for cluster in clusters {
        let scope = Scope::new(globals).with("cluster", context::cluster(cluster));
        match compiled.eval(&scope) {
            Ok(value) => {
                let body = read(&store.name, &value.unwrap_or_default(), bag);
                out.extend(body.map(|body| StoreAt {
                    name: store.name.clone(),
                    cluster: Arc::clone(cluster),
                    body,
                    owner: None,
                }));
            }
            Err(fault) => bag.push(fault.finding(store.name.span)),
        }
    }
    out
}

fn read(name: &str, value: &Value, bag: &mut Bag) -> Option<Store> {
    let mut cx = Reader::below(&["secrets", "stores", name]);
    let body = Store::read(&mut cx, value);
    bag.extend(cx.bag);
    body
}
