//! No report shows a secret. The secrets here are put together at run time.

use std::fmt::Write as _;

use sailplan::diff::{Options, diff};
use sailplan::model::changes::{Changes, Class};
use sailplan::report::changes::{github, html, human, json, markdown};
use sailplan::report::human::Look;

use crate::golden::Tree;

/// All reports of a comparison, with and without lines, one after the other.
fn reports(before: &Tree, after: &Tree) -> String {
    let mut out = String::new();
    for lines in [false, true] {
        let changes = diff(before, after, &Options { lines, ..Options::default() });
        assert!(!changes.is_empty());
        for color in [false, true] {
            out.push_str(&human::report(&changes, Look { width: 80, color, unicode: true }));
        }
        out.push_str(&markdown::report(&changes, markdown::BUDGET));
        out.push_str(&json::report(&changes));
        out.push_str(&github::report(&changes, ""));
        out.push_str(&html::report(&changes, "a page"));
        let _ = write!(out, "{changes:?}");
    }
    out
}

fn tree(path: &str, text: &str) -> Tree {
    Tree::from([(path.to_owned(), text.as_bytes().to_vec())])
}

/// Something that looks like a password, different for each number.
fn word(n: u32) -> String {
    format!("{}{}x{}", "hun", "ter", n * 7919)
}

/// Compares two states of a file, what is new, what is gone, and looks for the secrets in all reports.
fn hidden(path: &str, text: impl Fn(&str, &str) -> String) {
    let (old, new, note) = (word(1), word(2), "seen-anyway");
    let (before, after) = (tree(path, &text(&old, "first")), tree(path, &text(&new, note)));
    let nothing = tree("other.txt", "text");
    for (a, b) in [(&before, &after), (&nothing, &after), (&before, &nothing)] {
        let told = reports(a, b);
        for secret in [&old, &new] {
            assert!(!told.contains(secret.as_str()), "{path} shows {secret}:\n{told}");
        }
    }
    assert!(reports(&before, &after).contains(note), "what is no secret is shown");
}

#[test]
fn values_of_secrets() {
    hidden("s.yaml", |secret, note| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: db, labels: {{note: {note}}}}}\nstringData:\n  anything: {secret}\n  more: |\n    line {secret}\n    end\n"
        )
    });
}

#[test]
fn values_under_names_of_secrets() {
    hidden("values.yaml", |secret, note| format!("db:\n  password: {secret}\n  host: {note}\n"));
    hidden("values.json", |secret, note| format!("{{\"db\": {{\"password\": \"{secret}\", \"host\": \"{note}\"}}}}"));
}

#[test]
fn variables_of_containers() {
    hidden("d.yaml", |secret, note| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\nspec:\n  template:\n    spec:\n      containers:\n        - name: main\n          image: {note}\n          env:\n            - {{name: DB_PASSWORD, value: {secret}}}\n"
        )
    });
}

#[test]
fn values_inside_applications() {
    hidden("a.yaml", |secret, note| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: a}}\nspec:\n  source:\n    chart: a\n    helm:\n      values: |\n        auth:\n          adminPassword: {secret}\n        host: {note}\n"
        )
    });
}

#[test]
fn shapes_wherever_they_stand() {
    let token = |n: &str| format!("{}{}{n}", "ghp", "_0123456789abcdefghijABCDEFGHIJ01");
    let text = |n: &str, note: &str| format!("echo {note}\ncurl -H 'Authorization: Bearer {}'\n", token(n));
    let (before, after) = (tree("run.sh", &text("2345", "first")), tree("run.sh", &text("6789", "seen")));
    let told = reports(&before, &after);
    assert!(!told.contains(&token("2345")) && !told.contains(&token("6789")), "{told}");
    assert!(told.contains("seen"));
}

#[test]
fn a_secret_that_changes_is_a_change() {
    let text = |secret: &str| format!("db:\n  password: {secret}\n");
    let changes: Changes =
        diff(&tree("values.yaml", &text(&word(1))), &tree("values.yaml", &text(&word(2))), &Options::default());
    let change = changes.all.first().unwrap();
    assert_eq!(change.class(), Class::InPlace);
    assert!(change.edits.iter().all(|edit| edit.masked && !edit.cosmetic));
    let told = human::report(&changes, Look { width: 80, color: false, unicode: true });
    assert!(told.contains("db.password: a secret changed, which is not shown"), "{told}");
}

#[test]
fn documents_in_texts() {
    // One line of JSON, with and without blanks; JSON in JSON; a text whose escapes spell the secret in another way.
    hidden("c.yaml", |secret, note| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  note: {note}\n  a: '{{\"user\":\"u\",\"password\":\"{secret}\"}}'\n  b: '{{\"user\": \"u\", \"password\": \"{secret}\"}}'\n  c: \"{{\\\"in\\\": \\\"{{\\\\\\\"password\\\\\\\": \\\\\\\"{secret}\\\\\\\"}}\\\"}}\"\n"
        )
    });
    hidden("values.yaml", |secret, note| {
        format!("note: {note}\npassword: \"a\\\"{secret}\"\nadminPassword: 'b''{secret}'\n")
    });
}

#[test]
fn secrets_that_are_no_objects_of_their_own() {
    let manifest = |secret: &str, indent: &str| {
        format!(
            "apiVersion: v1\n{indent}kind: Secret\n{indent}metadata: {{generateName: s-}}\n{indent}stringData:\n{indent}  anything: {secret}\n"
        )
    };
    hidden("generated.yaml", |secret, note| format!("# {note}\n{}---\na: {note}\n", manifest(secret, "")));
    hidden("list.yaml", |secret, note| {
        format!(
            "apiVersion: v1\nkind: List\nmetadata: {{name: l, note: {note}}}\nitems:\n  - {}",
            manifest(secret, "    ")
        )
    });
    hidden("values.yaml", |secret, note| format!("note: {note}\nextraObjects:\n  - {}", manifest(secret, "    ")));
    hidden("map.yaml", |secret, note| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata:\n  note: {note}\n  a.yaml: |\n    {}",
            manifest(secret, "    ")
        )
    });
}

#[test]
fn documents_in_secrets() {
    // What is a key in the document is a part of the value of the Secret.
    hidden("s.yaml", |secret, note| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s, labels: {{note: {note}}}}}\nstringData:\n  a.yaml: |\n    {secret}: 1\n    b: 2\n"
        )
    });
}

#[test]
fn files_that_do_not_parse() {
    hidden("broken.json", |secret, note| {
        format!("{{\"note\": \"{note}\", \"user\":\"u\",\"password\":\"{secret}\" \"b\": [}}\n")
    });
}

#[test]
fn comments_and_short_values_of_secrets() {
    let text = |comment: &str, value: &str| {
        format!("# {comment}\napiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{pin: {value}}}\n")
    };
    let before = tree("s.yaml", &text(&word(1), "x7y"));
    let told = reports(&before, &tree("s.yaml", &text(&word(2), "z9w")));
    for secret in [word(1), word(2), "x7y".to_owned(), "z9w".to_owned()] {
        assert!(!told.contains(&secret), "{secret}:\n{told}");
    }
}

#[test]
fn texts_that_are_folded() {
    hidden("values.yaml", |secret, note| format!("note: {note}\npassword: >-\n  {secret}\n  and more\n"));
    hidden("map.yaml", |secret, note| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata:\n  note: {note}\n  a.yaml: |\n    password: >-\n      {secret}\n      and more\n"
        )
    });
}
