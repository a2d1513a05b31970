//! Secrets that nobody reads.

use crate::base::hash::HashSet;

use super::super::facts::{Kind, Made};
use super::super::mentions::{Mentions, Text, words};
use super::super::scene::{Placed, Scene};
use crate::diag::{Bag, Finding};
use crate::model::document::Identity;

crate::codes! {
    /// A Secret is made, and nothing in the tree mentions it.
    ///
    /// Looked for is its name, as a word, in the objects of its namespace, in the Helm values of the apps
    /// that deploy there, and wherever its namespace is named too. Secrets that are found by label, such
    /// as those of Argo CD, count as used, and nothing is said where another repository deploys to the
    /// namespace.
    ///
    /// Often the reader was meant to take it and has a password of its own, or a placeholder that nothing
    /// fills in. Name it there, or take it out. This is a note: it stops nothing.
    UNUSED_SECRET = "unused-secret": note;
}

/// A Secret that no reference leads to.
pub struct Unread<'a> {
    object: &'a Placed<'a>,
    made: &'a Made,
}

/// The Secrets that no reference leads to.
pub fn unread<'a>(scene: &Scene<'a>) -> Vec<Unread<'a>> {
    let read: HashSet<(&str, &str, &str)> = scene
        .references()
        .filter(|(_, _, read, _)| read.kind == Kind::Secret)
        .map(|(object, _, read, namespace)| (object.cluster, namespace, &*read.name))
        .collect();
    let mut out = Vec::new();
    for object in scene.objects {
        let of_namespace = !object.namespace.is_empty() && !scene.unseen(object.cluster, object.namespace);
        for made in object.facts.makes.iter().filter(|made| made.wanted && !made.found_by_label && of_namespace) {
            if !read.contains(&(object.cluster, object.namespace, &made.name)) {
                out.push(Unread { object, made });
            }
        }
    }
    out
}

/// Their names.
pub fn names<'a>(unread: &[Unread<'a>]) -> HashSet<&'a str> {
    unread.iter().map(|u| &*u.made.name).collect()
}

/// Reports those that nothing mentions either.
pub fn report(scene: &Scene, unread: &[Unread], texts: &[Text], mentions: &Mentions, bag: &mut Bag) {
    for Unread { object, made } in unread {
        let name = &*made.name;
        let by_text = mentions.texts(name).iter().filter_map(|i| texts.get(*i)).any(|text| counts(text, object));
        let charts = mentions.charts(name).iter().filter_map(|i| scene.charts.get(*i));
        let by_chart = charts.filter(|chart| chart.app.cluster == object.cluster).any(|chart| {
            chart.app.namespace == object.namespace || super::super::charts::mentions(&chart.values, object.namespace)
        });
        let by_loose = || scene.loose.iter().any(|chart| super::super::charts::mentions(&chart.values, name));
        if !by_text && !by_chart && !by_loose() {
            bag.push(finding(scene, object, made));
        }
    }
}

/// Whether a text that mentions the name is about this Secret: it is of the same namespace, of none, or names
/// the namespace. What makes the Secret does not count.
fn counts(text: &Text, object: &Placed) -> bool {
    let Some(identity) = text.identity else { return true };
    if makes(identity, object) {
        return false;
    }
    match identity.namespace.as_deref() {
        Some(namespace) if namespace != object.namespace => words(text.text).any(|word| word == object.namespace),
        _ => true,
    }
}

fn makes(identity: &Identity, object: &Placed) -> bool {
    let of_namespace = identity.namespace.as_deref().is_none_or(|n| n == object.namespace);
    *identity.kind == *object.facts.kind && *identity.name == *object.facts.name && of_namespace
}

fn finding(scene: &Scene, object: &Placed, made: &Made) -> Finding {
    let (name, namespace) = (&made.name, object.namespace);
    let (kind, own) = (&object.facts.kind, &object.facts.name);
    let maker = if **own == **name { String::new() } else { format!(", which {kind} `{own}` makes") };
    let message = format!("nothing reads Secret `{name}` in namespace `{namespace}`{maker}");
    let help = "name it where it is meant to be read, such as in Helm values, or take it out";
    Finding::note(&UNUSED_SECRET, scene.at(made.span, object), message, help)
}
