//! The changes that are reported lead from the old objects to the new ones.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sailplan::base::{Entry, Map, Span, Value, json};
use sailplan::diff::{Options, diff};
use sailplan::model::changes::{Changes, Edit, EditKind, Step, What};
use sailplan::model::document::Identity;
use sailplan::yaml;

use crate::golden::Tree;

type Objects = BTreeMap<String, Value>;

/// The objects of a tree by their labels.
fn objects(tree: &Tree) -> Objects {
    let mut out = Objects::new();
    for bytes in tree.values() {
        for object in yaml::read_embedded(std::str::from_utf8(bytes).unwrap(), Span::NONE).unwrap() {
            out.insert(label(&Identity::of(&object).unwrap()), object);
        }
    }
    out
}

fn label(identity: &Identity) -> String {
    format!("{}/{}/{:?}/{}", identity.group, identity.kind, identity.namespace, identity.name)
}

/// Applies an edit to a value, the way it says.
fn apply(value: &mut Value, steps: &[Step], siblings: &Siblings, edit: &Edit) {
    let Some((first, rest)) = steps.split_first() else {
        if edit.kind == EditKind::Order {
            return reorder(value, edit, siblings);
        }
        *value = edit.after.clone().unwrap();
        return;
    };
    match first {
        Step::Key(key) => {
            let mut map = value.as_map().unwrap().clone();
            match (rest.is_empty() && edit.kind == EditKind::Value, &edit.after) {
                (true, None) => drop(map.remove(key).unwrap()),
                (true, Some(after)) => map.put(Entry { key: key.clone(), key_span: Span::NONE, value: after.clone() }),
                _ => apply(map.get_mut(key).unwrap(), rest, siblings, edit),
            }
            *value = Value::from(map);
        }
        Step::Index(index) => {
            let mut items = value.as_list().unwrap().to_vec();
            match (rest.is_empty(), &edit.before, &edit.after) {
                (true, Some(_), None) => drop(items.remove(*index)),
                (true, None, Some(after)) => items.insert(*index, after.clone()),
                _ => apply(&mut items[*index], rest, siblings, edit),
            }
            *value = Value::from(items);
        }
        Step::Item(name) => {
            let mut items = value.as_list().unwrap().to_vec();
            let at = items.iter().position(|item| (siblings.name)(item) == **name);
            match (rest.is_empty() && edit.kind == EditKind::Value, &edit.after, at) {
                (true, None, Some(at)) => drop(items.remove(at)),
                (true, Some(after), None) => items.push(after.clone()),
                (true, Some(after), Some(at)) => items[at] = after.clone(),
                (_, _, Some(at)) => apply(&mut items[at], rest, siblings, edit),
                (_, _, None) => panic!("no item {name}"),
            }
            *value = Value::from(items);
        }
        Step::Inside(format) => {
            let mut inner = parsed(value.as_str().unwrap(), format);
            apply(&mut inner, rest, siblings, edit);
            *value = Value::from(json::to_json(&inner).to_string());
        }
    }
}

/// How items are told apart in these trees: the generators below use names, and texts that begin with their name.
struct Siblings {
    name: fn(&Value) -> String,
}

fn name_of(item: &Value) -> String {
    let named = item.str_at("name").or_else(|| item.as_str()).unwrap_or_default();
    item.get("containerPort")
        .and_then(Value::as_int)
        .map_or_else(|| named.split('=').next().unwrap().to_owned(), |p| p.to_string())
}

fn parsed(text: &str, format: &str) -> Value {
    assert!(matches!(format, "yaml" | "json"), "{format}");
    yaml::read_embedded(text, Span::NONE).unwrap().pop().unwrap()
}

fn reorder(value: &mut Value, edit: &Edit, siblings: &Siblings) {
    let items = value.as_list().unwrap().to_vec();
    let wanted = edit.after.as_ref().unwrap().as_list().unwrap();
    let find =
        |label: &Value| items.iter().find(|item| (siblings.name)(item) == label.as_str().unwrap()).unwrap().clone();
    *value = wanted.iter().map(find).collect();
}

/// Texts that hold documents, as the documents: their layout is not what edits are about.
fn unfolded(value: &Value) -> Value {
    if let Some(map) = value.as_map() {
        let entry = |e: &Entry| match (&*e.key, e.value.as_str()) {
            ("values", Some(text)) => Entry { value: unfolded(&parsed(text, "yaml")), ..e.clone() },
            _ => Entry { value: unfolded(&e.value), ..e.clone() },
        };
        return Value::from(Map::from_unique(map.iter().map(entry).collect()));
    }
    match value.as_list() {
        Some(items) => items.iter().map(unfolded).collect(),
        None => value.clone(),
    }
}

/// The objects that the changes make of the old ones. `after` gives those that are new.
fn applied(before: &Objects, after: &Objects, changes: &Changes) -> Objects {
    let mut out = before.clone();
    for change in &changes.all {
        let key = |subject: &Option<sailplan::model::changes::Subject>| {
            subject.as_ref().and_then(|s| s.object.as_ref()).map(label)
        };
        let (old, new) = (key(&change.before), key(&change.after));
        match change.what {
            What::Added => drop(out.insert(new.clone().unwrap(), after[&new.unwrap()].clone())),
            What::Removed => drop(out.remove(&old.unwrap()).unwrap()),
            _ => {
                // A file whose layout changed, and nothing else.
                let Some(old) = old else { continue };
                let mut value = out.remove(&old).unwrap();
                for edit in &change.edits {
                    apply(&mut value, &edit.place.0, &Siblings { name: name_of }, edit);
                }
                out.insert(new.unwrap(), value);
            }
        }
    }
    out
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-c]{0,3}".prop_map(Value::from),
        (-3i64..3).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::default()),
        Just(Value::from("two\nlines\n")),
    ]
}

fn tree_of_values() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-d]", inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<Map>())),
        ]
    })
}

/// Items with names, in any order.
fn named() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-e]", tree_of_values(), 0..4)
        .prop_map(|m| m.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(|items| {
            let item = |(name, rest): (String, Value)| {
                Value::from(Map::from_iter([("name", Value::from(name)), ("rest", rest)]))
            };
            items.into_iter().map(item).collect()
        })
}

fn options() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[A-D]", any::<bool>(), 0..4)
        .prop_map(|m| m.into_iter().map(|(k, v)| Value::from(format!("{k}={v}"))).collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(Value::from)
}

fn object() -> impl Strategy<Value = Value> {
    (
        prop::sample::select(vec!["one", "two", "three", "four"]),
        tree_of_values(),
        named(),
        named(),
        options(),
        tree_of_values(),
    )
        .prop_map(|(name, free, containers, sources, options, values)| {
            let mut text = String::new();
            yaml::write(&mut text, &Value::from(Map::from_iter([("free", values)])));
            let helm = Value::from(Map::from_iter([("values", Value::from(text))]));
            let spec = Map::from_iter([
                ("free", free),
                ("containers", containers),
                ("sources", sources),
                ("syncOptions", options),
                ("helm", helm),
            ]);
            Value::from(Map::from_iter([
                ("apiVersion", Value::from("argoproj.io/v1alpha1")),
                ("kind", Value::from("Application")),
                ("metadata", Value::from(Map::from_iter([("name", name), ("namespace", "argocd")]))),
                ("spec", Value::from(spec)),
            ]))
        })
}

/// Up to four objects in up to three files.
fn tree() -> impl Strategy<Value = Tree> {
    prop::collection::vec((object(), 0..3usize), 0..5).prop_map(|all| {
        let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut seen = std::collections::BTreeSet::new();
        for (object, file) in all {
            if seen.insert(label(&Identity::of(&object).unwrap())) {
                files.entry(format!("apps/{file}.yaml")).or_default().push(object);
            }
        }
        let bytes = |docs: Vec<Value>| {
            let mut text = String::new();
            yaml::write_all(&mut text, &docs);
            text.into_bytes()
        };
        files.into_iter().map(|(path, docs)| (path, bytes(docs))).collect()
    })
}

proptest! {
    #![proptest_config(crate::proptests::config(300))]

    #[test]
    fn changes_lead_from_the_old_to_the_new((before, after) in (tree(), tree())) {
        let changes = diff(&before, &after, &Options::default());
        let (old, new) = (objects(&before), objects(&after));
        let made = applied(&old, &new, &changes);
        let unfold = |objects: &Objects| -> Objects { objects.iter().map(|(k, v)| (k.clone(), unfolded(v))).collect() };
        prop_assert_eq!(unfold(&made), unfold(&new), "{:#?}", changes.all);
        prop_assert_eq!(changes.is_empty(), before == after);
        // Each real edit is in exactly one hunk of each object that has it.
        let told: usize = changes.hunks.iter().map(|hunk| hunk.members.len() * hunk.edits.len()).sum();
        let all: usize = changes.all.iter().map(|change| change.real_edits().count()).sum();
        prop_assert_eq!(told, all);
    }

    #[test]
    fn back_and_forth_is_the_same((before, after) in (tree(), tree())) {
        let there = diff(&before, &after, &Options::default());
        let back = diff(&after, &before, &Options::default());
        prop_assert_eq!(there.all.len(), back.all.len());
        prop_assert_eq!(there.is_cosmetic(), back.is_cosmetic());
    }
}
