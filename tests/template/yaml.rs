//! YAML with places, as far as these tests need it.

use granit_parser::{Event, Parser, ParserTrait, ScalarStyle, StrInput};
use sailplan::base::{Entry, Map, Span, Value};
use sailplan::source::{FileId, SourceMap};

enum Open {
    List(Vec<Value>),
    Map(Vec<Entry>, Option<(String, Span)>),
}

/// Reads the only document of a file.
pub fn read(sources: &SourceMap, id: FileId) -> Value {
    let file = sources.file(id).expect("the file is there");
    let mut parser: Parser<'_, StrInput<'_>> = Parser::new_from_str(&file.text);
    let mut open: Vec<(Open, Span)> = Vec::new();
    while let Some(event) = ParserTrait::next_event(&mut parser) {
        let (event, span) = event.expect("the fixture is YAML");
        let range = span.byte_range().unwrap_or_default();
        let span = file.span(range.start, range.end.max(range.start));
        let done = match event {
            Event::Scalar(text, style, ..) => scalar(&text, style == ScalarStyle::Plain).at(span),
            Event::SequenceStart(..) => {
                open.push((Open::List(Vec::new()), span));
                continue;
            }
            Event::MappingStart(..) => {
                open.push((Open::Map(Vec::new(), None), span));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop().expect("it was opened") {
                (Open::List(items), span) => Value::from(items).at(span),
                (Open::Map(entries, _), span) => Value::from(Map::from_unique(entries)).at(span),
            },
            _ => continue,
        };
        match open.last_mut() {
            None => return done,
            Some((Open::List(items), _)) => items.push(done),
            Some((Open::Map(entries, key), _)) => match key.take() {
                None => {
                    let text = done.as_str().map_or_else(|| format!("{:?}", done.kind), str::to_owned);
                    *key = Some((text, done.span));
                }
                Some((key, key_span)) => entries.push(Entry { key: key.into(), key_span, value: done }),
            },
        }
    }
    Value::default()
}

fn scalar(text: &str, plain: bool) -> Value {
    match text {
        _ if !plain => Value::from(text),
        "" | "~" | "null" => Value::default(),
        "true" => Value::from(true),
        "false" => Value::from(false),
        _ => match (text.parse::<i64>(), text.parse::<u64>(), text.parse::<f64>()) {
            (Ok(n), _, _) => Value::from(n),
            (_, Ok(n), _) => Value::from(n),
            (_, _, Ok(n)) if n.is_finite() => Value::from(n),
            _ => Value::from(text),
        },
    }
}
