//! Helm charts as Applications name them, and what is known about them.
//!
//! | file | holds |
//! |---|---|
//! | `release` | sources with Helm values: their layers, and what Helm makes of them |
//! | `known` | `schemas/charts/CHART.yaml`: facts about charts |
//! | `loose` | values that no Application names: which chart they are for |
//! | `paths` | paths into values |

pub mod known;
pub mod loose;
pub mod paths;
pub mod release;

pub use known::ChartFile;
pub use release::{Release, ValuesFiles};
