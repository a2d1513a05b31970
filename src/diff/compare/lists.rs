//! Lists: by name, as sets, or by place.

use crate::base::hash::{HashMap, HashSet};
use std::sync::Arc;

use super::Compare;
use super::equal::equal;
use super::label::{Labels, labels};
use crate::base::Value;
use crate::model::changes::{Edit, EditKind, Step};

impl Compare<'_> {
    pub(super) fn list(&mut self, a: &[Value], b: &[Value]) {
        let keys: Vec<&str> = self.place.keys().collect();
        let csv = self.place.0.last() == Some(&Step::Inside("csv"));
        match labels(self.kind, &keys, csv, a, b) {
            Some(labels) => self.named(&labels, a, b),
            None => self.by_place(a, b),
        }
    }

    /// Items by name.
    fn named(&mut self, labels: &Labels, a: &[Value], b: &[Value]) {
        let old: HashMap<&str, &Value> = labels.before.iter().map(|l| &**l).zip(a).collect();
        let new: HashMap<&str, &Value> = labels.after.iter().map(|l| &**l).zip(b).collect();
        for (label, value) in labels.before.iter().zip(a) {
            self.below(Step::Item(Arc::clone(label)), |this| match new.get(&**label) {
                Some(later) => this.value(value, later),
                None => this.edit(Some(value), None, false),
            });
        }
        for (label, value) in labels.after.iter().zip(b).filter(|(label, _)| !old.contains_key(&***label)) {
            self.below(Step::Item(Arc::clone(label)), |this| this.edit(None, Some(value), false));
        }
        self.order(labels);
    }

    /// An edit where items stand in another order than they would if those that are new were added at the end.
    /// It means something only where the list has an order, and where items changed places that were there before.
    fn order(&mut self, labels: &Labels) {
        let old: HashSet<&str> = labels.before.iter().map(|l| &**l).collect();
        let new: HashSet<&str> = labels.after.iter().map(|l| &**l).collect();
        let kept: Vec<&str> = labels.before.iter().map(|l| &**l).filter(|l| new.contains(l)).collect();
        let kept_now: Vec<&str> = labels.after.iter().map(|l| &**l).filter(|l| old.contains(l)).collect();
        let added = labels.after.iter().map(|l| &**l).filter(|l| !old.contains(l));
        let expected: Vec<&str> = kept.iter().copied().chain(added).collect();
        if expected.iter().copied().eq(labels.after.iter().map(|l| &**l)) {
            return;
        }
        let list = |labels: &[Arc<str>]| Some(labels.iter().map(|l| Value::from(Arc::clone(l))).collect::<Value>());
        self.edits.push(Edit {
            place: self.place.clone(),
            kind: EditKind::Order,
            before: list(&labels.before),
            after: list(&labels.after),
            cosmetic: !labels.ordered || kept == kept_now,
            masked: self.secret,
        });
    }

    /// Items by place: what both lists begin and end with is the same, what is between is compared one by one.
    fn by_place(&mut self, a: &[Value], b: &[Value]) {
        let shortest = a.len().min(b.len());
        let head = a.iter().zip(b).take_while(|(x, y)| equal(x, y)).count();
        let tail = a.iter().rev().zip(b.iter().rev()).take(shortest - head).take_while(|(x, y)| equal(x, y)).count();
        let old = a.get(head..a.len() - tail).unwrap_or_default();
        let new = b.get(head..b.len() - tail).unwrap_or_default();
        let pairs = old.len().min(new.len());
        for (i, (x, y)) in old.iter().zip(new).enumerate() {
            self.below(Step::Index(head + i), |this| this.value(x, y));
        }
        for (i, value) in old.iter().enumerate().skip(pairs).rev() {
            self.below(Step::Index(head + i), |this| this.edit(Some(value), None, false));
        }
        for (i, value) in new.iter().enumerate().skip(pairs) {
            self.below(Step::Index(head + i), |this| this.edit(None, Some(value), false));
        }
    }
}
