//! The repositories that the spec declares, as the rules over emitted Applications need them.

use super::spec::{CredentialsFor, RepoKind, Spec};
use crate::shape::Text;

/// A repository of the spec.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Its name under `repos`; nothing for that of the platform.
    pub name: Option<Text>,
    /// Its URL.
    pub url: Text,
    /// What it holds.
    pub kind: RepoKind,
    /// Whether Argo CD gets credentials for it.
    pub signs_in: bool,
    /// Whether it stands for all repositories whose URL begins with its own.
    pub prefix: bool,
    /// The AppProject that alone may use it.
    pub project: Option<Text>,
}

impl Repository {
    /// The URL as sources and Secrets have it: charts in registries are named without the scheme (Argo CD 3.x,
    /// `enableOCI` repositories).
    #[must_use]
    pub fn effective_url(&self) -> &str {
        let url = &*self.url;
        if self.kind == RepoKind::Helm { url.strip_prefix("oci://").unwrap_or(url) } else { url }
    }
}

/// All repositories of the spec.
#[derive(Clone, Debug, Default)]
pub struct Repositories {
    /// They, that of the platform first.
    pub all: Vec<Repository>,
    /// Globs of those that anybody may read; nothing where the spec does not say.
    pub public: Option<Vec<Text>>,
}

impl Repositories {
    /// Those of a spec.
    #[must_use]
    pub fn of(spec: &Spec) -> Repositories {
        let own = Repository {
            name: None,
            url: spec.platform.repo.url.clone(),
            kind: RepoKind::Git,
            signs_in: false,
            prefix: false,
            project: None,
        };
        let declared = spec.repos.iter().map(|named| {
            let credentials = named.item.credentials.as_deref();
            Repository {
                name: Some(named.name.clone()),
                url: named.item.url.clone(),
                kind: named.item.kind,
                signs_in: credentials.is_some(),
                prefix: credentials.is_some_and(|c| c.scope == CredentialsFor::Prefix),
                project: named.item.project.clone(),
            }
        });
        let public = spec.public_repos.as_ref().map(|globs| globs.iter().cloned().collect());
        Repositories { all: std::iter::once(own).chain(declared).collect(), public }
    }
}
