//! Templates against a model of them: a slow and plain reading of the same directives, over values alone.

use proptest::prelude::*;
use sailplan::base::{Entry, Map, Span, Value, json};
use sailplan::diag::Bag;
use sailplan::template::{Names, Scope, Shape};

use crate::{chance, engine};

/// What gives a value.
#[derive(Clone, Debug)]
enum Node {
    Fixed(i64),
    /// `${{ name }}`
    Of(&'static str),
    /// `<${{ name }}>`
    Text(&'static str),
    Map(Vec<Part>),
    List(Vec<Part>),
}

/// What adds to a mapping or list.
#[derive(Clone, Debug)]
enum Part {
    One(u8, Node),
    If(&'static str, Vec<Part>, Option<(&'static str, Vec<Part>)>, Option<Vec<Part>>),
    For(&'static str, &'static str, Vec<Part>),
    Spread(&'static str),
}

/// What a scope holds, by name. `unset` is known and not there.
fn globals() -> Map {
    let list = || Value::from(vec![Value::from(1), Value::from("two"), Value::default()]);
    let map = || Value::from([("k1", Value::from(10)), ("k9", list())].into_iter().collect::<Map>());
    [
        ("yes", Value::from(true)),
        ("no", Value::from("")),
        ("text", Value::from("t")),
        ("null", Value::default()),
        ("list", list()),
        ("lists", Value::from(vec![list(), Value::from(Vec::<Value>::new())])),
        ("map", map()),
        ("maps", Value::from(vec![map(), Value::from(Map::new())])),
    ]
    .into_iter()
    .collect()
}

const NAMES: &[&str] = &["yes", "no", "text", "null", "list", "lists", "map", "maps", "unset", "v", "w"];
const VARIABLES: &[&str] = &["v", "w", "text"];

fn parts(node: BoxedStrategy<Node>) -> impl Strategy<Value = Vec<Part>> {
    let name = || prop::sample::select(NAMES);
    let one = (0..4_u8, node).prop_map(|(key, node)| Part::One(key, node));
    let part = one.prop_recursive(3, 12, 3, move |inner| {
        let body = || prop::collection::vec(inner.clone(), 1..3);
        let elif = prop::option::of((name(), body()));
        prop_oneof![
            3 => inner.clone(),
            2 => (name(), body(), elif, prop::option::of(body())).prop_map(|(c, t, i, e)| Part::If(c, t, i, e)),
            2 => (prop::sample::select(VARIABLES), name(), body()).prop_map(|(v, s, b)| Part::For(v, s, b)),
            1 => name().prop_map(Part::Spread),
        ]
    });
    prop::collection::vec(part, 1..4)
}

fn node() -> impl Strategy<Value = Node> {
    let name = || prop::sample::select(NAMES);
    let leaf = prop_oneof![any::<i64>().prop_map(Node::Fixed), name().prop_map(Node::Of), name().prop_map(Node::Text)];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![parts(inner.clone().boxed()).prop_map(Node::Map), parts(inner.boxed()).prop_map(Node::List)]
    })
}

/// Writes a model down as a template. `n` makes keys unique, by spaces that mean nothing.
fn template(node: &Node, n: &mut usize) -> Value {
    match node {
        Node::Fixed(value) => Value::from(*value),
        Node::Of(name) => Value::from(format!("${{{{ {name} }}}}")),
        Node::Text(name) => Value::from(format!("<${{{{ {name} }}}}>")),
        Node::Map(parts) => entries(parts, false, n),
        Node::List(parts) => items(parts, n),
    }
}

/// The items of a list: each directive is an item of its own.
fn items(parts: &[Part], n: &mut usize) -> Value {
    let item = |part: &Part, n: &mut usize| match part {
        // A mapping of directives alone would stand for items; a spread of nothing makes it a mapping.
        Part::One(_, Node::Map(parts)) => {
            let parts: Vec<Part> = std::iter::once(Part::Spread("unset")).chain(parts.iter().cloned()).collect();
            entries(&parts, false, n)
        }
        Part::One(_, node) => template(node, n),
        Part::Spread(name) => Value::from(format!("${{{{ spread {name} }}}}")),
        directive => entries(std::slice::from_ref(directive), true, n),
    };
    parts.iter().map(|part| item(part, n)).collect::<Vec<_>>().into()
}

fn entries(parts: &[Part], listed: bool, n: &mut usize) -> Value {
    let mut map = Vec::new();
    let mut put = |key: String, value: Value| map.push(Entry { key: key.into(), key_span: Span::NONE, value });
    for part in parts {
        *n += 1;
        let gap = " ".repeat(*n);
        let body = |parts: &[Part], n: &mut usize| if listed { items(parts, n) } else { entries(parts, false, n) };
        match part {
            // A key that is computed may be the same as another one.
            Part::One(key, node) => put(format!("${{{{{gap}'k{key}' }}}}"), template(node, n)),
            Part::Spread(name) => put(format!("${{{{{gap}spread {name} }}}}"), Value::default()),
            Part::For(variable, source, inner) => {
                put(format!("${{{{{gap}for {variable} in {source} }}}}"), body(inner, n));
            }
            Part::If(condition, then, elif, otherwise) => {
                put(format!("${{{{{gap}if {condition} }}}}"), body(then, n));
                if let Some((condition, elif)) = elif {
                    put(format!("${{{{{gap}elif {condition} }}}}"), body(elif, n));
                }
                if let Some(otherwise) = otherwise {
                    put(format!("${{{{{gap}else }}}}"), body(otherwise, n));
                }
            }
        }
    }
    Map::from_unique(map).into()
}

/// A place in the spec that may hold nothing, or the message of an error.
type Found = Result<Option<Value>, String>;

/// The variables, the innermost last.
type Vars = Vec<(String, Value)>;

fn get(vars: &Vars, name: &str) -> Option<Value> {
    vars.iter().rev().find(|(var, _)| var == name).map(|(_, value)| value.clone())
}

fn holds(value: Option<Value>) -> bool {
    let json = value.map_or(serde_json::Value::Null, |value| json::to_json(&value));
    ![serde_json::json!(null), serde_json::json!(""), serde_json::json!([]), serde_json::json!({})].contains(&json)
        && json != serde_json::json!(false)
        && json != serde_json::json!(0)
}

fn eval(node: &Node, vars: &mut Vars) -> Found {
    match node {
        Node::Fixed(value) => Ok(Some(Value::from(*value))),
        Node::Of(name) => Ok(get(vars, name)),
        Node::Text(name) => match get(vars, name).map(|value| json::to_json(&value)) {
            None => Err("not set".to_owned()),
            Some(serde_json::Value::String(text)) => Ok(Some(Value::from(format!("<{text}>")))),
            Some(json @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_))) => {
                Ok(Some(Value::from(format!("<{json}>"))))
            }
            Some(_) => Err("part of a text".to_owned()),
        },
        Node::List(parts) => {
            let mut list = Vec::new();
            add(parts, vars, &mut |added| match added {
                Added::One(_, value) => Ok(list.push(value)),
                Added::Spread(value) => Ok(list.extend(value.as_list().ok_or("takes a list")?.iter().cloned())),
            })?;
            Ok((!list.is_empty()).then(|| list.into()))
        }
        Node::Map(parts) => {
            let mut entries: Vec<(String, Value, bool)> = Vec::new();
            let mut put = |key: &str, value: Value, spread: bool| match entries.iter_mut().find(|e| e.0 == key) {
                Some(old) if spread || old.2 => Ok((old.1, old.2) = (value, spread)),
                Some(_) => Err("given twice".to_owned()),
                None => Ok(entries.push((key.to_owned(), value, spread))),
            };
            add(parts, vars, &mut |added| match added {
                Added::One(key, value) => put(&format!("k{key}"), value, false),
                Added::Spread(value) => {
                    let map = value.as_map().ok_or("takes a mapping")?.clone();
                    map.iter().try_for_each(|entry| put(&entry.key, entry.value.clone(), true))
                }
            })?;
            let map: Map = entries.into_iter().map(|(key, value, _)| (key, value)).collect();
            Ok((!map.is_empty()).then(|| map.into()))
        }
    }
}

enum Added {
    One(u8, Value),
    Spread(Value),
}

fn add(parts: &[Part], vars: &mut Vars, sink: &mut impl FnMut(Added) -> Result<(), String>) -> Result<(), String> {
    for part in parts {
        match part {
            Part::One(key, node) => match eval(node, vars)? {
                Some(value) => sink(Added::One(*key, value))?,
                None => {}
            },
            Part::Spread(name) => match get(vars, name) {
                Some(value) => sink(Added::Spread(value))?,
                None => {}
            },
            Part::If(condition, then, elif, otherwise) => {
                let second = elif.as_ref().filter(|(condition, _)| holds(get(vars, condition)));
                if holds(get(vars, condition)) {
                    add(then, vars, sink)?;
                } else if let Some((_, elif)) = second {
                    add(elif, vars, sink)?;
                } else if let Some(otherwise) = otherwise {
                    add(otherwise, vars, sink)?;
                }
            }
            Part::For(variable, source, body) => {
                let Some(source) = get(vars, source) else { continue };
                let items: Vec<Value> = match (source.as_list(), source.as_map()) {
                    (Some(list), _) => list.to_vec(),
                    (_, Some(map)) => map.keys().map(Value::from).collect(),
                    _ => return Err("a list or a mapping".to_owned()),
                };
                for item in items {
                    vars.push(((*variable).to_owned(), item));
                    let result = add(body, vars, sink);
                    vars.pop();
                    result?;
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(chance::config(512))]

    #[test]
    fn templates_do_what_their_model_does(model in node()) {
        let globals = globals();
        let mut vars: Vars = globals.iter().map(|e| (e.key.to_string(), e.value.clone())).collect();
        let want = eval(&model, &mut vars);

        let body = template(&model, &mut 0);
        let engine = engine();
        let mut bag = Bag::new();
        let names = NAMES.iter().fold(Names::new(), |names, name| names.with(*name, Shape::Any));
        let compiled = engine.compile(&body, &names, None, &mut bag);
        prop_assert!(compiled.is_some(), "{:?}", bag.findings());
        let got = compiled.map(|compiled| compiled.eval(&Scope::new(&globals)));
        match (got, want) {
            (Some(Ok(got)), Ok(want)) => {
                // As text, so that the order of keys counts.
                let text = |value: Option<Value>| value.map(|value| json::to_json(&value).to_string());
                prop_assert_eq!(text(got), text(want));
            }
            (Some(Err(error)), Err(says)) => {
                prop_assert!(error.message.contains(&says), "{} and not {}", error.message, says);
            }
            (got, want) => prop_assert!(false, "{got:?} and not {want:?}"),
        }
    }
}
