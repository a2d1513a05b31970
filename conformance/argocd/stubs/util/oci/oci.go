package oci

type Creds struct {
	Username, Password, CAPath           string
	CertData, KeyData                    []byte
	InsecureSkipVerify, InsecureHTTPOnly bool
}
