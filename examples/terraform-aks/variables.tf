# The first four are what sailplan writes to clusters.auto.tfvars.json.

variable "clusters" {
  description = "Clusters of the spec by name, with the secrets that Argo CD reads, by the output that fills each."
  type = map(object({
    environment = optional(string)
    labels      = optional(map(string), {})
    secrets = map(object({
      key_vault = string
      name      = string
    }))
  }))
  default = {}

  validation {
    condition = alltrue(flatten([
      for cluster in var.clusters : [
        for output in keys(cluster.secrets) :
        contains(["cluster_ca_certificate", "aks_cluster_api_server_url"], output)
      ]
    ]))
    error_message = "A secret is filled by cluster_ca_certificate or aks_cluster_api_server_url."
  }
}

variable "key_vaults" {
  description = "Key Vaults by name."
  type = map(object({
    url            = string
    resource_group = optional(string)
  }))
  default = {}
}

variable "federated_credentials" {
  description = "Identities by purpose, with the ServiceAccounts that act as each."
  type = map(object({
    client_id    = optional(string)
    tenant_id    = optional(string)
    principal_id = optional(string)
    service_accounts = list(object({
      cluster              = string
      namespace            = string
      service_account_name = string
    }))
  }))
  default = {}
}

variable "role_assignments" {
  description = "Roles of the identities, on clusters and Key Vaults."
  type = map(object({
    role = string
    scope = object({
      kind = string
      name = string
    })
    purpose      = string
    principal_id = optional(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for grant in var.role_assignments : contains(["cluster", "key_vault"], grant.scope.kind)])
    error_message = "A scope is a cluster or a key_vault."
  }
}

# What the spec does not know.

variable "aks" {
  description = "Where AKS has the clusters of the spec. The one that Argo CD runs on is called in-cluster."
  type = map(object({
    name           = string
    resource_group = string
  }))

  validation {
    condition = length(setsubtract(concat(
      keys(var.clusters),
      flatten([for identity in var.federated_credentials : identity.service_accounts[*].cluster]),
    ), keys(var.aks))) == 0
    error_message = "Each cluster of the spec needs an entry, and so does in-cluster where something is federated on it."
  }
}

variable "identities" {
  description = "User-assigned identities by purpose. They are there before: the spec holds their client ids."
  type = map(object({
    name           = string
    resource_group = string
  }))

  validation {
    condition     = length(setsubtract(keys(var.federated_credentials), keys(var.identities))) == 0
    error_message = "Each purpose of the spec needs an identity."
  }
}

variable "key_vault_resource_group" {
  description = "Resource group of Key Vaults for which the spec has none."
  type        = string
  default     = null
}
