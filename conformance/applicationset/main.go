// What the controller of ApplicationSets makes of a tree is what another tree says: the Applications that both give are
// compared one by one.
//
// usage: applicationset SETS APPS, two rendered trees
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	argo "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	log "github.com/sirupsen/logrus"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	log.SetLevel(log.WarnLevel)
	if len(os.Args) != 3 {
		fail("usage: applicationset SETS APPS")
	}
	made, sets := read(os.Args[1])
	expected, none := read(os.Args[2])
	if sets == 0 || none != 0 {
		fail("the first tree has %d ApplicationSets, the second %d", sets, none)
	}
	faults := 0
	for _, name := range names(made, expected) {
		a, b := made[name], expected[name]
		if a != b {
			faults++
			fmt.Printf("%s\n  is made as  %s\n  is expected %s\n", name, a, b)
		}
	}
	if faults > 0 {
		fail("%d of %d Applications differ", faults, len(expected))
	}
	fmt.Printf("%d Applications with those that %d ApplicationSets make: the same\n", len(expected), sets)
}

func fail(format string, of ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", of...)
	os.Exit(1)
}

// The Applications of a tree, those that its ApplicationSets make among them, as JSON by name; and how many sets
// there are.
func read(root string) (map[string]string, int) {
	apps, sets := map[string]string{}, 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var kind struct{ Kind string }
		// Files with several documents hold none of these.
		if yaml.Unmarshal(text, &kind) != nil {
			return nil
		}
		switch kind.Kind {
		case "Application":
			var app argo.Application
			if err := yaml.UnmarshalStrict(text, &app); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			add(apps, app)
		case "ApplicationSet":
			sets++
			for _, app := range generate(path, text) {
				add(apps, app)
			}
		}
		return nil
	})
	if err != nil {
		fail("%v", err)
	}
	return apps, sets
}

func generate(path string, text []byte) []argo.Application {
	var set argo.ApplicationSet
	if err := yaml.UnmarshalStrict(text, &set); err != nil {
		fail("%s: %v", path, err)
	}
	known := map[string]generators.Generator{"List": generators.NewListGenerator()}
	apps, _, err := template.GenerateApplications(log.NewEntry(log.StandardLogger()), set, known, &utils.Render{}, nil)
	if err != nil {
		fail("%s: %v", path, err)
	}
	return apps
}

func add(apps map[string]string, app argo.Application) {
	app.TypeMeta = meta.TypeMeta{}
	text, err := json.Marshal(app)
	if err != nil {
		fail("%s: %v", app.Name, err)
	}
	// Raw JSON within it may differ in the order of keys.
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		fail("%s: %v", app.Name, err)
	}
	sorted, err := json.Marshal(plain)
	if err != nil {
		fail("%s: %v", app.Name, err)
	}
	if _, twice := apps[app.Name]; twice {
		fail("%s comes twice", app.Name)
	}
	apps[app.Name] = string(sorted)
}

func names(of ...map[string]string) []string {
	seen := map[string]bool{}
	var all []string
	for _, apps := range of {
		for name := range apps {
			if !seen[name] {
				seen[name] = true
				all = append(all, name)
			}
		}
	}
	sort.Strings(all)
	return all
}
