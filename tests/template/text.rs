//! Text templates: what they give, what they refuse, and where.

use sailplan::base::{Span, Value};
use sailplan::diag::{Bag, Finding};
use sailplan::source::SourceMap;
use sailplan::template::Names;

use crate::bad::{matches, names, shown};
use crate::{cases, engine, open_names, scope, scope_of};

/// The text of a case, as a file of its own.
fn file_of(case: &Value) -> (SourceMap, String, Span) {
    let text = case.str_at("template").expect("a text").to_owned();
    let mut sources = SourceMap::new();
    sources.add("before.j2", "something else".to_owned()).expect("room");
    let id = sources.add("case.j2", text.clone()).expect("room");
    let span = sources.file(id).expect("the file").span(0, text.len());
    (sources, text, span)
}

fn run(case: &Value, names: &Names) -> (SourceMap, Result<String, Vec<Finding>>) {
    let (sources, text, span) = file_of(case);
    let mut bag = Bag::new();
    let globals = scope_of(case);
    let Some(template) = engine().compile_text(&text, span, names, &mut bag) else {
        return (sources, Err(bag.into_sorted()));
    };
    let result = template.eval(&scope(&globals)).map_err(|error| vec![error.finding(Span::NONE)]);
    (sources, result)
}

#[test]
fn text_templates_do_what_the_fixtures_say() {
    let (_, cases) = cases("text");
    let mut wrong = Vec::new();
    for (name, case) in cases {
        let good = case.str_at("gives");
        let known = if good.is_some() { open_names(&scope_of(&case)) } else { names() };
        match (run(&case, &known), good) {
            ((_, Ok(got)), Some(want)) if got == want => {}
            ((_, Ok(got)), want) => wrong.push(format!("{name}:\n  got  {got:?}\n  want {want:?}")),
            ((sources, Err(found)), None) => {
                let wanted = case.get("findings").and_then(Value::as_list).expect("findings");
                let same = found.len() == wanted.len()
                    && found.iter().zip(wanted).all(|(found, wanted)| matches(found, wanted, &sources));
                if !same {
                    wrong.push(format!("{name}: {}", shown(&found, &sources)));
                }
            }
            ((sources, Err(found)), Some(_)) => wrong.push(format!("{name}: {}", shown(&found, &sources))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
