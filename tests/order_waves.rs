//! Sync waves: what follows from `dependsOn`, and what stays as it is.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::prelude::*;
use sailplan::check;
use sailplan::diag::{Bag, Finding};
use sailplan::gather;
use sailplan::load;
use sailplan::model::order::Order;
use sailplan::resolve;
use sailplan::source::{Memory, SourceMap};
use sailplan::template::Engine;

/// An app of a generated spec.
#[derive(Clone, Debug, Default)]
struct App {
    category: String,
    foundation: bool,
    wave: Option<i64>,
    clusters: Option<&'static str>,
    /// Apps that come first; true for a wish.
    waits: Vec<(String, bool)>,
}

type Apps = BTreeMap<String, App>;

/// Apps as name, category, and what they wait for: `~` before a wish, `!` before a foundation app.
fn apps(lines: &[(&str, &str, &[&str])]) -> Apps {
    let app = |(name, category, waits): &(&str, &str, &[&str])| {
        let wait = |w: &&str| (w.trim_start_matches('~').to_owned(), w.starts_with('~'));
        let app = App {
            category: (*category).to_owned(),
            foundation: name.starts_with('!'),
            waits: waits.iter().map(wait).collect(),
            ..App::default()
        };
        (name.trim_start_matches('!').to_owned(), app)
    };
    lines.iter().map(app).collect()
}

fn spec(apps: &Apps) -> String {
    let mut text = String::from(
        "apiVersion: sailplan.dev/v1alpha1\nkind: Platform\n\
         platform: { name: p, repo: { url: https://git.example.com/p.git } }\n\
         clusters: { east: { server: https://east.example.com }, west: { server: https://west.example.com } }\n\
         defaults: { app: { namespace: default, sync: { automated: true }, source: { git: { path: x } } } }\n",
    );
    let categories: BTreeSet<&str> = apps.values().map(|a| &*a.category).collect();
    text.push_str("categories:\n");
    categories.iter().for_each(|c| writeln!(text, "  {c:?}: {{}}").unwrap());
    text.push_str("apps:\n");
    for (name, app) in apps {
        writeln!(text, "  {name}:\n    category: {:?}\n    foundation: {}", app.category, app.foundation).unwrap();
        app.wave.iter().for_each(|w| writeln!(text, "    wave: {w}").unwrap());
        app.clusters.iter().for_each(|c| writeln!(text, "    clusters: {c}").unwrap());
        let waits = app.waits.iter().map(|(app, soft)| format!("{{ app: {app}, soft: {soft} }}"));
        writeln!(text, "    dependsOn: [{}]", waits.collect::<Vec<_>>().join(", ")).unwrap();
    }
    text
}

fn order(apps: &Apps) -> (Order, Vec<Finding>) {
    let world: Memory = [("platform.yaml", spec(apps))].into_iter().collect();
    let (mut sources, mut bag) = (SourceMap::new(), Bag::new());
    let root = load::load(&world, "platform.yaml", &mut sources, &mut bag);
    let spec = load::spec(&root, &mut bag).unwrap();
    let engine = Engine::new(|_| String::new());
    let resolved = resolve::resolve(&spec, &engine, &sources, &mut bag);
    let gathered = gather::gather(&world, &spec, &resolved, &mut sources, &mut bag);
    let order = check::check(&spec, &resolved, &gathered, &mut bag);
    (order, bag.into_sorted())
}

#[track_caller]
fn clean(apps: &Apps) -> Order {
    let (order, findings) = order(apps);
    assert!(findings.is_empty(), "{findings:#?}");
    order
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|f| f.code.id).collect()
}

fn waves(order: &Order, names: &[&str]) -> Vec<i64> {
    let wave = |name: &&str| *order.waves.get(*name).unwrap_or_else(|| panic!("no {name}"));
    names.iter().map(wave).collect()
}

#[test]
fn a_wave_is_the_length_of_the_longest_way() {
    let apps =
        apps(&[("a", "x", &[]), ("b", "x", &["a"]), ("c", "x", &["a", "b"]), ("d", "x", &["a"]), ("e", "x", &[])]);
    assert_eq!(waves(&clean(&apps), &["a", "b", "c", "d", "e"]), [0, 1, 2, 1, 0]);
}

#[test]
fn apps_of_other_categories_move_the_parent_and_not_the_app() {
    let order = clean(&apps(&[("a", "x", &[]), ("b", "y", &["a"]), ("c", "y", &["b"]), ("d", "z", &["c"])]));
    assert_eq!(waves(&order, &["a", "b", "c", "d"]), [0, 0, 1, 0]);
    assert_eq!(["x", "y", "z"].map(|c| order.parent(c)), [0, 1, 2]);
}

#[test]
fn the_root_orders_foundation_apps_among_each_other_and_before_parents() {
    let order = clean(&apps(&[
        ("!crds", "x", &[]),
        ("!vault", "x", &["crds"]),
        ("a", "x", &["vault"]),
        ("b", "y", &[]),
        ("c", "y", &["a"]),
        ("!last", "y", &["c"]),
    ]));
    assert_eq!(waves(&order, &["crds", "vault", "a", "b", "c", "last"]), [0, 1, 0, 0, 0, 4]);
    assert_eq!(["x", "y"].map(|c| order.parent(c)), [2, 3]);
}

#[test]
fn a_wish_counts_where_it_can_and_is_dropped_with_a_warning_where_it_cannot() {
    let (order, findings) = order(&apps(&[("a", "x", &["~b"]), ("b", "x", &["a"]), ("c", "x", &["~b"])]));
    assert_eq!(codes(&findings), ["soft-order-dropped"]);
    assert!(findings[0].message.contains("`b` comes before `a`"), "{}", findings[0].message);
    assert_eq!(waves(&order, &["a", "b", "c"]), [0, 1, 2]);
}

#[test]
fn a_wish_that_would_turn_parents_round_is_dropped() {
    let (order, findings) = order(&apps(&[("a", "x", &[]), ("b", "y", &["a"]), ("c", "x", &["~b"])]));
    assert_eq!(codes(&findings), ["soft-order-dropped"]);
    assert_eq!(["x", "y"].map(|c| order.parent(c)), [0, 1]);
}

#[test]
fn a_pin_lifts_what_comes_after() {
    let mut some = apps(&[("a", "x", &[]), ("b", "x", &["a"]), ("c", "x", &[])]);
    some.get_mut("a").unwrap().wave = Some(5);
    some.get_mut("c").unwrap().wave = Some(-3);
    assert_eq!(waves(&clean(&some), &["a", "b", "c"]), [5, 6, -3]);
}

#[test]
fn a_pin_below_what_comes_first_is_an_error() {
    let mut some = apps(&[("a", "x", &[]), ("b", "x", &["a"])]);
    some.get_mut("b").unwrap().wave = Some(0);
    let (_, findings) = order(&some);
    assert_eq!(codes(&findings), ["wave-contradicts-order"]);
    assert!(findings[0].help.contains("wave: 1"), "{}", findings[0].help);
}

#[test]
fn an_app_waits_for_the_other_on_its_own_cluster_and_else_for_all() {
    let mut some = apps(&[("a", "x", &[]), ("b", "x", &["a"]), ("pre", "x", &[]), ("c", "x", &["b"])]);
    some.get_mut("a").unwrap().clusters = Some("[east, west]");
    some.get_mut("b").unwrap().clusters = Some("[east, west]");
    some.get_mut("pre").unwrap().clusters = Some("[west]");
    some.get_mut("a").unwrap().waits = vec![("pre".to_owned(), false)];
    let order = clean(&some);
    // `pre` is on west only, so `a` of both clusters waits for it.
    let names = ["pre-west", "a-east", "a-west", "b-east", "b-west", "c"];
    assert_eq!(waves(&order, &names), [0, 1, 1, 2, 2, 3]);
}

#[test]
fn on_its_own_cluster_means_only_there() {
    let mut some = apps(&[("first", "x", &[]), ("a", "x", &[]), ("b", "x", &["a"])]);
    for app in ["a", "b"] {
        some.get_mut(app).unwrap().clusters = Some("[east, west]");
    }
    some.get_mut("first").unwrap().clusters = Some("[east]");
    some.get_mut("a").unwrap().waits = vec![];
    let plain = clean(&some);
    assert_eq!(waves(&plain, &["a-east", "a-west", "b-east", "b-west"]), [0, 0, 1, 1]);
}

#[test]
fn a_circle_is_an_error_that_names_its_members() {
    let (_, findings) = order(&apps(&[("a", "x", &["c"]), ("b", "x", &["a"]), ("c", "x", &["b"]), ("d", "x", &["d"])]));
    assert_eq!(codes(&findings), ["dependency-cycle", "dependency-cycle"]);
    assert!(findings[0].message.ends_with("c -> b -> a -> c"), "{}", findings[0].message);
    assert!(findings[1].message.ends_with("waits for itself"), "{}", findings[1].message);
}

/// The apps that the finding tells to put into the foundation.
fn suggested(finding: &Finding) -> BTreeSet<String> {
    let (apps, _) = finding.help.split_once(": the root").unwrap_or_else(|| panic!("{}", finding.help));
    apps.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

/// Does what the findings say, until none is left.
fn follow_advice(apps: &mut Apps) {
    for round in 0.. {
        let (_, findings) = order(apps);
        let across: Vec<&Finding> = findings.iter().filter(|f| f.code.id == "order-across-parents").collect();
        if across.is_empty() {
            assert!(findings.is_empty(), "{findings:#?}");
            return;
        }
        // Each finding breaks one circle; what is left after that is a circle through other categories.
        assert!(round < 4, "the advice does not lead anywhere: {findings:#?}");
        for name in across.into_iter().flat_map(suggested) {
            let app = apps.get_mut(&name).unwrap_or_else(|| panic!("no app {name}"));
            assert!(!app.foundation, "{name} is in the foundation already");
            app.foundation = true;
        }
    }
}

#[test]
fn categories_that_wait_for_each_other_get_a_foundation_that_works() {
    let mut some = apps(&[
        ("vault", "security", &["postgres"]),
        ("postgres", "data", &["operator"]),
        ("operator", "data", &[]),
        ("backup", "data", &["vault"]),
    ]);
    let (_, findings) = order(&some);
    assert_eq!(codes(&findings), ["order-across-parents"]);
    let wanted = ["operator", "postgres"].map(str::to_owned);
    assert_eq!(suggested(&findings[0]), BTreeSet::from(wanted));
    follow_advice(&mut some);
}

/// Random apps without circles: an app waits only for such as come before it.
fn dag(categories: usize) -> impl Strategy<Value = Apps> {
    (2usize..16).prop_flat_map(move |n| {
        let edges = proptest::collection::vec((0..n, 0..n), 0..3 * n);
        let of = proptest::collection::vec(0..categories, n);
        let foundation = proptest::collection::vec(proptest::bool::weighted(0.2), n);
        (edges, of, foundation).prop_map(move |(edges, of, foundation)| {
            let mut all: Vec<App> = (0..n)
                .map(|i| App { category: format!("c{}", of[i]), foundation: foundation[i], ..App::default() })
                .collect();
            let edges: BTreeSet<(usize, usize)> = edges.into_iter().filter(|(a, b)| a < b).collect();
            edges.into_iter().for_each(|(a, b)| all[b].waits.push((name(a), false)));
            all.into_iter().enumerate().map(|(i, app)| (name(i), app)).collect()
        })
    })
}

fn name(i: usize) -> String {
    format!("a{i:02}")
}

fn without_foundation(mut apps: Apps) -> Apps {
    apps.values_mut().for_each(|app| app.foundation = false);
    apps
}

/// Whether Argo CD syncs one before the other: by the waves of the parent that holds both, or else by
/// those of the root.
fn is_honoured(order: &Order, apps: &Apps, first: &str, then: &str) -> bool {
    let (a, b) = (&apps[first], &apps[then]);
    let of_root = |name: &str, app: &App| if app.foundation { order.wave(name) } else { order.parent(&app.category) };
    match !a.foundation && !b.foundation && a.category == b.category {
        true => order.wave(first) < order.wave(then),
        false => of_root(first, a) < of_root(then, b),
    }
}

/// What waits for an app, however far.
fn after(apps: &Apps, first: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([first.to_owned()]);
    loop {
        let more: Vec<String> = apps
            .iter()
            .filter(|(name, app)| !found.contains(*name) && app.waits.iter().any(|(w, _)| found.contains(w)))
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each app comes after what it waits for, in the smallest wave that allows it.
    #[test]
    fn waves_are_right_and_as_small_as_can_be(apps in dag(1)) {
        let apps = without_foundation(apps);
        let order = clean(&apps);
        for (name, app) in &apps {
            let least = app.waits.iter().map(|(w, _)| order.wave(w) + 1).max().unwrap_or(0);
            prop_assert_eq!(order.wave(name), least);
        }
    }

    /// One more edge moves only the app that now waits, and what waits for that.
    #[test]
    fn an_edge_moves_only_what_comes_after_it(apps in dag(1), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let mut apps = without_foundation(apps);
        let (from, to) = (from.index(apps.len()), to.index(apps.len()));
        prop_assume!(from < to);
        let before = clean(&apps);
        let waits = &mut apps.get_mut(&name(to)).unwrap().waits;
        waits.retain(|(w, _)| *w != name(from));
        waits.push((name(from), false));
        let now = clean(&apps);
        let moved = after(&apps, &name(to));
        for app in apps.keys().filter(|app| before.wave(app) != now.wave(app)) {
            prop_assert!(moved.contains(app), "{} moved from {} to {}", app, before.wave(app), now.wave(app));
            prop_assert!(now.wave(app) > before.wave(app));
        }
    }

    /// Whatever categories wait for each other: doing as the findings say makes the spec pass.
    #[test]
    fn the_suggested_foundation_works(apps in dag(3)) {
        let mut apps = apps;
        follow_advice(&mut apps);
        let order = clean(&apps);
        for (name, app) in &apps {
            for (first, _) in &app.waits {
                prop_assert!(is_honoured(&order, &apps, first, name), "{} before {}", first, name);
            }
        }
    }

    /// An app that nobody asked to be moved is not in the way of anything: what holds without it holds with it.
    #[test]
    fn an_app_without_edges_changes_no_wave(apps in dag(1)) {
        let apps = without_foundation(apps);
        let before = clean(&apps);
        let mut more = apps.clone();
        more.insert("zz".to_owned(), App { category: "c0".to_owned(), ..App::default() });
        let now = clean(&more);
        for app in apps.keys() {
            prop_assert_eq!(before.wave(app), now.wave(app));
        }
    }
}
