//! What a rule sees of an object.

use crate::base::{Entry, Span, Value};
use crate::model::document::{Document, group_of};
use crate::source::SourceMap;

/// An object, and the way to its places.
pub struct Look<'a> {
    /// The object.
    pub value: &'a Value,
    /// Its API group; empty for the core group.
    pub group: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name, or what the name begins with.
    pub name: &'a str,
    document: &'a Document,
    sources: &'a SourceMap,
}

/// An Application, or the template of an ApplicationSet.
pub struct App<'a> {
    /// Its spec.
    pub spec: &'a Value,
    /// Whether parameters stand in it, and a patch or a generator may add to it.
    pub is_template: bool,
}

impl<'a> Look<'a> {
    /// Nothing where it is no object.
    pub fn new(document: &'a Document, sources: &'a SourceMap) -> Option<Look<'a>> {
        let (api_version, kind) = document.type_of()?;
        let group = group_of(api_version);
        let metadata = document.value.get("metadata");
        let name = metadata.and_then(|m| m.str_at("name").or_else(|| m.str_at("generateName"))).unwrap_or_default();
        Some(Look { value: &document.value, group, kind, name, document, sources })
    }

    /// Whether it is of a kind of Argo CD or its sisters.
    pub fn is_argo(&self, kind: &str) -> bool {
        self.group == "argoproj.io" && self.kind == kind
    }

    /// A place in the input: where a built-in template wrote the value, that of the thing it was rendered for.
    pub fn at(&self, span: Span) -> Span {
        self.sources.in_input(span, self.document.origin)
    }

    /// The place of a key.
    pub fn key(&self, entry: &Entry) -> Span {
        self.at(entry.key_span.or(entry.value.span))
    }

    /// A field of the metadata.
    pub fn metadata(&self, key: &str) -> Option<&'a Value> {
        self.value.get("metadata")?.get(key)
    }

    /// The annotations.
    pub fn annotations(&self) -> impl Iterator<Item = &'a Entry> + use<'a> {
        self.metadata("annotations").and_then(Value::as_map).into_iter().flatten()
    }

    /// An annotation.
    pub fn annotation(&self, key: &str) -> Option<&'a Value> {
        self.metadata("annotations")?.get(key)
    }

    /// A field of the spec.
    pub fn spec(&self, key: &str) -> Option<&'a Value> {
        self.value.get("spec")?.get(key)
    }

    /// The Application that it is, or that it is a template of.
    pub fn app(&self) -> Option<App<'a>> {
        let spec = self.value.get("spec")?;
        if self.is_argo("Application") {
            return Some(App { spec, is_template: false });
        }
        let template = spec.get("template").filter(|_| self.is_argo("ApplicationSet"))?;
        Some(App { spec: template.get("spec")?, is_template: true })
    }
}

impl<'a> App<'a> {
    /// Its sources, with whether they are a list.
    pub fn sources(&self) -> (Vec<&'a Value>, bool) {
        let several = self.spec.get("sources").and_then(Value::as_list).unwrap_or_default();
        match several.is_empty() {
            true => (self.spec.get("source").into_iter().collect(), false),
            false => (several.iter().collect(), true),
        }
    }

    /// Its sync options.
    pub fn sync_options(&self) -> &'a [Value] {
        let policy = self.spec.get("syncPolicy");
        policy.and_then(|p| p.get("syncOptions")).and_then(Value::as_list).unwrap_or_default()
    }

    /// Whether a sync option stands there word by word.
    pub fn has_option(&self, option: &str) -> bool {
        self.sync_options().iter().any(|o| o.as_str() == Some(option))
    }

    /// A part of the destination that is not empty.
    pub fn destination(&self, key: &str) -> Option<&'a str> {
        self.spec.get("destination")?.str_at(key).filter(|text| !text.is_empty())
    }
}
