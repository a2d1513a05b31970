#!/usr/bin/env bash
# Terraform itself takes what is handed over: the variables of a rendered fixture have the types of the example module, which
# makes of them the secrets, federated credentials and roles that the facts ask for. Faulty variables are refused.
#
# The provider azurerm is not needed: what is evaluated is the module without its resources.
set -euo pipefail

cd "$(dirname "$0")/../.."
. conformance/lib.sh
need python3
program
terraform=$(conformance/terraform/get.sh "$work")
"$terraform" version | head -n 1
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_CLI_CONFIG_FILE=$work/none.tfrc
: >"$TF_CLI_CONFIG_FILE"

"$terraform" fmt -check -recursive examples/terraform-aks
fixture terraform
module=$work/module
mkdir "$module"
cp examples/terraform-aks/variables.tf examples/terraform-aks/locals.tf conformance/terraform/sample/* "$module"
cp "$work/terraform/out/terraform/clusters.auto.tfvars.json" "$module"
(cd "$module" && "$terraform" init -input=false -no-color >/dev/null)

# plan FILE: what the module makes of the variables, as JSON.
plan() {
    (cd "$module" && "$terraform" plan -input=false -no-color -out=plan >plan.log 2>&1) || return
    (cd "$module" && "$terraform" show -json plan) >"$1"
}

plan "$work/plan.json" || { cat "$module/plan.log" >&2; exit 1; }
python3 conformance/terraform/check.py fixtures/platform/terraform.json "$work/plan.json"

# refused WHAT FROM TO: the same variables with one text changed are an error.
refused() {
    cp "$work/terraform/out/terraform/clusters.auto.tfvars.json" "$module"
    sed -i "s/$2/$3/" "$module/clusters.auto.tfvars.json"
    if cmp -s "$work/terraform/out/terraform/clusters.auto.tfvars.json" "$module/clusters.auto.tfvars.json"; then
        echo "$0: nothing to change for $1" >&2
        return 1
    fi
    if plan /dev/null; then
        echo "$0: Terraform takes $1" >&2
        return 1
    fi
    printf 'refused: %s\n' "$1"
}

refused 'a scope of no kind' '"kind": "cluster"' '"kind": "node"'
refused 'an output that no module has' '"cluster_ca_certificate"' '"ca"'
refused 'a cluster that AKS does not have' '"cluster": "in-cluster"' '"cluster": "elsewhere"'
refused 'a role without a purpose' '"purpose": "argocd-prd",' ''
refused 'an identity that is not there' '"argocd-dev": {' '"argocd-test": {'
