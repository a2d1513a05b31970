locals {
  # One entry for each secret of a Key Vault.
  secrets = merge([
    for cluster, entry in var.clusters : {
      for output, secret in entry.secrets :
      "${secret.key_vault}/${secret.name}" => merge(secret, { cluster = cluster, output = output })
    }
  ]...)

  # One entry for each ServiceAccount on each cluster that acts as an identity.
  subjects = merge([
    for purpose, identity in var.federated_credentials : {
      for account in identity.service_accounts :
      "${purpose}/${account.cluster}/${account.namespace}/${account.service_account_name}" => {
        purpose = purpose
        cluster = account.cluster
        subject = "system:serviceaccount:${account.namespace}:${account.service_account_name}"
      }
    }
  ]...)

  # A federated credential has a name of 3 to 120 letters, digits, "-" and "_".
  subject_names = { for key in keys(local.subjects) : key => "${substr(replace(key, "/[^0-9A-Za-z_-]+/", "-"), 0, 107)}-${substr(sha256(key), 0, 12)}" }

  key_vaults_used = toset(concat(
    [for secret in local.secrets : secret.key_vault],
    [for grant in var.role_assignments : grant.scope.name if grant.scope.kind == "key_vault"],
  ))
  clusters_used = toset(concat(keys(var.clusters), [for subject in local.subjects : subject.cluster]))
}
