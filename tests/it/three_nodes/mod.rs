//! `deploy/three-nodes`, as it is written: what `prepare.sh` makes runs, and the loss of a machine with its broker and all
//! its services costs half a minute and no event. What lies there for systemd, containers and Kubernetes fits to it.

mod files;

use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use onestop_chassis::{
    bus::{BROKER_STREAM, Bus, LEASES_STREAM},
    settings::Settings,
};
use onestop_proto::actor::known_service;
use tempfile::TempDir;

use crate::{
    harness::{
        Deployment, Onestop, Part, Process, SERVICES, Tls, clean, folder, free_port, nats_server,
        onestop, repository,
    },
    invariants::assert_logs,
    journeys, standby,
    takeovers::{assert_within, takeovers},
    test_user::TestUser,
};

/// From the loss of a machine with its broker to the first command that is accepted elsewhere.
const FIRST_COMMAND: Duration = Duration::from_secs(30);
/// The same, to the moment when every service answers.
const EVERY_SERVICE: Duration = Duration::from_secs(60);

/// What `prepare.sh` has made.
struct Nodes {
    folder: TempDir,
    hosts: [String; 3],
}

impl Nodes {
    fn prepare(hosts: [String; 3], further: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Twice: what is there stays.
        for _ in 0..2 {
            let mut prepare = Command::new(repository().join("deploy/three-nodes/prepare.sh"));
            clean(&mut prepare);
            let prepare = prepare.arg(folder.path()).args(&hosts).args(further);
            let made = prepare.env("ONESTOP", onestop()).output().unwrap();
            assert!(made.status.success(), "{made:?}");
        }
        Self { folder, hosts }
    }

    /// On this machine, each broker on ports of its own.
    fn here() -> Self {
        let host = || format!("127.0.0.1:{}/{}", free_port(), free_port());
        Self::prepare([host(), host(), host()], &["--training"])
    }

    fn path(&self, inner: &str) -> PathBuf {
        self.folder.path().join(inner)
    }

    /// Where programs connect.
    fn urls(&self) -> String {
        let url = |host: &String| format!("tls://{}", host.split('/').next().unwrap());
        self.hosts.iter().map(url).collect::<Vec<_>>().join(",")
    }

    /// Starts the broker of a node, with the files that would be on its machine.
    fn start_broker(&self, node: &str) -> Process {
        let conf = fs::read_to_string(self.path(node).join("broker/nats.conf")).unwrap();
        let files = self.path(node).join("broker").display().to_string();
        let store = self.path(node).join("store").display().to_string();
        let conf = conf.replace("/etc/onestop/broker", &files);
        let conf = conf.replace("/var/lib/nats", &store);
        let here = self.path(node).join("here.conf");
        fs::write(&here, conf).unwrap();
        let log = self.path(node).join("broker.log");
        Process::start(&nats_server(), &["-c", here.to_str().unwrap()], &log)
    }

    fn start_standby(&self, node: &str, service: &str) -> Process {
        let arguments = [
            "standby".to_owned(),
            format!("--service={service}"),
            format!("--nats={}", self.urls()),
            format!("--tls-ca={}", self.path(node).join("keys/ca.pem").display()),
            format!("--data={}", self.path(node).join("data").display()),
            format!(
                "--nats-key={}",
                self.path(node).join(format!("keys/{service}.nk")).display()
            ),
            "--standby=sync".to_owned(),
            "--log=json".to_owned(),
        ];
        let log = self.path(node).join(format!("{service}.log"));
        Process::start(&onestop(), &arguments, &log)
    }

    /// The services of which a node has the standbys, as its units say; without the gateway, which has no log.
    fn standbys_of(&self, node: &str) -> Vec<String> {
        let units = fs::read_to_string(self.path(node).join("units")).unwrap();
        let standby = |unit: &str| {
            let service = unit.strip_prefix("onestop-standby@")?;
            Some(service.strip_suffix(".service")?.to_owned())
        };
        let all = units.lines().filter_map(standby);
        all.filter(|service| service != "gateway").collect()
    }
}

/// How often the brokers keep a stream.
async fn replicas(nodes: &Nodes, stream: &str) -> usize {
    let settings = Settings {
        nats: nodes.urls(),
        key: Some(nodes.path("keys/operator.nk")),
        tls_ca: Some(nodes.path("tls/ca.pem")),
        ..Settings::default()
    };
    let bus = Bus::connect_now(&settings, &known_service("operator")).await;
    let stream = bus.unwrap().jetstream().get_stream(stream).await.unwrap();
    stream.cached_info().config.num_replicas
}

/// How soon what was on a lost machine goes on elsewhere.
struct Recovery {
    first_command: Duration,
    every_service: Duration,
}

#[tokio::test]
async fn a_lost_machine_costs_no_event_and_half_a_minute() {
    let (mut first, mut every) = (Vec::new(), Vec::new());
    for _ in 0..takeovers() {
        let recovery = Box::pin(lose_a_machine()).await;
        first.push(recovery.first_command);
        every.push(recovery.every_service);
    }
    let what = "a node is killed with its broker and all services";
    assert_within(FIRST_COMMAND, what, first);
    let what = "the same, until every service answers";
    assert_within(EVERY_SERVICE, what, every);
}

/// Of three nodes that `prepare.sh` has made, the one with all services is killed.
async fn lose_a_machine() -> Recovery {
    let nodes = Nodes::here();
    let first = nodes.start_broker("n1");
    let _others = ["n2", "n3"].map(|node| nodes.start_broker(node));
    let mut running = Onestop::new(Deployment::Separate, &["--standby=sync"]);
    folder::copy(&nodes.path("keys"), &running.keys());
    folder::copy(&nodes.path("n1/data"), &running.data());
    let tls = Tls {
        ca: nodes.path("tls/ca.pem"),
        cert: nodes.path("tls/n1.pem"),
        key: nodes.path("tls/n1.key"),
    };
    running = running.encrypted(tls).start_beside(&nodes.urls()).await;
    let mut standbys = Vec::new();
    for node in ["n2", "n3"] {
        for service in nodes.standbys_of(node) {
            standbys.push((nodes.start_standby(node, &service), service));
        }
    }
    assert_eq!(standbys.len(), SERVICES.len());
    let user = TestUser::new(running.client().await);
    for (_, service) in &standbys {
        standby::follows(&user, &service.parse().unwrap()).await;
    }
    for stream in [BROKER_STREAM, LEASES_STREAM] {
        assert_eq!(replicas(&nodes, stream).await, 3, "{stream}");
    }
    journeys::wages(&user).await;

    first.kill();
    for service in SERVICES.iter().copied() {
        running.kill(Part::Service(service));
    }
    let died = Instant::now();
    journeys::open_wages(&user).await;
    let first_command = died.elapsed();
    running.wait_until_ready().await;
    let every_service = died.elapsed();
    let user = TestUser::new(running.client().await);
    journeys::wrong_door(&user).await;
    assert_logs(&user, &[]).await;
    Recovery {
        first_command,
        every_service,
    }
}
