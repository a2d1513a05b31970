//! What one evaluation of a template costs.

#![allow(clippy::expect_used)]

use sailplan::base::{Map, Value, json};
use sailplan::diag::Bag;
use sailplan::source::SourceMap;
use sailplan::template::{Compiled, Engine, Names, Scope, Shape};
use sailplan::yaml::{self, Limits};

const APPLICATION: &str = include_str!("../fixtures/template/application.yaml");

fn main() {
    divan::main();
}

fn engine() -> Engine {
    Engine::new(|value| json::to_json(value).to_string())
}

fn names() -> Names {
    ["app", "platform", "ports"].into_iter().fold(Names::new(), |names, name| names.with(name, Shape::Any))
}

fn read(text: &str) -> (SourceMap, Value) {
    let mut sources = SourceMap::new();
    let id = sources.add("bench.yaml", text.to_owned()).expect("room");
    let value = yaml::read(&sources, id, &mut Bag::new(), &Limits::default()).swap_remove(0);
    (sources, value)
}

fn compiled<'e>(engine: &'e Engine, text: &str) -> Compiled<'e> {
    let (sources, body) = read(text);
    engine.compile(&body, &names(), Some(&sources), &mut Bag::new()).expect("it compiles")
}

fn value(text: &str) -> Value {
    read(text).1
}

fn platform() -> Map {
    let platform = "{name: acme, argocd: {namespace: argocd}, repo: {url: https://example.com/p.git, revision: HEAD}}";
    [("platform", value(platform))].into_iter().collect()
}

fn app() -> Value {
    value(
        "{name: harbor, category: automation, environment: prd, wave: '3', channel: alerts, namespace: harbor,
          source: {helm: {repo: https://helm.goharbor.io, chart: harbor, version: 1.15.0, values: {a: {b: 1}, c: [1, 2]}}},
          cluster: {server: https://kubernetes.default.svc},
          sync: {automated: {prune: true, selfHeal: true}, options: [CreateNamespace=true, ServerSideApply=true],
                 retry: {limit: 5}},
          ignoreDifferences: [{kind: Secret, jsonPointers: [/data]}]}",
    )
}

#[divan::bench]
fn application(bencher: divan::Bencher<'_, '_>) {
    let engine = engine();
    let template = compiled(&engine, APPLICATION);
    let (globals, app) = (platform(), app());
    bencher.bench(|| template.eval(&Scope::new(&globals).with("app", app.clone())));
}

/// The same template with every tenth value through minijinja.
#[divan::bench]
fn application_with_filters(bencher: divan::Bencher<'_, '_>) {
    let engine = engine();
    let text = APPLICATION
        .replace("limit: ${{ app.sync.retry.limit }}", "limit: ${{ app.sync.retry.limit | default(5) }}")
        .replace("on-sync-failed.slack: ${{ app.channel }}", "on-sync-failed.slack: ${{ app.channel | lower }}")
        .replace("project: ${{ app.category }}", "project: ${{ app.category if app.category else 'default' }}");
    let template = compiled(&engine, &text);
    let (globals, app) = (platform(), app());
    bencher.bench(|| template.eval(&Scope::new(&globals).with("app", app.clone())));
}

#[divan::bench(args = [10, 1000])]
fn loop_over_ports(bencher: divan::Bencher<'_, '_>, count: i64) {
    let engine = engine();
    let template = compiled(&engine, "- ${{ for p in ports }}: {name: 'port-${{ p.port }}', port: '${{ p.port }}'}");
    let ports: Value = (0..count).map(|n| Value::from([("port", n)].into_iter().collect::<Map>())).collect();
    let globals: Map = [("ports", ports)].into_iter().collect();
    bencher.bench(|| template.eval(&Scope::new(&globals)));
}

#[divan::bench]
fn one_expression_of_minijinja(bencher: divan::Bencher<'_, '_>) {
    let engine = engine();
    let template = compiled(&engine, "${{ app.channel | default('none') }}");
    let (globals, app) = (platform(), app());
    bencher.bench(|| template.eval(&Scope::new(&globals).with("app", app.clone())));
}

#[divan::bench]
fn compile_application(bencher: divan::Bencher<'_, '_>) {
    let engine = engine();
    let (sources, body) = read(APPLICATION);
    bencher.bench(|| engine.compile(&body, &names(), Some(&sources), &mut Bag::new()).is_some());
}
