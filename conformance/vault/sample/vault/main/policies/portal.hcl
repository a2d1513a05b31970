path "secret/data/ci/portal" {
  capabilities = ["read"]
}
