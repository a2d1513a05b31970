//! Descriptions of charts, which values are checked against.

use crate::shape::{Reader, Text};

crate::shape! {
    /// A version of a chart, by files of it. Nothing is fetched: `helm pull --untar` brings them.
    ChartVersion {
        /// Its `values.yaml`, relative to the spec: which keys there are.
        values: Option<Text>,
        /// Its `values.schema.json`, relative to the spec: which values Helm takes.
        schema: Option<Text>,
        /// Its `Chart.yaml`, relative to the spec: which subcharts it has.
        metadata: Option<Text>,
    }
    check says_something
}

fn says_something(cx: &mut Reader, chart: &ChartVersion) {
    if chart.values.is_none() && chart.schema.is_none() {
        cx.missing(chart.span, "values");
    }
}
