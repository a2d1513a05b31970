//! What something else makes, written beside the tree: `check --tree` has no spec to know it by.

use crate::base::{Map, Span, Value};
use crate::model::context::Fields;
use crate::model::document::Tags;
use crate::model::ownership::EXTERNAL_FILE;
use crate::model::plan::PlainFile;
use crate::model::spec::ExternalObject;
use crate::model::tree::Made;
use crate::shape::Text;
use crate::yaml;

/// The file that lists it; nothing where there is nothing to list.
pub fn file(external: &[ExternalObject]) -> Option<PlainFile> {
    let first = external.first()?;
    let list: Vec<Value> = external.iter().map(entry).collect();
    let mut text = "# Objects that something else makes, from `external` of the spec.\n".to_owned();
    yaml::write(&mut text, &Value::from(Map::from_iter([("external", Value::from(list))])));
    let (path, bytes) = (EXTERNAL_FILE.to_owned(), text.into_bytes());
    let origin = first.name.span;
    Some(PlainFile {
        path,
        bytes,
        value: None,
        origin,
        template: Span::NONE,
        tags: Tags::default(),
        made: Made::Derived,
    })
}

fn entry(object: &ExternalObject) -> Value {
    let text = |text: &Option<Text>| text.as_ref().map(|t| Value::from(&*t.value));
    Fields::new()
        .with("kind", object.kind.word())
        .with("name", &*object.name.value)
        .maybe("namespace", text(&object.namespace))
        .maybe("cluster", text(&object.cluster))
        .maybe("by", text(&object.by))
        .build()
}
