//! An Onestop that runs for a test: all in one process, or five executables and a broker.

mod broker;
mod clocks;
pub(crate) mod directory;
pub(crate) mod folder;
mod process;
mod programs;
mod waiting;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::LazyLock,
    time::Duration,
};

use onestop_chassis::{bus::Bus, client::Client, settings::Settings};
use onestop_proto::{
    actor::{ServiceName, known_service},
    query::LogQuery,
};
use tempfile::TempDir;

use self::clocks::Clocks;
use crate::proxy::Proxy;

pub(crate) use onestop_testing::{free_port, free_ports};
pub(crate) use process::{Process, clean, signal};
pub(crate) use programs::{
    executable, former_release, json, nats_server, onestop, repository, service,
};
pub(crate) use waiting::{found, until};

/// How the services are deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deployment {
    /// `onestop up`: one process, with a broker as its child.
    SingleProcess,
    /// Five executables, and a broker beside them.
    Separate,
}

/// What can be killed and started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// nats-server.
    Broker,
    /// `onestop provision`, which holds the operator's key.
    Operator,
    /// `onestop up`.
    Everything,
    Service(&'static str),
}

/// Every service.
pub(crate) static SERVICES: LazyLock<Vec<&'static str>> =
    LazyLock::new(onestop_proto::contract::service_names);

/// How long a condition may take to hold on a busy machine.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(60);

/// A running Onestop; everything ends and vanishes with it.
pub(crate) struct Onestop {
    folder: TempDir,
    deployment: Deployment,
    port: u16,
    arguments: Vec<String>,
    processes: BTreeMap<Part, Process>,
    /// The ports of links through which services reach the broker, where there are any.
    links: BTreeMap<&'static str, u16>,
    clocks: Clocks,
    /// The services that the former release runs, where there is one.
    former: BTreeSet<&'static str>,
    /// Where links are encrypted: whom clients trust, and what they show.
    tls: Option<Tls>,
    /// The addresses of brokers that are not ours.
    brokers: Option<String>,
}

/// The files with which a client speaks TLS.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) ca: PathBuf,
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

impl Onestop {
    /// Starts one and waits until every service answers.
    pub(crate) async fn start(deployment: Deployment) -> Self {
        Self::start_with(deployment, &[]).await
    }

    /// The same, with further flags for every process.
    pub(crate) async fn start_with(deployment: Deployment, arguments: &[&str]) -> Self {
        Self::new(deployment, arguments).started().await
    }

    /// Five executables, each of which reaches the broker over a link of its own, and has its own clock.
    pub(crate) async fn start_linked() -> (Self, BTreeMap<&'static str, Proxy>) {
        let mut onestop = Self::new(Deployment::Separate, &[]);
        onestop.clocks = Clocks::Own;
        let mut proxies = BTreeMap::new();
        for service in SERVICES.iter().copied() {
            let proxy = Proxy::start(onestop.port).await;
            onestop.links.insert(service, proxy.port());
            proxies.insert(service, proxy);
        }
        (onestop.started().await, proxies)
    }

    /// Five executables that reach the broker over mutual TLS. Keys and configuration have been made.
    pub(crate) async fn start_encrypted(self, tls: Tls) -> Self {
        self.encrypted(tls).started().await
    }

    /// One whose programs speak TLS.
    pub(crate) fn encrypted(mut self, tls: Tls) -> Self {
        for (flag, file) in [("ca", &tls.ca), ("cert", &tls.cert), ("key", &tls.key)] {
            let flag = format!("--tls-{flag}={}", file.display());
            self.arguments.push(flag);
        }
        self.tls = Some(tls);
        self
    }

    /// Five executables beside brokers that run already, whose addresses these are.
    pub(crate) async fn start_beside(mut self, urls: &str) -> Self {
        self.brokers = Some(urls.to_owned());
        self.run_with(Part::Operator, &["--replicas=3"]);
        for service in SERVICES.iter().copied() {
            self.run(Part::Service(service));
        }
        self.wait_until_ready().await;
        self
    }

    /// One that does not run yet.
    pub(crate) fn new(deployment: Deployment, arguments: &[&str]) -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            deployment,
            port: free_port(),
            arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
            processes: BTreeMap::new(),
            links: BTreeMap::new(),
            clocks: Clocks::Machine,
            former: BTreeSet::new(),
            tls: None,
            brokers: None,
        }
    }

    /// Starts all of it, and waits until every service answers.
    pub(crate) async fn started(self) -> Self {
        let mut onestop = self;
        for part in onestop.parts() {
            onestop.run(part);
        }
        onestop.wait_until_ready().await;
        onestop
    }

    pub(crate) fn parts(&self) -> Vec<Part> {
        match self.deployment {
            Deployment::SingleProcess => vec![Part::Everything],
            Deployment::Separate => [Part::Broker, Part::Operator]
                .into_iter()
                .chain(SERVICES.iter().copied().map(Part::Service))
                .collect(),
        }
    }

    /// Starts a part.
    pub(crate) fn run(&mut self, part: Part) {
        self.run_with(part, &[]);
    }

    /// Starts a part with further flags.
    pub(crate) fn run_with(&mut self, part: Part, flags: &[&str]) {
        let name = |flag: &str| flag.split('=').next().map(str::to_owned);
        let is_said = |own: &String| flags.iter().any(|flag| name(flag) == name(own));
        let further = flags.iter().map(|flag| (*flag).to_owned());
        let settings = self.settings().into_iter().filter(|own| !is_said(own));
        let settings = settings.chain(further);
        let log = self.folder.path().join(format!("{part:?}.log"));
        let port = self.port.to_string();
        let process = match part {
            Part::Broker => {
                let configuration = self.broker_configuration();
                Process::start(&programs::nats_server(), &["-c", &configuration], &log)
            }
            Part::Operator => {
                let keys = format!("--keys={}", self.keys().display());
                let mut arguments = vec!["provision".to_owned(), keys];
                arguments.extend(settings);
                Process::start(&programs::onestop(), &arguments, &log)
            }
            Part::Everything => {
                let free = "--web=127.0.0.1:0".to_owned();
                let up = ["up", "--training", "--port", &port].map(str::to_owned);
                let mut arguments = [up.to_vec(), vec![free]].concat();
                arguments.extend(settings);
                Process::start(&programs::onestop(), &arguments, &log)
            }
            Part::Service(name) => {
                let key = format!("--nats-key={}", self.key(name).display());
                let mut settings: Vec<String> = settings.collect();
                if let Some(port) = self.links.get(name) {
                    settings.retain(|flag| !flag.starts_with("--nats="));
                    settings.push(format!("--nats=nats://127.0.0.1:{port}"));
                }
                if !settings.iter().any(|flag| flag.starts_with("--nats-key")) {
                    settings.push(key);
                }
                let clock = self.clock(name);
                Process::start_with(&self.program(name), &settings, &log, &clock)
            }
        };
        self.processes.insert(part, process);
    }

    /// The next start of a service is by the former release.
    pub(crate) fn take_former(&mut self, name: &'static str) {
        self.former.insert(name);
    }

    /// The next start of a service is by this release.
    pub(crate) fn take_present(&mut self, name: &'static str) {
        self.former.remove(name);
    }

    fn program(&self, name: &'static str) -> PathBuf {
        let is_former = self.former.contains(name);
        let former = || former_release(&format!("onestop-{name}"));
        let former = is_former.then(former).flatten();
        former.unwrap_or_else(|| programs::service(name))
    }

    fn settings(&self) -> Vec<String> {
        let mut settings = vec![
            format!("--data={}", self.data().display()),
            format!("--nats={}", self.url()),
            "--log=json".to_owned(),
        ];
        settings.extend(self.arguments.iter().cloned());
        settings
    }

    /// Sends SIGKILL.
    pub(crate) fn kill(&mut self, part: Part) {
        if let (Deployment::SingleProcess, Part::Broker) = (self.deployment, part) {
            self.kill_child_broker();
            return;
        }
        self.processes.remove(&part).unwrap().kill();
    }

    /// Sends a part a signal, by its name without SIG.
    pub(crate) fn signal(&self, part: Part, name: &str) {
        process::signal(name, &self.processes[&part].id().to_string());
    }

    /// The process of a part.
    pub(crate) fn pid(&self, part: Part) -> u32 {
        self.processes[&part].id()
    }

    /// No file of a part may grow or be written any more: as on a full disk, every write fails.
    pub(crate) fn fill_disk_of(&self, part: Part) {
        let pid = self.processes[&part].id().to_string();
        let limited = std::process::Command::new("prlimit")
            .args(["--fsize=0", "--pid", &pid])
            .status();
        assert!(limited.unwrap().success(), "prlimit");
    }

    /// SIGTERM, and the exit code.
    pub(crate) fn stop(&mut self, part: Part) -> Option<i32> {
        self.processes.remove(&part).unwrap().stop()
    }

    /// Asks a part to stop, and does not wait for it.
    pub(crate) fn ask_to_stop(&self, part: Part) {
        self.processes[&part].terminate();
    }

    /// Waits until every service answers.
    pub(crate) async fn wait_until_ready(&self) {
        // A folder of before has keys for the broker, and gets those to sign with at the start.
        let roster = self.keys().join("issuers.json");
        until("issuers.json", async || roster.exists()).await;
        let client = self.client().await;
        for service in SERVICES.iter() {
            let name: ServiceName = service.parse().unwrap();
            let query = LogQuery { from: 0, limit: 0 };
            let asked = async || {
                client
                    .question::<serde_json::Value>(&name, "log", (None, None), &query)
                    .await
            };
            until(service, async || asked().await.is_ok()).await;
        }
    }

    pub(crate) async fn client(&self) -> Client {
        let settings = Settings {
            nats: self.url(),
            key: Some(self.key("desk")),
            tls_ca: self.tls.as_ref().map(|tls| tls.ca.clone()),
            tls_cert: self.tls.as_ref().map(|tls| tls.cert.clone()),
            tls_key: self.tls.as_ref().map(|tls| tls.key.clone()),
            ..Settings::default()
        };
        // `onestop up` makes it when it starts.
        until("the desk's key", async || self.key("desk").is_file()).await;
        let user = known_service("desk");
        Client::new(Bus::connect(&settings, &user).await.unwrap())
    }

    /// Where the broker listens.
    pub(crate) fn url(&self) -> String {
        let own = || format!("nats://127.0.0.1:{}", self.port);
        self.brokers.clone().unwrap_or_else(own)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What a part wrote to standard error.
    pub(crate) fn log_of(&self, part: Part) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("{part:?}.log"))).unwrap()
    }

    pub(crate) fn log_files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        for service in SERVICES.iter().copied() {
            files.extend(folder::files(&self.data().join(service)));
        }
        files
    }
}

impl Drop for Onestop {
    /// What went wrong is in the logs: show their end when a test fails.
    fn drop(&mut self) {
        if let Some(Process { .. }) = self.processes.remove(&Part::Everything) {
            // There is none where `onestop up` itself could not start.
            if let Ok(pid) = std::fs::read_to_string(self.data().join("nats/pid")) {
                process::try_signal("KILL", pid.trim());
            }
        }
        if !std::thread::panicking() {
            return;
        }
        for entry in std::fs::read_dir(self.folder.path()).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "log") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let lines: Vec<&str> = text.lines().collect();
                let end = lines[lines.len().saturating_sub(12)..].join("\n");
                eprintln!("--- {}\n{end}", path.file_name().unwrap().display());
            }
        }
    }
}
