"""The sidecar of cmp/: kustomize adds it to argocd-repo-server, and the values for the chart say the same.

usage: sidecar.py KUBECTL
"""

import pathlib
import subprocess
import sys
import tempfile

import yaml

CMP = pathlib.Path(__file__).resolve().parent.parent.parent / "cmp"
REPO_SERVER = """\
apiVersion: apps/v1
kind: Deployment
metadata: { name: argocd-repo-server, namespace: argocd }
spec:
  selector: { matchLabels: { app: x } }
  template:
    metadata: { labels: { app: x } }
    spec:
      containers: [{ name: argocd-repo-server, image: argocd }]
      volumes: [{ name: var-files, emptyDir: {} }, { name: plugins, emptyDir: {} }]
"""

with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    (folder / "component").mkdir()
    for file in (CMP / "component").iterdir():
        (folder / "component" / file.name).write_bytes(file.read_bytes())
    (folder / "server.yaml").write_text(REPO_SERVER)
    (folder / "kustomization.yaml").write_text(
        "resources: [server.yaml]\ncomponents: [component]\n"
        "images: [{ name: sailplan-cmp, newName: REGISTRY/sailplan-cmp, newTag: 0.1.0 }]\n"
    )
    built = subprocess.run([sys.argv[1], "kustomize", temporary], capture_output=True, check=True).stdout
pod = yaml.safe_load(built)["spec"]["template"]["spec"]
values = yaml.safe_load((CMP / "values.yaml").read_text())["repoServer"]

containers = {container["name"]: container for container in pod["containers"]}
assert set(containers) == {"argocd-repo-server", "sailplan"}, containers
assert [containers["sailplan"]] == values["extraContainers"], "the component and the values differ"
assert all(volume in pod["volumes"] for volume in values["volumes"]), pod["volumes"]
mounted = {mount["name"] for mount in containers["sailplan"]["volumeMounts"]}
assert mounted <= {volume["name"] for volume in pod["volumes"]}, mounted
assert containers["sailplan"]["securityContext"]["runAsUser"] == 999

plugin = yaml.safe_load((CMP / "plugin.yaml").read_text())
known = {"init", "generate", "discover", "parameters", "version", "preserveFileMode", "provideGitCreds"}
assert plugin["kind"] == "ConfigManagementPlugin" and set(plugin["spec"]) <= known, "Argo CD passes over other keys"
print("sidecar: kustomize and the chart agree")
