//! The names that Argo CD and Dex read.
//!
//! Argo CD 3.x: util/settings/settings.go (constants of argocd-cm, `OIDCConfig`, `AzureOIDCConfig`), and
//! util/dex/config.go. Dex 2.4x: cmd/dex/config.go and the `Config` of each connector.

use crate::base::suggest;

/// Keys of argocd-cm.
pub const SETTINGS: &[&str] = &[
    "url",
    "additionalUrls",
    "dex.config",
    "oidc.config",
    "oidc.tls.insecure.skip.verify",
    "statusbadge.enabled",
    "statusbadge.url",
    "admin.enabled",
    "users.anonymous.enabled",
    "users.session.duration",
    "passwordPattern",
    "application.instanceLabelKey",
    "application.resourceTrackingMethod",
    "application.allowedNodeLabels",
    "application.links",
    "application.sync.impersonation.enabled",
    "application.sync.requireOverridePrivilegeForRevisionSync",
    "project.links",
    "resource.links",
    "installationID",
    "resource.customizations",
    "resource.exclusions",
    "resource.inclusions",
    "resource.ignoreResourceUpdatesEnabled",
    "resource.sensitive.mask.annotations",
    "resource.customLabels",
    "resource.includeEventLabelKeys",
    "resource.excludeEventLabelKeys",
    "resource.compareoptions",
    "resource.respectRBAC",
    "kustomize.buildOptions",
    "kustomize.enable",
    "helm.enable",
    "jsonnet.enable",
    "helm.valuesFileSchemes",
    "globalProjects",
    "exec.enabled",
    "exec.shells",
    "cluster.inClusterEnabled",
    "server.rbac.disableApplicationFineGrainedRBACInheritance",
    "server.rbac.log.enforce.enable",
    "server.maxPodLogsToRender",
    "timeout.reconciliation",
    "timeout.reconciliation.jitter",
    "timeout.hard.reconciliation",
    "ga.trackingid",
    "ga.anonymizeusers",
    "help.chatUrl",
    "help.chatText",
    "ui.cssurl",
    "ui.bannercontent",
    "ui.bannerurl",
    "ui.bannerpermanent",
    "ui.bannerposition",
    "webhook.maxPayloadSizeMB",
    "extension.config",
    "sourceHydrator.commitMessageTemplate",
    "commit.author.name",
    "commit.author.email",
];
/// Beginnings of keys that end in a name of the user's.
pub const SETTING_PREFIXES: &[&str] = &[
    "accounts.",
    "resource.customizations.",
    "kustomize.buildOptions.",
    "kustomize.path.",
    "kustomize.version.",
    "extension.config.",
    "help.download.",
    "configManagementPlugins",
    "repositor",
    "repository.",
    "helm.repositories",
];
/// Keys of `oidc.config`.
pub const OIDC: &[&str] = &[
    "name",
    "issuer",
    "clientID",
    "clientSecret",
    "cliClientID",
    "enableUserInfoGroups",
    "userInfoBaseURL",
    "userInfoPath",
    "userInfoCacheExpiration",
    "requestedScopes",
    "requestedIDTokenClaims",
    "logoutURL",
    "rootCA",
    "enablePKCEAuthentication",
    "domainHint",
    "azure",
    "refreshTokenThreshold",
    "allowedAudiences",
    "skipAudienceCheckWhenTokenHasNoAudience",
];
/// Keys of `azure` in it.
pub const AZURE: &[&str] =
    &["useWorkloadIdentity", "enableUserGroupOverageClaim", "graphApiEndpoint", "userGroupOverageClaimCacheExpiration"];
/// Keys of `dex.config` at its top.
pub const DEX: &[&str] = &[
    "connectors",
    "staticClients",
    "staticPasswords",
    "enablePasswordDB",
    "oauth2",
    "expiry",
    "logger",
    "frontend",
    "issuer",
    "storage",
    "web",
    "grpc",
    "telemetry",
    "additionalFeatures",
    "signer",
];
/// Keys of an entry of `connectors`.
pub const CONNECTOR: &[&str] = &["type", "id", "name", "config", "grantTypes"];
/// Keys of `config` of connectors of any type.
pub const CONNECTOR_CONFIG: &[&str] = &[
    "issuer",
    "issuerAlias",
    "clientID",
    "clientSecret",
    "redirectURI",
    "basicAuthUnsupported",
    "scopes",
    "hostedDomains",
    "rootCAs",
    "rootCA",
    "rootCAData",
    "insecureSkipEmailVerified",
    "insecureEnableGroups",
    "allowedGroups",
    "acrValues",
    "insecureSkipVerify",
    "getUserInfo",
    "userIDKey",
    "userNameKey",
    "promptType",
    "pkceChallenge",
    "overrideClaimMapping",
    "claimMapping",
    "claimModifications",
    "providerDiscoveryOverrides",
    "entityIssuer",
    "ssoIssuer",
    "ssoURL",
    "ca",
    "caData",
    "insecureSkipSignatureValidation",
    "usernameAttr",
    "emailAttr",
    "groupsAttr",
    "groupsDelim",
    "filterGroups",
    "nameIDPolicyFormat",
    "org",
    "orgs",
    "hostName",
    "teamNameField",
    "loadAllGroups",
    "useLoginAsID",
    "preferredEmailDomain",
    "baseURL",
    "groups",
    "getGroupsPermission",
    "tenant",
    "onlySecurityGroups",
    "groupNameFormat",
    "useGroupsAsWhitelist",
    "emailToLowercase",
    "domainHint",
    "host",
    "insecureNoSSL",
    "startTLS",
    "clientCert",
    "clientKey",
    "bindDN",
    "bindPW",
    "usernamePrompt",
    "userSearch",
    "groupSearch",
    "serviceAccountFilePath",
    "adminEmail",
    "domainToAdminEmail",
    "fetchTransitiveGroupMembership",
    "teams",
    "includeTeamGroups",
    "domain",
    "username",
    "keystoneHost",
    "keystoneUsername",
    "keystonePassword",
    "authorizationURL",
    "tokenURL",
    "userInfoURL",
    "scope",
];

/// The known name that differs from a key only in case.
pub fn other_case<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    if known.contains(&key) {
        return None;
    }
    known.iter().copied().find(|name| name.eq_ignore_ascii_case(key))
}

/// The known name that a key is a slip of the pen for: the same but for separators, or for a letter or two.
pub fn slip<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = |s: &str| s.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let same = known.iter().copied().find(|name| plain(name) == plain(key));
    same.or_else(|| suggest::nearest(key, known.iter().copied()).filter(|near| close(key, near)))
}

/// Whether two names differ only in the middle, by at most two characters.
fn close(a: &str, b: &str) -> bool {
    let (a, b) = (&*a.to_ascii_lowercase(), &*b.to_ascii_lowercase());
    let before = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let rest = |s: &str| s.chars().count() - before;
    let after = a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y).count().min(rest(a)).min(rest(b));
    let middle = |s: &str| rest(s) - after;
    a.len() >= 6 && middle(a) <= 2 && middle(b) <= 2
}
