// A stub for compiling: spans in the log, which nothing here reads.
package tracing

type (
	LoggingTracer struct{}
	Span          struct{}
)

func NewLoggingTracer(any) LoggingTracer    { return LoggingTracer{} }
func (LoggingTracer) StartSpan(string) Span { return Span{} }
func (Span) SetBaggageItem(string, any)     {}
func (Span) Finish()                        {}
