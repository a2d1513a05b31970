//! Random projects: right ones, but for what is drawn to be wrong.

use serde_json::{Value, json};

use super::random::Random;

/// A project that is right, but for what is drawn to be wrong.
pub fn project(random: &mut Random) -> Value {
    let name = random.of(&["team", "team", "a.b", "x-1"]);
    let mut list = |most: usize, all: &[&str]| -> Vec<String> {
        (0..random.below(most)).map(|_| random.of(all).to_owned()).collect()
    };
    let repos = list(
        3,
        &[
            "*",
            "https://a/b",
            "https://a/c",
            "!https://a/d",
            "https://a/e",
            "",
            "git@x:y",
            "https://a/f",
            "https://a/g",
            "https://a/h",
            "!*",
        ],
    );
    let namespaces = list(3, &["a", "b", "c-*", "/d.*/", "e", "", "!*", "f"]);
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
    let count = if random.one_in(9) { names.len() } else { 8 };
    let name = random.of(&names[..count]);
    let policies: Vec<String> = (0..random.below(3)).map(|_| project_policy(random, project, name)).collect();
    let good = ["a", "b", "my-org:team", "\"a,b\"", "with space", "c", "grüppe"];
    let bad = ["a,b", "\"\"", "", " a", "a ", "a\tb", "a\"b", "\"a\nb\"", " ", "\" a\"", "\"", "\u{a0}a", "a\r"];
    let groups: Vec<&str> =
        (0..random.below(3)).map(|_| if random.one_in(8) { random.of(&bad) } else { random.of(&good) }).collect();
    json!({ "name": name, "policies": policies, "groups": groups })
}

fn project_policy(random: &mut Random, project: &str, role: &str) -> String {
    let strange = random.one_in(12);
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
    let strange = random.one_in(7);
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
    let mut list = || -> Vec<&str> { (0..random.below(4)).map(|_| random.of(&["a", "b", "*"])).collect() };
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
    let strange = random.one_in(9);
    let mut fields: Vec<&str> =
        (0..5).map(|_| if strange && random.one_in(3) { random.of(BAD) } else { random.of(GOOD) }).collect();
    if strange && random.one_in(10) {
        fields.push("*");
    }
    let prefix = if random.one_in(30) {
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
    let strange = random.one_in(7);
    let mut one = |good: &[&str], bad: &[&str]| {
        if strange && random.one_in(3) { random.of(bad) } else { random.of(good) }.to_owned()
    };
    json!({
        "server": one(&["https://1", "https://2", "*", ""], &["!x", "[a", "{a", "\\", "[]", "{a,b}"]),
        "namespace": one(&["a", "b", "c", "d*"], &["!x", "[b-a]", "a!", "}"]),
        "defaultServiceAccount": one(&["sa", "ns:sa"], &["", " ", "a*", "a/b", "!a", "a\\b", "\t", "[a"]),
    })
}
