use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use onestop_chassis::{Service, node, settings::Settings, shutdown::Shutdown};
use onestop_testing::free_port;
use tokio::task::JoinSet;

/// How long a service may take to end.
const LIMIT: Duration = Duration::from_secs(30);

/// A service that runs in the process of the test.
pub(crate) struct Running {
    shutdown: Shutdown,
    tasks: JoinSet<anyhow::Result<()>>,
}

impl Running {
    pub(crate) fn start<S: Service>(settings: Settings) -> Self {
        let (shutdown, mut tasks) = (Shutdown::default(), JoinSet::new());
        tasks.spawn(node::run::<S>(settings, shutdown.clone()));
        Self { shutdown, tasks }
    }

    /// Requests the shutdown; the service ends without an error.
    pub(crate) async fn stop(mut self) {
        self.shutdown.request();
        let ended = tokio::time::timeout(LIMIT, self.tasks.join_next());
        ended.await.unwrap().unwrap().unwrap().unwrap();
    }
}

/// An address on which no process listens, and which no other test has.
pub(crate) fn free_address() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, free_port()).into()
}
