path "secret/data/ci/token" {
  capabilities = ["read"]
}
