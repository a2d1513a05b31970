//! Laws that hold for any value.

use std::sync::Arc;

use proptest::prelude::*;
use sailplan::base::{Kind, Map, Value};
use sailplan::diag::Bag;
use sailplan::template::{Engine, Names, Scope, Shape};

use crate::{chance, engine};

/// Texts that template languages care about, and any others.
fn text() -> impl Strategy<Value = String> {
    let marks =
        prop::sample::select(vec!["${{", "}}", "{{", "{%", "%}", "$${{", "\n", "'", "\"", "\\", " x ", "if ", "ü"]);
    prop_oneof![".{0,12}", prop::collection::vec(marks, 0..6).prop_map(|parts| parts.concat())]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::default()),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..5)
                .prop_map(|pairs| Value::from(pairs.into_iter().collect::<Map>())),
        ]
    })
}

fn eval(engine: &Engine, template: &Value, x: &Value) -> Option<Value> {
    let mut bag = Bag::new();
    let names = Names::new().with("x", Shape::Any);
    let compiled = engine.compile(template, &names, None, &mut bag);
    let compiled = compiled.unwrap_or_else(|| panic!("{:#?}", bag.findings()));
    let globals = Map::new();
    compiled.eval(&Scope::new(&globals).with("x", x.clone())).expect("it evaluates")
}

/// The same value with every `${{` in a text or key escaped.
fn escaped(value: &Value) -> Value {
    let escape = |text: &str| text.replace("${{", "$${{");
    match &value.kind {
        Kind::Str(s) => Value::from(escape(s)),
        Kind::List(items) => items.iter().map(escaped).collect(),
        Kind::Map(map) => map.iter().map(|e| (escape(&e.key), escaped(&e.value))).collect::<Map>().into(),
        _ => value.clone(),
    }
}

/// The keys in order, which equality of values does not look at.
fn written(value: &Value) -> String {
    sailplan::base::json::to_json(value).to_string()
}

proptest! {
    #![proptest_config(chance::config(256))]

    #[test]
    fn a_value_passes_unchanged(x in value()) {
        let engine = engine();
        for template in ["${{ x }}", "${{ [x][0] }}", "${{ x | default(1) }}", "${{ {'k': x}.k }}"] {
            let got = eval(&engine, &Value::from(template), &x).expect("a value");
            prop_assert_eq!(&got, &x, "{}", template);
            prop_assert_eq!(written(&got), written(&x), "{}", template);
        }
    }

    #[test]
    fn a_text_passes_unchanged_through_text(s in text(), before in text(), after in text()) {
        let template = format!("{}${{{{ x }}}}{}", before.replace('$', "").replace("{{", ""), after.replace("${{", ""));
        let want = template.replacen("${{ x }}", &s, 1);
        // Only the first expression is ours.
        prop_assume!(template.matches("${{").count() == 1);
        let got = eval(&engine(), &Value::from(template), &Value::from(s)).expect("a value");
        prop_assert_eq!(got.as_str().expect("a text"), want);
    }

    #[test]
    fn a_template_without_expressions_gives_itself(x in value()) {
        let engine = engine();
        let template = escaped(&x);
        let got = eval(&engine, &template, &Value::default()).expect("a value");
        prop_assert_eq!(written(&got), written(&x));
    }

    #[test]
    fn no_text_makes_the_compiler_or_the_evaluation_panic(template in value(), expr in text(), x in value()) {
        let engine = engine();
        let names = Names::new().with("x", Shape::Any);
        let mut bag = Bag::new();
        let globals = Map::new();
        let scope = Scope::new(&globals).with("x", x);
        for body in [template, Value::from(format!("${{{{ x {expr} }}}}")), Value::from(format!("${{{{{expr}}}}}"))] {
            if let Some(compiled) = engine.compile(&body, &names, None, &mut bag) {
                let _ = compiled.eval(&scope);
            }
        }
        let span = sailplan::base::Span::new(1, 1000);
        for source in [format!("{{{{ x {expr} }}}}"), format!("{{% {expr} %}}"), expr] {
            if let Some(template) = engine.compile_text(&source, span, &names, &mut bag) {
                let _ = template.eval(&scope);
            }
        }
        for finding in bag.findings() {
            prop_assert!(!finding.help.is_empty());
        }
    }
}

#[test]
fn one_template_serves_many_threads() {
    let engine = Arc::new(engine());
    let mut bag = Bag::new();
    let names = Names::new().with("x", Shape::Any);
    let body: Map = [("a", "${{ x }}"), ("b", "${{ x | string | upper }}-${{ x }}")].into_iter().collect();
    let compiled = engine.compile(&Value::from(body), &names, None, &mut bag).expect("it compiles");
    std::thread::scope(|threads| {
        for t in 0..4_i64 {
            let compiled = &compiled;
            threads.spawn(move || {
                let globals = Map::new();
                for n in 0..200 {
                    let x = t * 1000 + n;
                    let scope = Scope::new(&globals).with("x", Value::from(x));
                    let got = compiled.eval(&scope).expect("it evaluates").expect("a value");
                    assert_eq!(got.str_at("b"), Some(&*format!("{x}-{x}")));
                }
            });
        }
    });
}
