//! How grave findings are by the word of the spec, and what comments allow until when.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test that can not go on should stop")]

use sailplan::base::Day;
use sailplan::diag::{Level, SuppressedBy};
use sailplan::pipeline::{self, Outcome, Silent};
use sailplan::settle::baseline::{self, Baseline, Reach};
use sailplan::source::Memory;

const HEAD: &str = "apiVersion: sailplan.dev/v1alpha1
kind: Platform
platform: { name: acme, repo: { url: https://git.example.com/platform.git } }
categories: { web: {} }
";

/// An app at two clusters, one in each environment, with a raw manifest whose namespace nothing names.
const APPS: &str = "environments: { dev: { cluster: one }, prd: { cluster: two } }
clusters: { one: { server: https://one.example.com }, two: { server: https://two.example.com } }
apps:
  early:
    category: web
    namespace: early
    environments: [dev]
    source: { helm: { repo: https://charts.example.com, chart: shop, version: 1.0.0 } }
    sync: { automated: true, options: { CreateNamespace: true } }
  late:
    category: web
    namespace: late
    environments: [prd]
    source: { helm: { repo: https://charts.example.com, chart: shop, version: 1.0.0 } }
    sync: { automated: true, options: { CreateNamespace: true } }
  both:
    category: web
    namespace: both
    environments: [dev, prd]
    source: { helm: { repo: https://charts.example.com, chart: shop, version: 1.0.0 } }
    sync: { automated: true, options: { CreateNamespace: true } }
";

fn run(checks: &str, rest: &str, today: Option<&str>) -> Outcome {
    let world: Memory = [("platform.yaml", format!("{HEAD}{checks}{rest}"))].into_iter().collect();
    let world = match today {
        Some(day) => world.on(Day::parse(day).unwrap()),
        None => world,
    };
    pipeline::run(&world, "platform.yaml", &Silent)
}

/// `level code` of each finding with what its place reads.
fn found(outcome: &Outcome) -> Vec<String> {
    let text = |f: &sailplan::diag::Finding| match f.primary.place {
        sailplan::diag::Place::Span(span) => outcome.sources.text_of(span).unwrap_or_default().to_owned(),
        sailplan::diag::Place::File(ref path) => path.clone(),
    };
    outcome.findings.iter().map(|f| format!("{} {} {}", f.level.word(), f.code.id, text(f))).collect()
}

#[test]
fn without_a_word_of_the_spec_levels_are_those_of_the_rules() {
    let outcome = run("", APPS, None);
    let wanted = ["early", "late", "both"].map(|app| format!("warning cluster-kinds-unstated {app}"));
    assert_eq!(found(&outcome), wanted);
    assert!(outcome.tree.is_some());
}

#[test]
fn a_level_holds_for_a_code() {
    let outcome = run("checks: { levels: { cluster-kinds-unstated: note } }\n", APPS, None);
    assert!(outcome.findings.iter().all(|f| f.level == Level::Note && f.born == Level::Warning));
    assert_eq!(outcome.findings.len(), 3);
    for off in ["off", "'off'"] {
        let outcome = run(&format!("checks: {{ levels: {{ cluster-kinds-unstated: {off} }} }}\n"), APPS, None);
        assert_eq!(found(&outcome), Vec::<String>::new());
        assert!(outcome.tree.is_some());
    }
}

#[test]
fn what_is_made_an_error_stops_the_tree_and_says_where_it_was_made_one() {
    let outcome = run("checks: { levels: { cluster-kinds-unstated: error } }\n", APPS, None);
    assert!(outcome.tree.is_none());
    let [first, ..] = outcome.findings.as_slice() else { panic!("no findings") };
    assert_eq!(first.secondary.last().unwrap().text, "made an error here");
}

#[test]
fn levels_of_an_environment_hold_for_what_is_about_nothing_else() {
    let checks = "checks:
  overrides:
    - when: { environment: dev }
      levels: { cluster-kinds-unstated: off }
    - when: { environment: prd }
      levels: { cluster-kinds-unstated: error }
";
    let wanted = ["error cluster-kinds-unstated late", "warning cluster-kinds-unstated both"];
    assert_eq!(found(&run(checks, APPS, None)), wanted);
    let either =
        "checks: { overrides: [{ when: { environment: [dev, prd] }, levels: { cluster-kinds-unstated: off } }] }\n";
    assert_eq!(found(&run(either, APPS, None)), Vec::<String>::new());
}

#[test]
fn an_object_of_one_environment_is_about_that_one() {
    let apps = format!(
        "{APPS}overrides: [{{ when: {{ environment: dev }}, patches: [{{ merge: {{ spec: {{ nonsense: 1 }} }} }}] }}]\n"
    );
    let outcome = run("", &apps, None);
    let about: Vec<Option<&str>> =
        outcome.findings.iter().filter(|f| f.code.id == "schema").map(|f| f.environment.as_deref()).collect();
    assert_eq!(about, [Some("dev")]);
}

#[test]
fn the_last_part_that_fits_wins_and_paths_are_those_of_the_files() {
    let checks = "checks:
  levels: { cluster-kinds-unstated: error }
  overrides:
    - when: { path: '*.yaml' }
      levels: { cluster-kinds-unstated: off }
    - when: { path: platform.yaml }
      levels: { cluster-kinds-unstated: note }
    - when: { path: platform.yaml }
      levels: { empty-category: off }
";
    let outcome = run(checks, APPS, None);
    assert!(outcome.findings.iter().all(|f| f.level == Level::Note), "{:?}", found(&outcome));
    assert_eq!(outcome.findings.len(), 3);
}

#[test]
fn errors_stay_errors() {
    let broken = APPS.replace("category: web", "category: wbe");
    let outcome = run("checks: { levels: { unknown-reference: off, cluster-kinds-unstated: off } }\n", &broken, None);
    let errors = outcome.findings.iter().filter(|f| f.code.id == "unknown-reference" && f.level == Level::Error);
    assert_eq!(errors.count(), 3);
    assert!(found(&outcome).contains(&"warning fixed-level unknown-reference".to_owned()));
}

#[test]
fn findings_about_levels_have_levels_too() {
    let outcome =
        run("checks: { levels: { unknown-code: off, no-such-code: off, cluster-kinds-unstated: off } }\n", APPS, None);
    assert_eq!(found(&outcome), Vec::<String>::new());
}

/// An app with something that may be a secret, allowed by a comment with these words.
fn allowed(words: &str, today: Option<&str>) -> Outcome {
    let app = format!(
        "apps:
  shop:
    category: web
    namespace: shop
    clusterResources: []
    sync: {{ automated: true, options: {{ CreateNamespace: true }} }}
    # sailplan:allow plaintext-secret {words}
    source: {{ helm: {{ repo: https://charts.example.com, chart: shop, version: 1.0.0, values: {{ apiToken: 4f9d1c77aa0e }} }} }}
"
    );
    run("", &app, today)
}

#[test]
fn a_comment_allows_until_the_end_of_its_day_and_longer() {
    let words = ["until 2027-03-01 it is public", "it is public until 2027-03-01"];
    for words in words {
        for (today, wanted) in [("2026-12-31", 0), ("2027-03-01", 0), ("2027-03-02", 1), ("2031-01-01", 1)] {
            let outcome = allowed(words, Some(today));
            assert_eq!(outcome.findings.iter().filter(|f| f.code.id == "allowance-expired").count(), wanted, "{today}");
            assert_eq!(outcome.findings.len(), wanted, "{words}: {:?}", found(&outcome));
            assert!(outcome.tree.is_some(), "a day that passes changes no tree");
            assert_eq!(
                outcome.allowed.iter().map(|a| a.by.clone()).collect::<Vec<_>>(),
                [SuppressedBy::Comment("it is public".into())]
            );
        }
    }
}

#[test]
fn without_a_clock_nothing_expires() {
    assert_eq!(found(&allowed("until 2001-01-01 it is public", None)), Vec::<String>::new());
}

#[test]
fn a_day_that_is_none_is_a_fault_of_the_comment() {
    for words in ["until 2027-02-30 it is public", "it is public until 2027-2-3", "until soon", "until 2027-03-01"] {
        let outcome = allowed(words, None);
        assert!(outcome.findings.iter().any(|f| f.code.id == "allowance-form"), "{words}: {:?}", found(&outcome));
        assert!(outcome.tree.is_none());
    }
}

#[test]
fn days_are_those_of_the_calendar() {
    let days = [
        (0, "1970-01-01"),
        (86_399, "1970-01-01"),
        (86_400, "1970-01-02"),
        (951_782_400, "2000-02-29"),
        (951_868_800, "2000-03-01"),
        (1_709_164_800, "2024-02-29"),
        (1_798_675_200, "2026-12-31"),
        (4_107_542_400, "2100-03-01"),
    ];
    for (seconds, text) in days {
        assert_eq!(Day::of_unix(seconds).to_string(), text);
        assert_eq!(Day::parse(text), Some(Day::of_unix(seconds)));
    }
    for none in
        ["2100-02-29", "2027-13-01", "2027-00-01", "2027-01-00", "27-01-01", "2027-1-1", "2027-01-01x", "+027-01-01"]
    {
        assert_eq!(Day::parse(none), None, "{none}");
    }
    assert!(Day::parse("2026-12-31") < Day::parse("2027-01-01"));
}

#[test]
fn a_line_that_a_merge_left_twice_counts_once() {
    let mut outcome = run("", APPS, None);
    let (text, count) = baseline::text(&outcome.findings, &outcome.sources, Reach::All);
    assert_eq!(count, 3);
    let line = text.lines().nth(1).unwrap();
    let twice = format!("{}\n{line}\n{line}\n", text.lines().next().unwrap());
    let known = Baseline::read("b.txt", twice, &mut outcome.sources).unwrap();
    // The same finding twice: one of them is new.
    let one = outcome.findings.iter().find(|f| line.ends_with(&f.message)).unwrap().clone();
    let split = known.split(vec![one.clone(), one], &outcome.sources, Reach::All, true);
    assert_eq!((split.findings.len(), split.hidden.len()), (1, 1));
}

#[test]
fn comments_stand_one_above_the_other() {
    let comment = |code: &str| format!("# sailplan:allow {code} it is meant so\n  ");
    let apps = APPS.replacen(
        "  early:",
        &format!("  {}{}early:", comment("unused-store"), comment("cluster-kinds-unstated")),
        1,
    );
    let outcome = run("", &apps, None);
    assert_eq!(outcome.allowed.len(), 1, "{:#?}", found(&outcome));
    assert!(found(&outcome).iter().any(|f| f.starts_with("warning unused-allowance")), "{:#?}", found(&outcome));
    let swapped = APPS.replacen(
        "  early:",
        &format!("  {}{}early:", comment("cluster-kinds-unstated"), comment("unused-store")),
        1,
    );
    assert_eq!(run("", &swapped, None).allowed.len(), 1);
}

#[test]
fn a_comment_without_a_code_says_what_is_missing() {
    for end in ["# sailplan:allow", "# sailplan:allow \n"] {
        let outcome = run("", &format!("{APPS}{end}"), None);
        let form = outcome.findings.iter().find(|f| f.code.id == "allowance-form").unwrap();
        assert_eq!(form.message, "nothing says what is allowed here");
    }
}

#[test]
fn an_error_is_not_allowed_by_a_comment() {
    let apps = APPS.replacen(
        "    category: web\n",
        "    # sailplan:allow unknown-reference nobody minds\n    category: wbe\n",
        1,
    );
    let outcome = run("", &apps, None);
    assert!(outcome.tree.is_none() && outcome.allowed.is_empty(), "{:#?}", outcome.allowed);
    assert!(found(&outcome).contains(&"error unknown-reference wbe".to_owned()), "{:#?}", found(&outcome));
}
