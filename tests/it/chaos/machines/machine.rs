//! A machine of its own for one service: a folder, a link to the broker, and the process that leads or follows there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use onestop_chassis::{lease, node::IN_USE};
use tempfile::TempDir;

use crate::{
    harness::{self, Onestop, Process, folder, signal},
    proxy::Proxy,
};

/// The service that runs on machines of its own.
pub(super) const SERVICE: &str = "referral";
/// What an operator copies to a machine, before a standby runs there.
const KEYS: [&str; 2] = ["signing.key", "signing.pub"];

/// How a process is started on a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// As the service itself.
    Service,
    /// As its standby, which becomes the service when its leader is gone.
    Standby,
}

/// A folder; the end of what its process logged is shown when a test fails.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// The folder of all services.
    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn own(&self) -> PathBuf {
        self.data().join(SERVICE)
    }

    fn log(&self) -> PathBuf {
        self.0.path().join("machine.log")
    }

    fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let said = self.said();
            let lines: Vec<&str> = said.lines().collect();
            let end = lines[lines.len().saturating_sub(12)..].join("\n");
            eprintln!("--- {}\n{end}", self.0.path().display());
        }
    }
}

/// A state of the service's folder at one moment, as a snapshot of its disk has it.
pub(super) struct Snapshot(TempDir);

impl Snapshot {
    fn own(&self) -> PathBuf {
        self.0.path().join(SERVICE)
    }
}

/// The machine; its process ends and its disk is gone with it.
pub(super) struct Machine {
    place: Place,
    link: Proxy,
    process: Process,
}

impl Machine {
    async fn start(onestop: &Onestop, place: Place, start: Start) -> Self {
        let url = onestop.url();
        let (_, port) = url.rsplit_once(':').unwrap();
        let link = Proxy::start(port.parse().unwrap()).await;
        let process = run(onestop, &place, link.port(), start);
        Self {
            place,
            link,
            process,
        }
    }

    /// The service on what an Onestop has in its own folder, where it does not run any more.
    pub(super) async fn leader_of(onestop: &Onestop) -> Self {
        let place = Place::new();
        folder::copy(&onestop.data().join(SERVICE), &place.own());
        Self::start(onestop, place, Start::Service).await
    }

    /// A new machine whose process follows another.
    pub(super) async fn standby_of(onestop: &Onestop, leader: &Self) -> Self {
        let place = Place::new();
        fs::create_dir_all(place.own()).unwrap();
        for name in KEYS {
            fs::copy(leader.place.own().join(name), place.own().join(name)).unwrap();
        }
        Self::start(onestop, place, Start::Standby).await
    }

    /// The service on a state of another machine's disk.
    pub(super) async fn started_on(onestop: &Onestop, snapshot: &Snapshot) -> Self {
        let place = Place::new();
        folder::copy(&snapshot.own(), &place.own());
        Self::start(onestop, place, Start::Service).await
    }

    /// The service on a folder in which another command has made the log again.
    pub(super) async fn refilled_by(onestop: &Onestop, refill: impl FnOnce(&Path)) -> Self {
        let place = Place::new();
        refill(&place.data());
        Self::start(onestop, place, Start::Service).await
    }

    pub(super) fn link(&self) -> &Proxy {
        &self.link
    }

    /// Sends its process a signal, by its name without SIG.
    pub(super) fn signal(&self, name: &str) {
        signal(name, &self.process.id().to_string());
    }

    /// The state of its disk at this moment, while its process runs.
    pub(super) fn snapshot(&self) -> Snapshot {
        let snapshot = Snapshot(TempDir::new().unwrap());
        self.signal("STOP");
        folder::copy(&self.place.own(), &snapshot.own());
        self.signal("CONT");
        snapshot
    }

    /// The same as a backup has it: without what says who decided on it.
    pub(super) fn backup(&self) -> Snapshot {
        let backup = self.snapshot();
        let _ = fs::remove_file(backup.own().join(lease::FILE));
        backup
    }

    /// Its process ends by itself, because another one decides.
    pub(super) fn assert_fenced(self) {
        let Self {
            place,
            link,
            process,
        } = self;
        let ended = tokio::task::block_in_place(|| process.wait());
        let said = place.said();
        assert_eq!(ended, Some(i32::from(IN_USE)), "{said}");
        drop(link);
    }

    /// It is gone at once, with its disk.
    pub(super) fn lose(self) {
        self.process.kill();
    }
}

fn run(onestop: &Onestop, place: &Place, port: u16, start: Start) -> Process {
    let flags = [
        format!("--data={}", place.data().display()),
        format!("--nats=nats://127.0.0.1:{port}"),
        format!("--nats-key={}", onestop.key(SERVICE).display()),
        "--standby=sync".to_owned(),
        "--log=json".to_owned(),
    ];
    match start {
        Start::Service => Process::start(&harness::service(SERVICE), &flags, &place.log()),
        Start::Standby => {
            let follow = ["standby".to_owned(), format!("--service={SERVICE}")];
            let words = [&follow[..], &flags[..]].concat();
            Process::start(&harness::onestop(), &words, &place.log())
        }
    }
}
