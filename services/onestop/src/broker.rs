//! The nats-server of `onestop up`: a child process on loopback, with its store under the data folder. It is
//! restarted when it ends; no event is lost by that, because the services' logs are the record. It ends with `onestop up`,
//! however that ends.

use std::{
    env,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use crate::{broker_log, keys, tied_child};
use anyhow::{Context, bail};
use onestop_chassis::{process, shutdown::Shutdown, timing::ticker};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};
use tracing::{info, warn};

/// The environment variable of intake's master key; the broker must not inherit it.
const MASTER_KEY: &str = "ONESTOP_MASTER_KEY";
/// How long a broker may take to listen.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// How long it may take to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// How often it is looked at whether its log has become long.
const LOG_LOOK: Duration = Duration::from_secs(60);
/// The pause before a broker that died is restarted.
const RESTART_DELAY: Duration = Duration::from_millis(200);

/// The folder and address of a broker.
#[derive(Debug, Clone)]
pub(crate) struct Broker {
    program: PathBuf,
    folder: PathBuf,
    address: SocketAddr,
}

/// The keys of the broker that `onestop up` starts on this data.
pub(crate) fn keys_folder(data: &Path) -> PathBuf {
    data.join("nats").join("keys")
}

/// Where the address of the running broker is written, for the command line.
pub(crate) fn url_file(data: &Path) -> PathBuf {
    data.join("nats").join("url")
}

impl Broker {
    /// Writes the keys and the configuration of a broker; starts nothing.
    pub(crate) fn prepare(data: &Path, port: u16) -> anyhow::Result<Self> {
        let folder = data.join("nats");
        process::make_private_folder(&folder)
            .with_context(|| said!("cannot-make", path = folder.display()))?;
        let folder = folder.canonicalize()?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let broker = Self {
            program: find_program()?,
            folder,
            address,
        };
        let (store, pid) = (broker.folder.join("store"), broker.folder.join("pid"));
        keys::write_hub(&broker.keys(), &keys::Hub::on(address, store, pid))?;
        std::fs::write(url_file(data), broker.url())?;
        Ok(broker)
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.join("keys")
    }

    fn configuration(&self) -> PathBuf {
        self.keys().join("nats.conf")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("nats.log")
    }

    /// Starts the broker and waits until it listens. Fails when another program uses the port, so that no service
    /// connects to that program.
    pub(crate) async fn launch(self) -> anyhow::Result<RunningBroker> {
        self.stop_left_over().await;
        let child = self.start().await?;
        Ok(RunningBroker {
            broker: self,
            child,
        })
    }

    async fn start(&self) -> anyhow::Result<Child> {
        if TcpStream::connect(self.address).await.is_ok() {
            bail!(said!("broker-address-in-use", address = self.address));
        }
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.log())?;
        let mut child = tied_child::command(&self.program)
            .arg("--config")
            .arg(self.configuration())
            .env_remove(MASTER_KEY)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C must not reach the broker: the services drain first.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| said!("cannot-start", path = self.program.display()))?;
        let listening = async {
            while TcpStream::connect(self.address).await.is_err() {
                if let Some(status) = child.try_wait()? {
                    bail!(said!(
                        "broker-ended",
                        status = status,
                        path = self.log().display()
                    ));
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Ok(())
        };
        tokio::time::timeout(START_TIMEOUT, listening)
            .await
            .with_context(|| said!("broker-does-not-listen"))??;
        info!(address = %self.address, "the broker listens");
        Ok(child)
    }

    async fn stop(&self, mut child: Child) -> anyhow::Result<()> {
        self.signal().await;
        if tokio::time::timeout(STOP_TIMEOUT, child.wait())
            .await
            .is_err()
        {
            warn!("the broker does not stop and is killed");
            child.kill().await?;
        }
        Ok(())
    }

    /// Stops a broker of the same folder that outlived its killed parent.
    async fn stop_left_over(&self) {
        let Ok(pid) = std::fs::read_to_string(self.folder.join("pid")) else {
            return;
        };
        if !self.runs_as(pid.trim()) {
            return;
        }
        info!(
            pid = pid.trim(),
            "stopping the broker that an earlier process left behind"
        );
        self.signal().await;
        // It has closed its store then, and not only its port.
        let gone = async {
            while self.runs_as(pid.trim()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = tokio::time::timeout(STOP_TIMEOUT, gone).await;
    }

    /// Whether a process of this id is a broker of this folder.
    fn runs_as(&self, pid: &str) -> bool {
        let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&command).contains(&*self.configuration().to_string_lossy())
    }

    /// Copies its log aside if that is long.
    async fn rotate_log(&self) {
        let log = self.log();
        let rotated = tokio::task::spawn_blocking(move || broker_log::rotate(&log)).await;
        if let Ok(Err(error)) = rotated {
            warn!(%error, "the broker's log cannot be put aside");
        }
    }

    /// Signals the broker to stop, with its own program.
    async fn signal(&self) {
        let signalled = Command::new(&self.program)
            .arg("--signal")
            .arg(format!("stop={}", self.folder.join("pid").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await;
        if let Err(error) = signalled {
            warn!(%error, "the broker cannot be signalled to stop");
        }
    }
}

pub(crate) struct RunningBroker {
    broker: Broker,
    child: Child,
}

impl RunningBroker {
    /// Restarts the broker whenever it ends, until the shutdown.
    pub(crate) async fn keep(self, shutdown: Shutdown) -> anyhow::Result<()> {
        let Self { broker, mut child } = self;
        let mut looks = ticker(LOG_LOOK);
        loop {
            tokio::select! {
                () = shutdown.requested() => return broker.stop(child).await,
                _ = looks.tick() => {
                    broker.rotate_log().await;
                    continue;
                }
                ended = child.wait() => {
                    warn!(status = %ended?, "the broker died and is restarted");
                }
            }
            tokio::time::sleep(RESTART_DELAY).await;
            child = broker.start().await?;
        }
    }
}

/// `NATS_SERVER_BIN`, else the one on the PATH, else where Debian puts it, else where `deploy/run.sh`
/// unpacks it.
fn find_program() -> anyhow::Result<PathBuf> {
    if let Some(named) = env::var_os("NATS_SERVER_BIN") {
        return Ok(PathBuf::from(named));
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([
            PathBuf::from("/usr/sbin"),
            PathBuf::from("target/nats-server/usr/sbin"),
        ])
        .map(|folder| folder.join("nats-server"))
        .find(|program| program.is_file())
        .with_context(|| said!("broker-not-installed"))
}
