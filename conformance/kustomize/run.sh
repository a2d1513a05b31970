#!/usr/bin/env bash
# kubectl builds every kustomization of the example platform, and what it builds is what the files say: as the
# spec stands, with a kustomization in each folder, with each kustomize option that an app can have, and with clusters and
# repositories as overlays.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
. conformance/lib.sh
need kubectl
program
python_with "$here/requirements.txt"

example plain
"$python" "$here/check.py" "$work/plain/out"

example all 'kustomizations: all'
"$python" "$here/check.py" --all "$work/all/out"

fixture secrets
"$python" "$here/check.py" "$work/secrets/out"

# Clusters and repositories as overlays: every one builds, and is the object that the other form writes down.
fixture onboarding-overlays
"$python" "$here/check.py" "$work/onboarding-overlays/out"
for name in onboarding onboarding-overlays; do
    for form in manifests overlays; do
        to=$work/forms/$name/$form
        mkdir -p "$to"
        cp -R "fixtures/render/$name/." "$to"
        sed -i.before -e "s/onboarding: overlays$/onboarding: $form/" -e "s/^  argocd: { /&onboarding: $form, /" "$to/platform.yaml"
        grep -q "onboarding: $form" "$to/platform.yaml"
        "$SAILPLAN" render -f "$to/platform.yaml" -o "$to/out"
    done
done
of=argocd/app-of-apps/apps/automation/argocd
"$python" "$here/overlays.py" "$work/forms/onboarding/overlays/out/$of" "$work/forms/onboarding/manifests/out/$of"
of=manifests/argocd/overlays/prd
"$python" "$here/overlays.py" "$work/forms/onboarding-overlays/overlays/out/$of" "$work/forms/onboarding-overlays/manifests/out/$of"

# An image in an override is written by no build and by no action.
example options 'overrides: [
  { when: { app: workflow-templates }, set: { builds: { images: { backstage: null } } } },
  { when: { app: backstage }, set: { source: { kustomize: {
  images: { backstage: "harbor.example.com:5000/backstage@sha256:0123456789012345678901234567890123456789012345678901234567890123" },
  commonLabels: { team: portal, "yes": "012" }, labelWithoutSelector: true,
  commonAnnotations: { example.com/note: "a: b # no comment", example.com/switch: "on" },
  replicas: { backstage: 3 },
  patches: [
    { target: { kind: Deployment, name: backstage }, patch: [{ op: add, path: /spec/minReadySeconds, value: 7 }] },
    { patch: { apiVersion: apps/v1, kind: Deployment, metadata: { name: backstage, namespace: backstage }, spec: { revisionHistoryLimit: 2 } } } ] } } } }]' 's/deployRevision: { apps: \[backstage, harbor\]/deployRevision: { apps: [harbor]/'
for field in images labels commonAnnotations replicas patches; do
    grep -q "^$field:" "$work"/options/out/argocd/app-of-apps/apps/automation/backstage/kustomization.yaml
done
"$python" "$here/check.py" "$work/options/out"
