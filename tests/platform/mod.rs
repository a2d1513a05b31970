//! The independent judge of the example platform. It reads what `sailplan render` left on disk and knows nothing of
//! the compiler: not its library, not its templates, not its YAML reader or writer.
//!
//! | file | question it answers |
//! |---|---|
//! | `yaml`, `object`, `tree` | what is on disk |
//! | `fixture` | what was expected, in the language of `fixtures/platform/expected.json` |
//! | `sources`, `kustomize`, `owner` | which Application applies which object |
//! | `order`, `edges` | does X come before Y in Argo CD |
//! | `built` | what does kustomize build of them |
//! | `helm`, `helm_set` | which values does the chart see |
//! | `documents` | do actions of Port and workflows of Orkes carry their facts, and fit |
//! | `compare`, `facts` | does an object carry the facts stated of it |
//! | `invariants` | what must hold of the tree as a whole |
//! | `vault` | what does Vault let whom read |
//! | `report` | every failing fact, not only the first |

pub mod built;
pub mod compare;
pub mod documents;
pub mod edges;
pub mod facts;
pub mod fixture;
pub mod helm;
pub mod helm_set;
pub mod invariants;
pub mod kustomize;
pub mod object;
pub mod order;
pub mod owner;
pub mod render;
pub mod report;
pub mod sources;
pub mod tree;
pub mod vault;
pub mod yaml;

use fixture::Fixture;
use owner::Owners;
use tree::Tree;

/// The rendered tree with the expectations and the ownership worked out once.
pub struct Platform {
    pub tree: Tree,
    pub fixture: Fixture,
    pub owners: Owners,
}

impl Platform {
    /// Joins a tree with the expectations it is judged by.
    pub fn new(tree: Tree, fixture: Fixture) -> Platform {
        let owners = Owners::of(&tree, fixture.root_file());
        Platform { tree, fixture, owners }
    }

    /// A platform from inline files, for the judge's own tests; the root Application is `root.yaml`.
    #[cfg(test)]
    pub fn sample(files: &[(&str, &str)], mut fixture: serde_json::Value) -> Platform {
        fixture["root"] = "root.yaml".into();
        Platform::new(Tree::sample(files), Fixture::from_value(fixture))
    }
}
