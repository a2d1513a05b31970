//! How people sign in.

use super::{Given, SecretData};
use crate::shape::{AnyMap, Dict, List, Names, Text};

crate::shape! {
    /// How people sign in: by OpenID Connect, or by Dex.
    Sso {
        /// URL of Argo CD, as browsers see it.
        url: Option<Text>,
        /// An OpenID provider that Argo CD talks to itself.
        oidc: Option<Box<Oidc>>,
        /// Dex, which Argo CD brings, and its connectors, by id.
        dex: Option<Box<Dex>>,
        /// Store of the secrets; that of `secrets.defaults` when left out.
        store: Option<Text>,
    }
}

crate::shape! {
    /// An OpenID provider.
    Oidc {
        /// Name on the button.
        name: Text,
        /// URL of the provider.
        issuer: Text,
        /// Client id.
        client_id ("clientId"): Text,
        /// Client secret: a value of a store, or a reference as `$secret:key`.
        client_secret ("clientSecret"): Option<Given>,
        /// Client id of the command line, if another one.
        cli_client_id ("cliClientId"): Option<Text>,
        /// Scopes that are asked for.
        scopes: List<Text>,
        /// Claims that the ID token is asked to hold, as the provider takes them.
        id_token_claims ("idTokenClaims"): Option<AnyMap>,
        /// URL that ends the session at the provider.
        logout_url ("logoutUrl"): Option<Text>,
        /// Whether PKCE is used.
        pkce: Option<bool>,
        /// CA of the provider, as PEM.
        root_ca ("rootCA"): Option<Text>,
        /// Further keys of `oidc.config`, as Argo CD takes them.
        config: Option<AnyMap>,
    }
}

crate::shape! {
    /// Dex.
    Dex {
        /// Connectors, by id.
        connectors: Names<Connector>,
        /// Further keys of `dex.config`, as Argo CD takes them.
        config: Option<AnyMap>,
    }
}

crate::shape! {
    /// A connector of Dex.
    Connector {
        /// Its kind: `saml`, `oidc`, `github`, `ldap` and so on.
        kind ("type"): Text,
        /// Name on the button; the id when left out.
        name: Option<Text>,
        /// Its keys, as Dex takes them.
        config: AnyMap,
        /// Keys of `config` whose values come from a store.
        secrets: Dict<SecretData>,
    }
}
