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
