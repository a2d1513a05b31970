//! Helm charts as Applications name them, and what is known about them.
//!
//! | file | holds |
//! |---|---|
//! | `release` | sources with Helm values: their layers, and what Helm makes of them |
//! | `known` | `schemas/charts/CHART.yaml`: facts about charts |
//! | `paths` | paths into values |

pub mod known;
pub mod paths;
pub mod release;

pub use known::ChartFile;
pub use release::{Release, ValuesFiles};
