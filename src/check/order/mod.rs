//! The waves that follow from `dependsOn`, and the orders that Argo CD could not honour.

mod cycles;
mod network;
mod promises;

use std::sync::Arc;

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::order::Order;
use network::{Holder, Network};

crate::codes! {
    /// Apps wait for each other in a circle, so none of them could ever be synced.
    ///
    /// Take one `dependsOn` of the circle out, or mark it as a wish: `{ app: …, soft: true }`.
    DEPENDENCY_CYCLE = "dependency-cycle";
    /// Categories wait for each other, an order that Argo CD can't honour.
    ///
    /// Parents sync on their own: the waves of one parent's apps say nothing about those of another.
    /// The root can only put one whole parent before another. Apps with `foundation: true` are held
    /// by the root itself, where any order among them, and between them and whole parents, holds.
    ORDER_ACROSS_PARENTS = "order-across-parents";
    /// An app's fixed `wave` is not above that of an app it depends on.
    ///
    /// Argo CD would sync both at once, or this one first. Raise the wave, or better take it out: waves
    /// follow from `dependsOn` by themselves.
    WAVE_CONTRADICTS_ORDER = "wave-contradicts-order";
    /// Others wait for an app that is synced by hand.
    ///
    /// Argo CD waits until the app is healthy, and it is not before somebody syncs it: everything
    /// behind it stands still until then.
    ORDER_NEEDS_AUTOMATED_SYNC = "order-needs-automated-sync": warning;
    /// A soft `dependsOn` was dropped because it would close a circle, or because the other app is an
    /// ApplicationSet.
    ///
    /// The order that is asked for does not hold: the apps start in another one, or at the same time. Take
    /// the entry out when that is fine. Otherwise take another order of the circle out, or set
    /// `foundation: true` where the circle is one among categories; or write `as: applications` at the other app.
    SOFT_ORDER_DROPPED = "soft-order-dropped": warning;
    /// An app waits for one whose Applications an ApplicationSet makes.
    ///
    /// The ApplicationSet counts as healthy as soon as it has made its Applications; nothing waits until these are
    /// synced and healthy. The other way round holds: an ApplicationSet may wait for apps. Write `as: applications`
    /// at the app that others wait for, or drop the order.
    ORDER_AFTER_SET = "order-after-set";
    /// An order rests on waves between Applications, but the health check that makes them effective
    /// has been replaced by one in the settings.
    ///
    /// Argo CD has no health check for Applications of its own since 1.8, so it would not wait. The
    /// key `resource.customizations.health.argoproj.io_Application` of argocd-cm is emitted unless
    /// the settings hold one; that one must report the health of `status.health`.
    ORDER_WITHOUT_HEALTH = "order-without-health";
}

/// Derives the waves. They are right only when no finding is an error.
pub fn order(facts: &Facts, bag: &mut Bag) -> Order {
    let mut network = Network::new(facts);
    if cycles::among_apps(&network, bag) {
        return Order::default();
    }
    cycles::across_parents(&network, bag);
    network.add_soft(bag);
    promises::check(&network, bag);
    waves(&network, bag)
}

fn waves(network: &Network, bag: &mut Bag) -> Order {
    let facts = network.facts;
    let pin = |node: usize| facts.instances.get(node).and_then(|i| i.body.wave).map(|w| w.value);
    let inner = network.inner.longest(|node| pin(node).unwrap_or(0));
    let outer = network.outer.longest(|node| match network.outer_nodes.get(node) {
        Some(Holder::App(app)) => pin(*app).unwrap_or(0),
        _ => 0,
    });
    let mut order = Order::default();
    for (node, instance) in facts.instances.iter().enumerate() {
        let outer_node = network.outer_of.get(node).copied().unwrap_or(0);
        let levels = if instance.is_foundation() { (&outer, outer_node) } else { (&inner, node) };
        let wave = levels.0.get(levels.1).copied().unwrap_or(0);
        if let Some(pinned) = instance.body.wave.filter(|p| p.value != wave) {
            let (app, before) = (&*instance.app, wave.saturating_sub(1));
            let message = format!("app `{app}` has the wave {}, but comes after an app of wave {before}", pinned.value);
            let help = format!("write `wave: {wave}` or more, or take the key out: waves follow from `dependsOn`");
            let finding = Finding::error(&WAVE_CONTRADICTS_ORDER, pinned.span, message, help);
            bag.push(finding.also(instance.body.depends_on.span, "because of this"));
        }
        if let Some(early) = instance.body.wave.filter(|w| w.value < 0 && instance.is_foundation()) {
            let (app, wave) = (&*instance.app, early.value);
            let message = format!("app `{app}` has the wave {wave}, before the projects and settings it needs");
            let help = "write `wave: 0` or more for an app of the foundation";
            bag.push(Finding::error(&WAVE_CONTRADICTS_ORDER, early.span, message, help));
        }
        order.waves.insert(Arc::clone(&instance.name), wave);
    }
    for (node, holder) in network.outer_nodes.iter().enumerate() {
        if let Holder::Parent(category) = holder {
            order.parents.insert((*category).into(), outer.get(node).copied().unwrap_or(0));
        }
    }
    order
}
