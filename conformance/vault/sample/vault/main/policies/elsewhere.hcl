path "secret/data/elsewhere/api" {
  capabilities = ["read"]
}
