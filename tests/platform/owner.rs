//! Which Application applies which object, up to the root.

use super::sources;
use super::tree::Tree;
use std::collections::BTreeMap;

/// For each object the Applications that render its file.
pub struct Owners {
    of: Vec<Vec<usize>>,
    root: Option<usize>,
}

impl Owners {
    /// Works out the owners of all objects of a tree whose root Application is in `root_file`.
    pub fn of(tree: &Tree, root_file: &str) -> Owners {
        let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, object) in tree.objects.iter().enumerate().filter(|(_, object)| object.is_for_cluster()) {
            by_file.entry(&object.file).or_default().push(index);
        }
        let mut of = vec![Vec::new(); tree.objects.len()];
        for (app, object) in tree.applications() {
            // One Application that renders a file through two of its sources is reported as overlap (I16).
            let mut files: Vec<String> =
                sources::of(object).into_iter().flat_map(|source| sources::files(tree, source)).collect();
            files.sort();
            files.dedup();
            for index in files.iter().filter_map(|file| by_file.get(file.as_str())).flatten() {
                of[*index].push(app);
            }
        }
        let root = tree.applications().find(|(_, app)| app.file == root_file).map(|(index, _)| index);
        Owners { of, root }
    }

    /// The root Application, applied once by hand.
    pub fn root(&self) -> Option<usize> {
        self.root
    }

    /// All Applications that render this object; exactly one in a sound tree.
    pub fn all(&self, object: usize) -> &[usize] {
        &self.of[object]
    }

    /// The Application that renders this object.
    pub fn one(&self, object: usize) -> Option<usize> {
        self.of[object].first().copied()
    }

    /// The object itself, its Application, that one's parent, and so on to the root.
    pub fn chain(&self, object: usize) -> Vec<usize> {
        let mut chain = vec![object];
        while let Some(owner) = self.one(chain[chain.len() - 1]) {
            if chain.contains(&owner) {
                break;
            }
            chain.push(owner);
        }
        chain
    }

    /// Indices of the objects an Application renders.
    pub fn held(&self, app: usize) -> impl Iterator<Item = usize> + '_ {
        self.of.iter().enumerate().filter(move |(_, owners)| owners.contains(&app)).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Platform;
    use serde_json::json;

    fn app(name: &str, path: &str) -> String {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\n\
             spec: {{source: {{path: {path}}}}}\n"
        )
    }

    #[test]
    fn chains_end_at_the_root() {
        let (root, parent, child) = (app("root", "apps"), app("p", "apps/p"), app("c", "apps/p/c"));
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: n}\n";
        let files: [(&str, &str); 5] = [
            ("root.yaml", &root),
            ("apps/p.yaml", &parent),
            ("apps/p/c.yaml", &child),
            ("apps/p/c/m.yaml", map),
            ("other/m.yaml", map),
        ];
        let platform = Platform::sample(&files, json!({}));
        let names = |file: &str| {
            let index = platform.tree.objects.iter().position(|object| object.file == file).unwrap();
            let chain = platform.owners.chain(index);
            chain.iter().map(|i| platform.tree.objects[*i].name().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("apps/p/c/m.yaml"), ["m", "c", "p", "root"]);
        assert_eq!(names("other/m.yaml"), ["m"]);
        let root = platform.owners.root().unwrap();
        assert!(platform.owners.one(root).is_none());
        assert_eq!(platform.owners.held(root).count(), 1);
    }

    #[test]
    fn an_application_that_renders_itself_ends_its_chain() {
        let own = app("root", ".");
        let platform = Platform::sample(&[("root.yaml", own.as_str())], json!({}));
        assert_eq!(platform.owners.chain(0), [0]);
    }
}
