//! Text templates are cut into the tags that minijinja cuts them into.

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use proptest::prelude::*;
use sailplan::base::{Map, Span, Value};
use sailplan::diag::Bag;
use sailplan::template::{Names, Scope, Shape};

use crate::{chance, engine};

fn env(source: &str) -> Option<Environment<'_>> {
    let mut env = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    env.set_syntax(syntax.unwrap());
    env.add_template("t", source).ok()?;
    Some(env)
}

/// Tags, what is nearly a tag, and text between.
fn source() -> impl Strategy<Value = String> {
    let pieces = vec![
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-",
        "+",
        " ",
        "\n",
        "a",
        "ü",
        "{",
        "}",
        "%",
        "#",
        "'",
        "\"",
        "'}}'",
        "\"%}\"",
        "{{ a }}",
        "{{- b -}}",
        "{{+ a +}}",
        "{{ {'x': {}}.x or a }}",
        "{{ '}}' }}",
        "{{ a['%}'] }}",
        "{{ (a) }}",
        "{{ -1 }}",
        "{% if a %}",
        "{%- if b -%}",
        "{% elif c %}",
        "{% else %}",
        "{% endif %}",
        "{%+ endif +%}",
        "{% for x in b %}",
        "{% for x in b if x %}",
        "{% endfor %}",
        "{{ x }}",
        "{% set y = a %}",
        "{{ y }}",
        "{# {{ c }} #}",
        "{#- c -#}",
        "{#-#}",
        "{% raw %}",
        "{%- raw -%}",
        "{% raw x %}",
        "{% endraw %}",
        "{%-endraw-%}",
        "{% endraw x %}",
        "{% endraw_ %}",
        "raw",
        "{%raw%}",
        "{{ a % 2 }}",
        "{{ {} }}",
        "{{ {}%}",
        "{{ a if b else c }}",
        "{%",
        "{{ c.1.0 }}",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(chance::config(1024))]

    /// What minijinja reads we read; each name that it would look up we have judged; and where we accept
    /// it, it prints what minijinja prints.
    #[test]
    fn both_cut_alike(source in source()) {
        let engine = engine();
        let span = Span::new(1, 10_000);
        let mut bag = Bag::new();
        let env = env(&source);
        // No name is known: each that minijinja would look up has to be found missing.
        engine.compile_text(&source, span, &Names::new(), &mut bag);
        let messages: Vec<String> = bag.findings().iter().map(|f| f.message.clone()).collect();
        let Some(env) = env else {
            prop_assert!(!messages.is_empty(), "{:?} can't be read", source);
            return Ok(());
        };
        let template = env.get_template("t").unwrap();
        for name in template.undeclared_variables(false) {
            prop_assert!(messages.contains(&format!("there is no `{name}` here")), "{:?}: {} {:?}", source, name, messages);
        }
        prop_assert!(messages.iter().all(|m| m.starts_with("there is no `")), "{:?}: {:?}", source, messages);

        let list = || vec![Value::from(1), Value::from(0), Value::from(2)];
        let globals: Map = [("a", Value::from("A")), ("b", list().into()), ("c", 3.into()), ("x", "X".into())].into_iter().collect();
        let names = ["a", "b", "c", "x", "y"].into_iter().fold(Names::new(), |names, name| names.with(name, Shape::Any));
        let Some(ours) = engine.compile_text(&source, span, &names, &mut bag) else { return Ok(()) };
        let theirs = template.render(minijinja::context! { a => "A", b => [1, 0, 2], c => 3, x => "X" });
        if let (Ok(got), Ok(want)) = (ours.eval(&Scope::new(&globals)), theirs) {
            prop_assert_eq!(got, want, "{:?}", source);
        }
    }
}
