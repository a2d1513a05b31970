//! Which overrides apply where.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{OVERRIDE_HITS_NOTHING, OVERRIDE_KEY};
use crate::base::Value;
use crate::diag::{Bag, Finding};
use crate::model::instance::LOCAL_NAME;
use crate::model::spec::{OneOrMany, Override, Patch, Spec, When};
use crate::template::{Compiled, EvalError, Scope};

/// An override, ready to be applied.
pub struct Ready<'s> {
    /// As the spec has it.
    pub of: &'s Override,
    /// Its `set`, compiled.
    pub set: Option<Compiled<'s>>,
    /// Its patches, each with its content compiled.
    pub patches: Vec<ReadyPatch<'s>>,
    hit: AtomicBool,
}

/// A patch whose content may hold expressions.
pub struct ReadyPatch<'s> {
    of: &'s Patch,
    ops: Vec<Compiled<'s>>,
    merge: Option<Compiled<'s>>,
}

impl<'s> ReadyPatch<'s> {
    /// Compiles a patch; `compile` leaves findings for faulty expressions.
    pub fn new(of: &'s Patch, mut compile: impl FnMut(&Value) -> Option<Compiled<'s>>) -> ReadyPatch<'s> {
        let ops = of.ops.iter().flat_map(|ops| ops.iter()).filter_map(&mut compile).collect();
        ReadyPatch { of, ops, merge: of.merge.as_ref().and_then(compile) }
    }

    /// The patch for one app at one cluster.
    pub fn eval(&self, scope: &Scope<'_>) -> Result<Patch, EvalError> {
        let mut patch = self.of.clone();
        if let Some(ops) = &mut patch.ops {
            ops.items =
                self.ops.iter().map(|op| op.eval(scope).map(Option::unwrap_or_default)).collect::<Result<_, _>>()?;
        }
        if let Some(merge) = &self.merge {
            patch.merge = merge.eval(scope)?;
        }
        Ok(patch)
    }
}

/// An app at a cluster, as conditions see it.
pub struct Site<'a> {
    /// The app.
    pub app: &'a str,
    /// Its category.
    pub category: Option<&'a str>,
    /// Name of the cluster.
    pub cluster: &'a str,
    /// Name of the environment.
    pub environment: Option<&'a str>,
}

impl<'s> Ready<'s> {
    /// An override that has not hit anything yet.
    pub fn new(of: &'s Override, set: Option<Compiled<'s>>, patches: Vec<ReadyPatch<'s>>) -> Ready<'s> {
        Ready { of, set, patches, hit: AtomicBool::new(false) }
    }

    /// Whether it applies; remembers that it did.
    pub fn applies(&self, site: &Site) -> bool {
        let applies = self.of.when.as_ref().is_none_or(|when| holds(when, site));
        if applies {
            self.hit.store(true, Ordering::Relaxed);
        }
        applies
    }

    /// A finding if it never applied. Names that nothing bears are findings of their own.
    pub fn report_unused(&self, spec: &Spec, bag: &mut Bag) {
        if self.hit.load(Ordering::Relaxed) || self.of.when.as_ref().is_some_and(|when| !resolves(when, spec)) {
            return;
        }
        let span = self.of.when.as_ref().map_or(self.of.span, |w| w.span);
        let help = "mend the conditions of `when`, or take the override out";
        let finding = Finding::error(&OVERRIDE_HITS_NOTHING, span, "this override applies to no app", help);
        bag.push(finding.label("no app at any cluster meets all of these"));
    }

    /// Whether it holds whatever cluster and environment it is.
    pub fn is_about_clusters(&self) -> bool {
        self.of.when.as_ref().is_some_and(|w| w.cluster.is_some() || w.environment.is_some())
    }

    /// Findings for keys that an override can't set.
    pub fn check_keys(&self, bag: &mut Bag) {
        let Some(set) = &self.of.set else { return };
        let nested = set.raw.as_map().and_then(|m| m.entry("overrides"));
        if let Some(entry) = nested {
            let help = "move the inner override one level up, with its own `when`";
            bag.push(Finding::error(&OVERRIDE_KEY, entry.key_span, "an override can't hold overrides", help));
        }
        if self.is_about_clusters() {
            refuse_places(&set.raw, "an override for a cluster or environment", bag);
        }
    }
}

/// The keys that decide where an app goes, and in what form.
const PLACES: &[&str] = &["clusters", "environments", "as"];

/// Findings for keys that decide where an app goes and in what form, in a block that applies only at some places.
pub fn refuse_places(block: &Value, what: &str, bag: &mut Bag) {
    for entry in block.as_map().into_iter().flatten().filter(|e| PLACES.contains(&&*e.key)) {
        let message = format!("{what} can't set `{}`", entry.key);
        let help =
            format!("set `{}` on the app, or in an override that is not about clusters or environments", entry.key);
        bag.push(Finding::error(&OVERRIDE_KEY, entry.key_span, message, help));
    }
}

/// A finding for overrides in a block that many apps share, where nothing would apply them.
pub fn refuse(block: &Value, bag: &mut Bag) {
    if let Some(entry) = block.as_map().and_then(|m| m.entry("overrides")) {
        let help = "move them to the top level `overrides`, which apply to all apps that meet their `when`";
        let message = "keys that many apps share can't hold overrides";
        bag.push(Finding::error(&OVERRIDE_KEY, entry.key_span, message, help));
    }
}

/// Whether all that a condition names is there.
fn resolves(when: &When, spec: &Spec) -> bool {
    let all = |choice: &Option<OneOrMany>, is: &dyn Fn(&str) -> bool| choice.iter().flat_map(|c| &c.0).all(|n| is(n));
    all(&when.app, &|n| spec.apps.has(n))
        && all(&when.category, &|n| spec.categories.has(n))
        && all(&when.environment, &|n| spec.environments.has(n))
        && all(&when.cluster, &|n| n == LOCAL_NAME || spec.clusters.has(n))
}

fn holds(when: &When, site: &Site) -> bool {
    let one_of = |choice: &Option<OneOrMany>, name: Option<&str>| {
        choice.as_ref().is_none_or(|c| c.0.iter().any(|wanted| Some(&**wanted) == name))
    };
    one_of(&when.app, Some(site.app))
        && one_of(&when.category, site.category)
        && one_of(&when.environment, site.environment)
        && one_of(&when.cluster, Some(site.cluster))
}
