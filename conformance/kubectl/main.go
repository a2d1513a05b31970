// kubectl, built from its own module for machines whose packages have none that is new enough.
package main

import (
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	util.CheckErr(cmd.NewDefaultKubectlCommand().Execute())
}
