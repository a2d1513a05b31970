//! What the name of a key says: the last of its words decides, those before it tell kinds apart.

/// What a key whose value may be a secret names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// A password or passphrase.
    Password,
    /// A token.
    Token,
    /// A secret that charts always take as a value, such as `clientSecret`.
    Secret,
    /// `secret` and the like: the value, or the name of a Secret.
    SecretOrName,
    /// A key that is a secret, such as `privateKey`.
    Key,
    /// `secretKey`: a secret, or the name of a key in a Secret.
    SecretKey,
    /// `accessKey`: no secret by itself, but half of a pair.
    AccessKey,
    /// Lines of `user:hash`.
    Htpasswd,
}

/// Words before a noun that make the whole a switch, or the name of something that holds the secret.
const BLOCKERS: &[&str] = &[
    "existing",
    "enable",
    "enabled",
    "disable",
    "disabled",
    "allow",
    "use",
    "require",
    "requires",
    "is",
    "has",
    "no",
    "skip",
    "automount",
    "create",
    "generate",
    "random",
    "rotate",
    "reset",
    "forgot",
    "change",
    "min",
    "max",
    "show",
    "hide",
    "mask",
    "valid",
    "invalid",
    "missing",
    "wrong",
    "public",
    "pull",
    "by",
    "without",
];
/// Words before `secret` after which a value follows, never the name of a Secret.
const SURE_SECRETS: &[&str] = &[
    "client",
    "cookie",
    "shared",
    "consumer",
    "jwt",
    "hmac",
    "csrf",
    "encryption",
    "signing",
    "hash",
    "totp",
    "recaptcha",
    "captcha",
    "master",
    "webhook",
];
/// Words before `key` that make it a secret.
const SECRET_KEYS: &[&str] = &[
    "private",
    "encryption",
    "signing",
    "master",
    "api",
    "account",
    "shared",
    "auth",
    "hmac",
    "jwt",
    "unseal",
    "recovery",
    "session",
    "cookie",
];
/// Words before `token` that come from parsers, pages and language models.
const OTHER_TOKENS: &[&str] = &[
    "bos", "eos", "pad", "unk", "sep", "cls", "stop", "special", "page", "next", "continue", "cancel", "start", "end",
    "image",
];
/// Words before `pass` that have nothing to do with passwords.
const OTHER_PASSES: &[&str] = &[
    "proxy", "fastcgi", "uwsgi", "scgi", "grpc", "tls", "ssl", "sni", "first", "second", "pre", "post", "test",
    "single",
];
/// Words that are written as one with the noun after them: `secretkey`, `apitoken`, `clientsecret`.
const GLUED: &[&str] = &[
    "secret",
    "private",
    "access",
    "api",
    "auth",
    "client",
    "bearer",
    "encryption",
    "signing",
    "master",
    "csrf",
    "cookie",
    "shared",
    "account",
];

/// What a key names, if its value may be a secret. Words are told apart by case, `-`, `_` and `.`.
#[must_use]
pub fn head(key: &str) -> Option<Head> {
    let tail = key.bytes().rev().take_while(|b| b.is_ascii_digit() || matches!(b, b'_' | b'-')).count();
    let end = key.get(..key.len() - tail)?;
    if !ends_like_one(end) || end.len() > 200 {
        return None;
    }
    let mut words = words(end);
    unglue(&mut words);
    let last = words.pop()?;
    if words.iter().any(|w| BLOCKERS.contains(&w.as_str())) {
        return None;
    }
    let before = words.last().map(String::as_str);
    let is = |list: &[&str]| before.is_some_and(|b| list.contains(&b));
    match last.as_str() {
        "htpasswd" => Some(Head::Htpasswd),
        "pass" => (before.is_some() && !is(OTHER_PASSES)).then_some(Head::Password),
        "pw" | "pwd" => Some(Head::Password),
        w if w.ends_with("password") || w.ends_with("passwd") || w.ends_with("passphrase") => Some(Head::Password),
        "token" => (!is(OTHER_TOKENS)).then_some(Head::Token),
        "secret" => {
            let webhook = words.iter().any(|w| w == "webhook");
            Some(if is(SURE_SECRETS) || webhook { Head::Secret } else { Head::SecretOrName })
        }
        "key" => key_head(&words),
        _ => None,
    }
}

/// A cheap look at the end of a key, as most keys are none of these.
fn ends_like_one(key: &str) -> bool {
    let bytes = key.as_bytes();
    match bytes.last().map(u8::to_ascii_lowercase) {
        Some(b'd') => ["password", "passwd", "pwd"].iter().any(|noun| before(bytes, noun).is_some()),
        Some(b'e') => before(bytes, "passphrase").is_some(),
        Some(b's') => before(bytes, "pass").is_some(),
        Some(b'n') => before(bytes, "token").is_some(),
        Some(b't') => before(bytes, "secret").is_some_and(|rest| before(rest, "existing").is_none()),
        // `passwordKey` and the like are frequent and name keys of Secrets.
        Some(b'y') => before(bytes, "key").is_some_and(|rest| {
            let rest = rest.strip_suffix(b"_").or_else(|| rest.strip_suffix(b"-")).unwrap_or(rest);
            let ends = |word: &&str| before(rest, word).is_some();
            ["secret", "access"].iter().any(ends) || SECRET_KEYS.iter().any(ends)
        }),
        Some(b'w') => before(bytes, "pw").is_some(),
        _ => false,
    }
}

/// What stands before a noun at the end, in any case.
fn before<'b>(bytes: &'b [u8], noun: &str) -> Option<&'b [u8]> {
    let (rest, end) = bytes.split_at_checked(bytes.len().checked_sub(noun.len())?)?;
    end.eq_ignore_ascii_case(noun.as_bytes()).then_some(rest)
}

fn key_head(before: &[String]) -> Option<Head> {
    let mut back = before.iter().rev().map(String::as_str);
    match (back.next()?, back.next()) {
        ("access", Some("secret")) | ("secret", Some("access")) => Some(Head::Key),
        ("access", _) => Some(Head::AccessKey),
        // `existingSecretSecretKey`, `passwordSecretKey`: the key of some Secret.
        ("secret", Some("secret" | "password" | "token" | "user" | "username")) => None,
        ("secret", _) => Some(Head::SecretKey),
        (word, _) => SECRET_KEYS.contains(&word).then_some(Head::Key),
    }
}

/// The words of a key, in lower case: `OIDCClientSecret` is `oidc client secret`.
pub(super) fn words(key: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = key.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            flush(&mut word, &mut out);
            continue;
        }
        let before = i.checked_sub(1).and_then(|j| chars.get(j));
        let next = chars.get(i + 1);
        let hump = c.is_uppercase() && before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit());
        let after_acronym =
            c.is_uppercase() && before.is_some_and(|b| b.is_uppercase()) && next.is_some_and(|n| n.is_lowercase());
        if hump || after_acronym {
            flush(&mut word, &mut out);
        }
        word.extend(c.to_lowercase());
    }
    flush(&mut word, &mut out);
    out
}

fn flush(word: &mut String, out: &mut Vec<String>) {
    if !word.is_empty() {
        out.push(std::mem::take(word));
    }
}

fn unglue(words: &mut Vec<String>) {
    let Some(last) = words.last() else { return };
    let split = ["secret", "token", "key"].into_iter().find_map(|noun| {
        let first = last.strip_suffix(noun)?;
        GLUED.contains(&first).then(|| (first.to_owned(), noun.to_owned()))
    });
    if let Some((first, noun)) = split {
        words.pop();
        words.extend([first, noun]);
    }
}
