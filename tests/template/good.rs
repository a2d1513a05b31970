//! Templates, scopes, and what they give.

use sailplan::base::json::to_json;
use sailplan::diag::Bag;

use crate::{cases, engine, open_names, scope, scope_of};

#[test]
fn templates_give_what_the_fixtures_say() {
    let engine = engine();
    let (sources, cases) = cases("good");
    let mut wrong = Vec::new();
    for (name, case) in cases {
        let globals = scope_of(&case);
        let mut bag = Bag::new();
        let body = case.get("template").expect("a template");
        let Some(compiled) = engine.compile(body, &open_names(&globals), Some(&sources), &mut bag) else {
            wrong.push(format!("{name}: {:#?}", bag.findings()));
            continue;
        };
        // As text, so that the order of keys counts.
        let got = match compiled.eval(&scope(&globals)) {
            Ok(value) => value.map(|value| to_json(&value).to_string()),
            Err(error) => Some(format!("{error:#?}")),
        };
        let want = case.get("gives").map(|value| to_json(value).to_string());
        if got != want {
            wrong.push(format!("{name}:\n  got  {got:?}\n  want {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
