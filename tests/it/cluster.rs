//! Three brokers, as `deploy/nats/cluster.conf` has them: one after the other is killed, cases go on.

use std::{fs, process::Command as Program, time::Duration};

use async_nats::jetstream;
use tempfile::TempDir;

use crate::{
    harness::{
        Deployment, Onestop, Process, TIMEOUT, clean, free_port, nats_server, onestop, repository,
    },
    invariants::assert_logs,
    journeys,
    test_user::TestUser,
};

/// One of the three.
struct Server {
    conf: String,
    log: std::path::PathBuf,
    port: u16,
    process: Option<Process>,
}

impl Server {
    fn run(&mut self) {
        let process = Process::start(&nats_server(), &["-c", &self.conf], &self.log);
        self.process = Some(process);
    }

    fn kill(&mut self) {
        self.process.take().unwrap().kill();
    }
}

/// Configurations made of the one in the repository and of the accounts that `onestop keys init` writes.
fn servers(folder: &TempDir, running: &Onestop) -> Vec<Server> {
    let mut keys = Program::new(onestop());
    clean(&mut keys);
    let made = keys
        .args(["keys", "init", "--training", "--out"])
        .arg(running.keys())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let single = fs::read_to_string(running.keys().join("nats.conf")).unwrap();
    let accounts = &single[single.find("accounts {").unwrap()..];
    fs::write(folder.path().join("accounts.conf"), accounts).unwrap();
    let pattern = fs::read_to_string(repository().join("deploy/nats/cluster.conf")).unwrap();
    let ports: Vec<(u16, u16)> = (0..3).map(|_| (free_port(), free_port())).collect();
    let one = |index: usize| {
        let (port, route) = ports[index];
        let others: Vec<u16> = (0..3)
            .filter(|it| *it != index)
            .map(|it| ports[it].1)
            .collect();
        let store = folder.path().join(format!("store-{index}"));
        let conf = pattern
            .replace("onestop-1", &format!("onestop-{index}"))
            .replace("10.0.0.1:4222", &format!("127.0.0.1:{port}"))
            .replace("10.0.0.1:6222", &format!("127.0.0.1:{route}"))
            .replace("10.0.0.2:6222", &format!("127.0.0.1:{}", others[0]))
            .replace("10.0.0.3:6222", &format!("127.0.0.1:{}", others[1]))
            .replace("/var/lib/nats", store.to_str().unwrap());
        let file = folder.path().join(format!("server-{index}.conf"));
        fs::write(&file, conf).unwrap();
        Server {
            conf: file.display().to_string(),
            log: folder.path().join(format!("server-{index}.log")),
            port,
            process: None,
        }
    };
    (0..3).map(one).collect()
}

#[tokio::test]
async fn any_of_three_brokers_may_die() {
    let folder = tempfile::tempdir().unwrap();
    let running = Onestop::new(Deployment::Separate, &[]);
    let mut servers = servers(&folder, &running);
    servers.iter_mut().for_each(Server::run);
    let urls = servers
        .iter()
        .map(|it| format!("nats://127.0.0.1:{}", it.port));
    let urls = urls.collect::<Vec<_>>().join(",");
    let running = running.start_beside(&urls).await;
    let user = TestUser::new(running.client().await);
    journeys::wages(&user).await;

    let operator = jetstream::new(running.nats("operator").await);
    let copies = async {
        loop {
            let stream = operator.get_stream("ONESTOP").await.unwrap();
            let info = stream.cached_info();
            let current = |cluster: &jetstream::stream::ClusterInfo| {
                cluster.replicas.iter().filter(|it| it.current).count()
            };
            assert_eq!(info.config.num_replicas, 3);
            if info.cluster.as_ref().map(current) == Some(2) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, copies).await.unwrap();

    for dying in &mut servers {
        dying.kill();
        journeys::wrong_door(&user).await;
        dying.run();
        journeys::at_the_window(&user).await;
    }
    assert_logs(&user, &[]).await;
}
