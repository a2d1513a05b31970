//! The secret that the worker of Orkes mounts: one of the app that holds the worker, so that store, policy, role and order
//! follow as for any other.

use crate::base::{Map, Value};
use crate::diag::{Bag, Finding};
use crate::model::context::Fields;
use crate::model::instance::{Instance, LOCAL_NAME};
use crate::model::self_service::{ARGOCD_TOKEN, GITHUB_TOKEN, NOTIFY_URL, ORKES_KEY, PORT_KEY, SECRET, SECRET_FOLDER};
use crate::model::spec::{AppSecret, Given, KeyPair, Orkes, SecretData, Spec};
use crate::shape::{Named, Reader, Shape, Text};

crate::codes! {
    /// No app holds the worker of Orkes.
    ///
    /// The worker is a Deployment with a mounted token, and some Application has to deploy it: the app `orkes`, or the one
    /// that `selfService.orkes.app` names, on the cluster of Argo CD. Its namespace is that of the worker.
    WORKER_WITHOUT_OWNER = "worker-without-owner";
}

/// Gives the secret to the app that holds the worker.
pub fn add(spec: &Spec, instances: &mut [Instance], bag: &mut Bag) {
    let Some(orkes) = spec.self_service.as_deref().and_then(|own| own.orkes.as_deref()) else { return };
    let owner = instances.iter_mut().find(|i| *i.app == *orkes.app && &*i.cluster.name == LOCAL_NAME);
    let Some(owner) = owner else {
        let message = format!("no app `{}` on cluster `{LOCAL_NAME}` holds the worker of Orkes", &*orkes.app);
        let help = format!("add an app `{}` with a category and a namespace, or name another as `app`", &*orkes.app);
        bag.push(Finding::error(&WORKER_WITHOUT_OWNER, orkes.app.span.or(orkes.span), message, help));
        return;
    };
    let mut cx = Reader::below(&["selfService", "orkes"]);
    let secret = AppSecret::read(&mut cx, &declaration(orkes));
    bag.extend(cx.bag);
    let name = Text { value: SECRET.into(), span: orkes.span };
    owner.body.secrets.items.extend(secret.map(|item| Named { name, item }));
}

fn declaration(orkes: &Orkes) -> Value {
    let mut data = Map::new();
    data.set(ARGOCD_TOKEN, mounted(&orkes.token));
    pair(&mut data, ORKES_KEY, orkes.key.as_ref());
    pair(&mut data, PORT_KEY, orkes.port.as_ref());
    orkes.github.iter().for_each(|token| data.set(GITHUB_TOKEN, mounted(token)));
    if let Some(Given::Stored(url)) = &orkes.notify {
        data.set(NOTIFY_URL, mounted(url));
    }
    let account = Fields::new().with("name", orkes.service_account.to_value()).at(orkes.span);
    let pods = Fields::new()
        .with("serviceAccount", account)
        .with("role", orkes.role.to_value())
        .with("path", SECRET_FOLDER)
        .at(orkes.span);
    Fields::new()
        .with("delivery", "csi")
        .maybe("store", orkes.store.as_ref().map(Text::to_value))
        .with("pods", pods)
        .with("data", data)
        .at(orkes.span)
}

fn pair(data: &mut Map, files: [&'static str; 2], pair: Option<&KeyPair>) {
    let [id, secret] = files;
    if let Some(pair) = pair {
        data.set(id, mounted(&pair.id));
        data.set(secret, mounted(&pair.secret));
    }
}

/// A value as a file that only the worker reads.
fn mounted(data: &SecretData) -> Value {
    let text = |t: &Option<Text>| t.as_ref().map(Text::to_value);
    Fields::new()
        .with("path", data.path.to_value())
        .maybe("property", text(&data.property))
        .maybe("version", text(&data.version))
        .with("mode", text(&data.mode).unwrap_or_else(|| Value::from("0444")))
        .at(data.span)
}
