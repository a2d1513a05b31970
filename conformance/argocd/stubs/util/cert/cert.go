// A stub for compiling: certificates of repositories, which no question of RBAC reaches.
package cert

func GetCertBundlePathForRepository(string) (string, error) { return "", nil }
