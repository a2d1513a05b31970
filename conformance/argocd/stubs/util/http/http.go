// A stub for compiling: transports to clusters, which no question of RBAC reaches.
package http

import (
	"net/http"
	"time"
)

const (
	EnvRetryMax         = ""
	EnvRetryBaseBackoff = ""
)

func WithRetry(int64, time.Duration) func(http.RoundTripper) http.RoundTripper { return nil }

func WithServerSideTimeout(...any) func(http.RoundTripper) http.RoundTripper { return nil }
