//! Where a field belongs that stands in the wrong place.

use serde_json::Value as Json;

use super::Schemas;
use crate::base::pointer;

/// How deep references and branches are followed.
const DEEPEST: usize = 12;

/// A schema, and the file that its own references are about.
#[derive(Clone, Copy)]
struct At<'s> {
    root: &'s Json,
    schema: &'s Json,
}

impl Schemas {
    /// The paths, from the root of an object, of mappings that have a field `key`, for one that stands at `pointer`, where
    /// there is none: the nearest mapping above it, or those right below it.
    #[must_use]
    pub fn homes_of(&self, api_version: &str, kind: &str, pointer: &str, key: &str) -> Vec<Vec<String>> {
        self.homes(api_version, kind, pointer, key).unwrap_or_default()
    }

    fn homes(&self, api_version: &str, kind: &str, pointer: &str, key: &str) -> Option<Vec<Vec<String>>> {
        let root = &self.kind(api_version, kind)?.schema;
        let tokens = pointer::tokens(pointer)?;
        let mut levels = vec![self.forms(At { root, schema: root })];
        for token in &tokens {
            let next = levels.last()?.iter().flat_map(|at| self.step(*at, token)).collect();
            levels.push(next);
        }
        let here = levels.pop()?;
        for (depth, level) in levels.iter().enumerate().rev() {
            if level.iter().any(|at| properties(at.schema).any(|(name, _)| name == key)) {
                return Some(vec![tokens.get(..depth)?.to_vec()]);
            }
        }
        let mut below: Vec<String> = Vec::new();
        for at in &here {
            for (name, schema) in properties(at.schema) {
                let inner = self.forms(At { root: at.root, schema });
                let items = inner.iter().filter_map(|i| Some(At { root: i.root, schema: i.schema.get("items")? }));
                let items: Vec<At> = items.flat_map(|item| self.forms(item)).collect();
                let has = inner.iter().chain(&items).any(|i| properties(i.schema).any(|(field, _)| field == key));
                if has && !below.contains(name) {
                    below.push(name.clone());
                }
            }
        }
        Some(below.into_iter().map(|name| [tokens.as_slice(), &[name]].concat()).collect())
    }

    /// The schemas below one, for a key or an index.
    fn step<'s>(&'s self, at: At<'s>, token: &str) -> Vec<At<'s>> {
        let of_key = properties(at.schema).find(|(name, _)| *name == token).map(|(_, schema)| schema);
        let others = || at.schema.get("additionalProperties").filter(|schema| schema.is_object());
        let is_index = token.bytes().all(|b| b.is_ascii_digit());
        let items = || at.schema.get("items").filter(|_| is_index);
        let next = of_key.or_else(others).or_else(items);
        next.map(|schema| self.forms(At { root: at.root, schema })).unwrap_or_default()
    }

    /// A schema with all that it refers to and is composed of.
    fn forms<'s>(&'s self, at: At<'s>) -> Vec<At<'s>> {
        let mut out = Vec::new();
        self.collect(at, 0, &mut out);
        out
    }

    fn collect<'s>(&'s self, at: At<'s>, depth: usize, out: &mut Vec<At<'s>>) {
        if depth > DEEPEST {
            return;
        }
        out.push(at);
        if let Some(found) = at.schema.get("$ref").and_then(Json::as_str).and_then(|text| self.follow(at.root, text)) {
            self.collect(found, depth + 1, out);
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            let branches = at.schema.get(word).and_then(Json::as_array).into_iter().flatten();
            branches.for_each(|schema| self.collect(At { root: at.root, schema }, depth + 1, out));
        }
    }

    fn follow<'s>(&'s self, root: &'s Json, reference: &str) -> Option<At<'s>> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let root = match file {
            "" => root,
            file => self.shared.get(file)?,
        };
        Some(At { root, schema: root.pointer(fragment)? })
    }
}

fn properties(schema: &Json) -> impl Iterator<Item = (&String, &Json)> {
    schema.get("properties").and_then(Json::as_object).into_iter().flatten()
}
