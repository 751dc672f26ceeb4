//! Onestop on a data folder: in one process, or each service in its own.

mod followed;
mod process;
mod readiness;
mod usage;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use onestop_proto::{actor::ServiceName, contract};
use onestop_testing::free_port;

use self::process::{Process, signal};
pub use self::{
    followed::{Brokers, Redundancy},
    usage::{Disk, Usage},
};

/// The broker's name among the processes.
pub const BROKER: &str = "broker";
/// The account that looks at pages.
pub const STAFF: &str = "load";
pub const PASSWORD: &str = "a-password-of-the-load";
/// The option that lets sample names sign; releases before it asked for no proof of them.
const TRAINING: &str = "--training";

/// Where the executables are.
#[derive(Debug, Clone)]
pub struct Programs {
    pub folder: PathBuf,
    pub nats_server: PathBuf,
}

/// How Onestop runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `onestop up`.
    OneProcess,
    /// A process for each service, so that the kernel counts for each what it uses.
    Separate,
}

/// One Onestop, running or not.
pub struct Site {
    programs: Programs,
    data: PathBuf,
    port: u16,
    /// The addresses of a cluster; none where there is one broker.
    cluster: Option<String>,
    /// Further flags of its services.
    flags: Vec<String>,
    processes: BTreeMap<String, Process>,
}

impl Programs {
    /// The services that are there, without the gateway: an earlier release has fewer.
    #[must_use]
    pub fn services(&self) -> Vec<ServiceName> {
        let program = |name: &ServiceName| self.folder.join(format!("onestop-{name}"));
        let mut services = contract::services();
        services.retain(|name| program(name).is_file());
        services
    }

    /// Whether `onestop up` of that release knows an option.
    fn up_knows(&self, option: &str) -> bool {
        let help = Command::new(self.folder.join("onestop"))
            .args(["up", "--help"])
            .output()
            .unwrap();
        String::from_utf8_lossy(&help.stdout).contains(option)
    }
}

impl Site {
    #[must_use]
    pub fn new(programs: &Programs, data: &Path) -> Self {
        fs::create_dir_all(data).unwrap();
        Self {
            programs: programs.clone(),
            data: data.canonicalize().unwrap(),
            port: free_port(),
            cluster: None,
            flags: Vec::new(),
            processes: BTreeMap::new(),
        }
    }

    /// The services of the release that is measured.
    #[must_use]
    pub fn services(&self) -> Vec<ServiceName> {
        self.programs.services()
    }

    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Makes the folder's keys and empty logs: starts Onestop once and stops it.
    pub async fn prepare(&mut self) {
        self.start(Shape::OneProcess);
        self.ready(Duration::from_secs(60)).await;
        self.add_staff();
        self.stop();
    }

    pub fn start(&mut self, shape: Shape) {
        match shape {
            Shape::OneProcess => {
                let port = self.port.to_string();
                let mut own = vec!["up", "--port", &port, "--web=127.0.0.1:0"];
                if self.programs.up_knows(TRAINING) {
                    own.push(TRAINING);
                }
                self.run("onestop", "onestop", &own);
            }
            Shape::Separate => {
                let names = self.services();
                self.start_some(&names);
                self.run(
                    "gateway",
                    "onestop-gateway",
                    &["--web=127.0.0.1:0", &self.key("gateway")],
                );
            }
        }
    }

    /// Starts the broker, and these services, each in its own process.
    pub fn start_some(&mut self, names: &[ServiceName]) {
        let configuration = self.data.join("nats/keys/nats.conf");
        let configuration = ["-c".to_owned(), configuration.display().to_string()];
        let broker = Process::start(
            &self.programs.nats_server,
            &configuration,
            &self.log(BROKER),
        );
        self.processes.insert(BROKER.to_owned(), broker);
        let keys = format!("--keys={}", self.data.join("nats/keys").display());
        self.run("operator", "onestop", &["provision", &keys]);
        self.start_more(names);
    }

    /// Starts further services beside a broker that runs.
    pub fn start_more(&mut self, names: &[ServiceName]) {
        for name in names {
            let mut own = vec![self.key(name.as_str())];
            own.extend(self.flags.iter().cloned());
            let own: Vec<&str> = own.iter().map(String::as_str).collect();
            self.run(name.as_str(), &format!("onestop-{name}"), &own);
        }
    }

    fn run(&mut self, name: &str, program: &str, own: &[&str]) {
        let mut arguments: Vec<String> = own.iter().map(|text| (*text).to_owned()).collect();
        arguments.push(format!("--data={}", self.data.display()));
        arguments.push(format!("--nats={}", self.url()));
        arguments.push("--log=json".to_owned());
        let program = self.programs.folder.join(program);
        let process = Process::start(&program, &arguments, &self.log(name));
        self.processes.insert(name.to_owned(), process);
    }

    fn key(&self, name: &str) -> String {
        let file = self.data.join("nats/keys").join(format!("{name}.nk"));
        format!("--nats-key={}", file.display())
    }

    fn log(&self, name: &str) -> PathBuf {
        self.data.join(format!("{name}.log"))
    }

    #[must_use]
    pub fn url(&self) -> String {
        let own = || format!("nats://127.0.0.1:{}", self.port);
        self.cluster.clone().unwrap_or_else(own)
    }

    /// Panics if a process has ended.
    pub fn check(&mut self) {
        let logs: Vec<_> = self.processes.keys().map(|name| self.log(name)).collect();
        for ((name, process), log) in self.processes.iter_mut().zip(logs) {
            process.check(name, &log);
        }
    }

    /// SIGKILL to everything, the broker too.
    pub fn kill(&mut self) {
        for process in std::mem::take(&mut self.processes).into_values() {
            process.kill();
        }
        self.kill_child_broker();
    }

    /// SIGTERM to everything, services first.
    pub fn stop(&mut self) {
        let broker = self.processes.remove(BROKER);
        for process in std::mem::take(&mut self.processes).into_values() {
            process.stop();
        }
        broker.into_iter().for_each(Process::stop);
    }

    /// The broker that `onestop up` started outlives its SIGKILL.
    fn kill_child_broker(&self) {
        if let Some(process) = self.child_broker() {
            signal("KILL", process);
        }
    }

    /// The broker that is a child of `onestop up`.
    fn child_broker(&self) -> Option<u32> {
        let text = fs::read_to_string(self.data.join("nats/pid")).ok()?;
        let process: u32 = text.trim().parse().ok()?;
        let command = fs::read(format!("/proc/{process}/cmdline")).ok()?;
        let own = self.data.join("nats").canonicalize().ok()?;
        let is_ours = String::from_utf8_lossy(&command).contains(own.to_str()?);
        is_ours.then_some(process)
    }

    /// What each process uses.
    #[must_use]
    pub fn usage(&self) -> BTreeMap<String, Usage> {
        let own = self.processes.iter();
        let mut all: BTreeMap<_, _> = own
            .map(|(name, process)| (name.clone(), process.usage()))
            .collect();
        if self.processes.contains_key("onestop")
            && let Some(broker) = self.child_broker()
        {
            all.insert(BROKER.to_owned(), Usage::of(broker));
        }
        all
    }

    /// Adds a supervisor who may look at every page of Pu'er.
    fn add_staff(&self) {
        let password = self.data.join("password");
        fs::write(&password, format!("{PASSWORD}\n")).unwrap();
        let add = |reason: &[&str]| {
            Command::new(self.programs.folder.join("onestop"))
                .args([
                    "staff",
                    "add",
                    STAFF,
                    "--name",
                    "和平",
                    "--role",
                    "supervisor",
                ])
                .args(["--unit", "5308.bureau", "--password-file"])
                .arg(&password)
                .args(reason)
                .arg("--data")
                .arg(&self.data)
                .output()
                .unwrap()
        };
        let mut added = add(&["--reason", "measured"]);
        if !added.status.success() {
            // A release from before reasons were asked for.
            added = add(&[]);
        }
        assert!(added.status.success(), "{added:?}");
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.kill();
    }
}
