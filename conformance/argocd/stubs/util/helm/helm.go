// A stub for compiling: credentials of Helm repositories, which no question of RBAC reaches.
package helm

type Creds any

type HelmCreds struct {
	Username, Password, CAPath string
	CertData, KeyData          []byte
	InsecureSkipVerify         bool
}

func NewAzureWorkloadIdentityCreds(...any) Creds { return nil }
func IsHelmOciRepo(string) bool                  { return false }
