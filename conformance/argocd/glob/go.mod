module sailplan.dev/conformance/argocd/glob

go 1.22.0

require github.com/gobwas/glob v1.0.0
