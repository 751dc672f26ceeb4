//! A township on a bad link: its own broker and intake go on with the link down, and everything goes up,
//! in order, when it returns. Started from what `onestop keys init` writes.

use std::{path::PathBuf, process::Command as Program};

use onestop_chassis::{bus::Bus, client::Client, settings::Settings};
use onestop_proto::{
    actor::known_service,
    case,
    envelope::Source,
    query::{CaseQuery, CaseView, LogQuery},
    referral,
    replication::{ReplicationState, Sources},
};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    command_line::run,
    harness::{
        Deployment, Onestop, Process, clean, found, free_port, nats_server, onestop, service, until,
    },
    invariants::assert_replay,
    journeys::{CLERK, COUNTY, accept, open_by, request},
    proxy::{Link, Proxy},
    test_user::TestUser,
};

pub(crate) const SITE: &str = "town-530821101";

/// The hub, the link to it, and a site's broker and intake.
pub(crate) struct Site {
    folder: TempDir,
    port: u16,
    pub(crate) proxy: Proxy,
    _broker: Process,
    intake: Option<Process>,
    gateway: Option<Process>,
}

impl Site {
    /// Makes the hub know the site, and starts the site.
    pub(crate) async fn start(hub: &mut Onestop) -> Self {
        Self::start_with(hub, &[]).await
    }

    /// The same, with more to say of the link.
    pub(crate) async fn start_with(hub: &mut Onestop, link: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let (port, leaves) = (free_port(), free_port());
        let proxy = Proxy::start(leaves).await;
        let mut keys = Program::new(onestop());
        clean(&mut keys);
        let made = keys
            .args(["keys", "init", "--site", SITE])
            .args(["--listen", &hub.url().replace("nats://", "")])
            .args(["--leaf-listen", &format!("127.0.0.1:{leaves}")])
            .args(["--leaf-advertise", &format!("127.0.0.1:{}", proxy.port())])
            .args(["--site-listen", &format!("127.0.0.1:{port}")])
            .arg("--store")
            .arg(hub.broker_store())
            .arg("--out")
            .arg(hub.keys())
            .args(link)
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        hub.restart_broker_and_operator();
        let conf = hub.keys().join(format!("site-{SITE}/leaf.conf"));
        let conf = conf.display().to_string();
        let log = folder.path().join("leaf.log");
        let broker = Process::start(&nats_server(), &["-c", &conf], &log);
        let mut site = Self {
            folder,
            port,
            proxy,
            _broker: broker,
            intake: None,
            gateway: None,
        };
        site.run_intake(hub);
        site
    }

    /// Stops the site's intake.
    pub(crate) fn stop_intake(&mut self) {
        self.intake = None;
    }

    /// Starts the site's intake on the data that it has.
    pub(crate) fn run_intake(&mut self, hub: &Onestop) {
        self.intake = Some(self.run(hub, "intake", &[]));
    }

    /// Starts the site's workbench.
    pub(crate) fn run_gateway(&mut self, hub: &Onestop) {
        self.gateway = Some(self.run(hub, "gateway", &["--web=127.0.0.1:0"]));
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The folder of its programs' data.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, hub: &Onestop, name: &str, more: &[&str]) -> Process {
        let key = hub.keys().join(format!("site-{SITE}/{name}.nk"));
        let mut flags = vec![
            format!("--nats={}", self.url()),
            format!("--nats-key={}", key.display()),
            format!("--instance={SITE}"),
            "--nats-domain=onestop".to_owned(),
            format!("--data={}", self.data().display()),
            "--log=json".to_owned(),
        ];
        flags.extend(more.iter().map(|&flag| flag.to_owned()));
        let log = self.folder.path().join(format!("{name}.log"));
        Process::start(&service(name), &flags, &log)
    }

    /// The client of a clerk at the site's window.
    pub(crate) async fn user(&self, hub: &Onestop) -> TestUser {
        let settings = Settings {
            nats: self.url(),
            key: Some(hub.keys().join(format!("site-{SITE}/desk.nk"))),
            instance: SITE.parse().unwrap(),
            ..Settings::default()
        };
        let bus = Bus::connect(&settings, &known_service("desk"))
            .await
            .unwrap();
        TestUser::new(Client::new(bus))
    }

    /// Waits until programs at the site reach its broker.
    pub(crate) async fn is_reached(&self, hub: &Onestop) {
        self.user(hub).await.client.bus().connected().await;
    }

    pub(crate) fn source() -> Source {
        format!("/onestop/intake/{SITE}").parse().unwrap()
    }
}

/// Waits until the site has asked referral in vain.
async fn waits_for_referral(window: &TestUser) {
    let referral = Source::main(referral::service());
    until("referral does not answer the site", async || {
        let asked = window.ask(&case::service(), "sources", Value::Null).await;
        let Sources { sources, .. } = asked.unwrap();
        sources.iter().any(|state| {
            state.source == referral && matches!(state.state, ReplicationState::Unreachable { .. })
        })
    })
    .await;
}

/// With the link cut, a case of the site has a number, and says since when its holder is not known.
async fn works_alone(window: &TestUser, query: &CaseQuery) {
    let view: CaseView = window.ask(&case::service(), "case", query).await.unwrap();
    assert!(
        !view.number.to_string().contains("000000"),
        "{}",
        view.number
    );
    waits_for_referral(window).await;
    let later: CaseView = window.ask(&case::service(), "case", query).await.unwrap();
    assert!(later.holder_known_at.is_some());
    assert_eq!(later.holder_known_at, view.holder_known_at, "cut off since");
}

#[tokio::test]
async fn a_site_goes_on_alone_and_sends_everything_up() {
    let mut hub = Onestop::start(Deployment::Separate).await;
    let site = Site::start(&mut hub).await;
    hub.wait_until_ready().await;
    let above = TestUser::new(hub.client().await);
    let window = site.user(&hub).await;

    // With the link up: opened at the site, offered by the hub, accepted by the county.
    let wages = || request("legal-aid", "labour-pay", "530821101201");
    let first = open_by(&window, CLERK, wages()).await;
    above.wait_for_event(first, "referral.offered", 1).await;
    accept(&above, COUNTY, first).await.unwrap();
    above.wait_for_event(first, "case.holder-noted", 1).await;

    // Cut off: cases are opened and numbered all the same.
    site.proxy.set(Link::Cut);
    let mut alone = Vec::new();
    for _ in 0..20 {
        alone.push(open_by(&window, CLERK, wages()).await);
    }
    let query = CaseQuery {
        case: onestop_proto::ids::CaseRef::Id(alone[0]),
    };
    works_alone(&window, &query).await;
    assert!(
        above.replay(alone[0]).await.is_err(),
        "nobody above can know of it"
    );

    // The link is back: everything arrives, in order, and what follows from it comes down.
    site.proxy.set(Link::Open);
    for case in &alone {
        above.wait_for_event(*case, "referral.offered", 1).await;
    }
    accept(&above, COUNTY, alone[0]).await.unwrap();
    above.wait_for_event(alone[0], "case.holder-noted", 1).await;
    for case in [first, alone[0], alone[19]] {
        assert_replay(&above.complete_replay(case).await);
    }
    // The site's own log is whole, and the journal has all of it.
    let query = LogQuery {
        from: 0,
        limit: 400,
    };
    let source = Site::source();
    let page = found("the site answers for its log", async || {
        let asked = above.client.ask_instance(&source, None, &query);
        asked.await.ok()
    })
    .await;
    assert!(page.head >= 42, "{}", page.head);
}

/// The key of a site, and not its name: the broker lets it hear no answer, and each question would wait for one.
#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_that_a_key_is_that_of_another_instance() {
    let mut hub = Onestop::start(Deployment::Separate).await;
    let site = Site::start(&mut hub).await;
    site.is_reached(&hub).await;
    let key = hub.keys().join(format!("site-{SITE}/desk.nk"));
    let key = key.display().to_string();
    let (nats, data) = (site.url(), site.data().display().to_string());
    let words = [
        "doctor",
        "--nats",
        &nats,
        "--nats-key",
        &key,
        "--data",
        &data,
    ];
    let said = tokio::task::block_in_place(|| run(None, &words));
    let told = String::from_utf8(said.stdout).unwrap();
    assert_eq!(said.status.code(), Some(1), "{told}");
    assert!(told.contains("--instance"), "{told}");
    assert!(!told.contains("does not answer"), "{told}");
}
