//! Three brokers, as `onestop keys init --cluster` has them: one after the other is killed, cases go on. An unknown server
//! receives nothing.

use std::{fs, process::Command as Program, time::Duration};

use async_nats::jetstream;
use futures::StreamExt;
use tempfile::TempDir;

use crate::{
    encrypted::Authority,
    harness::{
        Deployment, Onestop, Process, TIMEOUT, clean, free_port, nats_server, onestop, until,
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
    route: u16,
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

/// Three servers, with the configurations that `onestop keys init` writes.
fn servers(folder: &TempDir, running: &Onestop) -> Vec<Server> {
    let authority = Authority::new(folder.path(), "brokers");
    let (cert, key) = authority.certify("127.0.0.1");
    let ports: Vec<(u16, u16)> = (0..3).map(|_| (free_port(), free_port())).collect();
    let mut keys = Program::new(onestop());
    clean(&mut keys);
    keys.args(["keys", "init", "--training", "--out"])
        .arg(running.keys())
        .arg("--store")
        .arg(folder.path().join("store"))
        .arg("--cluster-ca")
        .arg(authority.ca())
        .arg("--cluster-cert")
        .arg(cert)
        .arg("--cluster-key")
        .arg(key);
    for (index, (port, route)) in ports.iter().enumerate() {
        keys.arg(format!(
            "--cluster=onestop-{index}=127.0.0.1:{port}/{route}"
        ));
    }
    let made = keys.output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let one = |index: usize| {
        let name = format!("onestop-{index}");
        // On machines of their own, all have the same folder.
        let conf = fs::read_to_string(running.keys().join(format!("{name}.conf"))).unwrap();
        let store = folder.path().join("store").display().to_string();
        let file = folder.path().join(format!("{name}.conf"));
        fs::write(&file, conf.replace(&store, &format!("{store}-{index}"))).unwrap();
        let (port, route) = ports[index];
        Server {
            conf: file.display().to_string(),
            log: folder.path().join(format!("{name}.log")),
            port,
            route,
            process: None,
        }
    };
    (0..3).map(one).collect()
}

/// An unknown server, which joins as far as the cluster lets it, and a subscription to all that it receives.
async fn rogue(folder: &TempDir, route: u16) -> (Process, async_nats::Subscriber) {
    let (port, own) = (free_port(), free_port());
    let conf = format!(
        "server_name: rogue\nlisten: \"127.0.0.1:{port}\"\n\
         cluster {{ name: onestop, listen: \"127.0.0.1:{own}\", routes: [ \"nats-route://127.0.0.1:{route}\" ] }}\n\
         accounts {{ ONESTOP {{ users: [ {{ user: spy, password: spy }} ] }} }}\n"
    );
    let file = folder.path().join("rogue.conf");
    fs::write(&file, conf).unwrap();
    let log = folder.path().join("rogue.log");
    let process = Process::start(&nats_server(), &["-c", file.to_str().unwrap()], &log);
    let options = async_nats::ConnectOptions::with_user_and_password("spy".into(), "spy".into());
    let spy = options.retry_on_initial_connect();
    let spy = spy.connect(format!("127.0.0.1:{port}")).await.unwrap();
    let heard = spy.subscribe(">").await.unwrap();
    let flushed = tokio::time::timeout(TIMEOUT, spy.flush());
    flushed.await.unwrap().unwrap();
    (process, heard)
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
    let (_rogue, mut heard) = rogue(&folder, servers[0].route).await;
    let running = running.start_beside(&urls).await;
    let user = TestUser::new(running.client().await);
    journeys::wages(&user).await;

    let operator = jetstream::new(running.nats("operator").await);
    until("three copies", async || {
        let stream = operator.get_stream("ONESTOP").await.unwrap();
        let info = stream.cached_info();
        let current = |cluster: &jetstream::stream::ClusterInfo| {
            cluster.replicas.iter().filter(|it| it.current).count()
        };
        assert_eq!(info.config.num_replicas, 3);
        info.cluster.as_ref().map(current) == Some(2)
    })
    .await;
    let overheard = tokio::time::timeout(Duration::from_secs(1), heard.next()).await;
    assert!(overheard.is_err(), "a stranger heard {overheard:?}");

    for dying in &mut servers {
        dying.kill();
        journeys::wrong_door(&user).await;
        dying.run();
        journeys::at_the_window(&user).await;
    }
    assert_logs(&user, &[]).await;
}
