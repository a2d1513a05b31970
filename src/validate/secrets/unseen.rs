//! Where objects come to that are not to be seen here: from other repositories, and from kustomizations that rename or
//! fetch.

use crate::base::hash::HashMap;

use super::facts::Role;
use super::read::renames;
use super::scene::Placed;
use crate::base::names::fits;
use crate::model::plan::Plan;

/// Namespaces that such things come to, by cluster; under no cluster those of all.
pub struct Unseen<'a>(HashMap<&'a str, Vec<&'a str>>);

impl<'a> Unseen<'a> {
    /// What the plan and the objects tell about it.
    pub fn new(plan: &'a Plan, objects: &'a [Placed<'a>]) -> Unseen<'a> {
        let mut out: HashMap<&str, Vec<&str>> = HashMap::default();
        let mut own: HashMap<&str, Vec<&str>> = HashMap::default();
        for (path, folder) in &plan.folders {
            own.entry(&folder.owner).or_default().push(path);
            if folder.kustomization.as_ref().is_some_and(renames) {
                out.entry(&folder.cluster).or_default().push(&folder.namespace);
            }
        }
        for object in objects {
            let (cluster, namespace) = (object.cluster, object.namespace);
            match &object.facts.role {
                Role::App(app) => {
                    let folders = own.get(&*object.facts.name).map(Vec::as_slice).unwrap_or_default();
                    let ours = |path: &str| folders.iter().any(|f| path.strip_suffix(f).is_some_and(ends_a_folder));
                    let others = app.paths.iter().any(|path| !ours(path));
                    let unseen = app.renamed.iter().map(|n| &**n).chain(others.then_some(namespace));
                    unseen.for_each(|namespace| out.entry(cluster).or_default().push(namespace));
                }
                Role::Set(globs) => {
                    let globs = globs.iter().map(|glob| if glob.is_empty() { "*" } else { &**glob });
                    out.entry("").or_default().extend(globs);
                }
                Role::Kustomization { opaque: true, .. } => out.entry(cluster).or_default().push(namespace),
                _ => {}
            }
        }
        Unseen(out)
    }

    /// Whether such things come to a namespace.
    pub fn reaches(&self, cluster: &str, namespace: &str) -> bool {
        let of = |cluster: &str| self.0.get(cluster).map(Vec::as_slice).unwrap_or_default().iter();
        of(cluster).chain(of("")).any(|glob| fits(glob, namespace))
    }

    /// Whether there are such things.
    pub fn reaches_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether such things come to a cluster at all.
    pub fn reaches_cluster(&self, cluster: &str) -> bool {
        self.0.contains_key(cluster) || self.0.contains_key("")
    }
}

fn ends_a_folder(before: &str) -> bool {
    before.is_empty() || before.ends_with('/')
}
