//! Ids of Entra and names of Key Vaults.

use super::Facts;
use crate::diag::{Bag, Finding};
use crate::model::spec::{AzureStore, Given};
use crate::shape::Text;

crate::codes! {
    /// An id of Entra is not one.
    ///
    /// Clients, tenants and objects of Entra are known by ids of five groups of hexadecimal digits. With a name or a leftover of a
    /// template in its place no token is given out, and neither Argo CD nor the operator says why. A tenant may be its
    /// domain as well.
    AZURE_ID = "azure-id";
    /// The object id of an identity is its client id.
    ///
    /// A role assignment goes to the object id, also called principal id; the client id is what programs sign in with. Azure refuses
    /// a role for a client id, as there is no principal of that id. `az identity show --query principalId` shows it.
    PRINCIPAL_IS_CLIENT_ID = "principal-is-client-id";
    /// A store signs in by workload identity, but its ServiceAccount does not say as whom.
    ///
    /// The operator takes client id and tenant from the annotations of the ServiceAccount, the tenant from the store as well
    /// (External Secrets, `provider/azure/keyvault`). Without one of them no secret arrives. Write `clientId` beside
    /// `serviceAccount`, and `tenantId` beside `url`; or `create: false` for a ServiceAccount that something else annotates.
    IDENTITY_INCOMPLETE = "identity-incomplete";
    /// The URL of a Key Vault has a form that none has.
    ///
    /// It is `https://NAME.vault.azure.net`, with another end in the clouds of governments and China, and nothing behind it. A
    /// name has 3 to 24 letters, digits and `-`, begins with a letter, ends with none of `-`, and has no two of them in a row
    /// (Azure, "Naming rules and restrictions", `Microsoft.KeyVault`).
    KEY_VAULT_URL = "key-vault-url": error fixable;
}

/// Ends of hosts of Key Vaults (External Secrets 1.x and azure-sdk-for-go, `KeyVaultDNSSuffix` of the clouds).
const ENDS: &[&str] = &[".vault.azure.net", ".vault.usgovcloudapi.net", ".vault.azure.cn", ".vault.microsoftazure.de"];

/// Runs the rules.
pub fn check(facts: &Facts, bag: &mut Bag) {
    if let Some(azure) = facts.spec.platform.argocd.as_ref().and_then(|a| a.azure.as_deref()) {
        identity(Some(&azure.client_id), Some(&azure.tenant_id), azure.principal_id.as_ref(), bag);
    }
    let argocd = facts.spec.platform.argocd.as_ref().and_then(|a| a.azure.as_deref()).map(|a| &a.client_id);
    for cluster in facts.spec.clusters.iter() {
        let Some(azure) = cluster.item.credentials.as_ref().and_then(|c| c.azure.as_ref()) else { continue };
        identity(azure.client_id.as_ref(), azure.tenant_id.as_ref(), azure.principal_id.as_ref(), bag);
        if let (None, Some(client), Some(principal)) = (&azure.client_id, argocd, &azure.principal_id) {
            differ(client, principal, bag);
        }
    }
    for repo in facts.spec.repos.iter() {
        let principal = repo.item.credentials.as_ref().and_then(|c| c.azure_principal.as_ref());
        let plain = |given: &Given| match given {
            Given::Plain(text) => Some(text.clone()),
            Given::Stored(_) => None,
        };
        let Some(principal) = principal else { continue };
        identity(plain(&principal.client_id).as_ref(), plain(&principal.tenant_id).as_ref(), None, bag);
    }
    stores(facts, bag);
}

fn stores(facts: &Facts, bag: &mut Bag) {
    for azure in facts.resolved.stores.iter().filter_map(|s| s.body.azure.as_deref()) {
        incomplete(azure, bag);
        let workload = azure.auth.workload_identity.as_ref();
        let managed = azure.auth.managed_identity.as_ref().and_then(|m| m.client_id.as_ref());
        let client = workload.and_then(|w| w.client_id.as_ref()).or(managed);
        identity(client, azure.tenant_id.as_ref(), workload.and_then(|w| w.principal_id.as_ref()), bag);
        url(azure, bag);
    }
}

fn incomplete(azure: &AzureStore, bag: &mut Bag) {
    let Some(identity) = azure.auth.workload_identity.as_ref().filter(|i| i.service_account.create) else { return };
    let account = &identity.service_account;
    let lacks = |key: &str| !account.annotations.iter().any(|a| &*a.name == key);
    let client = identity.client_id.is_none() && lacks("azure.workload.identity/client-id");
    let tenant = azure.tenant_id.is_none() && lacks("azure.workload.identity/tenant-id");
    let (what, key) = match (client, tenant) {
        (true, true) => ("client id and the tenant", "`clientId` beside `serviceAccount` and `tenantId` beside `url`"),
        (true, false) => ("client id", "`clientId` beside `serviceAccount`"),
        (false, true) => ("tenant", "`tenantId` beside `url`"),
        (false, false) => return,
    };
    let message = format!("nothing says the {what} of the ServiceAccount `{}`", &*account.name);
    let help = format!("write {key}, or `create: false` where something else annotates it");
    bag.push(Finding::error(&IDENTITY_INCOMPLETE, account.span, message, help));
}

fn identity(client: Option<&Text>, tenant: Option<&Text>, principal: Option<&Text>, bag: &mut Bag) {
    let ids =
        [(client, "client id", "clientId"), (principal, "object id", "principalId"), (tenant, "tenant", "tenantId")];
    for (text, what, key) in ids {
        let Some(text) = text.filter(|t| !(is_id(t) || key == "tenantId" && t.contains('.'))) else { continue };
        let message = format!("`{}` is no {what} of Entra", &**text);
        let help = format!("write `{key}: 00000000-0000-0000-0000-000000000000` with the digits of yours");
        bag.push(Finding::error(&AZURE_ID, text.span, message, help));
    }
    if let (Some(client), Some(principal)) = (client, principal) {
        differ(client, principal, bag);
    }
}

fn differ(client: &Text, principal: &Text, bag: &mut Bag) {
    if client.eq_ignore_ascii_case(principal) {
        let message = "the object id of an identity can't be its client id";
        let help = "write the object id: `az identity show --query principalId` shows it";
        let finding = Finding::error(&PRINCIPAL_IS_CLIENT_ID, principal.span, message, help);
        bag.push(finding.also(client.span, "the client id"));
    }
}

/// Five groups of hexadecimal digits (RFC 9562, section 4).
fn is_id(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

fn url(azure: &AzureStore, bag: &mut Bag) {
    // What is no URL at all is a finding of its own.
    let Some((scheme, rest)) = azure.url.split_once("://") else { return };
    let name = azure.vault_name();
    let end = rest.strip_prefix(name).unwrap_or(rest).trim_end_matches('/');
    let fits = (3..=24).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.ends_with('-')
        && !name.contains("--");
    let (message, help) = if !fits {
        let message = format!("`{name}` can't be the name of a Key Vault");
        (message, "write 3 to 24 letters, digits and single `-`, with a letter first".to_owned())
    } else if scheme != "https" || !ENDS.contains(&end) {
        let message = format!("`{}` is not the URL of a Key Vault", &*azure.url);
        (message, format!("write `https://{name}.vault.azure.net`"))
    } else {
        return;
    };
    let finding = Finding::error(&KEY_VAULT_URL, azure.url.span, message, help);
    let whole = |known: &&&str| end.strip_prefix(**known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    bag.push(match ENDS.iter().find(whole).filter(|_| fits) {
        Some(known) => finding.replacing(azure.url.span, &*azure.url, format!("https://{name}{known}")),
        None => finding,
    });
}
