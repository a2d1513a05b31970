//! Secrets that are known by their shape, wherever they stand.
//!
//! One pass over the bytes; only bytes that begin a shape are looked at closer. Sources of the shapes: HashiCorp
//! Vault 1.10 and later (`hvs.`, before that `s.`), GitHub and GitLab token prefixes, Slack token types, AWS
//! IAM unique identifiers, RFC 7519 (JWT), RFC 7468 (PEM), modular crypt format.

use std::ops::Range;

use super::encoded::decode;
use super::last;
use super::values::{is_reference, is_switch};
use super::words::{Head, head};

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What it is, with its article: `a GitHub token`.
    pub what: &'static str,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// A prefix, what begins with it, what may follow, and how many of such characters at least.
type Prefix = (&'static str, &'static str, fn(u8) -> bool, usize);

const PREFIXES: &[Prefix] = &[
    ("hvs.", "a Vault token", is_url_safe, 20),
    ("hvb.", "a Vault token", is_url_safe, 20),
    ("hvr.", "a Vault token", is_url_safe, 20),
    ("ghp_", "a GitHub token", is_alnum, 36),
    ("gho_", "a GitHub token", is_alnum, 36),
    ("ghu_", "a GitHub token", is_alnum, 36),
    ("ghs_", "a GitHub token", is_alnum, 36),
    ("ghr_", "a GitHub token", is_alnum, 36),
    ("github_pat_", "a GitHub token", is_word, 22),
    ("glpat-", "a GitLab token", is_url_safe, 20),
    ("gldt-", "a GitLab token", is_url_safe, 20),
    ("xoxb-", "a Slack token", is_url_safe, 10),
    ("xoxp-", "a Slack token", is_url_safe, 10),
    ("xoxa-", "a Slack token", is_url_safe, 10),
    ("xoxr-", "a Slack token", is_url_safe, 10),
    ("xoxs-", "a Slack token", is_url_safe, 10),
    ("xapp-", "a Slack token", is_url_safe, 10),
    ("sk_live_", "a Stripe key", is_alnum, 16),
    ("AIza", "a Google API key", is_url_safe, 35),
    ("AccountKey=", "the key of a storage account", is_base64, 20),
    ("SharedAccessKey=", "a shared access key", is_base64, 20),
    ("https://hooks.slack.com/services/T", "the secret URL of a Slack webhook", is_url_path, 20),
    ("AKIA", "an AWS access key", is_upper, 16),
    ("ASIA", "an AWS access key", is_upper, 16),
    ("$apr1$", "a password hash", is_hash, 20),
    ("$argon2", "a password hash", is_hash, 20),
    ("$6$", "a password hash", is_hash, 20),
    ("$y$", "a password hash", is_hash, 20),
];
/// So much of a part of a token is enough to know it by, in bytes.
const LONGEST_RUN: usize = 512;
/// So many bytes before a sign are looked at.
const LOOK_BACK: usize = 400;
/// How the base64 form of such texts begins.
const ENCODED: &[&str] = &[
    "LS0tLS1CRUdJTi",
    "Z2hwXw",
    "Z2hzXw",
    "Z2hvXw",
    "Z2l0aHViX3BhdF8",
    "Z2xwYXQt",
    "aHZzL",
    "eG94",
    "QUtJQ",
    "ZXlK",
    "JDJ",
    "JGFwcjEk",
    "cG9zdGdyZX",
    "bXlzcWw6",
    "cmVkaXM",
    "bW9uZ29kY",
    "YW1xc",
    "aHR0c",
    "eyJhdXRocyI6",
];

/// The secrets in a text, in order.
#[must_use]
pub fn shapes(text: &str) -> Vec<Shape> {
    let mut found: Vec<Shape> = Vec::new();
    // Shorter than the shortest of them.
    if text.len() < 12 {
        return found;
    }
    if let Some(inner) = encoded(text) {
        found.push(Shape { what: inner, range: 0..text.len() });
        return found;
    }
    let bytes = text.as_bytes();
    let mut end = 0;
    for (i, &b) in bytes.iter().enumerate() {
        if !is_trigger(b) || i < end {
            continue;
        }
        let next = bytes.get(i + 1).copied().unwrap_or_default();
        let shape = match b {
            b':' if next == b'/' => in_url(text, i),
            b'=' => assigned(text, i),
            b'@' if matches!(next, b't' | b'u') => in_dsn(text, i),
            _ if begins_one(b, next) && !i.checked_sub(1).and_then(|j| bytes.get(j)).is_some_and(|b| is_word(*b)) => {
                at_boundary(text, i)
            }
            _ => None,
        };
        if let Some(shape) = shape {
            end = shape.range.end;
            found.push(shape);
        }
    }
    found
}

/// Whether a byte may begin a shape. Most don't.
fn is_trigger(b: u8) -> bool {
    matches!(b, b'h' | b'g' | b'x' | b's' | b'e' | b'b' | b'A' | b'B' | b'S' | b'$' | b'-' | b':' | b'=' | b'@')
}

/// Whether two bytes begin a token, a key or a hash.
fn begins_one(first: u8, second: u8) -> bool {
    match first {
        b'h' => matches!(second, b'v' | b't'),
        b'g' => matches!(second, b'h' | b'i' | b'l'),
        b'x' => matches!(second, b'o' | b'a'),
        b's' => matches!(second, b'.' | b'k'),
        b'e' => second == b'y',
        b'b' => second == b'e',
        b'B' => matches!(second, b'e' | b'a'),
        b'A' => matches!(second, b'K' | b'S' | b'I' | b'c'),
        b'S' => second == b'h',
        b'$' => matches!(second, b'2' | b'6' | b'a' | b'y'),
        b'-' => second == b'-',
        _ => false,
    }
}

fn at_boundary(text: &str, i: usize) -> Option<Shape> {
    let rest = text.get(i..)?;
    let first = rest.as_bytes().first()?;
    let second = rest.as_bytes().get(1);
    let starts = |p: &str| p.as_bytes().first() == Some(first) && p.as_bytes().get(1) == second;
    for (prefix, what, class, least) in PREFIXES.iter().filter(|(prefix, ..)| starts(prefix)) {
        let Some(tail) = rest.strip_prefix(prefix) else { continue };
        let len = run(tail, *class);
        let exact = !prefix.starts_with("AKIA") && !prefix.starts_with("ASIA") || len == 16;
        if len >= *least && exact && !is_filler(tail.get(..len)?) {
            return Some(Shape { what, range: i..i + prefix.len() + whole(tail, *class) });
        }
    }
    match first {
        b's' => legacy_vault(rest, i),
        b'e' => jwt(rest, i),
        b'$' => bcrypt(rest, i),
        b'-' => private_key(rest, i),
        b'B' | b'b' => authorization(rest, i),
        _ => None,
    }
}

/// `s.` and 24 letters and digits, mixed.
fn legacy_vault(rest: &str, i: usize) -> Option<Shape> {
    let tail = rest.strip_prefix("s.")?;
    let len = run(tail, is_word);
    let token = tail.get(..len)?;
    let mixed = token.bytes().any(|b| b.is_ascii_digit()) && token.bytes().any(|b| b.is_ascii_uppercase());
    (len == 24 && mixed && run(token, is_alnum) == 24).then_some(Shape { what: "a Vault token", range: i..i + 26 })
}

fn jwt(rest: &str, i: usize) -> Option<Shape> {
    if !rest.starts_with("eyJ") {
        return None;
    }
    let header = run(rest, is_url_safe);
    let claims = whole(rest.get(header..)?.strip_prefix('.')?, is_url_safe);
    let signature = whole(rest.get(header + 1 + claims..)?.strip_prefix('.')?, is_url_safe);
    let long = header >= 10 && claims >= 10 && signature >= 10;
    long.then(|| Shape { what: "a JSON Web Token", range: i..i + header + claims + signature + 2 })
}

/// `$2a$10$…`, `$2b$`, `$2y$`.
fn bcrypt(rest: &str, i: usize) -> Option<Shape> {
    let [b'$', b'2', b'a' | b'b' | b'y', b'$', x, y, b'$', _, ..] = rest.as_bytes() else { return None };
    if !(x.is_ascii_digit() && y.is_ascii_digit()) {
        return None;
    }
    let len = 7 + rest.get(7..)?.find(char::is_whitespace).unwrap_or(rest.len() - 7);
    let tail = whole(rest.get(7..len)?, is_hash);
    let end = if tail == 0 { len } else { 7 + tail };
    Some(Shape { what: "a password hash", range: i..i + end })
}

fn private_key(rest: &str, i: usize) -> Option<Shape> {
    let line = rest.strip_prefix("-----BEGIN ")?.lines().next()?;
    if !line.contains("PRIVATE KEY") {
        return None;
    }
    let from = rest.find("PRIVATE KEY")?;
    let after =
        rest.get(from..)?.trim_start_matches("PRIVATE KEY").trim_start_matches(" BLOCK").trim_start_matches('-');
    let body = after.trim_start_matches("\\n").trim_start();
    if body.is_empty() || body.starts_with("...") || is_reference(body.lines().next().unwrap_or_default()) {
        return None;
    }
    let close = rest.find("-----END").map_or(rest.len(), |end| {
        let line = rest.get(end..).and_then(|r| r.find(['\n', '"', '\''])).unwrap_or(rest.len() - end);
        end + line
    });
    Some(Shape { what: "a private key", range: i..i + close })
}

/// `Bearer …` and `Basic …` of an `Authorization` header.
fn authorization(rest: &str, i: usize) -> Option<Shape> {
    let scheme = ["Bearer ", "bearer ", "Basic "].into_iter().find(|scheme| rest.starts_with(scheme))?;
    let tail = rest.get(scheme.len()..)?;
    let len = whole(tail, is_base64_url);
    let token = tail.get(..len)?;
    let mixed = token.bytes().any(|b| b.is_ascii_digit()) && token.bytes().any(|b| b.is_ascii_alphabetic());
    let ends =
        tail.get(len..)?.starts_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')) || tail.len() == len;
    (len >= 16 && mixed && ends && !is_filler(token))
        .then(|| Shape { what: "a credential", range: i + scheme.len()..i + scheme.len() + len })
}

/// `scheme://user:password@host`: the password.
fn in_url(text: &str, i: usize) -> Option<Shape> {
    let rest = text.get(i..)?.strip_prefix("://")?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | '?' | '#' | ','));
    let authority = rest.get(..end.unwrap_or(rest.len()))?;
    let (credentials, _) = authority.rsplit_once('@')?;
    let (user, password) = credentials.split_once(':')?;
    secret_in(password)?;
    let lo = i + 3 + user.len() + 1;
    Some(Shape { what: "a URL with a password", range: lo..lo + password.len() })
}

/// `user:password@tcp(host)`, as Go programs write addresses of databases.
fn in_dsn(text: &str, i: usize) -> Option<Shape> {
    let rest = text.get(i + 1..)?;
    if !["tcp(", "unix("].iter().any(|net| rest.starts_with(net)) {
        return None;
    }
    let whole = text.get(..i)?;
    let before = last(whole, LOOK_BACK);
    let skipped = whole.len() - before.len();
    let start = before.rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '/')).map_or(0, |s| s + 1);
    let (user, password) = before.get(start..)?.split_once(':')?;
    secret_in(password)?;
    let lo = skipped + start + user.len() + 1;
    Some(Shape { what: "an address with a password", range: lo..i })
}

fn secret_in(password: &str) -> Option<()> {
    let plain = !password.is_empty() && !password.contains(['$', '{', '}', '<', '>', '(', ')']);
    (plain && !is_reference(password) && !is_switch(password)).then_some(())
}

/// `password=…` in connection strings, command lines and settings; `key = value` of a line.
fn assigned(text: &str, i: usize) -> Option<Shape> {
    let before = last(text.get(..i)?, LOOK_BACK);
    let spaced = before.ends_with(' ');
    let name_end = before.trim_end_matches(' ');
    let name_start = name_end.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')));
    let name_start =
        name_start.map_or(0, |s| s + name_end.get(s..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8));
    let name = name_end.get(name_start..)?;
    let head = head(name).filter(|h| !matches!(h, Head::SecretOrName | Head::AccessKey | Head::Htpasswd))?;
    let opening = before.get(..name_start)?;
    if spaced && !opening.rsplit('\n').next().unwrap_or_default().trim().is_empty() {
        return None;
    }
    let rest = text.get(i + 1..)?;
    let skipped = if spaced { rest.len() - rest.trim_start_matches(' ').len() } else { 0 };
    let rest = rest.get(skipped..)?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => rest.get(1..)?.split(quote).next()?,
        None => rest.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | ',' | '"' | '\'' | ')')).next()?,
    };
    let lo = i + 1 + skipped + usize::from(quote.is_some());
    plain_assignment(head, name, value, quote.is_some() || rest.get(value.len()..)?.starts_with(';'))
        .then(|| Shape { what: "a password or token", range: lo..lo + value.len() })
}

/// Whether what is assigned is a secret, and no code: names of variables, calls and patterns are not.
fn plain_assignment(head: Head, name: &str, value: &str, certain: bool) -> bool {
    let token = |c: char| c.is_ascii_alphanumeric() || "+/=_.~!@#%^*-".contains(c);
    let digit = value.contains(|c: char| c.is_ascii_digit());
    let stock = value.to_ascii_lowercase().contains("change");
    let least = if head == Head::Password { 4 } else { 8 };
    value.len() >= least
        && value.chars().all(token)
        && !value.starts_with(['=', '.', '-', '%'])
        && !value.eq_ignore_ascii_case(name)
        && (digit || stock || (certain && head == Head::Password))
        && !is_reference(value)
        && !is_switch(value)
}

/// What a base64 text hides.
fn encoded(text: &str) -> Option<&'static str> {
    let first = matches!(text.as_bytes().first(), Some(b'L' | b'Z' | b'a' | b'e' | b'Q' | b'J' | b'c' | b'b' | b'Y'));
    let begins = first && ENCODED.iter().any(|prefix| text.starts_with(prefix));
    let whole = begins && text.len() >= 20 && text.bytes().all(|b| is_base64(b) || b.is_ascii_whitespace());
    if !whole {
        return None;
    }
    let inner = decode(text)?;
    if inner.starts_with("{\"auths\":") && inner.contains("\"auth\"") {
        return Some("a registry password in base64");
    }
    let shape = shapes(&inner).into_iter().next()?;
    Some(match shape.what {
        "a private key" => "a private key in base64",
        "a password hash" => "a password hash in base64",
        _ => "a secret in base64",
    })
}

/// The same few characters over and over stand in for a token in documentation.
fn is_filler(token: &str) -> bool {
    let mut seen = [false; 256];
    token.bytes().for_each(|b| {
        if let Some(slot) = seen.get_mut(usize::from(b)) {
            *slot = true;
        }
    });
    seen.iter().filter(|s| **s).count() <= 3
}

/// How many bytes of a class a text begins with, all of them. For tokens that are known to be ones: what is
/// found is not looked at again.
fn whole(text: &str, class: fn(u8) -> bool) -> usize {
    text.bytes().take_while(|b| class(*b)).count()
}

/// The same, up to a limit: hostile texts have thousands of beginnings.
fn run(text: &str, class: fn(u8) -> bool) -> usize {
    text.bytes().take(LONGEST_RUN).take_while(|b| class(*b)).count()
}

fn is_alnum(b: u8) -> bool {
    b.is_ascii_alphanumeric()
}

fn is_upper(b: u8) -> bool {
    b.is_ascii_uppercase() || b.is_ascii_digit()
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn is_url_safe(b: u8) -> bool {
    is_word(b) || b == b'-'
}

fn is_url_path(b: u8) -> bool {
    is_alnum(b) || b == b'/'
}

fn is_base64(b: u8) -> bool {
    is_alnum(b) || matches!(b, b'+' | b'/' | b'=')
}

fn is_base64_url(b: u8) -> bool {
    is_base64(b) || matches!(b, b'-' | b'_' | b'.' | b'~')
}

fn is_hash(b: u8) -> bool {
    is_alnum(b) || matches!(b, b'.' | b'/' | b'$' | b'=' | b',' | b'-' | b'_')
}
