//! What the filters of other languages write, readers of those languages read back: no value leaves its place.

use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use sailplan::base::{Map, Span, Value, json};
use sailplan::diag::Bag;
use sailplan::template::{Names, Scope, Shape};
use sailplan::yaml::read_embedded;

use crate::{chance, engine};

/// Texts that break out of quotes, begin comments, end lines, or mean something to a shell.
fn hostile() -> impl Strategy<Value = String> {
    let marks = vec![
        "'", "\"", "\\", "\n", "\r", "\r\n", "\t", " ", "$", "${", "$${", "%", "%{", "%%{", "}", "$(id)", "`id`", "!",
        "!!", "#", "-", "--", ",", ":", ": ", "- ", "[", "]", "{", "{{", "}}", "&a", "*a", "|", ">", "~", "null",
        "yes", "0x10", "1e3", "", "~/", "*", "?", ";", "\u{1}", "\u{7}", "\u{1b}", "\u{7f}", "\u{85}", "\u{a0}",
        "\u{2028}", "\u{feff}", "\u{fffe}", "ü", "日", "😀", "a", "EOF\n", "<<", "=", "\\n", "\\u0024", "\\'",
    ];
    prop_oneof![
        3 => prop::collection::vec(prop::sample::select(marks), 0..7).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
    ]
    .prop_map(|text| text.replace('\0', ""))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::default()),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(Value::from),
        6 => hostile().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        let pairs = prop::collection::vec((hostile(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::from),
            pairs.prop_map(|pairs| Value::from(pairs.into_iter().collect::<Map>())),
        ]
    })
}

/// A text template over `x`.
fn written(source: &str, x: &Value) -> Result<String, String> {
    let mut bag = Bag::new();
    let names = Names::new().with("x", Shape::Any);
    let engine = engine();
    let template = engine.compile_text(source, Span::new(1, 1000), &names, &mut bag).expect("it compiles");
    let globals = Map::new();
    template.eval(&Scope::new(&globals).with("x", x.clone())).map_err(|error| error.message)
}

fn texts(list: &[String]) -> Value {
    list.iter().map(|text| Value::from(text.as_str())).collect()
}

/// The words that a shell makes of a script's arguments.
fn shell(name: &str, words: &str) -> Vec<String> {
    let mut child = Command::new(name).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
    let script = format!("printf '%s\\0' {words}\n");
    child.stdin.take().expect("its input").write_all(script.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{script:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.strip_suffix('\0').map(|t| t.split('\0').map(str::to_owned).collect()).unwrap_or_default()
}

/// The records of a CSV text, read by the rules of RFC 4180.
fn csv(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let record = records.last_mut().expect("a record");
        let field = record.last_mut().expect("a field");
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' if quoted => {
                quoted = false;
                assert!(matches!(chars.peek(), None | Some(',' | '\n')), "text behind a quote: {text:?}");
            }
            '"' => {
                assert!(field.is_empty(), "a quote inside of a field: {text:?}");
                quoted = true;
            }
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(vec![String::new()]),
            '\r' if !quoted => panic!("a bare line break: {text:?}"),
            c => field.push(c),
        }
    }
    assert!(!quoted, "an open quote: {text:?}");
    records
}

/// A string of HCL, read by the rules of version 1 or 2.
fn hcl(text: &str, version: u8) -> String {
    let mut rest = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).expect("quotes");
    let mut out = String::new();
    while let Some(c) = rest.chars().next() {
        assert!(!(rest.starts_with("${") || version == 2 && rest.starts_with("%{")), "a template: {text:?}");
        assert!(!matches!(c, '"' | '\n' | '\r'), "it ends early: {text:?}");
        if version == 2 && (rest.starts_with("$${") || rest.starts_with("%%{")) {
            out.extend([c, '{']);
            rest = &rest[3..];
            continue;
        }
        let (read, len) = match (c, rest.as_bytes().get(1)) {
            ('\\', Some(b'u')) => {
                let code = u32::from_str_radix(&rest[2..6], 16).expect("four digits");
                (char::from_u32(code).expect("no surrogate"), 6)
            }
            ('\\', Some(escaped)) => match escaped {
                b'n' => ('\n', 2),
                b'r' => ('\r', 2),
                b't' => ('\t', 2),
                b'"' | b'\\' => (char::from(*escaped), 2),
                other => panic!("an unknown escape {other}: {text:?}"),
            },
            _ => (c, c.len_utf8()),
        };
        out.push(read);
        rest = &rest[len..];
    }
    out
}

proptest! {
    #![proptest_config(chance::config(48))]

    #[test]
    fn shells_read_back_each_word(words in prop::collection::vec(hostile(), 1..12)) {
        let line = written("{{ x | sh }}", &texts(&words)).unwrap();
        for name in ["bash", "sh"] {
            prop_assert_eq!(&shell(name, &line), &words, "{}: {}", name, line);
        }
    }
}

proptest! {
    #![proptest_config(chance::config(512))]

    #[test]
    fn json_reads_back(x in value()) {
        let text = written("{{ x | json }}", &x).unwrap();
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), json::to_json(&x));
        prop_assert!(!text.contains('\n'));
    }

    /// Wherever a value can stand in YAML.
    #[test]
    fn yaml_reads_back(x in value()) {
        for (template, key) in [
            ("{{ x | yaml }}", None),
            ("k: {{ x | yaml }}\n", Some("k")),
            ("k: {{ x | yaml }} # and why\nz: 1\n", Some("k")),
            ("{k: {{ x | yaml }}, z: 1}", Some("k")),
            ("a:\n  k:\n    {{ x | yaml }}\n  z: 1\n", Some("a.k")),
        ] {
            let text = written(template, &x).unwrap();
            let docs = read_embedded(&text, Span::NONE).unwrap();
            let found = key.into_iter().flat_map(|key| key.split('.')).fold(&docs[0], |at, key| at.get(key).unwrap());
            prop_assert_eq!((docs.len(), found), (1, &x), "{}", text);
        }
        let items = written("- {{ x | yaml }}\n- [{{ x | yaml }}, {{ x | yaml }}]\n", &x).unwrap();
        let want = Value::from(vec![x.clone(), vec![x.clone(), x].into()]);
        prop_assert_eq!(&read_embedded(&items, Span::NONE).unwrap()[0], &want, "{}", items);
    }

    /// The parser of another house reads the same.
    #[test]
    fn yaml_reads_back_elsewhere(text in hostile()) {
        let line = written("k: {{ x | yaml }}\n", &Value::from(text.as_str())).unwrap();
        let read: std::collections::BTreeMap<String, String> = serde_yaml_ng::from_str(&line).unwrap();
        prop_assert_eq!(&read["k"], &text, "{}", line);
    }

    #[test]
    fn csv_reads_back(rows in prop::collection::vec(prop::collection::vec(hostile(), 1..6), 1..4)) {
        let x: Value = rows.iter().map(|row| texts(row)).collect();
        let text = written("{% for row in x %}{{ row | csv }}{% if not loop.last %}{{ '\n' }}{% endif %}{% endfor %}", &x);
        prop_assert_eq!(csv(&text.unwrap()), rows);
    }

    #[test]
    fn csv_fields_read_back(fields in prop::collection::vec(hostile(), 3)) {
        let text = written("p, {{ x[0] | csv }},{{ x[1] | csv }},{{ x[2] | csv }}", &texts(&fields)).unwrap();
        // Readers that trim find nothing to trim.
        let trimmed = text.strip_prefix("p, ").unwrap();
        prop_assert_eq!(csv(trimmed), vec![fields]);
    }

    #[test]
    fn hcl_strings_read_back(text in hostile(), key in hostile()) {
        let written = written("{{ x | hcl }}", &Value::from(text.as_str()));
        for version in [1, 2] {
            prop_assert_eq!(hcl(written.as_ref().unwrap(), version), text.as_str(), "version {}", version);
        }
        let map: Map = [(key.as_str(), text.as_str())].into_iter().collect();
        let entry = self::written("{{ x | hcl }}", &Value::from(map)).unwrap();
        let quoted = self::written("{{ x | hcl }}", &Value::from(key)).unwrap();
        prop_assert_eq!(entry, format!("{{ {quoted} = {} }}", written.unwrap()));
    }

    /// A value within quotes of the template is the author's affair, but nothing is ever read as a template again.
    #[test]
    fn what_is_printed_is_not_read_again(text in hostile()) {
        let tricky = format!("{{{{ x }}}}{{% if {text} %}}{text}");
        prop_assert_eq!(written("{{ x }}", &Value::from(tricky.as_str())).unwrap(), tricky);
    }
}

#[test]
fn every_character_of_a_shell_word() {
    let words: Vec<String> = (1..=0x2ff).filter_map(char::from_u32).map(|c| format!("a{c}b{c}{c}")).collect();
    let line = written("{{ x | sh }}", &texts(&words)).unwrap();
    assert_eq!(shell("bash", &line), words);
}

#[test]
fn numbers_and_booleans_are_words_too() {
    let x: Value = [Value::from(1), Value::from(true), Value::from(0.5), Value::from(u64::MAX)].into_iter().collect();
    assert_eq!(shell("sh", &written("{{ x | sh }}", &x).unwrap()), ["1", "true", "0.5", "18446744073709551615"]);
    assert_eq!(csv(&written("{{ x | csv }}", &x).unwrap()), [["1", "true", "0.5", "18446744073709551615"]]);
}

#[test]
fn what_has_no_form_there_is_refused() {
    let nul = Value::from("a\0b");
    assert!(written("{{ x | sh }}", &nul).unwrap_err().contains("NUL"));
    assert!(written("{{ [x, 'c'] | sh }}", &nul).unwrap_err().contains("NUL"));
    for (filter, x) in [
        ("sh", Value::default()),
        ("sh", vec![Value::default()].into()),
        ("sh", Map::new().into()),
        ("sh", vec![Value::from(vec![Value::from(1)])].into()),
        ("csv", Value::default()),
        ("csv", Map::new().into()),
        ("csv", vec![Value::from(Map::new())].into()),
    ] {
        let message = written(&format!("{{{{ x | {filter} }}}}"), &x).unwrap_err();
        assert!(message.contains(&format!("`{filter}` takes text")), "{filter}: {message}");
    }
    for filter in ["sh", "csv", "hcl", "json", "yaml", "dns", "quote", "b64encode", "sha256", "to_json"] {
        let message = written(&format!("{{{{ x.unset | {filter} }}}}"), &Map::new().into()).unwrap_err();
        assert!(message.contains("not set"), "{filter}: {message}");
    }
}
