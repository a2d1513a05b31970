//! All facts together: what is where, by cluster and namespace.

use crate::base::hash::HashMap;

use super::Input;
use super::charts::{self, Chart, ChartsAt};
use super::facts::{Condition, Facts, Kind, Labels, Made, Need, Read, Role, Selector, Store};
use super::known::Known;
use super::unseen::Unseen;
use crate::base::Span;
use crate::base::names::fits;
use crate::model::plan::{Folder, PlainFile, Plan};
use crate::source::SourceMap;
use crate::source::path::parent;

/// An object at its place.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// What it has to do with secrets.
    pub facts: &'a Facts,
    /// The cluster that it goes to; for an Application the one that it deploys to.
    pub cluster: &'a str,
    /// Its namespace; for an Application the one that it deploys to. Empty for cluster-scoped objects.
    pub namespace: &'a str,
}

type Place<'a> = (&'a str, &'a str);
/// What is made, and what makes it.
type Maker<'a> = (&'a Made, &'a Placed<'a>);

/// Everything.
pub struct Scene<'a> {
    /// All objects that have to do with secrets and that an Application reads.
    pub objects: &'a [Placed<'a>],
    /// All charts with their values.
    pub charts: &'a [Chart<'a>],
    /// Charts with values that nothing names, so that their namespaces are not known.
    pub loose: &'a [Chart<'a>],
    /// What is made elsewhere.
    pub known: Known<'a>,
    sources: &'a SourceMap,
    /// The namespace of Argo CD, which makes objects of its own there.
    argocd: &'a str,
    made: HashMap<(Kind, &'a str, &'a str, &'a str), Vec<Maker<'a>>>,
    patterns: HashMap<(Kind, &'a str, &'a str), Vec<&'a Made>>,
    spread: HashMap<(&'a str, &'a str), Vec<(&'a Condition, Maker<'a>)>>,
    stores: HashMap<(&'a str, bool, &'a str, &'a str), &'a Store>,
    stores_by_name: HashMap<&'a str, Vec<(&'a Store, &'a Placed<'a>)>>,
    namespaces: HashMap<Place<'a>, &'a Labels>,
    unseen: Unseen<'a>,
    charts_at: ChartsAt<'a>,
}

/// Where the objects of each file come to.
pub struct Places<'a> {
    plan: &'a Plan,
    /// Namespaces that kustomizations give, by folder.
    overrides: HashMap<&'a str, &'a str>,
}

impl<'a> Places<'a> {
    /// By the plan, and by kustomizations among the objects.
    pub fn new(plan: &'a Plan, facts: &'a [Facts]) -> Places<'a> {
        let mut overrides: HashMap<&str, &str> = HashMap::default();
        for (path, folder) in &plan.folders {
            let namespace = folder.kustomization.as_ref().and_then(|k| k.str_at("namespace"));
            overrides.extend(namespace.map(|namespace| (&**path, namespace)));
        }
        for facts in facts {
            if let Role::Kustomization { namespace: Some(namespace), .. } = &facts.role {
                overrides.insert(parent(&facts.path), namespace);
            }
        }
        Places { plan, overrides }
    }

    /// The cluster and the namespace of an object that states that namespace, or none. `None` when no Application reads
    /// the file.
    pub fn of(&self, path: &str, stated: Option<&'a str>) -> Option<(&'a str, &'a str)> {
        let path = parent(path);
        let folder: &'a Folder = self.plan.folders.get(path)?;
        let stated = stated.unwrap_or(&folder.namespace);
        Some((&folder.cluster, self.overrides.get(path).copied().unwrap_or(stated)))
    }
}

/// The objects at their places. Those that no Application reads are left out: they never come to a cluster.
pub fn place<'a>(places: &Places<'a>, facts: &'a [Facts]) -> Vec<Placed<'a>> {
    let one = |facts: &'a Facts| {
        if let Role::App(app) = &facts.role {
            return Some(Placed { facts, cluster: facts.cluster.as_deref()?, namespace: &app.namespace });
        }
        let (cluster, namespace) = places.of(&facts.path, facts.namespace.as_deref())?;
        let wide = matches!(&*facts.kind, "ClusterSecretStore" | "ClusterExternalSecret" | "Namespace");
        Some(Placed { facts, cluster, namespace: if wide { "" } else { namespace } })
    };
    facts.iter().filter_map(one).collect()
}

/// What nothing deploys, at no namespace, and at the cluster where there is but one.
pub fn nowhere<'a>(plan: &'a Plan, facts: &'a [Facts]) -> Vec<Placed<'a>> {
    let mut clusters = plan.folders.values().map(|folder| &*folder.cluster);
    let first = clusters.next().unwrap_or_default();
    let cluster = if clusters.all(|cluster| cluster == first) { first } else { "" };
    facts.iter().map(|facts| Placed { facts, cluster, namespace: "" }).collect()
}

impl<'a> Scene<'a> {
    /// An index of them.
    pub fn new(input: &Input<'a>) -> Scene<'a> {
        let Input { plan, sources, objects, charts, loose, known, .. } = *input;
        let mut scene = Scene {
            objects,
            charts,
            loose,
            known,
            sources,
            argocd: plan.platform.get("argocd").and_then(|a| a.str_at("namespace")).unwrap_or_default(),
            made: HashMap::default(),
            patterns: HashMap::default(),
            spread: HashMap::default(),
            stores: HashMap::default(),
            stores_by_name: HashMap::default(),
            namespaces: HashMap::default(),
            unseen: Unseen::new(plan, objects),
            charts_at: ChartsAt::new(charts),
        };
        objects.iter().for_each(|object| scene.add(object));
        scene
    }

    fn add(&mut self, object: &'a Placed<'a>) {
        let (cluster, namespace) = (object.cluster, object.namespace);
        for made in &object.facts.makes {
            match &object.facts.role {
                Role::External(external) if external.spread.is_some() => {
                    let of = external.spread.as_ref().map(|spread| (spread, (made, object)));
                    self.spread.entry((cluster, &*made.name)).or_default().extend(of);
                }
                _ if made.name.contains('*') => {
                    self.patterns.entry((made.kind, cluster, namespace)).or_default().push(made);
                }
                _ => {
                    let key = (made.kind, cluster, namespace, &*made.name);
                    self.made.entry(key).or_default().push((made, object));
                }
            }
        }
        match &object.facts.role {
            Role::Store(store) => {
                let name = &*object.facts.name;
                self.stores.insert((cluster, store.cluster_wide, namespace, name), store);
                self.stores_by_name.entry(name).or_default().push((store, object));
            }
            Role::Namespace(labels) => drop(self.namespaces.insert((cluster, &object.facts.name), labels)),
            _ => {}
        }
    }

    /// Whether something that is not to be seen here deploys to a namespace.
    pub fn unseen(&self, cluster: &str, namespace: &str) -> bool {
        self.unseen.reaches(cluster, namespace)
    }

    /// Whether something that is not to be seen here deploys to a cluster.
    pub fn has_unseen(&self, cluster: &str) -> bool {
        self.unseen.reaches_cluster(cluster)
    }

    /// What makes an object; `None` when that can't be told.
    pub fn makers(&self, kind: Kind, (cluster, namespace): (&str, &str), name: &str) -> Option<Vec<Maker<'a>>> {
        let mut makers = self.made.get(&(kind, cluster, namespace, name)).cloned().unwrap_or_default();
        let spread = self.spread.get(&(cluster, name)).map(Vec::as_slice).unwrap_or_default();
        for (to, maker) in spread.iter().filter(|(_, (made, _))| made.kind == kind) {
            if self.serves(to, cluster, namespace)? {
                makers.push(*maker);
            }
        }
        Some(makers)
    }

    /// Whether nothing makes the object that a reference means, nor could. `own` is the chart whose values
    /// hold the reference, if one does.
    pub fn is_missing(&self, read: &Read, (cluster, namespace): (&str, &str), own: Option<&Chart<'_>>) -> bool {
        let (kind, name) = (read.kind, &*read.name);
        let patterns = self.patterns.get(&(kind, cluster, namespace)).map(Vec::as_slice).unwrap_or_default();
        // Argo CD makes Secrets of its own, however it is installed.
        let of_argocd = namespace == self.argocd && name.starts_with("argocd-") && read.need != Need::Tls;
        let nothing = self
            .makers(kind, (cluster, namespace), name)
            .is_some_and(|makers| makers.iter().all(|(made, _)| made.adds));
        let could = || {
            self.known.has(kind, cluster, namespace, name)
                || of_argocd
                || patterns.iter().any(|made| fits(&made.name, name))
                || self.unseen(cluster, namespace)
                || self.charts_at.could_make(read, (cluster, namespace), own)
        };
        nothing && !could()
    }

    /// Whether nothing in any namespace makes what values refer to of which the namespace is not known, nor could.
    pub fn is_nowhere(&self, read: &Read, own: &Chart<'_>) -> bool {
        let (kind, name) = (read.kind, &*read.name);
        let made = self.made.keys().any(|(k, _, _, n)| *k == kind && *n == name)
            || self.spread.keys().any(|(_, n)| *n == name)
            || self.patterns.iter().any(|((k, ..), made)| *k == kind && made.iter().any(|m| fits(&m.name, name)));
        !made
            && !self.unseen.reaches_any()
            && !self.known.has_somewhere(kind, name)
            && !self.charts_at.could_make_somewhere(read, own)
    }

    /// The store of a name that serves a namespace, as far as its kind goes.
    pub fn store(&self, cluster: &str, wide: bool, namespace: &str, name: &str) -> Option<&'a Store> {
        self.stores.get(&(cluster, wide, if wide { "" } else { namespace }, name)).copied()
    }

    /// Whether a store may be there that is not to be seen here.
    pub fn may_have_store(&self, cluster: &str, wide: bool, namespace: &str, name: &str) -> bool {
        let unseen = if wide { self.unseen.reaches_cluster(cluster) } else { self.unseen(cluster, namespace) };
        // Asked first: what else may make it is not sure.
        self.known.has_store(cluster, if wide { "" } else { namespace }, name)
            || unseen
            || self.charts_at.brings(cluster, name)
    }

    /// The stores of a name, wherever they are.
    pub fn stores_called(&self, name: &str) -> &[(&'a Store, &'a Placed<'a>)] {
        self.stores_by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Names of stores of a cluster, for a word of help.
    pub fn store_names(&self, cluster: &str) -> Vec<&'a str> {
        let named = self.stores.keys().filter(|(c, ..)| *c == cluster).map(|(.., name)| *name);
        sample(named)
    }

    /// Names of all objects that are made, by kind, cluster and namespace, for a word of help.
    pub fn names_made(&self) -> HashMap<(Kind, &'a str, &'a str), Vec<&'a str>> {
        let mut out: HashMap<_, Vec<&str>> = HashMap::default();
        for (kind, cluster, namespace, name) in self.made.keys() {
            out.entry((*kind, *cluster, *namespace)).or_default().push(name);
        }
        out.into_iter().map(|(place, names)| (place, sample(names.into_iter()))).collect()
    }

    /// The place of a finding about a value of an object.
    pub fn at(&self, span: Span, object: &Placed) -> Span {
        self.sources.in_input(span, object.facts.origin)
    }

    /// Whether a condition lets a namespace in; `None` when it asks for labels that are not to be seen here.
    pub fn serves(&self, condition: &Condition, cluster: &str, namespace: &str) -> Option<bool> {
        let named = condition.namespaces.iter().any(|n| **n == *namespace);
        if named || condition.regexes.iter().any(|r| r.is_match(namespace)) {
            return Some(true);
        }
        let Some(selector) = &condition.selector else { return Some(false) };
        let labels = self.namespaces.get(&(cluster, namespace)).copied();
        selects(selector, namespace, labels)
    }
}

/// Names to choose one from; where there are too many, none is meant more than another.
fn sample<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(200);
    names
}

/// Whether a selector takes a namespace. Each has its name as a label; others are known only where its
/// object is to be seen.
fn selects(selector: &Selector, namespace: &str, labels: Option<&Labels>) -> Option<bool> {
    let get = |key: &str| -> Option<Option<&str>> {
        if key == "kubernetes.io/metadata.name" {
            return Some(Some(namespace));
        }
        labels.map(|labels| labels.iter().find(|(k, _)| **k == *key).map(|(_, v)| &**v))
    };
    let mut sure = true;
    for (key, value) in &selector.labels {
        match get(key) {
            Some(found) if found == Some(&**value) => {}
            Some(_) => return Some(false),
            None => sure = false,
        }
    }
    for (key, operator, values) in &selector.expressions {
        let Some(found) = get(key) else {
            sure = false;
            continue;
        };
        let among = found.is_some_and(|found| values.iter().any(|v| **v == *found));
        let fits = match &**operator {
            "In" => among,
            "NotIn" => !among,
            "Exists" => found.is_some(),
            _ => found.is_none(),
        };
        if !fits {
            return Some(false);
        }
    }
    sure.then_some(true)
}

/// The charts of all Applications, with their values.
pub fn charts<'a>(objects: &'a [Placed<'a>], files: &'a [PlainFile]) -> Vec<Chart<'a>> {
    charts::all(objects, files)
}
