//! Which values under the name of a secret are no secrets: references, names, switches.

use super::words::{Head, words};

/// Beginnings of values that tell where a secret is.
const SCHEMES: &[&str] = &[
    "env:",
    "file:",
    "vault:",
    "ref+",
    "op://",
    "secret:",
    "awssm:",
    "ssm:",
    "arn:",
    "akv:",
    "azurekeyvault:",
    "gcpsm:",
    "sm://",
    "keyvault:",
    "sops:",
    "ENC[",
    "@Microsoft.KeyVault",
    "__file__",
    "k8s:",
    "kubernetes:",
    "s3://",
    "gs://",
    "projects/",
    "http://",
    "https://",
    "!vault",
    "!secret",
    "data:",
    "AVP:",
    "<path:",
];
/// Words that stand for a switch or for nothing.
const SWITCHES: &[&str] = &[
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "null",
    "nil",
    "none",
    "~",
    "auto",
    "required",
    "optional",
    "prompt",
    "generated",
    "random",
    "redacted",
    "disabled",
    "enabled",
    "undefined",
    "bearer",
    "basic",
    "jwt",
    "read",
    "write",
];
/// Last words of names of keys in a Secret.
const KEY_NAMES: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "key",
    "username",
    "user",
    "id",
    "crt",
    "cert",
    "pem",
    "json",
    "yaml",
    "value",
    "data",
    "credentials",
    "creds",
    "auth",
    "dsn",
    "uri",
    "url",
    "htpasswd",
    "accesskey",
    "secretkey",
    "apikey",
    "privatekey",
];

/// Whether a value under a key with such a head is a secret in plain text.
#[must_use]
pub fn literal(head: Head, value: &str) -> bool {
    let value = value.trim();
    if is_reference(value) || is_switch(value) || is_prose(head, value) {
        return false;
    }
    let number = value.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    match head {
        Head::Password => !number || value.len() >= 4,
        Head::Token | Head::Secret => !number || value.len() >= 8,
        Head::SecretOrName => !number && (is_stock(value) || !is_name(value) || is_hex(value)),
        Head::Key | Head::SecretKey => !number && (is_stock(value) || !is_key_name(value)),
        Head::AccessKey => !number && !is_key_name(value),
        Head::Htpasswd => value.contains(':'),
    }
}

/// Whether a value only says where something is: a variable, a template, a path, a reference of a tool.
#[must_use]
pub fn is_reference(value: &str) -> bool {
    let value = value.trim();
    let Some(first) = value.chars().next() else { return true };
    let inside = ["{{", "${", "$(", "%(", "%{", "<path:", "$__"].iter().any(|mark| value.contains(mark));
    let whole = |open: char, close: char| value.starts_with(open) && value.ends_with(close) && value.len() > 1;
    let masked = value.chars().all(|c| matches!(c, '*' | '•' | '.' | '…' | '-' | '_' | '?' | '#'));
    inside
        || whole('<', '>')
        || whole('[', ']')
        || whole('{', '}')
        || (whole('%', '%') && value.len() > 2)
        || masked
        || SCHEMES.iter().any(|scheme| value.starts_with(scheme))
        || (first == '$' && is_variable(value))
        || is_path(value)
}

/// `$NAME`, `$key`, `$secret:key`; not a hash such as `$2a$…`.
fn is_variable(value: &str) -> bool {
    let rest = value.get(1..).unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/'))
}

fn is_path(value: &str) -> bool {
    if !value.contains('/') || value.contains(char::is_whitespace) {
        return false;
    }
    let rooted = value.starts_with("./") || value.starts_with("../") || value.starts_with("~/");
    let plain =
        |c: char| c.is_ascii_lowercase() || matches!(c, '/' | '.' | '-' | '_' | '#' | ':') || c.is_ascii_digit();
    rooted || (value.chars().all(plain) && value.contains(|c: char| c.is_ascii_lowercase()))
}

/// Whether a value is a truth value or stands for nothing.
#[must_use]
pub fn is_switch(value: &str) -> bool {
    SWITCHES.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// A sentence about a secret, as in documentation and translations.
fn is_prose(head: Head, value: &str) -> bool {
    let spaces = value.matches(' ').count();
    let sentence = value.ends_with('.') || value.starts_with(|c: char| c.is_ascii_uppercase());
    !matches!(head, Head::Htpasswd) && !value.contains("-----") && spaces >= 2 && sentence
}

/// Words that stand in for a secret until somebody changes them. Nobody does.
fn is_stock(value: &str) -> bool {
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    plain.contains("changeme") || plain.contains("changethis") || plain.contains("replaceme")
}

/// Whether a value may be the name of an object (RFC 1123 subdomain).
fn is_name(value: &str) -> bool {
    value.len() <= 253
        && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        && value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// Letters and digits without any break, as generators write them.
fn is_hex(value: &str) -> bool {
    value.len() >= 16
        && value.bytes().all(|b| b.is_ascii_alphanumeric())
        && value.bytes().filter(u8::is_ascii_digit).count() >= 3
}

/// Whether a value may be the name of a key in a Secret: `db-password`, `JOBSERVICE_SECRET`, `tls.key`.
#[must_use]
pub fn is_key_name(value: &str) -> bool {
    if value.len() > 80 || !value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return false;
    }
    let broken = value.contains(['-', '_', '.']);
    let camel = value.starts_with(|c: char| c.is_ascii_lowercase());
    let upper = value.bytes().all(|b| b.is_ascii_uppercase());
    let words = words(value);
    words.len() <= 6
        && (broken || camel || upper)
        && words.last().is_some_and(|last| KEY_NAMES.contains(&last.as_str()))
}

/// Whether a value holds certificates or public keys and no private one.
#[must_use]
pub fn is_certificate(value: &str) -> bool {
    let public = [
        "-----BEGIN CERTIFICATE",
        "-----BEGIN TRUSTED CERTIFICATE",
        "-----BEGIN PUBLIC KEY",
        "ssh-rsa ",
        "ssh-ed25519 ",
    ];
    public.iter().any(|begin| value.trim_start().starts_with(begin)) && !value.contains("PRIVATE KEY-----")
}
