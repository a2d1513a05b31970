path "secret/data/shop/queue" {
  capabilities = ["read"]
}
