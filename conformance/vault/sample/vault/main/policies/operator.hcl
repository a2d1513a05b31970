# Reads what the ExternalSecrets of the store `main` name.
path "secret/data/shop/db" {
  capabilities = ["read"]
}

path "secret/data/shop/labels" {
  capabilities = ["read"]
}

path "secret/metadata/shop/labels" {
  capabilities = ["read"]
}

path "secret/data/shop/Größe \"XL\" 'it's' $HOME `id` \u0024{x} $(id) \u0025{y} #1 ?a=b \\n" {
  capabilities = ["read"]
}

path "secret/data/top" {
  capabilities = ["read"]
}

path "secret/data/shop/flags/*" {
  capabilities = ["read"]
}

path "secret/metadata/shop/flags/*" {
  capabilities = ["list"]
}
