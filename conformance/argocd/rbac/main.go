// Argo CD's own answers about RBAC. Reads questions from standard input, one JSON object a line, and writes one
// answer a line in the same order. README.md says which packages are Argo CD's and which are stubs.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	_ "time/tzdata"

	"github.com/casbin/casbin/v2/util"
	"github.com/golang-jwt/jwt/v5"
	"github.com/sirupsen/logrus"
	"k8s.io/client-go/tools/cache"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	applister "github.com/argoproj/argo-cd/v3/pkg/client/listers/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/server/rbacpolicy"
	"github.com/argoproj/argo-cd/v3/util/assets"
	"github.com/argoproj/argo-cd/v3/util/glob"
	"github.com/argoproj/argo-cd/v3/util/rbac"
)

const namespace = "argocd"

type question struct {
	Kind string `json:"kind"`

	// kind policy: the data of argocd-rbac-cm, its scopes as a list, the projects, and what is asked.
	Data     map[string]string     `json:"data"`
	Scopes   []string              `json:"scopes"`
	Projects []v1alpha1.AppProject `json:"projects"`
	Asks     []ask                 `json:"asks"`

	// kind project
	Project v1alpha1.AppProject `json:"project"`

	// kinds glob and regex
	Pattern string   `json:"pattern"`
	Texts   []string `json:"texts"`
}

// One request. Without claims the subject is a plain name.
type ask struct {
	Subject  string        `json:"subject"`
	Claims   jwt.MapClaims `json:"claims"`
	Resource string        `json:"resource"`
	Action   string        `json:"action"`
	Object   string        `json:"object"`
}

type answer struct {
	// The policy was loaded, the project accepted, the pattern read without a crash.
	Error   string `json:"error,omitempty"`
	Answers []bool `json:"answers,omitempty"`
	Text    string `json:"text,omitempty"`
	// For each request with a plain name: the fields of the rule that decided the question about that name.
	Rules [][]string `json:"rules,omitempty"`
}

// What casbin's enforcer has beyond the interface that Argo CD uses.
type explaining interface {
	EnforceEx(values ...any) (bool, []string, error)
}

func main() {
	logrus.SetOutput(io.Discard)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		fail(err)
		var q question
		fail(json.Unmarshal(line, &q))
		fail(encoder.Encode(respond(q)))
		if in.Buffered() == 0 {
			fail(out.Flush())
		}
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func respond(q question) answer {
	switch q.Kind {
	case "builtin":
		return answer{Text: assets.BuiltinPolicyCSV}
	case "policy":
		return policy(q)
	case "project":
		return project(q)
	case "glob":
		return patterns(q, func(text string) bool { return glob.Match(q.Pattern, text) })
	case "regex":
		return patterns(q, func(text string) bool { return util.RegexMatch(text, q.Pattern) })
	}
	return answer{Error: "unknown kind " + q.Kind}
}

// Whatever crashes inside a request is a refusal: the server turns it into an error.
func guarded(f func() bool) (yes bool) {
	defer func() {
		if recover() != nil {
			yes = false
		}
	}()
	return f()
}

func policy(q question) answer {
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	for i := range q.Projects {
		q.Projects[i].Namespace = namespace
		fail(indexer.Add(&q.Projects[i]))
	}
	enforcer := rbac.NewEnforcer(nil, namespace, "argocd-rbac-cm", nil)
	policies := rbacpolicy.NewRBACPolicyEnforcer(enforcer, applister.NewAppProjectLister(indexer).AppProjects(namespace))
	policies.SetScopes(q.Scopes)
	enforcer.SetClaimsEnforcerFunc(policies.EnforceClaims)
	fail(enforcer.SetBuiltinPolicy(assets.BuiltinPolicyCSV))
	enforcer.SetDefaultRole(q.Data[rbac.ConfigMapPolicyDefaultKey])
	enforcer.SetMatchMode(q.Data[rbac.ConfigMapMatchModeKey])
	var all answer
	if err := enforcer.SetUserPolicy(rbac.PolicyCSV(q.Data)); err != nil {
		all.Error = err.Error()
	}
	for _, a := range q.Asks {
		var subject any = a.Subject
		if a.Claims != nil {
			subject = a.Claims
		}
		all.Answers = append(all.Answers, guarded(func() bool {
			return enforcer.Enforce(subject, a.Resource, a.Action, a.Object)
		}))
		var rule []string
		if a.Claims == nil && all.Error == "" {
			casbin := enforcer.CreateEnforcerWithRuntimePolicy("", "").(explaining)
			if _, fields, err := casbin.EnforceEx(a.Subject, a.Resource, a.Action, a.Object); err == nil {
				rule = fields
			}
		}
		all.Rules = append(all.Rules, rule)
	}
	return all
}

// A crash of the parser of schedules is an error to whoever writes the project.
func project(q question) (all answer) {
	defer func() {
		if crash := recover(); crash != nil {
			all.Error = fmt.Sprint("crash: ", crash)
		}
	}()
	if err := q.Project.ValidateProject(); err != nil {
		all.Error = err.Error()
	}
	return all
}

func patterns(q question, matches func(string) bool) (all answer) {
	for _, text := range q.Texts {
		all.Answers = append(all.Answers, guarded(func() bool { return matches(text) }))
	}
	return all
}
