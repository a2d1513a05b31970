//! What counts as a secret in plain text, what does not, and that no report shows one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::missing_panics_doc)]

#[path = "common/chance.rs"]
mod chance;
#[allow(dead_code)]
#[path = "common/findings.rs"]
mod findings;
#[path = "plaintext_secrets/tables.rs"]
mod tables;

use proptest::prelude::*;
use sailplan::base::{Span, Value};
use sailplan::diag::{Bag, Finding, Place};
use sailplan::model::document::{Document, Tags};
use sailplan::pipeline::{self, Silent};
use sailplan::report::human::{Look, report};
use sailplan::source::{Memory, SourceMap};
use sailplan::validate::literals::Scanner;
use sailplan::yaml;

/// What is found in a YAML text: each finding, with the text at its place.
fn scan(text: &str) -> (SourceMap, Vec<Finding>) {
    let mut sources = SourceMap::new();
    let file = sources.add("shop.yaml", text.to_owned()).unwrap();
    let mut bag = Bag::new();
    let docs = yaml::read(&sources, file, &mut bag, &yaml::Limits::default());
    assert!(bag.findings().is_empty(), "{text}: {:?}", bag.findings());
    let scanner = Scanner { sources: &sources };
    for doc in docs {
        scanner.document(&document(doc), &mut bag);
    }
    (sources, bag.into_sorted())
}

fn document(value: Value) -> Document {
    Document {
        path: "shop.yaml".into(),
        origin: value.span,
        value,
        template: Span::NONE,
        tags: Tags::default(),
        form: None,
    }
}

fn at(finding: &Finding, sources: &SourceMap) -> String {
    match finding.primary.place {
        Place::Span(span) => sources.text_of(span).unwrap_or_default().to_owned(),
        Place::File(_) => String::new(),
    }
}

fn shown(findings: &[Finding], sources: &SourceMap) -> String {
    [(true, 60), (true, 100), (false, 80)]
        .map(|(unicode, width)| report(findings, sources, Look { width, color: false, unicode }))
        .concat()
}

#[test]
fn secrets_are_found_at_their_place_and_not_shown() {
    let mut faults = Vec::new();
    for (text, secret) in tables::SECRETS {
        let (sources, found) = scan(text);
        let places: Vec<String> = found.iter().map(|f| at(f, &sources)).collect();
        if places != [*secret] {
            faults.push(format!("{text:?}: found {places:?}, not {secret:?}"));
        }
        let first = secret.lines().next().unwrap();
        // Some are also words of the keys.
        let alone = text.matches(first).count() == 1;
        let words = shown(&found, &sources) + &format!("{found:?}");
        if alone && words.contains(first) {
            faults.push(format!("{text:?}: shown"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(tables::SECRETS.len() >= 80, "{}", tables::SECRETS.len());
}

#[test]
fn what_is_no_secret_is_left_alone() {
    let mut faults = Vec::new();
    for text in tables::NONE {
        let (sources, found) = scan(text);
        faults.extend(found.iter().map(|f| format!("{text:?}: {} at {:?}", f.message, at(f, &sources))));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(tables::NONE.len() >= 80, "{}", tables::NONE.len());
}

/// Long texts without any structure, in which every sign might begin something.
#[test]
fn hostile_texts_take_bounded_time() {
    let pieces =
        ["a:", "eyJ-", "$6$", "-----BEGIN ", "@tcp(", "password = ", "://a:", "$2a$xx$", "Bearer ", "token=a", "s."];
    let start = std::time::Instant::now();
    for piece in pieces {
        let text = piece.repeat(60_000 / piece.len());
        let value = Value::from(format!("{text}\n"));
        let sources = SourceMap::new();
        let mut bag = Bag::new();
        Scanner { sources: &sources }.document(&document(value), &mut bag);
    }
    // Generous, as this is no benchmark: looking at everything before each sign takes hours.
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// A finding of another kind may quote the value, whole or cut, in backticks or not.
#[test]
fn words_of_other_findings_are_covered() {
    sailplan::codes! {
        /// Another.
        OTHER = "other";
    }
    let secret = "Tr0ub4dor and three correct horses";
    let text = format!("password: {secret}\nuser: admin\nkey: admin\n");
    let mut sources = SourceMap::new();
    let file = sources.add("shop.yaml", text.clone()).unwrap();
    let file = sources.file(file).unwrap();
    let span = |part: &str| file.span(text.find(part).unwrap(), text.find(part).unwrap() + part.len());
    let quoting = |words: &str| Finding::error(&OTHER, span("user"), words, format!("{words}?")).label(words);
    let found: Bag = [
        quoting(&format!("`{secret}` is no number")),
        quoting("it can't be `Tr0ub4dor and three c…`"),
        quoting("`admin` is no number"),
        Finding::error(&OTHER, span("password"), "m", "h").hide(span(secret), secret),
        Finding::error(&OTHER, span("key"), "m", "h")
            .hide(file.span(text.rfind("admin").unwrap(), text.len()), "admin"),
        Finding::error(&OTHER, file.span(text.rfind("admin").unwrap(), text.len()), "`admin` is no key", "h"),
    ]
    .into_iter()
    .collect();
    let found = found.into_sorted();
    let messages: Vec<&str> = found.iter().map(|f| f.message.as_str()).filter(|m| *m != "m").collect();
    let expected = ["`•••` is no number", "it can't be `•••…`", "`admin` is no number", "`•••` is no key"];
    let sorted = |mut all: Vec<&'static str>| {
        all.sort_unstable();
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut messages: Vec<String> = messages.into_iter().map(str::to_owned).collect();
    messages.sort_unstable();
    assert_eq!(messages, sorted(expected.to_vec()));
    assert!(!shown(&found, &sources).contains("Tr0ub4dor"));
}

/// A platform that holds a secret in each place that may hold one.
fn platform(secret: &str) -> Memory {
    let spec = format!(
        "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform:
  name: acme
  repo: {{ url: https://git.example.com/platform.git }}
  argocd:
    settings:
      oidc.config: {{ name: acme, clientID: shop, clientSecret: {secret} }}
categories: {{ web: {{}} }}
templates: templates
apps:
  shop:
    category: web
    namespace: shop
    clusterResources: []
    sync: {{ automated: true, options: {{ CreateNamespace: true }} }}
    source:
      helm:
        repo: https://charts.example.com
        chart: shop
        version: 1.2.3
        valueFiles: [values.yaml]
        values: {{ auth: {{ password: {secret} }} }}
        parameters: {{ redis.password: {secret} }}
    manifests: [shop/*.yaml]
"
    );
    let env = format!("- {{ name: DB_PASSWORD, value: {secret} }}");
    let deployment = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{ name: shop }}\nspec:\n  containers:\n    - name: shop\n      image: \
         shop:1\n      envv: 1\n      env:\n        {env}\n"
    );
    let template = format!(
        "for: apps\nto: out/${{{{ app.name }}}}.yaml\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: x, \
         labels: {{ a: 1 }} }}\ndata: {{ api_token: {secret} }}\n"
    );
    Memory::from_iter([
        ("platform.yaml", spec),
        ("values.yaml", format!("nothing: 1\nadmin:\n  password: \"{secret}\"\n  user: admin\n")),
        ("shop/pod.yaml", deployment),
        (
            "shop/secret.yaml",
            format!("apiVersion: v1\nkind: Secret\nmetadata: {{ name: a }}\nstringData:\n  a: {secret}\n"),
        ),
        ("templates/x.yaml", template),
        ("templates/y.j2", format!("---\nfor: apps\nto: out/y.env\n---\nTOKEN={secret}\n")),
    ])
}

proptest! {
    #![proptest_config(chance::config(40))]

    /// Whatever a secret is, and whatever else is wrong beside it, it is in no message and no line of a report.
    #[test]
    fn no_report_shows_a_secret(secret in "[a-zA-Z][a-zA-Z0-9_+!=]{5,40}[0-9]") {
        let outcome = pipeline::run(&platform(&secret), "platform.yaml", &Silent);
        let found = outcome.findings.iter().filter(|f| f.code.id == "plaintext-secret").count();
        prop_assert_eq!(found, 8, "{}", findings::report(&outcome.findings, &outcome.sources));
        prop_assert!(outcome.findings.len() > found, "other findings stand beside");
        prop_assert!(!shown(&outcome.findings, &outcome.sources).contains(&secret));
        let words = format!("{:?}", outcome.findings);
        prop_assert!(!words.contains(&secret));
    }

    /// Even where the file does not parse, so that nobody knows what the line means.
    #[test]
    fn not_even_where_the_spec_does_not_parse(secret in "[a-zA-Z][a-zA-Z0-9_+!=]{5,40}[0-9]") {
        let text = format!("apps:\n  shop:\n    password: {secret}\n   broken: [\n    token: '{secret}'\n");
        let world = Memory::from_iter([("platform.yaml", text)]);
        let outcome = pipeline::run(&world, "platform.yaml", &Silent);
        prop_assert!(!outcome.findings.is_empty());
        prop_assert!(!shown(&outcome.findings, &outcome.sources).contains(&secret));
    }
}
