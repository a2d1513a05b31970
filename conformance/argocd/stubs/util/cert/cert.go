package cert

func GetCertBundlePathForRepository(string) (string, error) { return "", nil }
