//! The schemas in the binary, and what they share.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value as Json;

use super::version;
use crate::model::embedded::SCHEMAS;

/// What an `$id` of the schemas in the binary begins with; the path of the file follows.
const HOME: &str = "https://sailplan.dev/schemas/";
/// The folder of what others refer to.
const COMMON: &str = "common/";

/// What the schemas of the binary share. Each file is read when it is first referred to.
pub(super) struct Shared {
    argocd: (u32, u32),
    /// One for each file of [`SCHEMAS`].
    files: Vec<OnceLock<Option<Json>>>,
}

impl Shared {
    pub(super) fn new(argocd: (u32, u32)) -> Shared {
        Shared { argocd, files: SCHEMAS.iter().map(|_| OnceLock::new()).collect() }
    }

    /// The schema with an `$id`.
    pub(super) fn get(&self, id: &str) -> Option<&Json> {
        let path = id.strip_prefix(HOME).filter(|path| path.starts_with(COMMON))?;
        let index = SCHEMAS.binary_search_by(|(file, _)| (**file).cmp(path)).ok()?;
        self.files.get(index)?.get_or_init(|| read(index, self.argocd)).as_ref()
    }

    /// All that a schema refers to, and what that refers to, by `$id`.
    pub(super) fn needed<'s>(&'s self, schema: &'s Json) -> BTreeMap<&'s str, &'s Json> {
        let mut found = BTreeMap::new();
        self.collect(schema, &mut found);
        found
    }

    fn collect<'s>(&'s self, schema: &'s Json, found: &mut BTreeMap<&'s str, &'s Json>) {
        match schema {
            Json::Object(object) => {
                let file = object.get("$ref").and_then(Json::as_str).and_then(|text| text.split('#').next());
                let new = file.filter(|file| !found.contains_key(file)).and_then(|file| Some((file, self.get(file)?)));
                if let Some((file, shared)) = new {
                    found.insert(file, shared);
                    self.collect(shared, found);
                }
                object.values().for_each(|value| self.collect(value, found));
            }
            Json::Array(items) => items.iter().for_each(|item| self.collect(item, found)),
            _ => {}
        }
    }
}

/// A file of the binary as JSON, as it is for a version of Argo CD.
pub(super) fn read(index: usize, argocd: (u32, u32)) -> Option<Json> {
    let (path, text) = SCHEMAS.get(index)?;
    let mut schema = serde_json::from_str::<Json>(text).ok()?;
    if path.starts_with("argoproj.io/") || *path == "common/application-spec.json" {
        version::strip(&mut schema, argocd);
    }
    Some(schema)
}
