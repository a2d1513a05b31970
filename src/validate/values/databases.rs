//! Databases of Zalando's operator and those who use them.

use std::sync::Arc;

use super::Scene;
use super::scene::{Content, PostgresAt};
use super::texts;
use crate::base::{Entry, Map, Span, Value, suggest};
use crate::diag::{Bag, Finding};
use crate::validate::locate;

crate::codes! {
    /// A consumer uses a database that the PostgreSQL cluster does not declare.
    ///
    /// The operator creates the databases that `spec.databases` and `spec.preparedDatabases` list, and no others. The
    /// consumer starts, signs in, and stops with `database … does not exist`.
    ///
    /// Add the database with its owner to the `postgresql` object, or mend the name at the consumer.
    DATABASE_MISSING = "database-missing": warning;
    /// A connection pooler is named that the PostgreSQL cluster does not have.
    ///
    /// The Services `CLUSTER-pooler` and `CLUSTER-pooler-repl` exist only with `enableConnectionPooler` and
    /// `enableReplicaConnectionPooler`. Set it in the `postgresql` object, or name the cluster itself.
    POOLER_MISSING = "pooler-missing": warning;
    /// A Secret of the PostgreSQL operator is named for a user that the cluster does not have.
    ///
    /// The operator writes one Secret for each user, called `USER.CLUSTER.credentials.postgresql.acid.zalan.do`, with `-`
    /// for `_`. Users are those of `spec.users`, the owners of `spec.databases`, and the operator's own.
    ///
    /// Name a user of the cluster, or add the user to it.
    CREDENTIAL_SECRET_NAME = "credential-secret-name": warning;
    /// A host is written with a port, and the port stands beside it too.
    ///
    /// The program joins the two, and looks up a host such as `db:5432:5432`. Write the host alone.
    HOST_WITH_PORT = "host-with-port": warning;
}

/// Keys that name a database beside a host.
const DATABASE: &[&str] = &["database", "coreDatabase", "dbname", "dbName", "db_name", "databaseName"];
/// Ends of environment variables that name one; the host's own ends in `HOST`.
const DATABASE_VARIABLES: &[&str] = &["DATABASE", "DB", "DBNAME", "DB_NAME", "NAME", "DATABASE_NAME"];
/// What follows the user and the cluster in names of Secrets (postgres-operator 1.10, `secret_name_template`).
const CREDENTIALS: &str = ".credentials.postgresql.acid.zalan.do";
/// Users that the operator makes by itself (postgres-operator 1.10).
const OWN_USERS: [&str; 3] = ["postgres", "standby", "pooler"];

/// Checks some values, or an object.
pub fn content(scene: &Scene, content: &Content, bag: &mut Bag) {
    let values = content.chart.is_some();
    texts::each_map(content.value, values, &mut |map| {
        mapping(scene, content, map, bag);
        variables(scene, content, map, bag);
    });
    if scene.postgres.is_empty() {
        return;
    }
    texts::each(content.value, values, &mut |found| {
        let place = || locate::locate(scene.sources, found.value.span, found.key, found.text).0;
        url(scene, content, found.text, &place, bag);
        pooler(scene, content, found.text, &place, bag);
    });
}

/// A text as a host, and the port behind it.
fn split(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            (host, Some(port))
        }
        _ => (host, None),
    }
}

/// The PostgreSQL cluster that a host means, seen from a namespace.
fn cluster_of<'a>(scene: &Scene<'a>, place: (&str, &str), host: &str) -> Option<PostgresAt<'a>> {
    let mut labels = split(host).0.split('.');
    let (name, namespace) = (labels.next()?, labels.next().unwrap_or(place.1));
    let of = |suffix: &str| name.strip_suffix(suffix);
    let base = of("-pooler-repl").or_else(|| of("-pooler")).or_else(|| of("-repl"));
    let there = |at: &&PostgresAt| at.place == (place.0, namespace) && (at.name == name || base == Some(at.name));
    scene.postgres.iter().find(there).copied()
}

/// A mapping with a host and what stands beside it.
fn mapping(scene: &Scene, content: &Content, map: &Map, bag: &mut Bag) {
    for entry in map {
        let Some(host) = entry.value.as_str().filter(|t| !t.contains(['{', '$', ' ', '/'])) else { continue };
        let is_host = super::read::is_host(&entry.key);
        if let (true, (_, Some(port)), Some(_)) = (is_host, split(host), map.get("port")) {
            with_port(scene, content, host, port, entry.value.span, bag);
        }
        let Some(cluster) = cluster_of(scene, content.place, host) else { continue };
        let own = (is_host && !map.contains("value")).then_some("name");
        for key in DATABASE.iter().copied().chain(own) {
            let named = map.get(key).and_then(|v| Some((v.as_str()?, v.span)));
            named.into_iter().for_each(|(name, span)| database(scene, content, cluster, name, span, bag));
        }
    }
}

fn with_port(scene: &Scene, content: &Content, host: &str, port: &str, span: Span, bag: &mut Bag) {
    let message = format!("`{host}` has the port {port} in it, and the port stands beside it");
    let help = format!("write `{}`", split(host).0);
    bag.push(Finding::warning(&HOST_WITH_PORT, scene.place(span, content.origin), message, help));
}

/// Environment variables: a list of `{ name, value }`, or a mapping of them.
fn variables(scene: &Scene, content: &Content, map: &Map, bag: &mut Bag) {
    for entry in map {
        if let Some(list) = entry.value.as_list() {
            let pair = |item: &Value| Some((item.str_at("name")?.to_owned(), item.get("value")?.clone()));
            family(scene, content, &list.iter().filter_map(pair).collect::<Vec<_>>(), bag);
        }
    }
    let upper = |e: &&Entry| e.key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let pairs: Vec<(String, Value)> = map.iter().filter(upper).map(|e| (e.key.to_string(), e.value.clone())).collect();
    family(scene, content, &pairs, bag);
}

fn family(scene: &Scene, content: &Content, pairs: &[(String, Value)], bag: &mut Bag) {
    let get = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value);
    for (name, value) in pairs {
        let Some(prefix) = name.strip_suffix("HOST").filter(|p| p.is_empty() || p.ends_with('_')) else { continue };
        let Some(host) = value.as_str() else { continue };
        if let (Some(port), Some(_)) = (split(host).1, get(&format!("{prefix}PORT"))) {
            with_port(scene, content, host, port, value.span, bag);
        }
        let Some(cluster) = cluster_of(scene, content.place, host) else { continue };
        for suffix in DATABASE_VARIABLES {
            let named = get(&format!("{prefix}{suffix}")).and_then(|v| Some((v.as_str()?, v.span)));
            named.into_iter().for_each(|(name, span)| database(scene, content, cluster, name, span, bag));
        }
    }
}

/// `postgresql://user@host:port/database`.
fn url(scene: &Scene, content: &Content, text: &str, place: &dyn Fn() -> Span, bag: &mut Bag) {
    if !(text.contains("postgres://") || text.contains("postgresql://")) {
        return;
    }
    for (host, path) in texts::urls(text) {
        let Some(cluster) = cluster_of(scene, content.place, host) else { continue };
        let name = path.split(['?', '/']).next().unwrap_or_default();
        if !name.is_empty() {
            database(scene, content, cluster, name, place(), bag);
        }
    }
}

fn database(scene: &Scene, content: &Content, cluster: PostgresAt, name: &str, span: Span, bag: &mut Bag) {
    let PostgresAt { postgres, name: of, .. } = cluster;
    let known = postgres.databases.iter().any(|d| **d == *name) || ["postgres", "template1", ""].contains(&name);
    if known || name.contains(['{', '$']) {
        return;
    }
    let message = format!("{} uses database `{name}`, which PostgreSQL cluster `{of}` does not have", content.what);
    let help = match suggest::nearest(name, postgres.databases.iter().map(|d| &**d)) {
        Some(near) => format!("did you mean `{near}`? Or add `{name}: OWNER` under `spec.databases` of `{of}`"),
        None => format!("add `{name}: OWNER` under `spec.databases` of `{of}`"),
    };
    let finding = Finding::warning(&DATABASE_MISSING, scene.place(span, content.origin), message, help);
    bag.push(finding.also(scene.place(postgres.span, cluster.origin), "the databases"));
}

/// Whether a Service is the pooler of a cluster that has none; that is said better by [`POOLER_MISSING`].
pub fn of_pooler(scene: &Scene, cluster: &str, namespace: &str, name: &str) -> bool {
    missing_pooler(scene, (cluster, namespace), name).is_some()
}

/// The cluster whose pooler a name means, and the field that would make it.
fn missing_pooler<'a>(scene: &Scene<'a>, place: (&str, &str), name: &str) -> Option<(PostgresAt<'a>, &'static str)> {
    let forms = [("-pooler-repl", "enableReplicaConnectionPooler"), ("-pooler", "enableConnectionPooler")];
    let (base, field) = forms.iter().find_map(|(suffix, field)| Some((name.strip_suffix(suffix)?, *field)))?;
    let at = scene.postgres.iter().find(|at| at.place == place && at.name == base)?;
    let (writer, replica) = at.postgres.poolers;
    let has = if field == "enableConnectionPooler" { writer } else { replica };
    (!has).then_some((*at, field))
}

fn pooler(scene: &Scene, content: &Content, text: &str, place: &dyn Fn() -> Span, bag: &mut Bag) {
    for mention in texts::mentions(text) {
        let found = missing_pooler(scene, (content.place.0, mention.namespace), mention.service);
        let Some((at, field)) = found else { continue };
        let of = at.name;
        let message =
            format!("{} names the pooler `{}`, which cluster `{of}` does not have", content.what, mention.service);
        let help = format!("set `{field}: true` in `postgresql` `{of}`, or name a Service that is there");
        let finding = Finding::warning(&POOLER_MISSING, scene.place(place(), content.origin), message, help);
        bag.push(finding.also(scene.place(at.postgres.span, at.origin), "the cluster"));
    }
}

/// Names of the operator's Secrets, wherever objects refer to them.
pub fn check(scene: &Scene, bag: &mut Bag) {
    let of_objects = scene.placed.iter().flat_map(|p| p.facts.reads.iter().map(move |read| (p, read)));
    let of_charts = scene.charts.iter().flat_map(|c| c.reads.iter().map(move |read| (c.app, read)));
    for (object, read) in of_objects.chain(of_charts) {
        let Some((user, name)) = read.name.strip_suffix(CREDENTIALS).and_then(|rest| rest.rsplit_once('.')) else {
            continue;
        };
        let namespace = read.namespace.as_deref().unwrap_or(object.namespace);
        let there = |at: &&PostgresAt| at.place == (object.cluster, namespace) && at.name == name;
        let Some(PostgresAt { postgres, origin, .. }) = scene.postgres.iter().find(there) else { continue };
        let spelled = |user: &str| user.replace('_', "-");
        let mut users: Vec<Arc<str>> = postgres.users.iter().map(|u| spelled(u).into()).collect();
        if OWN_USERS.contains(&user) || users.iter().any(|u| **u == *user) {
            continue;
        }
        users.sort();
        users.dedup();
        let message = format!("PostgreSQL cluster `{name}` has no user `{user}`, so the operator makes no such Secret");
        let names: Vec<String> = users.iter().map(|u| format!("{u}.{name}{CREDENTIALS}")).collect();
        let help = format!("write {}", suggest::listing(names.iter().map(String::as_str), 4));
        let finding = Finding::warning(&CREDENTIAL_SECRET_NAME, scene.at(read.span, object), message, help);
        bag.push(finding.also(scene.place(postgres.span, *origin), "the cluster"));
    }
}
