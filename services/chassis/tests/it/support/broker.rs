//! A NATS server for one test.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use onestop_chassis::{bus::Bus, client::Client, settings::Settings};
use tempfile::TempDir;

use super::service;

/// How long a server may take to start.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A running server. Dropping it stops it.
pub(crate) struct Broker {
    process: Child,
    url: String,
    folder: TempDir,
}

impl Broker {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = Command::new(nats_server())
            .args(["-a", "127.0.0.1", "-p", "-1", "--ports_file_dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let ports = folder
            .path()
            .join(format!("nats-server_{}.ports", process.id()));
        let url = tokio::time::timeout(START_LIMIT, address(&ports));
        let url = url.await.expect("the server starts");
        Self {
            process,
            url,
            folder,
        }
    }

    /// The settings of a service whose data are in the broker's own folder.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            nats: self.url.clone(),
            data: self.folder.path().join("data"),
            drain_seconds: 5,
            ..Settings::default()
        }
    }

    pub(crate) async fn connect(&self) -> Bus {
        let connected = Bus::connect_now(&self.settings(), &service("cli")).await;
        connected.unwrap()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A client without a broker, for tests in which nothing is sent.
pub(crate) async fn disconnected() -> Client {
    let settings = Settings {
        nats: "nats://127.0.0.1:1".to_owned(),
        ..Settings::default()
    };
    Client::new(Bus::connect(&settings, &service("referral")).await.unwrap())
}

/// Waits until the server has written its ports file.
async fn address(ports: &Path) -> String {
    let mut polls = tokio::time::interval(Duration::from_millis(10));
    loop {
        polls.tick().await;
        let text = std::fs::read(ports).unwrap_or_default();
        let listening: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        if let Some(url) = listening["nats"][0].as_str() {
            return url.to_owned();
        }
    }
}

fn nats_server() -> PathBuf {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/nats-server.sh");
    let found = Command::new(script).output().unwrap();
    assert!(found.status.success(), "{script}: {found:?}");
    PathBuf::from(String::from_utf8(found.stdout).unwrap().trim())
}
