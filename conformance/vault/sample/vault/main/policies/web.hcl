path "secret/data/shop/cert" {
  capabilities = ["read"]
}

path "secret/data/shop/web" {
  capabilities = ["read"]
}

path "secret/data/shop/extra" {
  capabilities = ["read"]
}

path "database/creds/shop" {
  capabilities = ["read"]
}
