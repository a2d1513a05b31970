terraform {
  required_version = ">= 1.9"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

data "azurerm_kubernetes_cluster" "this" {
  for_each            = local.clusters_used
  name                = var.aks[each.key].name
  resource_group_name = var.aks[each.key].resource_group
}

data "azurerm_key_vault" "this" {
  for_each            = local.key_vaults_used
  name                = each.key
  resource_group_name = coalesce(var.key_vaults[each.key].resource_group, var.key_vault_resource_group)
}

data "azurerm_user_assigned_identity" "this" {
  for_each            = var.federated_credentials
  name                = var.identities[each.key].name
  resource_group_name = var.identities[each.key].resource_group

  lifecycle {
    postcondition {
      condition     = each.value.client_id == null || lower(self.client_id) == lower(coalesce(each.value.client_id, "none"))
      error_message = "The spec has another client id for the identity of ${each.key}."
    }
    postcondition {
      condition     = each.value.principal_id == null || lower(self.principal_id) == lower(coalesce(each.value.principal_id, "none"))
      error_message = "The spec has another principal id for the identity of ${each.key}."
    }
  }
}

# URL and CA of each cluster, where Argo CD's ExternalSecrets look for them.
resource "azurerm_key_vault_secret" "cluster" {
  for_each     = local.secrets
  name         = each.value.name
  key_vault_id = data.azurerm_key_vault.this[each.value.key_vault].id
  value = {
    cluster_ca_certificate     = data.azurerm_kubernetes_cluster.this[each.value.cluster].kube_config[0].cluster_ca_certificate
    aks_cluster_api_server_url = data.azurerm_kubernetes_cluster.this[each.value.cluster].kube_config[0].host
  }[each.value.output]
}

# Entra lets ServiceAccounts in by the issuer of their cluster, their namespace and their name.
resource "azurerm_federated_identity_credential" "this" {
  for_each            = local.subjects
  name                = local.subject_names[each.key]
  resource_group_name = var.identities[each.value.purpose].resource_group
  parent_id           = data.azurerm_user_assigned_identity.this[each.value.purpose].id
  issuer              = data.azurerm_kubernetes_cluster.this[each.value.cluster].oidc_issuer_url
  audience            = ["api://AzureADTokenExchange"]
  subject             = each.value.subject
}

# Roles go to the object id of an identity, never to its client id.
resource "azurerm_role_assignment" "this" {
  for_each             = var.role_assignments
  role_definition_name = each.value.role
  principal_id         = data.azurerm_user_assigned_identity.this[each.value.purpose].principal_id
  principal_type       = "ServicePrincipal"
  scope = (
    each.value.scope.kind == "cluster"
    ? data.azurerm_kubernetes_cluster.this[each.value.scope.name].id
    : data.azurerm_key_vault.this[each.value.scope.name].id
  )
}
