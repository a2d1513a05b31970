//! Random policies, requests, patterns and projects, with a liking for the nasty.

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
/// Parts of globs, mostly those that mean something.
const GLOB: &[&str] = &[
    "a",
    "b",
    "p1",
    "app",
    "/",
    "-",
    "é",
    "*",
    "*",
    "**",
    "?",
    "[ab]",
    "[!ab]",
    "[!ab]",
    "[a-p]",
    "[!b-c]",
    "[a",
    "[]",
    "[!]",
    "[\\]a]",
    "[p-a]",
    "[a-]",
    "{a,b}",
    "{",
    "}",
    ",",
    "{p1,p2}",
    "{a*,*b}",
    "{,a}",
    "{}",
    "{a,ab,{b,*}}",
    "\\",
    "\\*",
    "\\{",
    "!",
    "]",
    "{ab,ac}",
    "{a?,ab}",
    "{é,éa}",
    "^",
    ".",
];
const EXPRESSIONS: &[&str] = &[
    "a",
    "b",
    "p1",
    "app",
    "/",
    "é",
    ".",
    ".*",
    "*",
    "+",
    "?",
    "^",
    "$",
    "|",
    "(",
    ")",
    "(?i)",
    "(?i:P)",
    "(?P<n>a)",
    "(?<n>b)",
    "[ab]",
    "[^a]",
    "[a-p]",
    "[[:alpha:]]",
    "[[:^digit:]]",
    "[]a]",
    "[^]a]",
    "[a\\d-]",
    "[b-a]",
    "\\d",
    "\\w+",
    "\\W",
    "\\s",
    "\\b",
    "\\B",
    "\\pL",
    "\\p{Greek}",
    "\\P{Lu}",
    "\\p{^Ll}",
    "\\Q.*\\E",
    "\\x61",
    "\\x{e9}",
    "\\141",
    "\\1",
    "\\z",
    "\\A",
    "\\Z",
    "{2}",
    "{1,2}",
    "{,2}",
    "{a}",
    "{1001}",
    "a**",
    "a*?",
    "a??",
    "(?s).",
    "(?m)^a$",
    "(?-i)",
    "\\/",
    "\\-",
    "\\_",
    "\\y",
    "(?U)a+",
    "\\C",
    "&&",
    "~",
    "[a&&b]",
    "[[a]",
    "(?x) a",
    "\\n",
    "\\<",
    "#",
    " ",
];

/// A pattern for one of these texts: itself, itself with something else in it, or anything.
fn pattern(random: &mut Random, regex: bool, texts: &[&str]) -> String {
    let parts = if regex { EXPRESSIONS } else { GLOB };
    let text = random.of(texts);
    match random.below(12) {
        0..=2 => text.to_owned(),
        3..=4 => (if regex { ".*" } else { "*" }).to_owned(),
        5..=8 => {
            let at: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let (from, to) = (at[random.below(at.len())], at[random.below(at.len())]);
            let (from, to) = (from.min(to), from.max(to));
            format!("{}{}{}", &text[..from], random.joined(2, parts), &text[to..])
        }
        9 => (if regex { "^p1/.*$" } else { "p1/*" }).to_owned(),
        _ => random.joined(5, parts),
    }
}

/// A glob of nothing but parts, and texts that it might match.
pub fn glob(random: &mut Random) -> Value {
    let count = if random.one_in(3) { 2 } else { 6 };
    let pattern = random.joined(count, GLOB);
    json!({ "kind": "glob", "pattern": pattern, "texts": texts(random) })
}

/// The same for expressions.
pub fn expression(random: &mut Random) -> Value {
    let count = if random.one_in(3) { 2 } else { 5 };
    json!({ "kind": "regex", "pattern": random.joined(count, EXPRESSIONS), "texts": texts(random) })
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

fn line(random: &mut Random, regex: bool, own: Option<&str>) -> String {
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
        let (from, to) = (random.of(SUBJECTS), random.of(SUBJECTS));
        return format!("g,{},{}", field(random, from), field(random, to));
    }
    let subject = own.unwrap_or_else(|| random.of(SUBJECTS)).to_owned();
    let parts = [
        subject,
        pattern(random, regex, RESOURCES),
        pattern(random, regex, ACTIONS),
        pattern(random, regex, OBJECTS),
        random.of(&["allow", "allow", "allow", "allow", "deny", "deny", "Allow", ""]).to_owned(),
    ];
    let fields: Vec<String> = parts.iter().map(|part| field(random, part)).collect();
    format!("{}p,{}", if random.one_in(10) { "  " } else { "" }, fields.join(","))
}

fn text(random: &mut Random, regex: bool, most: usize) -> String {
    let lines: Vec<String> = (0..random.below(most)).map(|_| line(random, regex, None)).collect();
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

fn claims(random: &mut Random) -> Value {
    let mut claims = serde_json::Map::new();
    let odd =
        [json!(null), json!(5), json!(true), json!([]), json!({"a": "team"}), json!([1, "team", null, ["role:a"]])];
    if !random.one_in(10) {
        let sub = if random.one_in(12) { odd[random.below(odd.len())].clone() } else { random.of(SUBJECTS).into() };
        claims.insert("sub".to_owned(), sub);
    }
    for claim in ["groups", "email", "roles"] {
        let value: Value = match random.below(6) {
            0 | 1 => continue,
            2 => random.of(SUBJECTS).into(),
            3 => odd[random.below(odd.len())].clone(),
            _ => (0..random.below(4)).map(|_| Value::from(random.of(SUBJECTS))).collect(),
        };
        claims.insert(claim.to_owned(), value);
    }
    if random.one_in(6) {
        let id: Value =
            if random.one_in(4) { odd[random.below(odd.len())].clone() } else { random.of(SUBJECTS).into() };
        let behind = if random.one_in(6) { id.clone() } else { json!({ "connector_id": "x", "user_id": id }) };
        claims.insert("federated_claims".to_owned(), behind);
    }
    Value::Object(claims)
}

fn ask(random: &mut Random) -> Value {
    let (resource, action, object) = (random.of(RESOURCES), random.of(ACTIONS), random.of(OBJECTS));
    let mut ask = json!({ "resource": resource, "action": action, "object": object });
    if random.one_in(2) {
        ask["claims"] = claims(random);
    } else {
        ask["subject"] = random.of(SUBJECTS).into();
    }
    ask
}

/// A policy with the projects beside it, and some requests.
pub fn policy(random: &mut Random, asks: usize) -> Value {
    let regex = random.one_in(5);
    let mut data = json!({});
    let main = if random.one_in(12) { ladder(random) } else { text(random, regex, 12) };
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
        data[key] = text(random, regex, 5).into();
    }
    if random.one_in(2) {
        data["policy.default"] = random.of(&["role:readonly", "role:a", "role:none", "alice"]).into();
    }
    if regex || random.one_in(10) {
        let other = random.of(&["glob", "Regex", ""]);
        data["policy.matchMode"] = (if regex { "regex" } else { other }).into();
    }
    let scopes =
        [json!(null), json!(["groups"]), json!(["groups", "email"]), json!(["roles", "groups", "missing"]), json!([])];
    let names = ["p1", "p2", "default"];
    let projects: Vec<Value> = names.iter().take(random.below(4)).map(|name| roles(random, regex, name)).collect();
    let asks: Vec<Value> = (0..asks).map(|_| ask(random)).collect();
    let scopes = &scopes[random.below(scopes.len())];
    json!({ "kind": "policy", "data": data, "scopes": scopes, "projects": projects, "asks": asks })
}

/// A project with roles, which are mostly right.
fn roles(random: &mut Random, regex: bool, name: &str) -> Value {
    let mut roles = Vec::new();
    for role in ["dev", "ops"].iter().take(random.below(3)) {
        let own = format!("proj:{name}:{role}");
        let mut policies: Vec<String> = (0..random.below(4))
            .map(|_| {
                let subject = if random.one_in(6) { random.of(SUBJECTS).to_owned() } else { own.clone() };
                line(random, regex, Some(&subject))
            })
            .collect();
        if random.one_in(15) {
            policies.push(format!("p, {own}, applications, *, {name}/*, allow\np, bob, *, *, *, allow"));
        }
        let mut groups: Vec<String> = (0..random.below(3)).map(|_| random.of(SUBJECTS).to_owned()).collect();
        groups.retain(|g| !g.contains([',', '"']) || random.one_in(10));
        if random.one_in(5) {
            groups.push("\"x,y\"".to_owned());
        }
        roles.push(json!({ "name": role, "policies": policies, "groups": groups }));
    }
    json!({ "metadata": { "name": name }, "spec": { "roles": roles } })
}

/// A project that is right, but for what is drawn to be wrong.
pub fn project(random: &mut Random) -> Value {
    let name = random.of(&["team", "team", "a.b", "x-1"]);
    let mut list = |most: usize, all: &[&str]| -> Vec<String> {
        (0..random.below(most)).map(|_| random.of(all).to_owned()).collect()
    };
    let repos = list(4, &["*", "https://a/b", "https://a/c", "!https://a/d", "https://a/e", "!*", "", "git@x:y"]);
    let namespaces = list(4, &["a", "b", "c-*", "/d.*/", "e", "", "!*", "f"]);
    let destinations: Vec<Value> = (0..random.below(3)).map(|_| destination(random)).collect();
    let roles: Vec<Value> = (0..random.below(3)).map(|_| project_role(random, name)).collect();
    let windows: Vec<Value> = (0..random.below(3)).map(|_| window(random)).collect();
    let accounts: Vec<Value> = (0..random.below(3)).map(|_| account(random)).collect();
    json!({ "kind": "project", "project": { "metadata": { "name": name }, "spec": {
        "sourceRepos": repos, "sourceNamespaces": namespaces, "destinations": destinations, "roles": roles,
        "syncWindows": windows, "destinationServiceAccounts": accounts,
    } } })
}

fn destination(random: &mut Random) -> Value {
    let namespace = random.of(&["a", "b", "*", "c", "d", "!kube-*", "!*"]);
    let cluster = random.of(&["https://1", "https://2", "x", "*", "!x", "!*", ""]);
    let (server, name) = match random.below(4) {
        0 => ("", cluster),
        1 => (cluster, random.of(&["x", "in-cluster"])),
        _ => (cluster, ""),
    };
    json!({ "server": server, "name": name, "namespace": namespace })
}

fn project_role(random: &mut Random, project: &str) -> Value {
    let names = ["dev", "ops", "a", "a-b_c", "9", "d", "e", "f", "-a", "a-", "ä", "", "a.b", "dev\n"];
    let name = random.of(&names[..if random.one_in(4) { names.len() } else { 8 }]);
    let policies: Vec<String> = (0..random.below(3)).map(|_| project_policy(random, project, name)).collect();
    let good = ["a", "b", "my-org:team", "\"a,b\"", "with space", "c", "grüppe"];
    let bad = ["a,b", "\"\"", "", " a", "a ", "a\tb", "a\"b", "\"a\nb\"", " ", "\" a\"", "\"", "\u{a0}a", "a\r"];
    let groups: Vec<&str> =
        (0..random.below(3)).map(|_| if random.one_in(8) { random.of(&bad) } else { random.of(&good) }).collect();
    json!({ "name": name, "policies": policies, "groups": groups })
}

fn project_policy(random: &mut Random, project: &str, role: &str) -> String {
    let strange = random.one_in(8);
    let mut one = |good: &[&str], bad: &[&str]| {
        if strange && random.one_in(3) { random.of(bad) } else { random.of(good) }.to_owned()
    };
    let kind = one(&["p"], &["g", "", "P", "p2", "\tp"]);
    let mut subject = one(&["proj:{}"], &["proj:other:dev", "alice", "role:a", "proj:team:dev:x"]);
    if subject == "proj:{}" {
        subject = format!("proj:{project}:{role}");
    }
    let resource = one(
        &["applications", "applicationsets", "logs", "exec", "clusters", "repositories"],
        &["projects", "certificates", "accounts", "gpgkeys", "write-repositories", "*", "Applications", "extensions"],
    );
    let action = one(
        &[
            "get",
            "create",
            "update",
            "delete",
            "sync",
            "override",
            "*",
            "action/*",
            "update/*",
            "delete/apps/Pod/ns/x",
            "xaction/y",
        ],
        &["invoke", "action", "GET", "", "rollback", "get*", "updates", "{get,sync}"],
    );
    let object =
        one(&["*", "app", "ns/app", "ns/*", "a_b.c-d", "*/*"], &["a/b/c", "", "ä", "a b", "https://x", "{a}", "a\n"]);
    let object = if strange && random.one_in(4) { object } else { format!("{project}/{object}") };
    let mut one = |good: &[&str], bad: &[&str]| {
        if strange && random.one_in(3) { random.of(bad) } else { random.of(good) }.to_owned()
    };
    let effect = one(&["allow", "deny"], &["Allow", "", "allow, deny", "permit", "allow\t"]);
    let comma = one(&[", "], &[",", " , ", ",\t"]);
    [kind, subject, resource, action, object, effect].join(&comma)
}

fn window(random: &mut Random) -> Value {
    let strange = random.one_in(4);
    let mut one = |good: &[&str], bad: &[&str]| {
        if strange && random.one_in(3) { random.of(bad) } else { random.of(good) }.to_owned()
    };
    let duration = one(
        &["1h", "30m", "1h30m", "1.5h", "90s", "0", "-1h"],
        &[
            "",
            "1",
            "1d",
            "h",
            "1h 30m",
            "9223372036854775808ns",
            "-9223372036854775808ns",
            "1e3s",
            ".s",
            "1.h",
            "2562047h48m",
            "µs",
            "3µs",
            "+5s",
            "--1s",
        ],
    );
    let kind = one(&["allow", "deny"], &["Allow", "", "block"]);
    let zone = one(&["", "UTC", "Europe/Berlin"], &["Nowhere", "Local", "../x"]);
    let description = if strange && random.one_in(10) { "é".repeat(100 + random.below(60)) } else { String::new() };
    let schedule = schedule(random);
    let mut list = || -> Vec<&str> { (0..random.below(3)).map(|_| random.of(&["a", "b", "*"])).collect() };
    let (applications, namespaces, clusters) = (list(), list(), list());
    json!({
        "kind": kind, "schedule": schedule, "duration": duration, "timeZone": zone, "description": description,
        "applications": applications, "namespaces": namespaces, "clusters": clusters, "andOperator": random.one_in(2),
        "manualSync": random.one_in(2),
    })
}

fn schedule(random: &mut Random) -> String {
    const GOOD: &[&str] = &["*", "*", "0", "5", "1-3", "*/2", "?", "1,2", "1-5/2", "3/2", "1,1"];
    const BAD: &[&str] = &[
        "60",
        "-1",
        "5-1",
        "*/0",
        "a",
        "jan",
        "MON",
        "7",
        "0-7",
        "1/2/3",
        "1-2-3",
        "",
        ",",
        "+3",
        "*-5",
        "1/",
        "/2",
        "mon-fri",
        "13",
        "sun-sat/2",
        "24",
        "31",
        "32",
        "99999999999999999999",
        "1-",
        "*/x",
        "٣",
    ];
    let strange = random.one_in(5);
    let mut fields: Vec<&str> =
        (0..5).map(|_| if strange && random.one_in(3) { random.of(BAD) } else { random.of(GOOD) }).collect();
    if strange && random.one_in(10) {
        fields.push("*");
    }
    let prefix = if random.one_in(20) {
        random.of(&[
            "TZ=UTC ",
            "CRON_TZ=Europe/Berlin ",
            "TZ=Nowhere ",
            "TZ=UTC",
            "@daily ",
            "@",
            " ",
            "TZ= ",
            "TZ=UTC @daily ",
        ])
    } else {
        ""
    };
    format!("{prefix}{}", fields.join(random.of(&[" ", " ", "  ", "\t"])))
}

fn account(random: &mut Random) -> Value {
    let strange = random.one_in(4);
    let mut one =
        |good: &[&str], bad: &[&str]| if strange && random.one_in(3) { random.of(bad) } else { random.of(good) };
    json!({
        "server": one(&["https://1", "https://2", "*", ""], &["!x", "[a", "{a", "\\", "[]", "{a,b}"]),
        "namespace": one(&["a", "b", "c", "d*"], &["!x", "[b-a]", "a!", "}"]),
        "defaultServiceAccount": one(&["sa", "ns:sa"], &["", " ", "a*", "a/b", "!a", "a\\b", "\t", "[a"]),
    })
}
