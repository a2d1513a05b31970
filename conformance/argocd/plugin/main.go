// Runs the plugin server of Argo CD on our plugin.yaml, and asks it as the repo-server does: the repository goes over
// its own stream of gRPC, packed as the repo-server packs it. Requests are lines of JSON on standard input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/argoproj/argo-cd/v3/cmpserver/apiclient"
	"github.com/argoproj/argo-cd/v3/cmpserver/plugin"
	"github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/util/cmp"
	log "github.com/sirupsen/logrus"
	"google.golang.org/grpc"
)

type request struct {
	Do      string   // discover, parameters or generate
	Repo    string   // folder of the repository
	App     string   // path of the source in it
	Env     []string // NAME=value
	Seconds float64  // time limit of the request
}

type answer struct {
	Supported  bool     `json:"supported"`
	Manifests  []string `json:"manifests"`
	Parameters any      `json:"parameters"`
	Error      string   `json:"error"`
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

// ask sends one request. A repository is sent whole before the answer is waited for.
func ask(client apiclient.ConfigManagementPluginServiceClient, r request) (a answer) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.Seconds*float64(time.Second)))
	defer cancel()
	send := func(stream cmp.StreamSender, err error) error {
		if err == nil {
			err = cmp.SendRepoStream(ctx, filepath.Join(r.Repo, r.App), r.Repo, stream, r.Env, nil)
		}
		return err
	}
	var err error
	switch r.Do {
	case "discover":
		stream, e := client.MatchRepository(ctx)
		if err = send(stream, e); err == nil {
			found, e := stream.CloseAndRecv()
			err, a.Supported = e, found.GetIsSupported()
		}
	case "parameters":
		stream, e := client.GetParametersAnnouncement(ctx)
		if err = send(stream, e); err == nil {
			found, e := stream.CloseAndRecv()
			err, a.Parameters = e, found.GetParameterAnnouncements()
		}
	case "generate":
		stream, e := client.GenerateManifest(ctx)
		if err = send(stream, e); err == nil {
			found, e := stream.CloseAndRecv()
			err, a.Manifests = e, found.GetManifests()
		}
	}
	if err != nil {
		a.Error = err.Error()
	}
	return a
}

func main() {
	log.SetOutput(os.Stderr)
	// usage: argocd-plugin FOLDER, which holds plugin.yaml, as the sidecar's folder of configuration does.
	config := must(plugin.ReadPluginConfig(os.Args[1]))
	service := plugin.NewService(plugin.CMPServerInitConstants{PluginConfig: *config})
	if err := service.Init(common.GetCMPWorkDir()); err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(apiclient.MaxGRPCMessageSize), grpc.MaxSendMsgSize(apiclient.MaxGRPCMessageSize))
	apiclient.RegisterConfigManagementPluginServiceServer(server, service)
	listener := must(net.Listen("unix", config.Address()))
	go func() { log.Fatal(server.Serve(listener)) }()
	_, client, err := apiclient.NewConfigManagementPluginClientSet(config.Address()).NewConfigManagementPluginClient()
	must(client, err)
	out := json.NewEncoder(os.Stdout)
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var r request
		must(0, json.Unmarshal(in.Bytes(), &r))
		must(0, out.Encode(ask(client, r)))
	}
}
