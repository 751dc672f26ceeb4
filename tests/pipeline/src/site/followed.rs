//! An Onestop whose services have standbys: one broker or three, the services, and a second node where `onestop standby`
//! follows each. All of it runs on this machine, each node on a data folder of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use onestop_chassis::{
    client::{Client, QuestionMeta},
    settings::StandbyMode,
};
use onestop_proto::{actor::ServiceName, query::SourcesQuery, replication::StandbyState};
use onestop_testing::free_port;

use super::{
    Site,
    process::{Process, clean},
};

/// What an operator copies to the second node before a standby runs there, as far as a service has it.
const KEYS: [&str; 5] = [
    "signing.key",
    "signing.pub",
    "master.key",
    "cosigning.key",
    "cosigning.pub",
];
/// Between two questions to a service whose standby does not follow yet.
const PAUSE: Duration = Duration::from_millis(100);

/// How many brokers there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brokers {
    One,
    /// A cluster that keeps each message three times.
    Three,
}

impl Brokers {
    pub const ALL: [Self; 2] = [Self::One, Self::Three];

    fn count(self) -> usize {
        match self {
            Self::One => 1,
            Self::Three => 3,
        }
    }

    /// As a row of the table has it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::One => "1 broker",
            Self::Three => "3 brokers",
        }
    }
}

/// How often what is confirmed is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redundancy {
    pub brokers: Brokers,
    pub standby: StandbyMode,
}

impl Redundancy {
    /// The value of the setting `standby`.
    #[must_use]
    pub fn mode(self) -> &'static str {
        match self.standby {
            StandbyMode::None => "none",
            StandbyMode::Async => "async",
            StandbyMode::Sync => "sync",
        }
    }
}

/// One server of a cluster.
struct Server {
    name: String,
    port: u16,
    route: u16,
}

impl Site {
    /// Starts it on an empty folder, without the gateway, and waits until every standby has everything.
    ///
    /// # Panics
    /// If a process has ended, or the limit has passed.
    pub async fn start_followed(&mut self, redundancy: Redundancy, limit: Duration) {
        let configurations = match redundancy.brokers {
            Brokers::One => self.configure_one(),
            Brokers::Three => self.configure_cluster(),
        };
        for (index, file) in configurations.iter().enumerate() {
            let (name, arguments) = (format!("broker-{index}"), [Path::new("-c"), file.as_path()]);
            let program = &self.programs.nats_server;
            let broker = Process::start(program, &arguments, &self.log(&name));
            self.processes.insert(name, broker);
        }
        let keys = format!("--keys={}", self.keys().display());
        let replicas = format!("--replicas={}", redundancy.brokers.count());
        self.run("operator", "onestop", &["provision", &keys, &replicas]);
        self.flags = vec![format!("--standby={}", redundancy.mode())];
        let services = self.services();
        self.start_more(&services);
        let followed = async {
            self.all_answer(Instant::now()).await;
            if redundancy.standby != StandbyMode::None {
                for service in &services {
                    self.start_standby(service);
                }
                let client = self.client().await;
                for service in &services {
                    is_followed(&client, service).await;
                }
            }
        };
        let followed = tokio::time::timeout(limit, followed).await;
        self.check();
        assert!(
            followed.is_ok(),
            "not ready after {limit:?}: see the logs in {}",
            self.data.display()
        );
    }

    fn keys(&self) -> PathBuf {
        self.data.join("nats/keys")
    }

    /// Makes the keys and the configuration of one broker.
    fn configure_one(&self) -> Vec<PathBuf> {
        self.init_keys(&[format!("--listen=127.0.0.1:{}", self.port)]);
        vec![self.keys().join("nats.conf")]
    }

    /// Makes the keys, and the configurations of three brokers with a store each.
    fn configure_cluster(&mut self) -> Vec<PathBuf> {
        let server = |index| Server {
            name: format!("onestop-{index}"),
            port: free_port(),
            route: free_port(),
        };
        let servers: Vec<Server> = (0..Brokers::Three.count()).map(server).collect();
        let (certificate, key) = self.certify_cluster();
        let mut flags = vec![
            format!("--cluster-ca={}", certificate.display()),
            format!("--cluster-cert={}", certificate.display()),
            format!("--cluster-key={}", key.display()),
        ];
        flags.extend(servers.iter().map(|server| {
            let Server { name, port, route } = server;
            format!("--cluster={name}=127.0.0.1:{port}/{route}")
        }));
        self.init_keys(&flags);
        let urls = servers
            .iter()
            .map(|server| format!("nats://127.0.0.1:{}", server.port));
        self.cluster = Some(urls.collect::<Vec<_>>().join(","));
        let store = self.store().display().to_string();
        let configure = |server: &Server| {
            // On machines of their own, all have the same folder.
            let written = self.keys().join(format!("{}.conf", server.name));
            let text = fs::read_to_string(written).unwrap();
            let file = self.data.join(format!("{}.conf", server.name));
            let own = format!("{store}-{}", server.name);
            fs::write(&file, text.replace(&store, &own)).unwrap();
            file
        };
        servers.iter().map(configure).collect()
    }

    fn store(&self) -> PathBuf {
        self.data.join("nats/store")
    }

    fn init_keys(&self, flags: &[String]) {
        let mut init = clean(&self.programs.folder.join("onestop"));
        init.args(["keys", "init", "--training"]).args(flags);
        init.arg("--out").arg(self.keys());
        init.arg("--store").arg(self.store());
        let made = init.output().unwrap();
        assert!(made.status.success(), "{made:?}");
    }

    /// The certificate that the servers of a cluster show each other, and its key.
    fn certify_cluster(&self) -> (PathBuf, PathBuf) {
        let folder = self.data.join("nats");
        fs::create_dir_all(&folder).unwrap();
        let (certificate, key) = (folder.join("cluster.pem"), folder.join("cluster.key"));
        let mut openssl = clean(Path::new("openssl"));
        openssl.args(["req", "-x509", "-days", "30", "-nodes", "-newkey", "ec"]);
        openssl.args(["-pkeyopt", "ec_paramgen_curve:P-256"]);
        openssl.args(["-subj", "/CN=brokers"]);
        openssl.args(["-addext", "subjectAltName=IP:127.0.0.1"]);
        openssl.arg("-keyout").arg(&key);
        openssl.arg("-out").arg(&certificate);
        let made = openssl.output().unwrap();
        assert!(made.status.success(), "{made:?}");
        (certificate, key)
    }

    fn start_standby(&mut self, service: &ServiceName) {
        let data = self.data.join("second-node");
        let own = data.join(service.as_str());
        fs::create_dir_all(&own).unwrap();
        for name in KEYS {
            let of_leader = self.data.join(service.as_str()).join(name);
            if of_leader.exists() {
                fs::copy(of_leader, own.join(name)).unwrap();
            }
        }
        let arguments = [
            "standby".to_owned(),
            format!("--service={service}"),
            format!("--data={}", data.display()),
            format!("--nats={}", self.url()),
            self.key(service.as_str()),
            "--log=json".to_owned(),
        ];
        let name = format!("standby-{service}");
        let program = self.programs.folder.join("onestop");
        let process = Process::start(&program, &arguments, &self.log(&name));
        self.processes.insert(name, process);
    }
}

/// Waits until the standby of a service has everything.
async fn is_followed(client: &Client, service: &ServiceName) {
    loop {
        let query = SourcesQuery::default();
        let asked = client.ask_service(service, QuestionMeta::default(), &query);
        let lease = asked.await.ok().and_then(|said| said.lease);
        let standby = lease.and_then(|lease| lease.standby);
        if standby == Some(StandbyState::Following { behind: 0 }) {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
