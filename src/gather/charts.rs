//! Files of charts, which values are checked against.

use std::sync::Arc;

use super::{VALUES_NOT_MAPPING, read_all};
use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::model::gathered::GivenChart;
use crate::model::spec::{ChartVersion, Spec};
use crate::shape::Text;
use crate::source::{SourceMap, World};
use crate::yaml;

/// Reads the files of each version that the spec describes.
pub fn read(world: &dyn World, spec: &Spec, sources: &mut SourceMap, bag: &mut Bag) -> Vec<Arc<GivenChart>> {
    let versions = spec.charts.iter().flat_map(|c| c.item.iter().map(move |v| (&c.name, &v.name, &v.item)));
    let mut out = Vec::new();
    for (chart, version, files) in versions {
        let ChartVersion { values, schema, metadata, .. } = files;
        let mut read = |path: &Option<Text>| path.as_ref().and_then(|path| mapping(world, path, sources, bag));
        let (values, schema, metadata) = (read(values), read(schema), read(metadata));
        let (chart, version) = (chart.clone(), version.clone());
        out.push(Arc::new(GivenChart { chart, version, values, schema, metadata }));
    }
    out
}

/// The one document of a file, which has to be a mapping; an empty file stands for one without keys.
fn mapping(world: &dyn World, path: &Text, sources: &mut SourceMap, bag: &mut Bag) -> Option<Value> {
    let ids = read_all(world, std::iter::once((path.to_string(), path.span)), sources, bag);
    let id = ids.into_values().next()?;
    let mut docs = yaml::read(sources, id, bag, &yaml::Limits::default());
    let value = if docs.is_empty() { Value::default() } else { docs.swap_remove(0) };
    if value.is_null() {
        return Some(Value::from(crate::base::Map::new()));
    }
    if value.as_map().is_none() {
        let message = format!("`{}` is {}, not a mapping", &**path, value.type_name());
        let help = "name a file of the chart, as `helm pull --untar` brings it";
        bag.push(Finding::error(&VALUES_NOT_MAPPING, value.span.or(path.span), message, help));
        return None;
    }
    Some(value)
}
