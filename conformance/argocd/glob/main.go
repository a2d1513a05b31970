// Answers of the glob library that Argo CD links from 3.6 on. The protocol is that of ../server, with the kind
// "glob" only.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/gobwas/glob"
)

type question struct {
	Pattern string   `json:"pattern"`
	Texts   []string `json:"texts"`
}

type answer struct {
	Error   string `json:"error,omitempty"`
	Answers []bool `json:"answers"`
}

func main() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	for in.More() {
		var q question
		fail(in.Decode(&q))
		a := answer{Answers: make([]bool, len(q.Texts))}
		compiled, err := glob.Compile(q.Pattern)
		if err != nil {
			a.Error = err.Error()
		} else {
			for i, text := range q.Texts {
				a.Answers[i] = compiled.Match(text)
			}
		}
		fail(out.Encode(a))
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
