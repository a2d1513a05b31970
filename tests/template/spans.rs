//! Places: every value that comes from the spec keeps the place it has there.

use sailplan::base::{Map, Span, Value};
use sailplan::diag::Bag;
use sailplan::template::{Names, Scope, Shape};

use crate::engine;

fn at(value: impl Into<Value>, lo: u32) -> Value {
    value.into().at(Span::new(lo, lo + 1))
}

fn spec() -> Map {
    let inner: Map =
        [("name", at("harbor", 110)), ("n", at(3, 120)), ("list", at(vec![at("x", 131)], 130))].into_iter().collect();
    [("app", at(inner, 100))].into_iter().collect()
}

fn eval(template: &str) -> Value {
    let engine = engine();
    let mut bag = Bag::new();
    let body = at(template, 7);
    let names = Names::new().with("app", Shape::Any);
    let compiled = engine.compile(&body, &names, None, &mut bag).expect("it compiles");
    compiled.eval(&Scope::new(&spec())).expect("it evaluates").expect("it gives something")
}

#[test]
fn values_keep_the_place_of_the_spec() {
    for (template, lo) in [
        ("${{ app }}", 100),
        ("${{ app.name }}", 110),
        ("${{ app.list }}", 130),
        ("${{ app.list[0] }}", 131),
        ("${{ app.list | first | upper }}", 130),
        ("${{ app.name | default('x') }}", 110),
        ("${{ (app.list or []) }}", 130),
        ("${{ app.n + 1 }}", 120),
        ("${{ {'a': app.name}['a'] }}", 110),
        ("a-${{ app.n }}-${{ app.name }}", 120),
        ("${{ 'x' ~ 'y' }}", 7),
        ("literal", 7),
        ("$${{ literal", 7),
    ] {
        assert_eq!(eval(template).span.lo, lo, "{template}");
    }
}

#[test]
fn values_are_shared_and_not_copied() {
    let spec = spec();
    let engine = engine();
    let mut bag = Bag::new();
    let names = Names::new().with("app", Shape::Any);
    for template in ["${{ app }}", "${{ app | default(1) }}", "${{ [app][0] }}"] {
        let compiled = engine.compile(&Value::from(template), &names, None, &mut bag).expect("it compiles");
        let got = compiled.eval(&Scope::new(&spec)).expect("it evaluates").expect("it gives something");
        let (got, want) = (got.as_map().expect("a map"), spec.get("app").and_then(Value::as_map).expect("a map"));
        assert!(std::ptr::eq(got, want), "{template}");
    }
}

#[test]
fn keys_of_loops_have_the_place_of_their_key() {
    let mut ports = Map::new();
    ports.put(sailplan::base::Entry { key: "http".into(), key_span: Span::new(50, 54), value: at(80, 60) });
    let globals: Map = [("ports", Value::from(ports))].into_iter().collect();
    let body: Map = [("${{ k }}", at("${{ v }}", 8))].into_iter().collect();
    let body: Map = [("${{ for k, v in ports }}", Value::from(body))].into_iter().collect();
    let engine = engine();
    let mut bag = Bag::new();
    let names = Names::new().with("ports", Shape::Any);
    let compiled = engine.compile(&Value::from(body), &names, None, &mut bag).expect("it compiles");
    let got = compiled.eval(&Scope::new(&globals)).expect("it evaluates").expect("it gives something");
    let entry = got.as_map().and_then(|m| m.entry("http")).expect("the key");
    assert_eq!((entry.key_span.lo, entry.value.span.lo), (50, 60));
}

#[test]
fn without_the_text_of_the_file_the_scalar_is_the_place() {
    let engine = engine();
    let mut bag = Bag::new();
    assert!(engine.compile(&at("x ${{ nope }}", 7), &Names::new(), None, &mut bag).is_none());
    let found = bag.into_sorted();
    assert_eq!(found[0].primary.place, Span::new(7, 8).into());
}
