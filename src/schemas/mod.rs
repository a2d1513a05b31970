//! The schemas of kinds: those in the binary, and those a user adds.

mod alone;
mod crd;
mod node;
mod places;
mod shared;
mod version;

use crate::base::hash::HashMap;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use jsonschema::{PatternOptions, Registry, ValidationError, Validator};
use rayon::prelude::*;
use serde_json::Value as Json;

use crate::base::json::to_json;
use crate::base::{Span, Value};
use crate::diag::{Bag, Finding, Place};
use crate::model::embedded::SCHEMAS;
use crate::model::gathered::SchemaFile;
pub use alone::Alone;
use node::Values;

crate::codes! {
    /// A file under `schemas` is neither a CustomResourceDefinition nor a JSON Schema that says which
    /// kind it is for.
    ///
    /// A JSON Schema names its kind by `const` values of the properties `apiVersion` and `kind`.
    BAD_SCHEMA = "bad-schema";
}

/// All schemas. Each is read and compiled when it is first needed: a small platform uses few of them.
pub struct Schemas {
    argocd: (u32, u32),
    own: HashMap<(String, String), Kind>,
    /// One for each file of [`SCHEMAS`].
    built_in: Vec<OnceLock<Option<Kind>>>,
    shared: shared::Shared,
}

struct Kind {
    schema: Json,
    cluster_scoped: bool,
    compiled: OnceLock<Result<Validator<Values>, String>>,
    /// Where the user has it.
    place: Span,
}

impl Kind {
    /// The schema with the API version and kind that it is for; `None` when it does not say.
    fn new(schema: Json, place: Span) -> Option<((String, String), Kind)> {
        let text = |pointer: &str| schema.pointer(pointer).and_then(Json::as_str).map(ToOwned::to_owned);
        let api_version = text("/properties/apiVersion/const").or_else(|| text("/properties/apiVersion/enum/0"))?;
        let kind = text("/properties/kind/const").or_else(|| text("/properties/kind/enum/0"))?;
        let cluster_scoped = schema.get("x-scope").and_then(Json::as_str) == Some("Cluster");
        Some(((api_version, kind), Kind { schema, cluster_scoped, compiled: OnceLock::new(), place }))
    }
}

/// A schema that can't be compiled, which only one of the user's can be.
#[derive(Clone, Debug)]
pub struct Unusable {
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub place: Span,
}

impl std::fmt::Debug for Schemas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schemas").field("own", &self.own.len()).finish_non_exhaustive()
    }
}

impl Schemas {
    /// The schemas in the binary, as they are for that version of Argo CD, and those of the user,
    /// which win. Files that are no schemas are findings.
    pub fn new(argocd: (u32, u32), own: &[SchemaFile], bag: &mut Bag) -> Schemas {
        let built_in = SCHEMAS.iter().map(|_| OnceLock::new()).collect();
        let mut schemas = Schemas { argocd, own: HashMap::default(), built_in, shared: shared::Shared::new(argocd) };
        for file in own {
            for doc in &file.docs {
                schemas.add_own(file, doc, bag);
            }
        }
        schemas
    }

    fn add_own(&mut self, file: &SchemaFile, doc: &Value, bag: &mut Bag) {
        let found = match doc.str_at("kind") {
            Some("CustomResourceDefinition") => crd::schemas(&to_json(doc)),
            _ => Some(to_json(doc)).filter(|s| s.pointer("/properties/kind").is_some()).into_iter().collect(),
        };
        if found.is_empty() {
            let message =
                format!("`{}` holds neither a CustomResourceDefinition nor a JSON Schema of a kind", file.path);
            let help = "name CRDs, or JSON Schemas with `const` values for `apiVersion` and `kind`";
            let place = if doc.span == Span::NONE { Place::File(file.path.clone()) } else { doc.span.into() };
            bag.push(Finding::error(&BAD_SCHEMA, place, message, help));
        }
        let named = found.into_iter().filter_map(|schema| Kind::new(schema, doc.span));
        self.own.extend(named);
    }

    /// Whether a kind is cluster-scoped. Kinds that are not known count as namespaced.
    #[must_use]
    pub fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> bool {
        self.kind(api_version, kind).is_some_and(|k| k.cluster_scoped)
    }

    fn kind(&self, api_version: &str, kind: &str) -> Option<&Kind> {
        let own = (!self.own.is_empty()).then(|| self.own.get(&(api_version.to_owned(), kind.to_owned()))).flatten();
        own.or_else(|| self.built_in(api_version, kind))
    }

    /// A schema of the binary: its file is called after group, kind and version.
    fn built_in(&self, api_version: &str, kind: &str) -> Option<&Kind> {
        let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
        let path = format!("{group}/{}_{version}.json", kind.to_lowercase());
        let index = SCHEMAS.binary_search_by(|(file, _)| (**file).cmp(&*path)).ok()?;
        let found = self.built_in.get(index)?.get_or_init(|| {
            let (name, found) = Kind::new(shared::read(index, self.argocd)?, Span::NONE)?;
            (name == (api_version.to_owned(), kind.to_owned())).then_some(found)
        });
        found.as_ref()
    }

    /// The errors of an object against the schema of its kind; `None` when there is no schema.
    ///
    /// # Errors
    /// When the schema itself can't be compiled.
    pub fn errors<'v>(
        &'v self,
        api_version: &str,
        kind: &str,
        object: &'v Value,
    ) -> Result<Option<Vec<ValidationError<'v>>>, Unusable> {
        self.kind(api_version, kind).map(|found| self.errors_by(found, object)).transpose()
    }

    /// The errors of a document that is no Kubernetes object against a schema of the binary; `None` when there is no such file.
    ///
    /// # Errors
    /// When the schema itself can't be compiled.
    pub fn form_errors<'v>(
        &'v self,
        file: &str,
        document: &'v Value,
    ) -> Result<Option<Vec<ValidationError<'v>>>, Unusable> {
        let index = SCHEMAS.binary_search_by(|(path, _)| (**path).cmp(file)).ok();
        let Some((index, slot)) = index.and_then(|index| Some((index, self.built_in.get(index)?))) else {
            return Ok(None);
        };
        let found = slot.get_or_init(|| {
            let schema = shared::read(index, self.argocd)?;
            Some(Kind { schema, cluster_scoped: false, compiled: OnceLock::new(), place: Span::NONE })
        });
        found.as_ref().map(|found| self.errors_by(found, document)).transpose()
    }

    /// Compiles the schemas of some kinds, on all threads, for whoever will soon ask for them.
    pub fn prepare(&self, kinds: &BTreeSet<(&str, &str)>) {
        kinds.par_iter().filter_map(|(api_version, kind)| self.kind(api_version, kind)).for_each(|found| {
            found.compiled.get_or_init(|| self.compile(&found.schema));
        });
    }

    fn errors_by<'v>(&'v self, found: &'v Kind, object: &'v Value) -> Result<Vec<ValidationError<'v>>, Unusable> {
        let compiled = found.compiled.get_or_init(|| self.compile(&found.schema));
        let unusable = |reason: &String| Unusable { reason: reason.clone(), place: found.place };
        let validator = compiled.as_ref().map_err(unusable)?;
        if validator.is_valid(object) {
            return Ok(Vec::new());
        }
        Ok(validator.iter_errors(object).collect())
    }

    fn compile(&self, schema: &Json) -> Result<Validator<Values>, String> {
        let mut registry = Registry::new();
        for (id, shared) in self.shared.needed(schema) {
            registry = registry.add(id, shared).map_err(|e| e.to_string())?;
        }
        let registry = registry.prepare().map_err(|e| e.to_string())?;
        jsonschema::ValidationOptions::<'_, std::sync::Arc<dyn jsonschema::Retrieve>, Values>::default()
            .offline()
            .with_registry(&registry)
            .with_pattern_options(PatternOptions::regex())
            .build(schema)
            .map_err(|e| e.to_string())
    }
}
