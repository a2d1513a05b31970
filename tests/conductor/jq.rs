//! JSON_JQ_TRANSFORM.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::{Value, json};

/// The output of the task: `result` is the first result, `resultList` all of them.
pub fn run(query: &str, input: &Value) -> Result<Value, String> {
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(defs).load(&arena, File { code: query, path: () }).map_err(|e| format!("{e:?}"))?;
    let filter = Compiler::default().with_funs(funs).compile(modules).map_err(|e| format!("{e:?}"))?;
    let text = input.to_string();
    let input = read::parse_single(text.as_bytes()).map_err(|e| format!("{e:?}"))?;
    let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([]));
    let mut all = Vec::new();
    for result in filter.id.run((context, input)).map(unwrap_valr) {
        let result = result.map_err(|e| e.to_string())?;
        all.push(serde_json::from_str::<Value>(&result.to_string()).map_err(|e| e.to_string())?);
    }
    Ok(json!({ "result": all.first().cloned().unwrap_or(Value::Null), "resultList": all }))
}

#[test]
fn the_first_result_and_all_of_them() {
    let run = |query, input| run(query, &input);
    assert_eq!(run(".a[] + 1", json!({ "a": [1, 2] })), Ok(json!({ "result": 2, "resultList": [2, 3] })));
    assert_eq!(run(".x // \"none\"", json!({})), Ok(json!({ "result": "none", "resultList": ["none"] })));
    assert!(run(".a |", json!({})).is_err());
    assert!(run(".a + {}", json!({ "a": 1 })).is_err());
}
