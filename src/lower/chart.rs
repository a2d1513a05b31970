//! The chart argo-cd, where the app that runs Argo CD has it: which ConfigMaps it makes.

use super::Input;
use super::settings::SETTING_TWICE;
use crate::base::{Map, Value};
use crate::diag::{Bag, Finding};
use crate::model::spec::ValueFile;
use crate::model::values::is_argocd;
use crate::shape::AnyMap;

/// The Application that installs the chart, and the values that it gives.
pub struct Owner {
    /// Number of the Application.
    pub number: usize,
    /// Its values, those that win last.
    values: Vec<Value>,
}

/// The Application that runs Argo CD, if it installs the chart.
pub fn owner(input: &Input) -> Option<Owner> {
    let mut all = input.resolved.instances.iter().enumerate();
    let (number, instance) = all.find(|(_, instance)| input.spec.runs_argocd(instance))?;
    let chart = instance.body.all_sources().filter_map(|s| s.helm.as_deref()).find(|helm| is_argocd(helm))?;
    let files = chart.value_files.iter().filter_map(|file| match file {
        ValueFile::Own(path) => input.gathered.values.get(&**path).map(|file| file.value.clone()),
        ValueFile::Remote(_) => None,
    });
    Some(Owner { number, values: files.chain(chart.values.as_ref().map(AnyMap::to_value)).collect() })
}

impl Owner {
    /// Whether it makes the ConfigMap of a part of `configs`: it does unless it is told not to.
    pub fn makes(&self, part: &str) -> bool {
        let create = |values: &Value| values.get("configs")?.get(part)?.get("create")?.as_bool();
        self.values.iter().filter_map(create).next_back() != Some(false)
    }

    /// A finding for each key that its values have too.
    pub fn refuse_twice(&self, part: &str, data: &Map, bag: &mut Bag) {
        let own = self.values.iter().filter_map(|values| values.get("configs")?.get(part)?.as_map());
        for entry in own.flatten().filter(|entry| data.contains(&entry.key)) {
            let message = format!("`{}` is set here, and by the spec", entry.key);
            let help = "take it out of the values: the spec says it, and it comes into the chart's values";
            let finding = Finding::error(&SETTING_TWICE, entry.key_span, message, help);
            let derived = data.get(&entry.key).map(|value| value.span).unwrap_or_default();
            bag.push(finding.also(derived, "said here"));
        }
    }
}
