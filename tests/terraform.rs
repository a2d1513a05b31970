//! What is handed over to Terraform: all that the clusters need, and nothing of what is gone from the spec.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeSet;

use sailplan::pipeline::{self, Silent};
use sailplan::source::Memory;
use serde_json::{Value, json};

const SPEC: &str = include_str!("../fixtures/render/terraform/platform.yaml");
const FACTS: &str = include_str!("../fixtures/platform/terraform.json");
const VARIABLES: &str = include_str!("../examples/terraform-aks/variables.tf");
const LOCALS: &str = include_str!("../examples/terraform-aks/locals.tf");
const MAIN: &str = include_str!("../examples/terraform-aks/main.tf");
const FILE: &str = "terraform/clusters.auto.tfvars.json";

/// The variables of a spec; `None` where there is no file.
fn variables(spec: &str) -> Option<Value> {
    let world: Memory = [("platform.yaml".to_owned(), spec.as_bytes().to_vec())].into_iter().collect();
    let outcome = pipeline::run(&world, "platform.yaml", &Silent);
    let tree = outcome.tree.unwrap_or_else(|| panic!("{:?}", outcome.findings));
    let file = tree.into_iter().find(|(path, _)| path == FILE)?;
    Some(serde_json::from_slice(&file.1.bytes).unwrap())
}

fn without(spec: &str, from: &str, to: &str) -> String {
    let start = spec.find(from).unwrap_or_else(|| panic!("no {from}"));
    let end = spec[start..].find(to).unwrap_or_else(|| panic!("no {to}")) + start;
    format!("{}{}", &spec[..start], &spec[end..])
}

fn list<'v>(facts: &'v Value, key: &str) -> &'v [Value] {
    let list = facts[key].as_array().unwrap();
    assert!(!list.is_empty(), "{key} has no facts");
    list
}

fn accounts(variables: &Value, purpose: &str) -> Vec<String> {
    let accounts = variables["federated_credentials"][purpose]["service_accounts"].as_array().unwrap();
    let text = |a: &Value, key: &str| a[key].as_str().unwrap().to_owned();
    accounts.iter().map(|a| format!("{}/{}", text(a, "namespace"), text(a, "service_account_name"))).collect()
}

#[test]
fn each_fact_of_the_platform_is_handed_over() {
    let (variables, facts) = (variables(SPEC).unwrap(), serde_json::from_str::<Value>(FACTS).unwrap());
    for fact in list(&facts, "secrets") {
        let (cluster, output) = (fact["cluster"].as_str().unwrap(), fact["output"].as_str().unwrap());
        let secret = &variables["clusters"][cluster]["secrets"][output];
        assert_eq!(*secret, json!({ "name": fact["name"], "key_vault": fact["keyVault"] }));
    }
    for fact in list(&facts, "keyVaults") {
        let vault = &variables["key_vaults"][fact["name"].as_str().unwrap()];
        assert_eq!(vault["resource_group"], fact["resourceGroup"]);
    }
    for fact in list(&facts, "federatedCredentials") {
        let mut wanted: Vec<&str> = list(fact, "serviceAccounts").iter().map(|a| a.as_str().unwrap()).collect();
        wanted.extend(fact.get("withApplicationSets").map(|a| a.as_str().unwrap()));
        wanted.sort_unstable();
        assert_eq!(accounts(&variables, fact["purpose"].as_str().unwrap()), wanted);
    }
    for fact in list(&facts, "roleAssignments") {
        let all = variables["role_assignments"].as_object().unwrap();
        let same = |a: &&Value| ["role", "scope", "purpose"].iter().all(|key| a[key] == fact[key]);
        assert_eq!(all.values().filter(same).count(), 1, "{fact}");
    }
}

#[test]
fn a_cluster_that_is_gone_leaves_nothing() {
    let less = without(SPEC, "  aks-dev-weu:\n", "  # Nothing for Terraform of Azure.");
    let (before, after) = (variables(SPEC).unwrap(), variables(&less).unwrap());
    assert!(before.to_string().contains("aks-dev-weu") && before.to_string().contains("argocd-dev"));
    assert!(!after.to_string().contains("aks-dev-weu") && !after.to_string().contains("argocd-dev"));
    assert!(!after.to_string().contains("dev-ca"));
    let mut rest = before;
    rest["clusters"].as_object_mut().unwrap().remove("aks-dev-weu").unwrap();
    rest["federated_credentials"].as_object_mut().unwrap().remove("argocd-dev").unwrap();
    rest["role_assignments"].as_object_mut().unwrap().remove("cluster/aks-dev-weu/argocd-dev").unwrap();
    assert_eq!(after, rest);
}

#[test]
fn clusters_of_other_clouds_are_not_for_the_terraform_of_azure() {
    let text = variables(SPEC).unwrap().to_string();
    assert!(SPEC.contains("eks-prod:") && SPEC.contains("public:"));
    assert!(!text.contains("eks") && !text.contains("public"));
}

#[test]
fn without_application_sets_their_controller_is_not_federated() {
    let start = SPEC.find("applicationSets:").unwrap();
    let less = variables(&SPEC[..start]).unwrap();
    assert_eq!(accounts(&less, "argocd-prd"), ["argocd/argocd-application-controller", "argocd/argocd-server"]);
    // A secret that an ApplicationSet spreads needs one all the same.
    let secret = "inner-db: { store: nodes, ";
    let spread =
        SPEC[..start].replacen(secret, "inner-db: { store: nodes, spread: applicationSet, namespaces: [a, b], ", 1);
    let accounts = accounts(&variables(&spread).unwrap(), "argocd-prd");
    assert!(accounts.contains(&"argocd/argocd-applicationset-controller".to_owned()), "{accounts:?}");
}

#[test]
fn parts_that_the_spec_names_are_federated() {
    let more = SPEC.replacen("      purpose: argocd-prd\n", "      parts: [argocd-repo-server]\n", 1);
    let all = variables(&more).unwrap();
    // Called by the name of the platform where it has no other.
    assert!(accounts(&all, "argocd-acme").contains(&"argocd/argocd-repo-server".to_owned()));
}

#[test]
fn whoever_reads_a_store_acts_as_its_identity() {
    let accounts_of = |spec: &str| accounts(&variables(spec).unwrap(), "web-secrets");
    assert_eq!(accounts_of(SPEC), ["web/web", "web/web-reader"]);
    let csi = without(SPEC, "      web-files:\n", "  inner:\n");
    assert_eq!(accounts_of(&csi), ["web/web-reader"]);
    let default = SPEC.replacen("serviceAccount: web, kind", "kind", 1);
    assert_eq!(accounts_of(&default), ["web/default", "web/web-reader"]);
}

#[test]
fn an_identity_is_the_same_however_its_id_is_written() {
    let own = "azure: { clientId: 12121212-8888-7777-6666-555555555555, purpose: argocd-dev, ";
    let same = "azure: { clientId: 99999999-8888-7777-6666-555555555555, purpose: argocd-dev, ";
    let all = variables(&SPEC.replacen(own, same, 1)).unwrap();
    assert_eq!(all["role_assignments"]["cluster/aks-dev-weu/argocd-prd"]["purpose"], "argocd-prd");
    assert!(all["federated_credentials"].get("argocd-dev").is_none());
    let unnamed = SPEC.replacen("purpose: argocd-dev, ", "", 1);
    assert!(variables(&unnamed).unwrap()["federated_credentials"].get("argocd-12121212").is_some());
}

/// What the resources of the example name: `var.x`, `local.x`, and data by type.
fn mentions(text: &str, of: &str) -> BTreeSet<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    text.split(of).skip(1).map(word).collect()
}

#[test]
fn the_example_module_takes_exactly_these_variables() {
    let body = |text: &str| hcl::from_str::<Value>(text).unwrap();
    let (declared, locals) = (body(VARIABLES), body(LOCALS));
    let declared: BTreeSet<String> = declared["variable"].as_object().unwrap().keys().cloned().collect();
    let handed: BTreeSet<String> = variables(SPEC).unwrap().as_object().unwrap().keys().cloned().collect();
    let own = ["aks", "identities", "key_vault_resource_group"].map(str::to_owned);
    assert_eq!(declared, handed.into_iter().chain(own).collect());
    let main = body(MAIN);
    assert!(mentions(MAIN, "var.").union(&mentions(LOCALS, "var.")).all(|name| declared.contains(name)));
    let named = mentions(MAIN, "local.").union(&mentions(LOCALS, "local.")).cloned().collect::<Vec<_>>();
    assert!(!named.is_empty() && named.iter().all(|name| locals["locals"].get(name).is_some()), "{named:?}");
    let data = mentions(MAIN, "data.");
    assert!(!data.is_empty() && data.iter().all(|kind| main["data"].get(kind).is_some()), "{data:?}");
    let resources: Vec<&String> = main["resource"].as_object().unwrap().keys().collect();
    let wanted = ["azurerm_key_vault_secret", "azurerm_federated_identity_credential", "azurerm_role_assignment"];
    assert_eq!(resources, wanted);
}

#[test]
fn nothing_to_hand_over_is_no_file() {
    assert!(variables(include_str!("../fixtures/render/minimal/platform.yaml")).is_none());
}
