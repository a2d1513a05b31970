//! All codes of findings, for `explain` and the pages made from them.

use crate::diag::{Code, Level};
use crate::{
    check, drift, gather, load, lower, model, render, resolve, schemas, settle, shape, source, survey, template, tree,
    validate, write, yaml,
};

/// All codes, sorted by name.
#[must_use]
pub fn all() -> Vec<&'static Code> {
    let flat: &[&[&'static Code]] = &[
        yaml::CODES,
        source::CODES,
        shape::CODES,
        load::CODES,
        resolve::CODES,
        gather::CODES,
        model::changes::CODES,
        gather::WORKFLOW_CODES,
        model::application::CODES,
        model::reference::CODES,
        model::ownership::CODES,
        model::spec::CODES,
        survey::CODES,
        drift::CODES,
        template::CODES,
        schemas::CODES,
        render::CODES,
        render::sets::CODES,
        validate::CODES,
        tree::CODES,
        write::CODES,
    ];
    let nested = [
        resolve::ALL_CODES,
        resolve::ONBOARDING_CODES,
        &[resolve::SELF_SERVICE_CODES],
        check::CODES,
        check::ACCESS_CODES,
        lower::CODES,
        lower::SECRET_CODES,
        lower::SELF_SERVICE_CODES,
        validate::NESTED_CODES,
        &validate::objects::codes(),
        settle::CODES,
        validate::secrets::CODES,
        validate::applications::CODES,
        validate::workflows::CODES,
        validate::kustomize::CODES,
        validate::values::ALL_CODES,
        validate::argocd_cm::NESTED_CODES,
    ];
    let mut codes: Vec<&Code> =
        flat.iter().copied().chain(nested.into_iter().flatten().copied()).flatten().copied().collect();
    codes.sort_by(|a, b| a.id.cmp(b.id));
    codes.dedup_by(|a, b| a.id == b.id);
    codes
}

/// The page of a code, without the leading spaces of doc comments.
#[must_use]
pub fn page(code: &Code) -> String {
    code.doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The first sentence of a page, on one line.
#[must_use]
pub fn summary(code: &Code) -> String {
    let page = page(code);
    let first = page.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    first.split_inclusive(". ").next().unwrap_or_default().trim().to_owned()
}

/// What findings of a code are, and what can be done about them but mending what they are about, in a paragraph.
#[must_use]
pub fn handling(code: &Code) -> String {
    let levels = code.levels();
    let words: Vec<&str> = levels.iter().map(|level| level.word()).collect();
    let article = if levels.first() == Some(&Level::Error) { "An" } else { "A" };
    let head = format!("{article} {}.", words.join(" or a "));
    let rest = "`checks.levels` of the spec sets another level, and a comment with a reason allows one where it stands";
    let allowed = match (code.can_be_allowed(Level::Error), code.has_settable_level()) {
        (true, _) => "A comment with a reason allows one where it stands; its level can't be set.".to_owned(),
        (false, true) if levels.contains(&Level::Error) => format!("For what is no error, {rest}."),
        (false, true) => format!("{}.", upper(rest)),
        (false, false) => "It can't be made less or allowed: what it is about would fail.".to_owned(),
    };
    let fixed = if code.is_fixable() { " `check --fix` mends what is certain." } else { "" };
    format!("{head} {allowed}{fixed}")
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
