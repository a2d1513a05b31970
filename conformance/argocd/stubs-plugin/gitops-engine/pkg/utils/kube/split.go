// What the plugin server does with the output of a plugin: documents by the decoder of Kubernetes, each as JSON. Empty
// ones are passed over.

package kube

import (
	"bytes"
	"errors"
	"io"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func SplitYAMLToString(text []byte) (objects []string, err error) {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var object unstructured.Unstructured
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return objects, err
		}
		if len(object.Object) == 0 {
			continue
		}
		json, err := object.MarshalJSON()
		if err != nil {
			return objects, err
		}
		objects = append(objects, string(bytes.TrimSpace(json)))
	}
}
