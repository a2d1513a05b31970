// A stub for compiling: names of phases, which no question of RBAC reaches.
package common

type (
	OperationPhase string
	SyncPhase      string
	ResultCode     string
	HookType       string
)

const (
	ResultCodePruneSkipped     ResultCode = "PruneSkipped"
	AnnotationDeletionApproved            = ""
)
