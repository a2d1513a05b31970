//! Who asks: a name, or a token with claims.

use serde_json::{Map, Value};

use super::Version;

/// The claims of a token, as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims(pub Map<String, Value>);

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A name as it stands in policies: what `argocd admin settings rbac can` asks for. Somebody without a
    /// token, where that is allowed, has the empty name.
    Name(String),
    /// Somebody with a token: a user of SSO, a local account, or a project role.
    Token(Claims),
}

impl Subject {
    /// A name in policies.
    pub fn name(name: impl Into<String>) -> Self {
        Self::Name(name.into())
    }

    /// Somebody without a token (`users.anonymous.enabled`).
    pub fn anonymous() -> Self {
        Self::Name(String::new())
    }

    /// A token with these claims.
    pub fn token(claims: Map<String, Value>) -> Self {
        Self::Token(Claims(claims))
    }
}

impl From<Claims> for Subject {
    fn from(claims: Claims) -> Self {
        Self::Token(claims)
    }
}

impl Claims {
    /// Claims with a subject and groups.
    pub fn of<'a>(sub: &str, groups: impl IntoIterator<Item = &'a str>) -> Self {
        let groups = groups.into_iter().map(Value::from).collect::<Vec<_>>();
        Self(Map::from_iter([("sub".to_owned(), sub.into()), ("groups".to_owned(), groups.into())]))
    }

    /// The name of the user. From 3.0 on that is the user of the provider behind Dex, where Dex says who it is
    /// (Argo CD 3.x, `util/jwt` GetUserIdentifier).
    pub fn subject(&self, version: Version) -> &str {
        let sub = self.0.get("sub").and_then(Value::as_str).unwrap_or_default();
        if version < Version::new(3, 0) {
            return sub;
        }
        let behind = self.0.get("federated_claims").and_then(|f| f.get("user_id")).and_then(Value::as_str);
        behind.filter(|id| !id.is_empty()).unwrap_or(sub)
    }

    /// The texts of the claims that name groups: lists, of which all but texts is passed over, and single texts
    /// (Argo CD 3.x, `util/jwt` GetScopeValues).
    pub fn groups<'a>(&'a self, scopes: &'a [String]) -> impl Iterator<Item = &'a str> {
        let claims = scopes.iter().filter_map(|scope| self.0.get(scope));
        claims.flat_map(|claim| match claim {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            Value::String(one) => vec![&**one],
            _ => Vec::new(),
        })
    }
}

/// Project and role of the subject of a project token, `proj:PROJECT:ROLE`.
pub fn project_role(subject: &str) -> Option<(&str, &str)> {
    let (project, role) = subject.strip_prefix("proj:")?.split_once(':')?;
    (!role.contains(':')).then_some((project, role))
}
