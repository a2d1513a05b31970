//! Apps whose Applications an ApplicationSet makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{AppFacts, Input, policy};
use crate::base::Map;
use crate::model::instance::Instance;
use crate::model::plan::{AppSetPlan, Item, Member, Plan};
use crate::model::spec::Patch;
use crate::shape::Text;

/// What the ApplicationSet of such an app is called by in file names.
pub fn file(instance: &Instance) -> &Text {
    instance.body.file_name.as_ref().unwrap_or(&instance.app)
}

/// The ApplicationSets of apps, and of each Application that one makes, which.
pub fn lower(input: &Input, facts: &[AppFacts], apps: &[Item], plan: &mut Plan) {
    let mut sets: BTreeMap<&str, AppSetPlan> = BTreeMap::new();
    for (facts, item) in facts.iter().zip(apps) {
        let of = input.resolved.instances.get(facts.instance);
        let Some(instance) = of.filter(|i| i.is_generated()) else { continue };
        let wave = input.order.wave(&instance.name);
        let set = sets.entry(&instance.app.value).or_insert_with(|| AppSetPlan {
            name: instance.app.clone(),
            category: instance.category().into(),
            file: Arc::clone(&file(instance).value),
            path: facts.path.clone(),
            annotations: Map::new(),
            wave,
            members: Vec::new(),
            patches: Vec::new(),
        });
        set.wave = set.wave.max(wave);
        let environment = instance.environment.as_ref().map(|e| Arc::clone(&e.value));
        let cluster = Arc::clone(&instance.cluster.name.value);
        set.members.push(Member { name: Arc::clone(&instance.name), cluster, environment });
        let of_set = |p: &&Patch| p.target.as_ref().is_some_and(|t| &*t.kind == "ApplicationSet");
        for patch in item.patches.iter().filter(of_set) {
            if !set.patches.iter().any(|p| p.span == patch.span) {
                set.patches.push(patch.clone());
            }
        }
    }
    for set in sets.values_mut() {
        set.annotations = policy::waved(Map::new(), set.wave);
    }
    plan.sets = sets.into_values().collect();
    let members = plan.sets.iter().enumerate().flat_map(|(n, s)| s.members.iter().map(move |m| (n, m)));
    plan.generated = members.map(|(number, member)| (Arc::clone(&member.name), number)).collect();
}
