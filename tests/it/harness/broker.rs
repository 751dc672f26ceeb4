//! The broker of an Onestop under test: its keys, its configuration, what it kept.

use std::path::PathBuf;

use onestop_chassis::bus::inbox;
use onestop_proto::actor::known_service;

use super::{Deployment, Onestop, Part, process, process::clean, programs};

impl Onestop {
    /// Keys, and the configuration in which each may do what its work needs.
    pub(super) fn broker_configuration(&self) -> String {
        // A test that has made it itself knows of more, such as a site.
        if self.keys().join("nats.conf").is_file() {
            return self.keys().join("nats.conf").display().to_string();
        }
        let mut keys = std::process::Command::new(programs::onestop());
        clean(&mut keys);
        let made = keys
            .args([
                "keys",
                "init",
                "--training",
                "--listen",
                &format!("127.0.0.1:{}", self.port),
            ])
            .arg("--out")
            .arg(self.keys())
            .arg("--store")
            .arg(self.broker_store())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        self.keys().join("nats.conf").display().to_string()
    }

    pub(crate) fn broker_store(&self) -> PathBuf {
        self.folder.path().join("broker")
    }

    /// After the keys were made anew.
    pub(crate) fn restart_broker_and_operator(&mut self) {
        for part in [Part::Operator, Part::Broker] {
            self.kill(part);
        }
        for part in [Part::Broker, Part::Operator] {
            self.run(part);
        }
    }

    pub(crate) fn keys(&self) -> PathBuf {
        match self.deployment {
            Deployment::SingleProcess => self.data().join("nats/keys"),
            Deployment::Separate => self.folder.path().join("keys"),
        }
    }

    /// The key of a service, or of the command line (`desk`).
    pub(crate) fn key(&self, name: &str) -> PathBuf {
        self.keys().join(format!("{name}.nk"))
    }

    /// A plain NATS connection with a service's key.
    pub(crate) async fn nats(&self, name: &'static str) -> async_nats::Client {
        let seed = std::fs::read_to_string(self.key(name)).unwrap();
        let name = known_service(name);
        async_nats::ConnectOptions::with_nkey(seed.trim().to_owned())
            .custom_inbox_prefix(inbox(&name, &known_service("main")))
            .connect(self.url().split(',').next().unwrap())
            .await
            .unwrap()
    }

    /// `onestop up` starts its own broker again.
    pub(super) fn kill_child_broker(&self) {
        let pid = std::fs::read_to_string(self.data().join("nats/pid")).unwrap();
        process::signal("KILL", pid.trim());
    }

    /// Removes everything that the broker kept.
    pub(crate) fn wipe_broker(&self) {
        let _ = std::fs::remove_dir_all(self.broker_store());
    }
}
