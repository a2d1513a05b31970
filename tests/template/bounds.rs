//! Hostile templates end in an error, within bounded time and memory.

use sailplan::base::{Map, Span, Value};
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
    let wide = format!("${{{{ s{} }}}}", " ~ s".repeat(280));
    assert!(refused(&Value::from(wide)).1.contains("without bound"));
}

/// An expression that nests one level deeper with each repetition: minijinja recurses over it.
fn chains(count: usize) -> Vec<String> {
    let front = ["-", "not ", "- - "].map(|piece| format!("{}s", piece.repeat(count)));
    let back = [
        " ~ s",
        " * 1",
        " | abs",
        ".a",
        "[0]",
        "()",
        " if s",
        " if s else s",
        " is odd",
        " or s",
        "[1:]",
        " == 1",
        "(s)",
    ];
    let back = back.map(|piece| format!("s{}", piece.repeat(count)));
    let around = [("(", ")"), ("[", "]"), ("{1:", "}"), ("f(", ")"), ("s[", "]"), ("s if s else (", ")")];
    let around = around.map(|(open, close)| format!("{}s{}", open.repeat(count), close.repeat(count)));
    front.into_iter().chain(back).chain(around).collect()
}

/// No expression overflows the stack of a worker thread, be it as deep in a template as may be.
#[test]
fn chains_end_in_an_answer() {
    let run = || {
        let engine = engine();
        let names = Names::new().with("s", Shape::Any).with("n", Shape::Any);
        for expr in [32, 150, 298, 590, 2000, 20_000].into_iter().flat_map(chains) {
            let body = nested(|i| format!("k{i}"), 95, Value::from(format!("${{{{ {expr} }}}}")));
            let mut bag = Bag::new();
            match engine.compile(&body, &names, None, &mut bag) {
                Some(compiled) => drop(compiled.eval(&Scope::new(&globals()))),
                None => assert!(bag.findings().iter().all(|f| !f.help.is_empty())),
            }
            for source in [format!("{{{{ {expr} }}}}"), format!("{{% if {expr} %}}{{% endif %}}")] {
                if let Some(text) = engine.compile_text(&source, Span::new(1, 1000), &names, &mut bag) {
                    drop(text.eval(&Scope::new(&globals())));
                }
            }
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join().expect("no overflow");
}

#[test]
fn long_chains_are_refused_by_their_length() {
    for expr in chains(2000) {
        let (code, message) = refused(&Value::from(format!("${{{{ {expr} }}}}")));
        assert_eq!(code, "template-expression", "{message}");
        assert!(message.contains("more than") || message.contains("longer than"), "{message}");
    }
}

/// The message of the finding that a text template ends in.
fn refused_text(source: &str) -> String {
    let names = Names::new().with("s", Shape::Any).with("n", Shape::Any);
    let mut bag = Bag::new();
    let span = Span::new(1, u32::try_from(source.len()).expect("a short text") + 1);
    assert!(engine().compile_text(source, span, &names, &mut bag).is_none(), "it compiles");
    bag.into_sorted().remove(0).message
}

#[test]
fn blocks_inside_blocks() {
    let inside = |count: usize, open: &str, close: &str| open.repeat(count) + &close.repeat(count);
    for source in [
        inside(101, "{% if s %}", "{% endif %}"),
        inside(100_000, "{% if s %}", "{% endif %}"),
        inside(5000, "{% for x in [] %}", "{% endfor %}"),
        inside(60, "{% if s %}{% for x in [] %}", "{% endfor %}{% endif %}"),
        format!("{{% if s %}}{}{{% endif %}}", "{% elif s %}".repeat(100)),
        format!("{{% if s %}}{}{{% endif %}}", "{%- elif s -%}".repeat(100_000)),
        inside(30, "{% if s %}{% elif s %}{% elif s %}{% elif s %}", "{% endif %}"),
    ] {
        assert!(refused_text(&source).contains("more than 100 blocks"), "{}", &source[..60]);
    }
    for source in [
        format!("{{% for {}x{} in [] %}}{{% endfor %}}", "(".repeat(5000), ")".repeat(5000)),
        format!("{{{{ {}1 }}}}", "-".repeat(5000)),
        format!("{{# {{{{ #}} {{% raw %}} {{{{ {{% endraw %}} {{% if {}s %}}", "not ".repeat(700)),
    ] {
        assert!(refused_text(&source).contains("longer than") || refused_text(&source).contains("more than 600"));
    }
}

#[test]
fn as_many_blocks_as_wanted_after_each_other() {
    let source = "{% if s %}a{% elif n %}b{% endif %}{% for x in [1] %}{{ x }}{% endfor %}".repeat(2000);
    let names = Names::new().with("s", Shape::Any).with("n", Shape::Any);
    let mut bag = Bag::new();
    let engine = engine();
    let template = engine.compile_text(&source, Span::new(1, 90), &names, &mut bag).expect("it compiles");
    assert_eq!(template.eval(&Scope::new(&globals())).expect("it evaluates"), "a1".repeat(2000));
}

#[test]
fn texts_that_double_in_branches() {
    let double = |to: &str, from: &str| format!("{{% set {to} = {} %}}", [from; 200].join(" ~ "));
    // The last branch is harmless, and does not hide the one before.
    let branch = format!("{{% if n %}}{}{{% else %}}{{% set a = s %}}{{% endif %}}", double("a", "s"));
    assert!(refused_text(&format!("{branch}{}", double("b", "a"))).contains("without bound"));
    // Shadowing does not make a long text short.
    let shadowed = format!("{}{{% set a = a %}}{}", double("a", "s"), double("b", "a"));
    assert!(refused_text(&shadowed).contains("without bound"));
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
        let template = engine.compile_text(&source, Span::new(1, 90), &names, &mut bag);
        let error = template.expect("it compiles").eval(&Scope::new(&globals())).expect_err("it is refused");
        assert!(error.message.contains(says), "{}", error.message);
    }
}
