// A stub for compiling: credentials of Git repositories, which no question of RBAC reaches.
package git

type (
	CredsStore any
	Creds      any
	NopCreds   struct{}
	azure      struct{}
)

func (a azure) WithActiveDirectoryEndpoint(string) azure { return a }
func (a azure) WithClientCert(string, string) azure      { return a }
func (a azure) WithProxy(string) azure                   { return a }
func (a azure) WithNoProxy(string) azure                 { return a }

func NewHTTPSCreds(...any) Creds                 { return nil }
func NewSSHCreds(...any) Creds                   { return nil }
func NewGitHubAppCreds(...any) Creds             { return nil }
func NewGoogleCloudCreds(...any) Creds           { return nil }
func NewAzureWorkloadIdentityCreds(...any) Creds { return nil }
func NewAzureServicePrincipalCreds(...any) azure { return azure{} }
func IsSSHURL(string) (bool, string)             { return false, "" }
func NormalizeGitURL(url string) string          { return url }
