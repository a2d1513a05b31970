//! Who may do what.

use super::{OneOrMany, Sso};
use crate::base::{Kind, Value};
use crate::shape::{Dict, List, Names, Reader, Schemas, Shape, Text};

crate::choice! {
    /// How patterns of policies are compared.
    MatchMode {
        /// As globs.
        Glob = "glob",
        /// As regular expressions.
        Regex = "regex",
    }
}

crate::shape! {
    /// Who may do what in Argo CD: its policy, its accounts, and how people sign in.
    Access {
        /// Role of whoever has signed in, besides their own. What it allows can't be denied.
        default: Option<Text>,
        /// How patterns of policies are compared; as globs when left out.
        match_mode ("matchMode"): Option<MatchMode>,
        /// Claims of a token that hold groups; `groups` when left out.
        scopes: List<Text>,
        /// Roles, by name.
        roles: Dict<AccessRole>,
        /// What groups, or users by their e-mail address or subject, may do: roles, or roles and grants.
        groups: Dict<Grantee>,
        /// Local accounts, by name.
        accounts: Dict<LocalAccount>,
        /// Further pieces of the policy, each a key `policy.NAME.csv`.
        policies: Names<PolicyPiece>,
        /// Whether the account `admin` may sign in.
        admin: Option<bool>,
        /// Whether whoever has not signed in has the default role.
        anonymous: Option<bool>,
        /// How people sign in.
        sso: Option<Box<Sso>>,
        /// How long a session lasts, as `24h`.
        session ("sessionDuration"): Option<Text>,
        /// What must hold of the policy: tested on each run.
        expect: List<Expectation>,
    }
}

crate::shape! {
    /// A role.
    AccessRole {
        /// What it is for.
        description: Option<Text>,
        /// Roles whose grants it has too.
        roles: List<Text>,
        /// What it allows.
        allow: List<Grant>,
        /// What it denies: a deny wins over each allow that the same group or user has.
        deny: List<Grant>,
    }
}

crate::shape! {
    /// A piece of the policy: a key `policy.NAME.csv`.
    PolicyPiece {
        /// Roles, by name.
        roles: Dict<AccessRole>,
        /// What groups may do.
        groups: Dict<Grantee>,
    }
}

crate::shape! {
    /// What may be done with which things: actions of each kind of thing, and the things.
    Grant {
        /// Applications: get, create, update, delete, sync, override, `action/GROUP/KIND/NAME`, or `*`. Objects inside by `update/GROUP/KIND/NAMESPACE/NAME`, and so with delete.
        applications: Option<OneOrMany>,
        /// ApplicationSets: get, create, update, delete.
        applicationsets: Option<OneOrMany>,
        /// Logs of pods: get.
        logs: Option<OneOrMany>,
        /// A shell in pods: create.
        exec: Option<OneOrMany>,
        /// Projects: get, create, update, delete.
        projects: Option<OneOrMany>,
        /// Clusters: get, create, update, delete.
        clusters: Option<OneOrMany>,
        /// Repositories: get, create, update, delete.
        repositories: Option<OneOrMany>,
        /// Accounts: get, update.
        accounts: Option<OneOrMany>,
        /// Certificates: get, create, delete.
        certificates: Option<OneOrMany>,
        /// Keys of GPG: get, create, delete.
        gpgkeys: Option<OneOrMany>,
        /// Extensions: invoke.
        extensions: Option<OneOrMany>,
        /// The things: `PROJECT/APP` for applications, ApplicationSets, logs and shells, otherwise a name or URL. All when left out.
        objects ("in"): Option<OneOrMany>,
    }
}

impl Grant {
    /// The kinds of things, each with its actions.
    pub fn resources(&self) -> impl Iterator<Item = (&'static str, &OneOrMany)> {
        let all = [
            ("applications", &self.applications),
            ("applicationsets", &self.applicationsets),
            ("logs", &self.logs),
            ("exec", &self.exec),
            ("projects", &self.projects),
            ("clusters", &self.clusters),
            ("repositories", &self.repositories),
            ("accounts", &self.accounts),
            ("certificates", &self.certificates),
            ("gpgkeys", &self.gpgkeys),
            ("extensions", &self.extensions),
        ];
        all.into_iter().filter_map(|(resource, actions)| actions.as_ref().map(|actions| (resource, actions)))
    }
}

crate::shape! {
    /// Roles and grants of a group or user.
    Granted {
        /// Roles.
        roles: List<Text>,
        /// What is allowed besides.
        allow: List<Grant>,
        /// What is denied.
        deny: List<Grant>,
    }
}

/// A list of roles, or roles and grants.
#[derive(Clone, Debug)]
pub struct Grantee(
    /// What it has.
    pub Granted,
);

impl Shape for Grantee {
    fn read(cx: &mut Reader, value: &Value) -> Option<Self> {
        if let Kind::List(_) = value.kind {
            let roles = List::read(cx, value)?;
            return Some(Grantee(Granted { span: value.span, roles, allow: List::default(), deny: List::default() }));
        }
        Granted::read(cx, value).map(Grantee)
    }

    fn schema(schemas: &mut Schemas) -> serde_json::Value {
        serde_json::json!({ "anyOf": [List::<Text>::schema(schemas), Granted::schema(schemas)] })
    }
}

crate::choice! {
    /// What an account can do to sign in.
    AccountCapability {
        /// Have tokens.
        ApiKey = "apiKey",
        /// Sign in with a password.
        Login = "login",
    }
}

crate::shape! {
    /// A local account.
    LocalAccount {
        /// What it is for.
        description: Option<Text>,
        /// How it signs in.
        capabilities: List<AccountCapability>,
        /// Whether it may sign in; it may when left out.
        enabled: Option<bool>,
        /// Roles of the spec. Their grants are written for the account itself, so that no group of its name gets them.
        roles: List<Text>,
        /// What it may do besides.
        allow: List<Grant>,
        /// What it may not do.
        deny: List<Grant>,
    }
}

crate::shape! {
    /// What must hold of the policy.
    Expectation {
        /// Who: a group or user, a local account, `role:NAME` or `proj:PROJECT:ROLE`.
        subject: Text,
        /// Further groups of the user.
        groups: List<Text>,
        /// Action that is allowed.
        can: Option<Text>,
        /// Action that is not.
        cannot: Option<Text>,
        /// What it is done with: kind and object, as `applications security/vault`.
        on: Text,
    }
}
