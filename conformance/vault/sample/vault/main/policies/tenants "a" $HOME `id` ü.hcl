path "Kunden & Söhne/v1/own/key" {
  capabilities = ["read"]
}
