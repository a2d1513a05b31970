//! Hostile templates end in an error, within bounded time and memory.

use sailplan::base::{Map, Value};
use sailplan::diag::Bag;
use sailplan::template::{Names, Scope, Shape};

use crate::engine;

fn globals() -> Map {
    let big = "x".repeat(10_000);
    [("s", Value::from(big)), ("n", Value::from(10_000))].into_iter().collect()
}

/// The code and message that a template ends in.
fn refused(body: &Value) -> (String, String) {
    let engine = engine();
    let mut bag = Bag::new();
    let names = Names::new().with("s", Shape::Any).with("n", Shape::Any);
    let Some(compiled) = engine.compile(body, &names, None, &mut bag) else {
        let found = bag.into_sorted();
        return (found[0].code.id.to_owned(), found[0].message.clone());
    };
    let error = compiled.eval(&Scope::new(&globals())).expect_err("it is refused");
    (error.code.id.to_owned(), error.message)
}

/// `{directive: {directive: … leaf}}`, `depth` times.
fn nested(directive: impl Fn(usize) -> String, depth: usize, leaf: Value) -> Value {
    (0..depth).rev().fold(leaf, |inner, i| Value::from([(directive(i), inner)].into_iter().collect::<Map>()))
}

#[test]
fn expressions() {
    for (template, says) in [
        ("${{ range(10 ** 9) }}", "too many elements"),
        ("${{ range(50000) }}", "at most 10000"),
        ("${{ s * 1000000 }}", "takes numbers"),
        ("${{ [0] * 1000000 }}", "takes numbers"),
        ("${{ 9 ** 999999 }}", "unable to calculate"),
        ("${{ range(n) | map('replace', '0', s) | join(s) }}", "longer than"),
        ("${{ s | replace('x', s) }}", "longer than"),
        ("${{ ('\n' ~ s) | replace('x', '\n') | indent(100) }}", "at most 64"),
        ("${{ s | batch(1000000000) }}", "no filter `batch`"),
        ("${{ '%1000000000d' | format(1) }}", "no filter `format`"),
        ("${{ debug() }}", "no function `debug`"),
    ] {
        let (_, message) = refused(&Value::from(template));
        assert!(message.contains(says), "{template}: {message}");
    }
}

#[test]
fn long_and_deep_expressions() {
    let deep = format!("${{{{ {}1{} }}}}", "(".repeat(3000), ")".repeat(3000));
    assert_eq!(refused(&Value::from(deep)).0, "template-expression");
    let long = format!("${{{{ s{} }}}}", " ~ s".repeat(5000));
    assert!(refused(&Value::from(long)).1.contains("longer than"));
    let wide = format!("${{{{ s{} }}}}", " ~ s".repeat(300));
    assert!(refused(&Value::from(wide)).1.contains("without bound"));
}

#[test]
fn deep_templates() {
    let deep = nested(|i| format!("k{i}"), 150, Value::from("${{ s }}"));
    assert!(refused(&deep).1.contains("nested deeper than"));
    let deep = nested(|_| "${{ if s }}".to_owned(), 150, Value::from(Map::new()));
    assert!(refused(&deep).1.contains("nested deeper than"));
    let list = (0..150).fold(Value::from("${{ s }}"), |inner, _| Value::from(vec![inner]));
    assert!(refused(&list).1.contains("nested deeper than"));
}

#[test]
fn loops_that_multiply() {
    let leaf = Value::from([("${{ spread {'a': s} }}", Value::default())].into_iter().collect::<Map>());
    let loops = nested(|i| format!("${{{{ for x{i} in range(10000) }}}}"), 3, leaf);
    assert!(refused(&loops).1.contains("more values than"));
    let empty = nested(|i| format!("${{{{ for x{i} in range(10000) }}}}"), 3, Value::from(Map::new()));
    assert!(refused(&empty).1.contains("more values than"));
    let items = nested(|i| format!("${{{{ for x{i} in range(10000) }}}}"), 2, Value::from("-${{ s }}"));
    assert!(refused(&Value::from(vec![items])).1.contains("more values than"));
}

#[test]
fn texts_that_double() {
    let leaf = Value::from([("a", Value::from("${{ x39 }}"))].into_iter().collect::<Map>());
    let name = |i: usize| i.checked_sub(1).map_or("s".to_owned(), |i| format!("x{i}"));
    let doubling = nested(|i| format!("${{{{ for x{i} in [{0} ~ {0}] }}}}", name(i)), 40, leaf);
    assert!(refused(&doubling).1.contains("without bound"));
}

#[test]
fn text_templates() {
    let engine = engine();
    let names = Names::new().with("s", Shape::Any).with("n", Shape::Any);
    let looped = "{% for a in range(10000) %}{% for b in range(10000) %}";
    let ends = "{% endfor %}{% endfor %}";
    for (body, says) in [("", "too many steps"), ("{{ s }}", "more values than")] {
        let source = format!("{looped}{body}{ends}");
        let mut bag = Bag::new();
        let template = engine.compile_text(&source, sailplan::base::Span::new(1, 90), &names, &mut bag);
        let error = template.expect("it compiles").eval(&Scope::new(&globals())).expect_err("it is refused");
        assert!(error.message.contains(says), "{}", error.message);
    }
}
