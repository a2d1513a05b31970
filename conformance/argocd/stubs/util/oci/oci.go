// A stub for compiling: credentials of OCI registries, which no question of RBAC reaches.
package oci

type Creds struct {
	Username, Password, CAPath           string
	CertData, KeyData                    []byte
	InsecureSkipVerify, InsecureHTTPOnly bool
}
