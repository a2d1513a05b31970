//! Templates that are refused: by which name, at which place, in which words.

use sailplan::base::{Span, Value};
use sailplan::diag::{Bag, Finding, Label, Place};
use sailplan::source::SourceMap;
use sailplan::template::{Names, Shape};

use crate::{cases, engine, scope, scope_of};

/// What the templates of `bad` may use.
pub fn names() -> Names {
    let item = Shape::fields([("name", Shape::Any), ("port", Shape::Any)]);
    let app = Shape::fields([
        ("name", Shape::Any),
        ("category", Shape::Any),
        ("größe", Shape::Any),
        ("values", Shape::Any),
        ("source", Shape::fields([("helm", Shape::fields([("chart", Shape::Any)]))])),
        ("ports", Shape::list(item.clone())),
        ("secrets", Shape::map(item)),
    ]);
    Names::new().with("app", app).with("platform", Shape::Any)
}

fn findings(case: &Value, sources: &SourceMap) -> Vec<Finding> {
    let mut bag = Bag::new();
    let engine = engine();
    let globals = scope_of(case);
    let compiled = engine.compile(case.get("template").expect("a template"), &names(), Some(sources), &mut bag);
    if let Some(compiled) = compiled {
        let error = compiled.eval(&scope(&globals)).expect_err("it can't be evaluated");
        bag.push(error.finding(Span::NONE));
    }
    bag.into_sorted()
}

fn text_at(place: &Place, sources: &SourceMap) -> String {
    match place {
        Place::Span(span) => sources.text_of(*span).unwrap_or("").to_owned(),
        Place::File(path) => path.clone(),
    }
}

#[test]
fn templates_are_refused_as_the_fixtures_say() {
    let (sources, cases) = cases("bad");
    let mut wrong = Vec::new();
    for (name, case) in cases {
        let found = findings(&case, &sources);
        let wanted = case.get("findings").and_then(Value::as_list).expect("findings");
        let same = found.len() == wanted.len() && found.iter().zip(wanted).all(|(f, w)| matches(f, w, &sources));
        if !same {
            wrong.push(format!("{name}: {}", shown(&found, &sources)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub fn matches(found: &Finding, wanted: &Value, sources: &SourceMap) -> bool {
    let field = |key: &str| wanted.str_at(key).unwrap_or("");
    let also = |label: &Label| text_at(&label.place, sources) == field("also");
    found.code.id == field("code")
        && text_at(&found.primary.place, sources) == field("at")
        && found.message.contains(field("says"))
        && !found.message.ends_with('.')
        && !found.help.is_empty()
        && found.help.contains(field("help"))
        && (field("also").is_empty() || found.secondary.iter().any(also))
}

pub fn shown(found: &[Finding], sources: &SourceMap) -> String {
    let one = |f: &Finding| {
        let also: Vec<_> = f.secondary.iter().map(|l| text_at(&l.place, sources)).collect();
        let at = text_at(&f.primary.place, sources);
        format!("\n  {} at {at:?}: {} (help: {}) also {also:?}", f.code.id, f.message, f.help)
    };
    found.iter().map(one).collect()
}
