//! Texts in values and objects: names of Services, hosts of URLs.

use crate::base::{Map, Value};

/// A Service by its name in the cluster: `SERVICE.NAMESPACE.svc`, and what may follow.
#[derive(Debug, PartialEq, Eq)]
pub struct Mention<'t> {
    /// The name as it is written, without the port.
    pub host: &'t str,
    /// The Service.
    pub service: &'t str,
    /// Its namespace.
    pub namespace: &'t str,
    /// The port behind it.
    pub port: Option<i64>,
}

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.')
}

/// The Services that a text names. Names that are put together from variables are left out.
pub fn mentions(text: &str) -> Vec<Mention<'_>> {
    text.match_indices(".svc").filter_map(|(at, _)| mention(text, at)).collect()
}

fn mention(text: &str, at: usize) -> Option<Mention<'_>> {
    let (before, after) = (text.get(..at)?, text.get(at + 4..)?);
    let tail = after.find(|c| !in_name(c)).unwrap_or(after.len());
    let domain = after.get(..tail)?;
    if !(domain.is_empty() || domain.starts_with('.')) {
        return None;
    }
    let start = before.rfind(|c| !in_name(c)).map_or(0, |i| i + before.get(i..).map_or(1, first_len));
    let host = text.get(start..at + 4 + tail)?.trim_end_matches('.');
    let opens = |c: char| matches!(c, '}' | ')' | '$' | '{' | '*' | '_' | '<' | '>' | '%');
    let next = after.get(tail..)?;
    if before.get(..start)?.ends_with(opens) || next.starts_with(['{', '$', '(', '<']) {
        return None;
    }
    let mut labels = text.get(start..at)?.rsplit('.');
    let (namespace, service) = (labels.next()?, labels.next()?);
    let digits =
        next.strip_prefix(':').map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    let plain = !namespace.is_empty() && !service.is_empty();
    plain.then(|| Mention { host, service, namespace, port: digits.and_then(|d| d.parse().ok()) })
}

fn first_len(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

/// The hosts of URLs in a text, with what follows the host up to the end of the path.
pub fn urls(text: &str) -> Vec<(&str, &str)> {
    let url = |(at, _): (usize, &str)| {
        let rest = text.get(at + 3..)?;
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '`' | ','))
            .unwrap_or(rest.len());
        let rest = rest.get(..end)?;
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
        let host = authority.rsplit('@').next()?.split(':').next()?;
        (!host.is_empty() && host.chars().all(in_name)).then_some((host, path))
    };
    text.match_indices("://").filter_map(url).collect()
}

/// Whether a key ends in a word, in whatever case.
pub fn ends_in(key: &str, word: &str) -> bool {
    let from = key.len().checked_sub(word.len());
    from.and_then(|from| key.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// A text in a value, with the mapping it stands in.
pub struct Found<'v> {
    /// The key, or that of the list.
    pub key: &'v str,
    /// The text.
    pub text: &'v str,
    /// The value that holds it.
    pub value: &'v Value,
}

/// Looks at each text below. What Helm values switch off is passed over.
pub fn each<'v>(value: &'v Value, values: bool, look: &mut dyn FnMut(Found<'v>)) {
    below("", value, values, look);
}

fn below<'v>(key: &'v str, value: &'v Value, values: bool, look: &mut dyn FnMut(Found<'v>)) {
    if let Some(text) = value.as_str() {
        look(Found { key, text, value });
    }
    value.as_list().into_iter().flatten().for_each(|item| below(key, item, values, look));
    let Some(map) = value.as_map().filter(|map| !(values && is_off(map))) else { return };
    map.iter().for_each(|e| below(&e.key, &e.value, values, look));
}

/// Looks at each mapping below, likewise.
pub fn each_map<'v>(value: &'v Value, values: bool, look: &mut dyn FnMut(&'v Map)) {
    value.as_list().into_iter().flatten().for_each(|item| each_map(item, values, look));
    let Some(map) = value.as_map().filter(|map| !(values && is_off(map))) else { return };
    look(map);
    map.iter().for_each(|e| each_map(&e.value, values, look));
}

fn is_off(map: &Map) -> bool {
    map.get("enabled").and_then(Value::as_bool) == Some(false)
}
