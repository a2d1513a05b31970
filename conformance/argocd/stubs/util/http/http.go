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
