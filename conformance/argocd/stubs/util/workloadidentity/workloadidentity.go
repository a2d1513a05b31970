// A stub for compiling: tokens of Azure, which no question of RBAC reaches.
package workloadidentity

func NewWorkloadIdentityTokenProvider() any { return nil }
