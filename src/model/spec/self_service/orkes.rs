//! Orkes Conductor, and the worker that runs tasks of its workflows.

use super::super::{Given, SecretData};
use crate::shape::{AnyMap, AtLeast, Dict, List, Text};

crate::shape! {
    /// Orkes Conductor: its workflows, and the worker that runs their tasks.
    Orkes {
        /// URL of the server, without `/api`.
        url: Text,
        /// The app that holds the worker, on the cluster of Argo CD; its namespace is that of the worker.
        app: Text = "orkes",
        /// Owner of workflows and tasks: an e-mail address. Conductor demands one.
        owner_email ("ownerEmail"): Text,
        /// Local account of Argo CD whose token the worker has.
        account: Text,
        /// URL of Argo CD as the worker reaches it; its Service when left out.
        argocd_url ("argocdUrl"): Option<Text>,
        /// Store of the secrets below; that of all secrets when left out.
        store: Option<Text>,
        /// Token of the account, which the worker mounts.
        token: SecretData,
        /// Access key of Orkes that the worker signs in with. An open-source Conductor has none.
        key: Option<KeyPair>,
        /// Credentials of Port, by which runs are reported. Without them nothing is.
        port: Option<KeyPair>,
        /// Token of GitHub, which actions with the mode `git` need: it may start workflows and read pull requests.
        github: Option<SecretData>,
        /// Name of the secret in Port that holds the token with which Port starts workflows.
        start_secret ("startSecret"): Text = "ORKES_TOKEN",
        /// ServiceAccount of the worker.
        service_account ("serviceAccount"): Text = "orkes-sa",
        /// Role of the worker in Vault.
        role: Text = "orkes",
        /// The worker.
        worker: Option<Worker>,
        /// How health is waited for after an action.
        wait: Option<Waiting>,
        /// How often a task is tried again.
        retries: AtLeast<0> = 3,
        /// Timeouts.
        timeouts: Option<Timeouts>,
        /// URL that hears of each end: plain, or in the store where it is a secret.
        notify: Option<Given>,
        /// Globs of further workflow definitions, as JSON, relative to the spec. They are checked and written beside the derived ones.
        workflows: List<Text>,
        /// Tasks of workers of your own that these workflows use, by name, as Conductor takes a task definition.
        tasks: Dict<AnyMap>,
    }
}

crate::shape! {
    /// An id and its secret.
    KeyPair {
        /// The id.
        id: SecretData,
        /// The secret.
        secret: SecretData,
    }
}

crate::shape! {
    /// The worker: a Deployment that asks Orkes for tasks.
    Worker {
        /// Its image. The program is mounted into it and needs Python 3.9 or newer.
        image: Text = "docker.io/library/python:3.13.7-alpine3.22",
        /// Whether the image has a program of its own, which does the tasks in the way of the one that is left out then.
        own_program ("ownProgram"): bool = false,
        /// How many there are.
        replicas: AtLeast<0> = 2,
        /// Requests and limits of its container.
        resources: Option<AnyMap>,
        /// Networks that it may reach on port 443 besides, as CIDR; any when left out.
        egress: List<Text>,
    }
}

crate::shape! {
    /// How something is waited for.
    Waiting {
        /// Seconds between two looks.
        seconds: AtLeast<1> = 10,
        /// How many looks there are at most.
        times: AtLeast<1> = 60,
    }
}

crate::shape! {
    /// Timeouts.
    Timeouts {
        /// Milliseconds until a connection stands.
        connect: AtLeast<1> = 5000,
        /// Milliseconds until an answer is there.
        read: AtLeast<1> = 30000,
        /// Seconds that an approval in Orkes may take.
        approval: AtLeast<1> = 86400,
    }
}
