// Reads objects of Argo Workflows as its own types do, unknown fields refused, and validates each WorkflowTemplate with the code
// that its server and `argo lint` use.
//
// usage: lint FILE...
package main

import (
	"context"
	"fmt"
	"os"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/util/logging"
	"github.com/argoproj/argo-workflows/v4/workflow/templateresolution"
	"github.com/argoproj/argo-workflows/v4/workflow/validate"
	"sigs.k8s.io/yaml"
)

// others stands for the WorkflowTemplates of a cluster: there are none.
type others struct{}

func (others) Get(_ context.Context, name string) (*wfv1.WorkflowTemplate, error) {
	return nil, fmt.Errorf("no WorkflowTemplate %s", name)
}

func check(ctx context.Context, text []byte) (string, error) {
	var object struct {
		Kind string `json:"kind"`
	}
	if err := yaml.Unmarshal(text, &object); err != nil {
		return "", err
	}
	switch object.Kind {
	case "WorkflowTemplate":
		var template wfv1.WorkflowTemplate
		if err := yaml.UnmarshalStrict(text, &template); err != nil {
			return object.Kind, err
		}
		none := &templateresolution.NullClusterWorkflowTemplateGetter{}
		return object.Kind, validate.ValidateWorkflowTemplate(ctx, others{}, none, &template, nil, validate.ValidateOpts{Lint: true})
	case "WorkflowEventBinding":
		return object.Kind, yaml.UnmarshalStrict(text, &wfv1.WorkflowEventBinding{})
	}
	return "", nil
}

func main() {
	ctx := logging.WithLogger(context.Background(), logging.NewSlogLogger(logging.Error, logging.JSON))
	checked, faults := 0, 0
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		kind := ""
		if err == nil {
			kind, err = check(ctx, text)
		}
		if kind != "" {
			checked++
		}
		if err != nil {
			faults++
			fmt.Printf("%s: %v\n", path, err)
		}
	}
	fmt.Printf("%d objects of Argo Workflows, %d faults\n", checked, faults)
	if faults > 0 || checked == 0 {
		os.Exit(1)
	}
}
