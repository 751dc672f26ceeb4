//! A NATS server for one test.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use async_nats::HeaderMap;
use onestop_chassis::{
    bus::Bus,
    client::Client,
    identity::{self, ANY_QUESTION, Enrolled, Issuer, IssuerKey, Issuers, KeyState, SpeaksFor},
    provision,
    settings::Settings,
};
use onestop_proto::actor::Actor;
use onestop_testing::Tied;
use tempfile::TempDir;

use super::service;

/// How long a server may take to start.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A running server. Dropping it stops it.
pub(crate) struct Broker {
    process: Child,
    _tied: Tied,
    url: String,
    folder: TempDir,
}

impl Broker {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(crate) async fn with_streams() -> Self {
        let broker = Self::start_with(&["-js"]).await;
        provision::leases(&broker.connect().await).await.unwrap();
        broker
    }

    async fn start_with(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = Command::new(nats_server())
            .args(["-a", "127.0.0.1", "-p", "-1", "--ports_file_dir"])
            .arg(folder.path())
            .args(flags)
            .arg("-sd")
            .arg(folder.path().join("store"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let tied = Tied::new(process.id());
        let ports = folder
            .path()
            .join(format!("nats-server_{}.ports", process.id()));
        let url = tokio::time::timeout(START_LIMIT, address(&ports));
        let url = url.await.expect("the server starts");
        enrol(folder.path());
        Self {
            process,
            _tied: tied,
            url,
            folder,
        }
    }

    /// The settings of a service whose data are in the broker's own folder.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            nats: self.url.clone(),
            data: self.folder.path().join("data"),
            issuer_key: Some(self.folder.path().join("operator.issuer")),
            issuers: Some(self.folder.path().join("issuers.json")),
            drain_seconds: 5,
            ..Settings::default()
        }
    }

    /// Another issuer that is enrolled: `gateway` or `journal`.
    pub(crate) fn issuer(&self, name: &str) -> Issuer {
        let file = self.folder.path().join(format!("{name}.issuer"));
        Issuer::parse(&std::fs::read_to_string(file).unwrap()).unwrap()
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

/// Makes the keys with which tests sign, and a roster that they are on.
fn enrol(folder: &Path) {
    let enrolled = |name: &str, file: &str| {
        let issuer = name.parse().unwrap();
        let key = IssuerKey::make(&issuer).unwrap();
        std::fs::write(folder.join(file), key.secret).unwrap();
        Enrolled {
            issuer,
            key: key.public,
            state: KeyState::Active,
            speaks_for: SpeaksFor::Everyone,
            within: None,
            asks: vec![ANY_QUESTION.to_owned()],
        }
    };
    let issuers = Issuers {
        issuers: vec![
            enrolled("operator/main", "operator.issuer"),
            enrolled("gateway/main", "gateway.issuer"),
            enrolled("service/journal/main", "journal.issuer"),
        ],
    };
    let text = serde_json::to_string(&issuers).unwrap();
    std::fs::write(folder.join("issuers.json"), text).unwrap();
}

/// The headers of a request that the connection's issuer has signed, for the actor that the payload names.
pub(crate) fn signed(bus: &Bus, subject: &str, payload: &str) -> HeaderMap {
    signed_by(bus.issuer().unwrap(), subject, payload)
}

/// The headers of a request that this issuer has signed, for the actor that the payload names.
pub(crate) fn signed_by(issuer: &Issuer, subject: &str, payload: &str) -> HeaderMap {
    let named: serde_json::Value = serde_json::from_str(payload).unwrap_or_default();
    let actor: Option<Actor> = serde_json::from_value(named["actor"].clone()).ok();
    let token = issuer.token(subject, payload.as_bytes(), actor.as_ref());
    let mut headers = HeaderMap::new();
    headers.insert(identity::HEADER, token.unwrap());
    headers
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
