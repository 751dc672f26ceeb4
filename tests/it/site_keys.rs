//! Who holds a key of a village speaks for the village alone: every subject of the contract is tried, with the password
//! of its link, and with the keys of its programs.

use std::time::{Duration, Instant};

use async_nats::{Client as Nats, ConnectOptions, HeaderMap};
use futures::{StreamExt, stream};
use onestop_chassis::{
    bus::inbox,
    clock::SystemClock,
    identity::{HEADER, Issuer},
};
use onestop_proto::{
    actor::{Actor, ServiceName, known_service},
    case, contract,
    envelope::Source,
    query::{LogPage, LogQuery},
    subject,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Process, free_port, nats_server, until},
    invariants::assert_logs,
    journeys::{CLERK, COUNTY, accept, accepted_wages, open_by, open_wages, request},
    sites::{SITE, Site},
    test_user::{TestUser, actor},
};

/// How long to wait for an answer that the broker may not let pass.
const NO_ANSWER: Duration = Duration::from_millis(700);
/// Requests that wait at the same time.
const AT_ONCE: usize = 32;
/// A supervisor of the whole province whom no issuer has authenticated.
const MADE_UP: &str = "supervisor/made-up@53.bureau";

/// Every command and every question of a service, as a subject and what it carries for an actor.
fn requests(service: &ServiceName, case: &Value, by: Option<&Actor>) -> Vec<(String, Value)> {
    let command = |name: &str| {
        let request = json!({
            "id": SystemClock.command(), "actor": by, "case": case, "data": {},
        });
        (subject::command(service, name), request)
    };
    let question = || {
        let mut question = json!({ "data": { "case": case, "from": 0, "limit": 10 } });
        if let Some(by) = by {
            question["actor"] = json!(by);
        }
        question
    };
    let of_service = |of: &str| *service.as_str() == *of;
    let commands = contract::commands().into_iter();
    let commands = commands.filter(|(of, ..)| of_service(of));
    let mut all: Vec<_> = commands.map(|(_, name, _)| command(name)).collect();
    let own = contract::questions().into_iter();
    let own = own.filter(|(of, _)| of_service(of));
    let names: Vec<&str> = own.map(|(_, question)| question.name).collect();
    let main = Source::main(service.clone());
    for name in names {
        all.push((subject::query(service, name), question()));
        all.push((subject::query_at(&main, name), question()));
    }
    all
}

/// What came back: the code and its reason, `answered`, or nothing.
async fn tried(nats: &Nats, issuer: Option<&Issuer>, to: &str, body: &Value) -> Option<String> {
    let payload = serde_json::to_vec(body).unwrap();
    let by: Option<Actor> = serde_json::from_value(body["actor"].clone()).ok();
    let mut headers = HeaderMap::new();
    if let Some(issuer) = issuer {
        let token = issuer.token(to, &payload, by.as_ref()).unwrap();
        headers.insert(HEADER, token);
    }
    let asked = nats.request_with_headers(to.to_owned(), headers, payload.into());
    let answer = tokio::time::timeout(NO_ANSWER, asked).await.ok()?.ok()?;
    let answer: Value = serde_json::from_slice(&answer.payload).unwrap();
    let rejected = &answer["rejected"];
    Some(match rejected["code"].as_str() {
        Some("not-proven") => format!("not-proven: {}", rejected["details"]["why"]),
        Some(code) => code.to_owned(),
        None => "answered".to_owned(),
    })
}

/// What each request got that was not refused as unproven.
async fn passed(
    nats: &Nats,
    issuer: Option<&Issuer>,
    requests: Vec<(String, Value)>,
) -> (usize, Vec<String>) {
    let asked = stream::iter(requests).map(|(to, body)| async move {
        let got = tried(nats, issuer, &to, &body).await;
        (to, got)
    });
    let all: Vec<_> = asked.buffer_unordered(AT_ONCE).collect().await;
    let refused = all.iter().filter(|(_, got)| {
        let got = got.as_deref();
        got.is_some_and(|got| got.starts_with("not-proven"))
    });
    let refused = refused.count();
    let passed = all.into_iter().filter_map(|(to, got)| {
        let got = got?;
        (!got.starts_with("not-proven")).then(|| format!("{to}: {got}"))
    });
    (refused, passed.collect())
}

/// A broker of a thief's own, which has the password of the village's link and no other key. A client may do there what
/// the hub allows the link.
pub(crate) struct Thief {
    pub(crate) nats: Nats,
    _broker: Process,
    _folder: TempDir,
}

impl Thief {
    pub(crate) async fn link(hub: &Onestop, site: &Site) -> Self {
        let (folder, port) = (TempDir::new().unwrap(), free_port());
        let (password, to) = (password(hub), site.proxy.port());
        let remote = format!("nats-leaf://site-{SITE}:{password}@127.0.0.1:{to}");
        let conf = folder.path().join("thief.conf");
        let text = format!(
            "server_name: thief\nlisten: \"127.0.0.1:{port}\"\n\
             leafnodes {{ reconnect: 2, remotes: [ {{ urls: [\"{remote}\"] }} ] }}\n"
        );
        std::fs::write(&conf, text).unwrap();
        let flags = ["-c", conf.to_str().unwrap()];
        let broker = Process::start(&nats_server(), &flags, &folder.path().join("thief.log"));
        let inbox = inbox(&known_service("intake"), &SITE.parse().unwrap());
        let options = ConnectOptions::new().retry_on_initial_connect();
        let options = options.custom_inbox_prefix(inbox);
        let nats = options.connect(format!("nats://127.0.0.1:{port}")).await;
        let thief = Self {
            nats: nats.unwrap(),
            _broker: broker,
            _folder: folder,
        };
        thief.wait_until_linked().await;
        thief
    }

    /// Waits until a question reaches the hub.
    async fn wait_until_linked(&self) {
        let question = json!({ "data": {} });
        until("the hub answers", async || {
            let tried = tried(&self.nats, None, "qry.referral.custody", &question).await;
            tried.is_some()
        })
        .await;
    }
}

fn password(hub: &Onestop) -> String {
    let file = hub.keys().join(format!("site-{SITE}/link.password"));
    std::fs::read_to_string(file).unwrap().trim().to_owned()
}

/// The password of a link opens no connection of a program, and the key of a program no link.
#[tokio::test]
async fn a_link_is_no_program() {
    let mut hub = Onestop::start(Deployment::Separate).await;
    let site = Site::start(&mut hub).await;
    hub.wait_until_ready().await;
    let options = ConnectOptions::with_user_and_password(format!("site-{SITE}"), password(&hub));
    let refused = options.connect(hub.url()).await.unwrap_err();
    assert!(refused.to_string().contains("authorization"), "{refused}");
    let thief = Thief::link(&hub, &site).await;
    drop(thief);
}

pub(crate) fn issuer(hub: &Onestop, file: &str) -> Issuer {
    let file = hub.keys().join(format!("site-{SITE}/{file}.issuer"));
    Issuer::parse(&std::fs::read_to_string(file).unwrap()).unwrap()
}

async fn events_of(user: &TestUser) -> u64 {
    let mut events = 0;
    for service in contract::services() {
        let query = LogQuery { from: 0, limit: 0 };
        let page: LogPage = user.ask(&service, "log", query).await.unwrap();
        events += page.head;
    }
    events
}

#[tokio::test]
async fn the_keys_of_a_village_speak_for_nobody_elsewhere() {
    let mut hub = Onestop::start(Deployment::Separate).await;
    let site = Site::start(&mut hub).await;
    hub.wait_until_ready().await;
    let user = TestUser::new(hub.client().await);
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    let case = json!(case);
    let thief = Thief::link(&hub, &site).await;
    let made_up = actor(MADE_UP);
    let others = contract::services().into_iter();
    let others = others.filter(|service| *service != case::service());
    let others: Vec<ServiceName> = others.collect();
    let before = events_of(&user).await;

    let mut refused = 0;
    for by in [Some(&made_up), None] {
        for service in &others {
            // Without a token; with those of the village's gateway and operator; with its intake's.
            let keys = [None, Some("gateway"), Some("desk"), Some("intake")];
            for key in keys {
                let is_of = |program| key == Some(program);
                let issuer = key.map(|key| issuer(&hub, key));
                let all = requests(service, &case, by);
                let (here, mut passed) = self::passed(&thief.nats, issuer.as_ref(), all).await;
                refused += here;
                // In its own name, its intake catches up on what it missed, and its workbench asks what public pages show.
                passed.retain(|passed| {
                    let (to, got) = passed.split_once(": ").unwrap();
                    let mut peers = [".main.log", ".main.sources"].iter();
                    let as_peer = is_of("intake") && peers.any(|it| to.ends_with(it));
                    let mut public = [".custody", ".matter", ".evidence"].iter();
                    let is_public = public.any(|it| to.ends_with(it));
                    let as_page = is_of("gateway") && (is_public || to == "qry.registry.main.log");
                    // A command without an actor is malformed.
                    let names_nobody = to.starts_with("cmd.") && got == "malformed";
                    !(by.is_none() && (as_peer || as_page || names_nobody))
                });
                assert!(passed.is_empty(), "{key:?} for {by:?}: {passed:#?}");
            }
        }
    }
    // The services have refused it themselves, and not the broker alone.
    assert!(refused > 100, "{refused}");
    assert_eq!(events_of(&user).await, before, "nothing was forged");

    // The village's gateway speaks for the village.
    let clerk = actor(CLERK);
    let question = json!({ "actor": clerk, "data": { "case": case } });
    let gateway = issuer(&hub, "gateway");
    let got = tried(
        &thief.nats,
        Some(&gateway),
        "qry.referral.custody",
        &question,
    )
    .await;
    assert_eq!(got.as_deref(), Some("answered"));
    assert_logs(&user, &[]).await;
}

/// Its public pages show citizens how far their cases are; of a case elsewhere its key learns nothing.
#[tokio::test]
async fn a_villages_gateway_asks_in_its_own_name_about_cases_of_the_village_alone() {
    let mut hub = Onestop::start(Deployment::Separate).await;
    let site = Site::start(&mut hub).await;
    hub.wait_until_ready().await;
    let user = TestUser::new(hub.client().await);
    let here = accepted_wages(&user).await;
    let county = request("legal-aid", "labour-pay", "530821");
    let elsewhere = open_by(&user, "clerk/zhao@530821", county).await;
    user.wait_for_event(elsewhere, "referral.offered", 1).await;
    accept(&user, COUNTY, elsewhere).await.unwrap();
    for case in [here, elsewhere] {
        user.wait_for_event(case, "legal-aid.received", 1).await;
    }
    let thief = Thief::link(&hub, &site).await;
    let gateway = issuer(&hub, "gateway");
    let ask = async |to: &str, data: Value| {
        let question = json!({ "data": data });
        tried(&thief.nats, Some(&gateway), to, &question).await
    };

    let custody = "qry.referral.custody";
    let got = ask(custody, json!({ "case": here })).await;
    assert_eq!(got.as_deref(), Some("answered"));
    let got = ask(custody, json!({ "case": elsewhere })).await;
    assert_eq!(got.as_deref(), Some("unknown-case"));
    // Of a matter it learns by the handoff, which referral has told it.
    let (matter, by) = ("qry.legal-aid.matter", user.custody(here).await.handoff);
    let got = ask(matter, json!({ "case": here, "handoff": by })).await;
    assert_eq!(got.as_deref(), Some("answered"));
    for without in [
        json!({ "case": here }),
        json!({ "case": elsewhere, "handoff": by }),
    ] {
        let got = ask(matter, without).await;
        assert_eq!(got.as_deref(), Some("no-matter"));
    }
}

/// The broker says that it refuses, and the command line says what to do. It waits for no answer that cannot come.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_does_not_wait_for_what_a_sites_key_may_not_hear_or_ask() {
    let mut hub = Onestop::start(Deployment::Separate).await;
    let site = Site::start(&mut hub).await;
    hub.wait_until_ready().await;
    site.is_reached(&hub).await;
    let key = hub.keys().join(format!("site-{SITE}/desk.nk"));
    let (key, url) = (key.display().to_string(), site.url());
    let out = hub.keys().join("referral.log").display().to_string();
    let with_key = ["--nats-key", &key, "--nats", &url];
    let case = "s4k2m9qxa-261129-010";
    let of_another_instance = [&["replay", case][..], &with_key].concat();
    let export = ["log", "export", "--service", "referral", "--out", &out];
    let of_the_hub = [&export[..], &["--instance", SITE], &with_key].concat();
    let of_an_intake = key.replace("desk.nk", "intake.nk");
    let with_intakes = ["--nats-key", &of_an_intake, "--nats", &url];
    let not_heard = [&["tail", "evt.>"][..], &with_intakes].concat();
    for (words, told) in [
        (of_another_instance, "--instance"),
        (of_the_hub, "--nats-key"),
        (not_heard, "--nats-key"),
    ] {
        let began = Instant::now();
        let done = tokio::task::block_in_place(|| run(None, &words));
        let took = began.elapsed();
        assert!(took < Duration::from_secs(5), "{took:?}: {done:?}");
        assert!(!done.status.success(), "{done:?}");
        let said = String::from_utf8(done.stderr).unwrap();
        assert!(said.contains(told), "{said}");
    }
}
