package workloadidentity

func NewWorkloadIdentityTokenProvider() any { return nil }
