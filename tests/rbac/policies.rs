//! Random policies, requests and patterns, with a liking for the nasty.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::random::Random;

const SUBJECTS: &[&str] = &[
    "alice",
    "bob",
    "team",
    "my-org:team",
    "role:a",
    "role:b",
    "role:c",
    "role:readonly",
    "role:admin",
    "admin",
    "",
    "a b",
    "grüppe",
    "x,y",
    "proj:p1:dev",
    "proj:p2:dev",
    "proj:p1",
    "say \"hi\"",
];
const RESOURCES: &[&str] = &[
    "applications",
    "applications",
    "applications",
    "applicationsets",
    "projects",
    "clusters",
    "repositories",
    "logs",
    "exec",
    "write-repositories",
    "extensions",
    "accounts",
    "nonsense",
];
const ACTIONS: &[&str] = &[
    "get",
    "sync",
    "delete",
    "update",
    "create",
    "override",
    "invoke",
    "action",
    "action/apps/Deployment/restart",
    "action//Pod/x",
    "delete/apps/Deployment/ns/x",
    "update//Pod/ns/é",
    "rollback",
    "",
];
const OBJECTS: &[&str] = &[
    "p1/app",
    "p1/ns/app",
    "p2/app",
    "p1/",
    "/app",
    "p1",
    "p2",
    "default/a",
    "https://x/y",
    "p1/https://x/y",
    "p1/äpp",
    "",
    "p3/a,b",
    "p1/a b",
];
/// Parts of globs, mostly those that mean something; a blank between them.
const GLOB: &str = r"a b p1 app / - é * * ** ? [ab] [!ab] [!ab] [a-p] [!b-c] [a [] [!] [\]a] [p-a] [a-] {a,b} { } , {p1,p2} {a*,*b} {,a} {} {a,ab,{b,*}} \ \* \{ ! ] {ab,ac} {a?,ab} {é,éa} ^ . {a,} {ab,cb} {a*b,ab} {{a},b} [é] [!é] ??";
/// Parts of expressions.
const EXPRESSIONS: &str = r"a b p1 app / é . .* * + ? ^ $ | ( ) (?i) (?i:P) (?P<n>a) (?<n>b) [ab] [^a] [a-p] [[:alpha:]] [[:^digit:]] []a] [^]a] [a\d-] [b-a] \d \w+ \W \s \b \B \pL \p{Greek} \P{Lu} \p{^Ll} \Q.*\E \x61 \x{e9} \141 \1 \z \A \Z {2} {1,2} {,2} {a} {1001} a** a*? a?? (?s). (?m)^a$ (?-i) \/ \- \_ \y (?U)a+ \C && ~ [a&&b] [[a] (?x) \n \< # [^é] (?s-i:.)";

static GLOBS: LazyLock<Vec<&str>> = LazyLock::new(|| GLOB.split_whitespace().chain([" "]).collect());
static REGEXES: LazyLock<Vec<&str>> = LazyLock::new(|| EXPRESSIONS.split_whitespace().chain([" "]).collect());

/// What one policy is about, so that its lines and its requests meet.
struct Theme {
    regex: bool,
    subjects: Vec<&'static str>,
    resources: Vec<&'static str>,
    actions: Vec<&'static str>,
    objects: Vec<&'static str>,
}

impl Theme {
    fn new(random: &mut Random) -> Self {
        let regex = random.one_in(5);
        let mut few = |count: usize, all: &[&'static str]| (0..count).map(|_| random.of(all)).collect();
        Self {
            regex,
            subjects: few(3, SUBJECTS),
            resources: few(1, RESOURCES),
            actions: few(2, ACTIONS),
            objects: few(2, OBJECTS),
        }
    }
}

/// A pattern for one of these texts: itself, itself with something else in it, or anything.
fn pattern(random: &mut Random, regex: bool, texts: &[&str]) -> String {
    let parts: &[&str] = if regex { &REGEXES } else { &GLOBS };
    let text = random.of(texts);
    match random.below(20) {
        0..=8 => text.to_owned(),
        9..=12 => (if regex { ".*" } else { "*" }).to_owned(),
        13..=16 => {
            let at: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let (from, to) = (at[random.below(at.len())], at[random.below(at.len())]);
            let (from, to) = (from.min(to), from.max(to));
            format!("{}{}{}", &text[..from], random.joined(2, parts), &text[to..])
        }
        17 => (if regex { "^p1/.*$" } else { "p1/*" }).to_owned(),
        _ => random.joined(5, parts),
    }
}

/// A glob of nothing but parts, and texts that it might match.
pub fn glob(random: &mut Random) -> Value {
    let count = if random.one_in(3) { 2 } else { 6 };
    let pattern = random.joined(count, &GLOBS);
    json!({ "kind": "glob", "pattern": pattern, "texts": texts(random) })
}

/// The same for expressions.
pub fn expression(random: &mut Random) -> Value {
    let count = if random.one_in(3) { 2 } else { 5 };
    json!({ "kind": "regex", "pattern": random.joined(count, &REGEXES), "texts": texts(random) })
}

fn texts(random: &mut Random) -> Vec<String> {
    const LETTERS: &[&str] =
        &["a", "b", "a", "b", "ab", "p1", "app", "/", "-", "é", "c", "*", "{", ",", "P", "1", " ", "\n"];
    let mut texts: Vec<String> = ["", "a", "ab", "aa"].map(str::to_owned).to_vec();
    texts.extend((0..8).map(|_| random.joined(6, LETTERS)));
    texts
}

/// A field of a line, quoted where it has to be; now and then where it has not, or not where it has.
fn field(random: &mut Random, text: &str) -> String {
    let needs = text.contains([',', '"']) || text.starts_with(' ');
    let quoted = format!("\"{}\"", text.replace('"', "\"\""));
    let space = random.of(&[" ", " ", " ", " ", "", "  ", "\t", "\u{a0}"]);
    let after = if random.one_in(60) { " " } else { "" };
    let quote = if random.one_in(200) { !needs } else { needs || random.one_in(12) };
    format!("{space}{}{after}", if quote { &*quoted } else { text })
}

fn line(random: &mut Random, theme: &Theme, own: Option<&str>) -> String {
    if own.is_none() && random.one_in(6) {
        return random
            .of(&["", "# p, a, b, c, d, allow", "  ", "#", "\t# x", "r, any, thing", "m", "e,\"x\"", "\r"])
            .to_owned();
    }
    if random.one_in(150) {
        return random
            .of(&[
                "p, a",
                "g, a, b, c",
                "q, a, b",
                "p2, a, b, c, d, e",
                "p, a, b, c, d, allow # why",
                "g",
                ",",
                "\"",
                "p, \"a\" , b",
                "P, a",
            ])
            .to_owned();
    }
    if own.is_none() && random.one_in(3) {
        let (from, to) = (random.of(&theme.subjects), random.of(&theme.subjects));
        return format!("g,{},{}", field(random, from), field(random, to));
    }
    let subject = own.unwrap_or_else(|| random.of(&theme.subjects)).to_owned();
    let parts = [
        subject,
        pattern(random, theme.regex, &theme.resources),
        pattern(random, theme.regex, &theme.actions),
        pattern(random, theme.regex, &theme.objects),
        random.of(&["allow", "allow", "allow", "allow", "deny", "deny", "Allow", ""]).to_owned(),
    ];
    let fields: Vec<String> = parts.iter().map(|part| field(random, part)).collect();
    format!("{}p,{}", if random.one_in(10) { "  " } else { "" }, fields.join(","))
}

fn text(random: &mut Random, theme: &Theme, most: usize) -> String {
    let lines: Vec<String> = (0..2 + random.below(most)).map(|_| line(random, theme, None)).collect();
    lines.join("\n")
}

/// A ladder of roles, or a ring, longer than what counts.
fn ladder(random: &mut Random) -> String {
    let steps = 8 + random.below(6);
    let mut lines = vec!["g, alice, r0".to_owned()];
    lines.extend((0..steps).map(|i| format!("g, r{i}, r{}", i + 1)));
    if random.one_in(2) {
        lines.push(format!("g, r{steps}, r{}", random.below(steps)));
    }
    let effect = random.of(&["allow", "deny"]);
    lines.push(format!("p, r{steps}, applications, get, *, {effect}"));
    lines.push("p, alice, applications, get, p1/*, allow".to_owned());
    lines.join("\n")
}

fn claims(random: &mut Random, theme: &Theme) -> Value {
    let mut claims = serde_json::Map::new();
    let odd =
        [json!(null), json!(5), json!(true), json!([]), json!({"a": "team"}), json!([1, "team", null, ["role:a"]])];
    if !random.one_in(10) {
        let sub =
            if random.one_in(12) { odd[random.below(odd.len())].clone() } else { random.of(&theme.subjects).into() };
        claims.insert("sub".to_owned(), sub);
    }
    for claim in ["groups", "email", "roles"] {
        let value: Value = match random.below(6) {
            0 | 1 => continue,
            2 => random.of(&theme.subjects).into(),
            3 => odd[random.below(odd.len())].clone(),
            _ => (0..random.below(4)).map(|_| Value::from(random.of(&theme.subjects))).collect(),
        };
        claims.insert(claim.to_owned(), value);
    }
    if random.one_in(6) {
        let id: Value =
            if random.one_in(4) { odd[random.below(odd.len())].clone() } else { random.of(&theme.subjects).into() };
        let behind = if random.one_in(6) { id.clone() } else { json!({ "connector_id": "x", "user_id": id }) };
        claims.insert("federated_claims".to_owned(), behind);
    }
    Value::Object(claims)
}

fn ask(random: &mut Random, theme: &Theme) -> Value {
    let (resource, action, object) =
        (random.of(&theme.resources), random.of(&theme.actions), random.of(&theme.objects));
    let mut ask = json!({ "resource": resource, "action": action, "object": object });
    if random.one_in(2) {
        ask["claims"] = claims(random, theme);
    } else {
        ask["subject"] = random.of(&theme.subjects).into();
    }
    ask
}

/// A policy with the projects beside it, and some requests.
pub fn policy(random: &mut Random, asks: usize) -> Value {
    let theme = &Theme::new(random);
    let mut data = json!({});
    let main = if random.one_in(12) { ladder(random) } else { text(random, theme, 16) };
    data["policy.csv"] = main.into();
    if random.one_in(5) {
        let key = random.of(&[
            "policy.a.csv",
            "policy.B.csv",
            "policy..csv",
            "policy.csv.csv",
            "policies.csv",
            "policy.a.csv.bak",
        ]);
        data[key] = text(random, theme, 5).into();
    }
    if random.one_in(2) {
        data["policy.default"] = random.of(&["role:readonly", "role:a", "role:none", "alice"]).into();
    }
    if theme.regex || random.one_in(10) {
        let other = random.of(&["glob", "Regex", ""]);
        data["policy.matchMode"] = (if theme.regex { "regex" } else { other }).into();
    }
    let scopes =
        [json!(null), json!(["groups"]), json!(["groups", "email"]), json!(["roles", "groups", "missing"]), json!([])];
    let names = ["p1", "p2", "default"];
    let projects: Vec<Value> = names.iter().take(random.below(4)).map(|name| roles(random, theme, name)).collect();
    let asks: Vec<Value> = (0..asks).map(|_| ask(random, theme)).collect();
    let scopes = &scopes[random.below(scopes.len())];
    json!({ "kind": "policy", "data": data, "scopes": scopes, "projects": projects, "asks": asks })
}

/// A project with roles, which are mostly right.
fn roles(random: &mut Random, theme: &Theme, name: &str) -> Value {
    let mut roles = Vec::new();
    for role in ["dev", "ops"].iter().take(random.below(3)) {
        let own = format!("proj:{name}:{role}");
        let mut policies: Vec<String> = (0..random.below(4))
            .map(|_| {
                let subject = if random.one_in(6) { random.of(&theme.subjects).to_owned() } else { own.clone() };
                line(random, theme, Some(&subject))
            })
            .collect();
        if random.one_in(15) {
            policies.push(format!("p, {own}, applications, *, {name}/*, allow\np, bob, *, *, *, allow"));
        }
        let mut groups: Vec<String> = (0..random.below(3)).map(|_| random.of(&theme.subjects).to_owned()).collect();
        groups.retain(|g| !g.contains([',', '"']) || random.one_in(10));
        if random.one_in(5) {
            groups.push("\"x,y\"".to_owned());
        }
        roles.push(json!({ "name": role, "policies": policies, "groups": groups }));
    }
    json!({ "metadata": { "name": name }, "spec": { "roles": roles } })
}
