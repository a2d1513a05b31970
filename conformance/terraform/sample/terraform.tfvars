aks = {
  in-cluster   = { name = "aks-hub", resource_group = "hub-rg" }
  aks-prod-weu = { name = "aks-prod-weu", resource_group = "prod-rg" }
  aks-dev-weu  = { name = "aks-dev-weu", resource_group = "dev-rg" }
}

identities = {
  argocd-prd            = { name = "argocd", resource_group = "hub-rg" }
  argocd-dev            = { name = "argocd-dev", resource_group = "dev-rg" }
  argocd-prd-akv-access = { name = "eso", resource_group = "hub-rg" }
  web-secrets           = { name = "web", resource_group = "prod-rg" }
}
