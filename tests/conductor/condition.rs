//! The few expressions of JavaScript that conditions need: `$` paths, literals, comparisons, `&&`, `||`, `!`, `?:`, parentheses.
//! Anything else is refused.

use serde_json::{Value, json};

/// The value of an expression over what `$` is.
pub fn evaluate(text: &str, scope: &Value) -> Result<Value, String> {
    let mut parser = Parser { rest: text.trim().trim_end_matches(';'), scope };
    let value = parser.choice()?;
    parser.space();
    if parser.rest.is_empty() { Ok(value) } else { Err(format!("not interpreted: {}", parser.rest)) }
}

/// Whether JavaScript takes a value for true.
pub fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(on) => *on,
        Value::Number(n) => n.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

struct Parser<'p> {
    rest: &'p str,
    scope: &'p Value,
}

impl Parser<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(token);
        rest.is_some_and(|rest| {
            self.rest = rest;
            true
        })
    }

    fn choice(&mut self) -> Result<Value, String> {
        let condition = self.either()?;
        if !self.eat("?") {
            return Ok(condition);
        }
        let first = self.choice()?;
        if !self.eat(":") {
            return Err(format!("no `:` at {}", self.rest));
        }
        let second = self.choice()?;
        Ok(if truthy(&condition) { first } else { second })
    }

    fn either(&mut self) -> Result<Value, String> {
        let mut left = self.both()?;
        while self.eat("||") {
            let right = self.both()?;
            left = if truthy(&left) { left } else { right };
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Value, String> {
        let mut left = self.compared()?;
        while self.eat("&&") {
            let right = self.compared()?;
            left = if truthy(&left) { right } else { left };
        }
        Ok(left)
    }

    fn compared(&mut self) -> Result<Value, String> {
        let left = self.single()?;
        for token in ["===", "!==", "==", "!=", "<=", ">=", "<", ">"] {
            if self.eat(token) {
                let right = self.single()?;
                return compare(&left, token, &right).map(Value::from);
            }
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Value, String> {
        if self.eat("!") {
            return self.single().map(|value| json!(!truthy(&value)));
        }
        if self.eat("(") {
            let value = self.choice()?;
            return if self.eat(")") { Ok(value) } else { Err(format!("no `)` at {}", self.rest)) };
        }
        for (word, value) in [("true", json!(true)), ("false", json!(false)), ("null", Value::Null)] {
            if self.eat(word) {
                return Ok(value);
            }
        }
        for quote in ['\'', '"'] {
            if let Some((text, after)) = self.rest.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
                self.rest = after;
                return Ok(json!(text));
            }
        }
        self.number().or_else(|| self.path()).ok_or_else(|| format!("not interpreted: {}", self.rest))
    }

    fn number(&mut self) -> Option<Value> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let number = self.rest[..end].parse::<i64>().ok()?;
        self.rest = &self.rest[end..];
        Some(json!(number))
    }

    fn path(&mut self) -> Option<Value> {
        let rest = self.rest.strip_prefix("$.")?;
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '\'' | '"');
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        self.rest = &rest[end..];
        super::expressions::steps(&rest[..end])?;
        Some(super::expressions::lookup(&rest[..end], self.scope).unwrap_or(Value::Null))
    }
}

fn compare(left: &Value, token: &str, right: &Value) -> Result<bool, String> {
    let same = match (left.as_f64(), right.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
        _ => left == right,
    };
    match token {
        "==" | "===" => Ok(same),
        "!=" | "!==" => Ok(!same),
        _ => {
            let (Some(a), Some(b)) = (left.as_f64(), right.as_f64()) else {
                return Err(format!("not interpreted: {left} {token} {right}"));
            };
            Ok(match token {
                "<" => a < b,
                "<=" => a <= b,
                ">" => a > b,
                _ => a >= b,
            })
        }
    }
}

#[test]
fn what_it_knows_and_what_it_refuses() {
    let scope = json!({ "loop": { "iteration": 3 }, "judge": { "result": "wait" } });
    let value = |text| evaluate(text, &scope);
    assert_eq!(value("$.loop['iteration'] < 4 && $.judge['result'] == 'wait'"), Ok(json!(true)));
    assert_eq!(value("$.loop.iteration >= 4 || !($.judge.result != \"wait\");"), Ok(json!(true)));
    assert_eq!(value("$.none == null ? 'a' : 'b'"), Ok(json!("a")));
    for refused in ["$.loop.iteration + 1", "f()", "if (true) { 1 }", "'a' < 1", "$.a.map(x)"] {
        assert!(value(refused).is_err(), "{refused}: {:?}", value(refused));
    }
}
