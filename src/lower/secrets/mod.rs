//! Secrets: the objects that make them arrive, and what Vault has to allow for that.

mod accounts;
mod acting;
mod component;
mod csi;
mod external;
mod injector;
mod overlays;
mod providers;
mod sets;
mod stores;
mod vault;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
pub use vault::bindings;

use super::paths::{Of, Paths};
use super::{Input, app, manifests, policy};
use crate::base::{Map, Span, Value};
use crate::diag::{Bag, Code};
use crate::model::context::Fields;
use crate::model::instance::Instance;
use crate::model::plan::Item;
use crate::model::secrets::{self, Need};
use crate::model::spec::{Delivery, SealedScope, Spread};
use crate::shape::Text;
pub use acting::Acting;
pub use overlays::check_listed;
pub use sets::SecretSet;

/// The codes of secrets.
pub const CODES: &[&[&Code]] = &[accounts::CODES, csi::CODES, injector::CODES, overlays::CODES, vault::CODES];

/// Everything that comes of secrets.
#[derive(Default)]
pub struct Lowered {
    /// Things to render, by the `for` that names them.
    pub items: BTreeMap<&'static str, Vec<Item>>,
    /// What Applications get besides what they say themselves, by their numbers.
    of_apps: BTreeMap<usize, OfApp>,
    /// ApplicationSets that spread secrets.
    pub sets: Vec<SecretSet>,
    /// ServiceAccounts that act as the identity of a store of Azure.
    pub acting: BTreeSet<Acting>,
    /// Objects that are written as overlays: the path of each, with that of its base.
    pub overlays: BTreeMap<String, String>,
}

/// What an Application gets for its secrets and stores.
#[derive(Default)]
pub struct OfApp {
    /// Whether objects come into its folder.
    pub has_objects: bool,
    /// Namespaces other than its own that get objects.
    pub namespaces: BTreeSet<Arc<str>>,
    /// Cluster-scoped objects: group, kind, name.
    pub cluster_objects: BTreeSet<(&'static str, &'static str, Arc<str>)>,
    /// Folders of components that its pods need.
    pub components: Vec<String>,
    /// Annotations of pods, by their place in the Helm values.
    pub values: Vec<(Text, Map)>,
    /// Fields that something else writes.
    pub left_alone: Vec<Value>,
    /// Settings of Argo CD, by their place in the values of its chart.
    pub settings: Vec<(Text, Map)>,
    /// Names of Secrets whose change restarts workloads.
    pub restarting: Vec<Arc<str>>,
}

impl Lowered {
    /// What an Application gets.
    pub fn of_app(&self, number: usize) -> Option<&OfApp> {
        self.of_apps.get(&number)
    }

    /// Adds an object to the folder of an Application.
    pub fn add_object(&mut self, number: usize, items: &'static str, item: Item) {
        self.of_apps.entry(number).or_default().has_objects = true;
        self.add(items, item);
    }

    /// Lets an Application leave fields alone.
    pub fn leave_alone(&mut self, number: usize, left: Value) {
        self.of_apps.entry(number).or_default().left_alone.push(left);
    }

    /// Gives an Application settings for the chart of Argo CD.
    pub fn add_settings(&mut self, number: usize, values: Vec<(Text, Map)>) {
        self.of_apps.entry(number).or_default().settings.extend(values);
    }

    fn add(&mut self, items: &'static str, item: Item) {
        self.items.entry(items).or_default().push(item);
    }
}

/// Lowers all secrets and stores.
pub fn lower(input: &Input, paths: &Paths, bag: &mut Bag) -> Lowered {
    let mut work = Work { input, paths, out: Lowered::default(), bag };
    if input.spec.secrets.is_some() || secrets::needs(input.spec, input.resolved).next().is_some() {
        let mut accounts = accounts::Accounts::default();
        for need in secrets::needs(input.spec, input.resolved) {
            work.need(&need);
            accounts.of_pods(&mut work, &need);
        }
        overlays::bases(&mut work);
        stores::lower(&mut work, accounts);
        sets::lower(&mut work);
        vault::lower(&mut work);
    }
    let mut out = work.out;
    out.items.values_mut().for_each(|items| items.sort_by(|a, b| a.name.cmp(&b.name)));
    out
}

/// The state of the work.
struct Work<'a, 'b> {
    input: &'a Input<'a>,
    paths: &'a Paths<'a>,
    out: Lowered,
    bag: &'b mut Bag,
}

/// Where an object goes.
struct Site<'a> {
    number: usize,
    instance: &'a Instance,
    /// Folder of the Application's manifests.
    folder: String,
}

impl<'a> Work<'a, '_> {
    /// The folder that an Application's objects go to.
    fn site(&mut self, number: usize, instance: &'a Instance) -> Option<Site<'a>> {
        let folder = app::manifests_folder(self.paths, instance, self.bag)?;
        self.of(number).has_objects = true;
        Some(Site { number, instance, folder })
    }

    fn of(&mut self, number: usize) -> &mut OfApp {
        self.out.of_apps.entry(number).or_default()
    }

    /// Notes that an object of an Application goes to a namespace.
    fn goes_to(&mut self, site: &Site, namespace: &str) {
        if namespace != site.instance.namespace() {
            self.of(site.number).namespaces.insert(namespace.into());
        }
    }

    fn add(&mut self, items: &'static str, name: &str, span: Span, instance: &Instance, value: Value) {
        let patches = Arc::from(instance.patches.clone());
        self.out.add(items, Item { name: name.into(), span, value, patches });
    }

    fn need(&mut self, need: &Need<'a>) {
        match need.delivery() {
            Delivery::ExternalSecret => self.external(need),
            Delivery::Csi => csi::lower(self, need),
            Delivery::Injector => injector::lower(self, need),
            Delivery::Sealed => self.sealed(need),
        }
        if need.secret.restart {
            self.of(need.number).restarting.push(Arc::clone(&need.name.value));
        }
    }

    fn external(&mut self, need: &Need<'a>) {
        if need.spread() == Spread::ApplicationSet {
            return;
        }
        let Some(site) = self.site(need.number, need.instance) else { return };
        if need.spread() == Spread::ClusterExternalSecret {
            let path = format!("{}/{}.yaml", site.folder, &**need.name);
            let name = Arc::clone(&need.name.value);
            let kind = ("external-secrets.io", "ClusterExternalSecret", name);
            self.of(site.number).cluster_objects.insert(kind);
            let value = external::cluster_wide(self.input, need, &path).at(need.name.span);
            self.add("clusterExternalSecrets", need.name, need.name.span, need.instance, value);
            return;
        }
        let namespaces = need.namespaces();
        for namespace in &namespaces {
            self.goes_to(&site, namespace);
            let file = file_name(need.name, namespace, namespaces.len());
            let beside = format!("{}/{file}", site.folder);
            let path = overlays::path(self, need, &site.folder).unwrap_or(beside);
            let value = external::namespaced(self.input, need, namespace, &path).at(need.name.span);
            let name = format!("{}/{}", &**namespace, &**need.name);
            self.add("externalSecrets", &name, need.name.span, need.instance, value);
        }
    }

    fn sealed(&mut self, need: &Need<'a>) {
        let Some(sealed) = &need.secret.sealed else { return };
        let Some(site) = self.site(need.number, need.instance) else { return };
        // Both the object and the Secret carry the scope (Sealed Secrets 0.36, `Scope` annotations).
        let scope = match sealed.scope {
            SealedScope::Strict => Map::new(),
            wide => Map::from_iter([(format!("sealedsecrets.bitnami.com/{}", wide.word()), Value::from("true"))]),
        };
        let namespaces = need.namespaces();
        for namespace in &namespaces {
            self.goes_to(&site, namespace);
            let path = format!("{}/{}", site.folder, file_name(need.name, namespace, namespaces.len()));
            let mut annotations = policy::texts(&need.secret.annotations);
            scope.iter().for_each(|entry| annotations.put(entry.clone()));
            let value = common(need, &path, annotations)
                .with("namespace", namespace.to_value())
                .with("encryptedData", policy::texts(&sealed.data))
                .with("template", external::sealed_template(need, scope.clone()))
                .at(need.name.span);
            let name = format!("{}/{}", &**namespace, &**need.name);
            self.add("sealedSecrets", &name, need.name.span, need.instance, value);
        }
    }
}

/// Name of the file of a secret.
fn file_name(name: &str, namespace: &str, of: usize) -> String {
    match of {
        0 | 1 => format!("{name}.yaml"),
        _ => format!("{name}-{namespace}.yaml"),
    }
}

/// Fields that all objects of secrets have.
fn common(need: &Need, path: &str, annotations: Map) -> Fields {
    let tags = manifests::tags(need.instance);
    let mut annotations = annotations;
    annotations.sort();
    Fields::new()
        .with("name", need.secret.object_name.as_ref().unwrap_or(need.name).to_value())
        .with("path", path)
        .with("app", Value::from(tags.app.unwrap_or_default()))
        .maybe("category", tags.category.map(Value::from))
        .with("cluster", need.instance.cluster.name.to_value())
        .maybe("environment", need.instance.environment.as_ref().map(Text::to_value))
        .with("wave", need.secret.wave.value)
        .map("labels", policy::texts(&need.secret.labels))
        .with("annotations", policy::waved(annotations, need.secret.wave.value))
}

/// Path of a component that an Application's pods need.
fn component_folder(work: &mut Work, need: &Need) -> Option<String> {
    let at = Of::Component(&need.instance.name, &need.instance.file, need.instance.category(), need.name);
    work.paths.of(at, need.name.span, work.bag)
}
