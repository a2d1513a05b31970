//! All codes of findings, for `explain` and the pages made from them.

use crate::diag::Code;
use crate::{
    check, drift, gather, import, load, lower, model, render, resolve, schemas, settle, shape, source, survey,
    template, tree, validate, write, yaml,
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
        &[resolve::SELF_SERVICE_CODES, gather::WORKFLOW_CODES],
        check::SELF_SERVICE_CODES,
        check::CODES,
        check::ACCESS_CODES,
        lower::CODES,
        lower::SECRET_CODES,
        lower::SELF_SERVICE_CODES,
        import::CODES,
        validate::NESTED_CODES,
        &validate::objects::codes(),
        settle::CODES,
        validate::secrets::CODES,
        validate::self_service::CODES,
        validate::applications::CODES,
        validate::removal::CODES,
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
