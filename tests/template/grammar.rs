//! Expressions mean to us what they mean to minijinja: the same tokens, the same names, the same values.

use std::collections::BTreeMap;

use minijinja::value::ValueKind;
use minijinja::{Environment, UndefinedBehavior, Value as Jinja};
use proptest::prelude::*;
use sailplan::base::{Map, Value, json};
use sailplan::diag::{Bag, Finding};
use sailplan::template::{Names, Scope, Shape};

use crate::{chance, engine};

const NAMES: &[&str] = &[
    "x", "x.a", "x['a']", "x[0]", "x.b", "x.b.0", "x.b.0x1", "x.b[2].c", "x.b.2.c", "x.n", "x.f", "x.s", "x.nope", "y",
    "loop", "if", "x1", "_", "_2", "größe",
];
const LITERALS: &[&str] = &[
    "0",
    "1",
    "2",
    "12",
    "007",
    "1.5",
    "1.",
    ".5",
    "1.0.0",
    "1.e",
    "1.e5",
    "1e3",
    "1e-3",
    "1E+2",
    "2e",
    "1e_5",
    "1_0",
    "1_",
    "1._5",
    "0x1f",
    "0X1F",
    "0x",
    "0x_1",
    "0x1g",
    "0x1e+1",
    "0b11",
    "0b12",
    "0o17",
    "0o8",
    "0b1.5",
    "18446744073709551615",
    "18446744073709551616",
    "'s'",
    "\"t\"",
    "'it\\'s'",
    "'\\x41'",
    "'\\u00fc'",
    "'\\101'",
    "'\\q'",
    "'\\\\'",
    "'ü'",
    "'}}'",
    "'a'",
    "'",
    "\"",
    "true",
    "True",
    "none",
    "None",
    "false",
];
const SIGNS: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ",", ":", ".", ".a", ".0", ".1", ".0x1", ".1_0", ".b", "|", "~", "+", "-", "*", "**",
    "/", "//", "%", "=", "==", "!=", "<", "<=", ">", ">=", "!", "[0]", "[1:]", "[:1]", "[-1]", "[0x1]", "[1.0]",
    "['a']", "()",
];
const WORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "|default",
    "|length",
    "|upper",
    "|items",
    "|list",
    "|first",
    "|a.b",
    "is defined",
    "is odd",
    "is x.y",
    "is in",
    "range(3)",
    "range",
    "a=1",
    "|default(1)",
    "|map('upper')",
    "not in",
];

/// Expressions, and what is nearly one.
fn expression() -> impl Strategy<Value = String> {
    let pick = prop::sample::select;
    let piece = prop_oneof![1 => pick(NAMES), 1 => pick(LITERALS), 2 => pick(SIGNS), 2 => pick(WORDS)];
    let gap = prop::sample::select(vec!["", " ", " ", "\n", "\t "]);
    prop::collection::vec((gap, piece), 1..9).prop_map(|parts| {
        let text: String = parts.into_iter().flat_map(|(gap, piece)| [gap, piece]).collect();
        text.trim().to_owned()
    })
}

/// Operands with operators between them, which are expressions more often than not.
fn sound_expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => prop::sample::select(&NAMES[..13]).prop_map(str::to_owned),
        2 => prop::sample::select(LITERALS).prop_map(str::to_owned),
    ];
    let between = prop::sample::select(vec![
        "+", "-", " ~ ", "//", "%", "==", "<", " and ", " or ", " in ", " not in ", " if ", ", ", "|int*",
    ]);
    let after = prop::sample::select(vec![
        ".a",
        ".b",
        ".0",
        ".1",
        ".0x1",
        "[0]",
        "[1]",
        "['b']",
        "[x.n]",
        "[1:]",
        "[::2]",
        "|upper",
        "|length",
        "|list",
        "|first",
        "|default('d')",
        " is defined",
        " is odd",
        " if x.a else 1",
        "|items|list",
        " is divisibleby 2",
        "|string",
        "|abs",
    ]);
    leaf.prop_recursive(4, 12, 2, move |inner| {
        prop_oneof![
            3 => (inner.clone(), between.clone(), inner.clone()).prop_map(|(a, op, b)| format!("{a}{op}{b}")),
            3 => (inner.clone(), after.clone()).prop_map(|(a, op)| format!("{a}{op}")),
            1 => inner.clone().prop_map(|a| format!("({a})")),
            1 => inner.clone().prop_map(|a| format!("[{a}]")),
            1 => inner.clone().prop_map(|a| format!("{{'a': {a}}}")),
            1 => inner.clone().prop_map(|a| format!("-{a}")),
            1 => inner.prop_map(|a| format!("not {a}")),
        ]
    })
}

fn spec() -> Value {
    let inner: Map = [("c", "deep")].into_iter().collect();
    let list = vec![Value::from("p"), Value::from(7), Value::from(inner)];
    let fields =
        [("a", Value::from("A")), ("b", list.into()), ("f", 1.5.into()), ("n", 1.into()), ("s", "text".into())];
    Value::from(fields.into_iter().collect::<Map>())
}

/// A value of ours in a form of minijinja's own, not the wrapped one that is under test.
fn theirs(value: &Value) -> Jinja {
    match (value.as_map(), value.as_list()) {
        (Some(map), _) => map.iter().map(|e| (e.key.to_string(), theirs(&e.value))).collect::<BTreeMap<_, _>>().into(),
        (_, Some(list)) => Jinja::from(list.iter().map(theirs).collect::<Vec<_>>()),
        _ => match json::to_json(value) {
            serde_json::Value::Number(n) => n.as_i64().map_or_else(|| Jinja::from(n.as_f64()), Jinja::from),
            other => Jinja::from(other.as_str().unwrap_or_default()),
        },
    }
}

/// A result of minijinja as JSON; nothing when it is undefined or has no form in JSON.
fn result(value: &Jinja) -> Option<serde_json::Value> {
    Some(match value.kind() {
        ValueKind::None => serde_json::Value::Null,
        ValueKind::Bool => value.is_true().into(),
        ValueKind::Number if value.is_integer() => match value.as_i64() {
            Some(n) => n.into(),
            None => u64::try_from(value.clone()).ok()?.into(),
        },
        ValueKind::Number => serde_json::Number::from_f64(f64::try_from(value.clone()).ok()?)?.into(),
        ValueKind::String => value.as_str()?.into(),
        ValueKind::Seq | ValueKind::Iterable => {
            value.try_iter().ok()?.filter(|v| !v.is_undefined()).map(|v| result(&v)).collect::<Option<_>>()?
        }
        ValueKind::Map => {
            let entries = value.try_iter().ok()?.filter_map(|key| Some((key.to_string(), value.get_item(&key).ok()?)));
            let set = entries.filter(|(_, item)| !item.is_undefined());
            set.map(|(key, item)| Some((key, result(&item)?))).collect::<Option<_>>()?
        }
        _ => return None,
    })
}

fn compile(source: &str, names: &Names) -> Vec<Finding> {
    let mut bag = Bag::new();
    engine().compile(&Value::from(format!("${{{{ {source} }}}}")), names, None, &mut bag);
    bag.findings().to_vec()
}

/// What we refuse although minijinja would read it.
const REFUSED: [&str; 5] = ["there is no ", "takes numbers", "no methods", "has no field", "is a list"];

fn agree(source: &str) -> Result<(), TestCaseError> {
    let mut env = Environment::empty();
    env.set_debug(false);
    let found = compile(source, &Names::new());
    let messages: Vec<&str> = found.iter().map(|f| &*f.message).collect();
    // minijinja loses what it can't read behind a string, `'a' ! b`, unless something has to follow.
    let inside = format!("({source})");
    let (Ok(theirs), Ok(_)) = (env.compile_expression(source), env.compile_expression(&inside)) else {
        prop_assert!(!found.is_empty() || source.contains("}}"), "{:?} is no expression", source);
        return Ok(());
    };
    prop_assert!(messages.iter().all(|m| REFUSED.iter().any(|r| m.contains(r))), "{:?}: {:?}", source, messages);
    for name in theirs.undeclared_variables(false) {
        let kinds = [format!("there is no `{name}` here"), format!("there is no function `{name}`")];
        let found = messages.iter().any(|m| kinds.iter().any(|kind| m == kind));
        prop_assert!(found || name == "range", "{:?}: {} not in {:?}", source, name, messages);
    }
    Ok(())
}

fn evaluates_alike(source: &str) -> Result<(), TestCaseError> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    env.set_debug(false);
    let Ok(program) = env.compile_expression(source) else { return Ok(()) };
    let Ok(want) = program.eval(Jinja::from(BTreeMap::from([("x", theirs(&spec()))]))) else { return Ok(()) };
    let engine = engine();
    let mut bag = Bag::new();
    let names = Names::new().with("x", Shape::Any);
    let template = Value::from(format!("${{{{ {source} }}}}"));
    let Some(ours) = engine.compile(&template, &names, None, &mut bag) else { return Ok(()) };
    let globals = Map::new();
    match ours.eval(&Scope::new(&globals).with("x", spec())) {
        Ok(got) => prop_assert_eq!(got.map(|v| json::to_json(&v)), result(&want), "{:?}", source),
        // YAML has no word for these.
        Err(e) if e.message.contains("64 bits") || e.message.contains("finite") || e.message.contains("no word") => {}
        Err(e) => prop_assert!(false, "{source:?}: {} instead of {want:?}", e.message),
    }
    Ok(())
}

proptest! {
    #![proptest_config(chance::config(2048))]

    /// Where minijinja reads an expression, so do we, and we find every name that it will look up.
    #[test]
    fn both_grammars_agree(source in expression()) {
        agree(&source)?;
    }

    #[test]
    fn both_grammars_agree_on_sound_expressions(source in sound_expression()) {
        agree(&source)?;
    }

    /// What minijinja gives for plain values of its own, we give for ours.
    #[test]
    fn both_evaluate_alike(source in prop_oneof![1 => expression(), 3 => sound_expression()]) {
        evaluates_alike(&source)?;
    }
}

/// Where the two once read an expression otherwise, and where they easily could.
#[test]
fn numbers_and_lookups() {
    for source in [
        "x.b.0x1",
        "x . b . 0x1",
        "x.b.0x2.c",
        "x.b.1_0",
        "x.b.0_1",
        "x.b.1.0",
        "x.b. 1.0",
        "x.b.1 .0",
        "x.b.00",
        "x.b.0b1",
        "x.b.0o1",
        "x.b.1e0",
        "x.b.18446744073709551616",
        "x.b[99999999999999999999]",
        "x.s.0",
        "x.s[0]",
        "x.s[99]",
        "x.s[0x1]",
        "x.s.0.0",
        "(x.s)[0]",
        "1.e5",
        "1.e",
        "1.e+5",
        "1._5",
        "1.real",
        "0x1.a",
        "0x1e+1",
        "[1.5, 1., .5]",
        "x.b[1.0]",
        "x.b[0x1]",
        "x.b[1_0]",
        "-x.b.1",
        "--x.n",
        "- 1 ** 2",
        "x.n.0",
        "x['b'][0x2]['c']",
        "x[\"b\"].1",
        "x['\\x62']",
        "x['b' 'c']",
        "'a' 'b'",
        "'\\'' ~ x.a",
        "'\\\\'~'x'",
        "x.s[::2]",
        "x.b[:1][0]",
        "x.n if x.a",
        "x.n is x.y",
        "x.a|a.b",
        "x.a | a . b",
    ] {
        agree(source).unwrap();
        evaluates_alike(source).unwrap();
    }
}
