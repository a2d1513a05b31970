//! References from apps to other things.

use serde_json::json;

use crate::base::{Kind, Value};
use crate::shape::{Dict, List, Reader, Schemas, Shape, Text};

/// An app that must come first.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// Name of the app.
    pub app: Text,
    /// Whether the order is a wish: dropped where it would close a circle.
    pub soft: bool,
}

crate::shape! {
    /// An app that should come first.
    DependencyEntry {
        /// Name of the app.
        app: Text,
        /// Whether the order is a wish: dropped where it would close a circle.
        soft: Option<bool>,
    }
}

impl Shape for Dependency {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match &value.kind {
            Kind::Map(_) => {
                let entry = DependencyEntry::read(cx, value)?;
                Some(Dependency { app: entry.app, soft: entry.soft.unwrap_or(false) })
            }
            _ => Text::read(cx, value).map(|app| Dependency { app, soft: false }),
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        json!({ "anyOf": [Text::schema(schemas), DependencyEntry::schema(schemas)] })
    }
}

/// The clusters of an app.
#[derive(Clone, Debug)]
pub enum ClusterChoice {
    /// By name.
    Named(List<Text>),
    /// By labels or environment.
    Matching(Selector),
}

crate::shape! {
    /// A choice of clusters.
    Selector {
        /// Labels that a cluster must have.
        match_labels ("matchLabels"): Dict<Text>,
        /// Environments that a cluster may be of; any when left out.
        environments: List<Text>,
    }
}

impl Shape for ClusterChoice {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match &value.kind {
            Kind::Map(_) => Selector::read(cx, value).map(ClusterChoice::Matching),
            Kind::List(_) => List::read(cx, value).map(ClusterChoice::Named),
            _ => {
                cx.wrong_type(value, "a list of cluster names or a selector");
                None
            }
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        json!({ "anyOf": [List::<Text>::schema(schemas), Selector::schema(schemas)] })
    }
}

/// One text or several.
#[derive(Clone, Debug)]
pub struct OneOrMany(
    /// The texts.
    pub Vec<Text>,
);

impl Shape for OneOrMany {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        match &value.kind {
            Kind::List(_) => List::read(cx, value).map(|l| OneOrMany(l.items)),
            _ => Text::read(cx, value).map(|t| OneOrMany(vec![t])),
        }
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        json!({ "anyOf": [Text::schema(schemas), List::<Text>::schema(schemas)] })
    }
}
