//! Middlewares of Traefik (Traefik 3, `pkg/server/middleware` and the headers middleware).

use super::look::Look;
use crate::base::{Entry, Value};
use crate::diag::{Bag, Finding};

crate::codes! {
    /// A Middleware has more than one type.
    ///
    /// Traefik refuses it with "cannot create middleware: multi-types middleware not supported", and every route that names
    /// it answers with 404. Kubernetes takes the object.
    ///
    /// Write a Middleware for each type, and name them one after the other in the route, or in a Middleware of type `chain`.
    MIDDLEWARE_SEVERAL_TYPES = "middleware-several-types";
    /// A Middleware takes the header X-Forwarded-For out of requests.
    ///
    /// An empty text in `customRequestHeaders` removes the header. What the proxies before Traefik said of the client is lost
    /// then: the app sees the address of the last proxy in its logs, and counts all clients as one where it limits logins.
    ///
    /// Take the line out. Whom Traefik believes is a matter of `forwardedHeaders.trustedIPs` of the entry point.
    FORWARDED_FOR_CLEARED = "forwarded-for-cleared": warning;
}

const GROUPS: [&str; 2] = ["traefik.io", "traefik.containo.us"];

/// Runs the rules.
pub fn check(look: &Look, bag: &mut Bag) {
    if look.kind != "Middleware" || !GROUPS.contains(&look.group) {
        return;
    }
    let Some(spec) = look.value.get("spec") else { return };
    let types: Vec<&Entry> = spec.as_map().into_iter().flatten().collect();
    if let [first, second, ..] = types.as_slice() {
        let message = format!("Middleware `{}` has both `{}` and `{}`", look.name, first.key, second.key);
        let help = format!("move `{}` into a Middleware of its own, and name both in the route", second.key);
        let finding = Finding::error(&MIDDLEWARE_SEVERAL_TYPES, look.at(spec.span), message, help);
        bag.push(finding.also(look.key(second), "one type too many"));
    }
    let headers = spec.get("headers").and_then(|h| h.get("customRequestHeaders")).and_then(Value::as_map);
    let is_cleared = |e: &&Entry| e.key.eq_ignore_ascii_case("X-Forwarded-For") && e.value.as_str() == Some("");
    if let Some(entry) = headers.into_iter().flatten().find(is_cleared) {
        let message = format!("Middleware `{}` takes the header `{}` out of each request", look.name, entry.key);
        let help =
            "take the line out; whom Traefik believes is set by `forwardedHeaders.trustedIPs` of its entry point";
        bag.push(Finding::warning(&FORWARDED_FOR_CLEARED, look.key(entry), message, help));
    }
}
