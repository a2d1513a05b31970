//! I17: the databases consumers use are declared in the cluster resource, and their owner is one of its users.

use super::super::Platform;
use super::super::facts::locate;
use super::super::helm;
use super::super::report::Report;
use serde_json::Value;

/// Judges the consumers the fixture names against the cluster resource it names.
pub fn judge(platform: &Platform, report: &mut Report) {
    let entry = platform.fixture.entry(platform.fixture.text("/databases/cluster"));
    let cluster = entry.and_then(|entry| locate::manifests(platform, entry).first().copied());
    let Some(cluster) = cluster.map(|index| &platform.tree.objects[index]) else {
        return report.broken("databases", "the cluster resource is not there");
    };
    let spec = &cluster.value["spec"];
    for (name, owner) in spec["databases"].as_object().into_iter().flatten() {
        if owner.as_str().is_none_or(|owner| spec["users"].get(owner).is_none()) {
            report.broken(&cluster.to_string(), format!("database {name} belongs to {owner}, which is no user of it"));
        }
    }
    for consumer in platform.fixture.list("/databases/consumers") {
        let text = |key: &str| consumer[key].as_str().unwrap_or_default();
        let app = platform.tree.application(text("app"));
        let values = app.and_then(|app| helm::values(&platform.tree, app).ok()).unwrap_or_default();
        let value = |key: &str| values.pointer(text(key)).and_then(Value::as_str).map(str::to_owned);
        let subject = format!("database of {}", text("app"));
        // A name stated in the fixture stands for one that the consumer's code chooses.
        let Some(name) = value("database").or(consumer["name"].as_str().map(str::to_owned)) else {
            report.fact(&subject, text("database"), "the name of a database", "nothing");
            continue;
        };
        if spec["databases"].get(&name).is_none() {
            report.fact(&subject, "/spec/databases", format!("{name} in {cluster}"), &spec["databases"]);
        }
        if let Some(user) = value("user").filter(|user| spec["users"].get(user).is_none()) {
            report.fact(&subject, "/spec/users", format!("{user} in {cluster}"), &spec["users"]);
        }
    }
}

#[test]
fn databases_and_owners() {
    use super::judged;
    use serde_json::json;
    let failing = |database: &str, users: &str| {
        let cluster = format!(
            "apiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: {{name: pg, namespace: n}}\n\
             spec: {{users: {users}, databases: {{a: z}}}}\n"
        );
        let app = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: c}}\n\
             spec: {{source: {{chart: c, helm: {{values: 'db: {database}'}}}}}}\n"
        );
        let fixture = json!({
            "objects": [{"id": "pg", "apiVersion": "acid.zalan.do/v1", "kind": "postgresql", "namespace": "n", "name": "pg"}],
            "databases": {"cluster": "pg", "consumers": [{"app": "c", "database": "/db/name", "user": "/db/user"}]}
        });
        judged(judge, &[("pg.yaml", cluster.as_str()), ("c.yaml", app.as_str())], fixture).len()
    };
    assert_eq!(failing("{name: a, user: z}", "{z: []}"), 0);
    assert_eq!(failing("{name: b}", "{z: []}"), 1);
    assert_eq!(failing("{name: a, user: y}", "{z: []}"), 1);
    assert_eq!(failing("{}", "{z: []}"), 1);
    assert_eq!(failing("{name: a}", "{}"), 1);
}
