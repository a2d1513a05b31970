// Texts that generated code would have; only messages use them.

package v1alpha1

func (*SourceIntegrity) String() string  { return "" }
func (HelmParameter) String() string     { return "" }
func (HelmFileParameter) String() string { return "" }
