//! The gateway's standby: accounts, second factors and sessions go on there.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use onestop_chassis::node::IN_USE;
use reqwest::{Client, StatusCode};
use tempfile::TempDir;

use crate::{
    browser::{PASSWORD, address, sign_up},
    command_line::run,
    harness::{self, Deployment, Onestop, Part, Process, until},
    journeys::VILLAGE,
    window::{client, get, sign_in, try_sign_in},
};

const GATEWAY: Part = Part::Service("gateway");
const FLAGS: [&str; 2] = ["--standby=sync", "--web=127.0.0.1:0"];

/// A machine where `onestop standby` follows the gateway.
struct Elsewhere {
    folder: TempDir,
    _process: Process,
}

impl Elsewhere {
    /// With the key that an operator copies.
    fn start(onestop: &Onestop) -> Self {
        let folder = TempDir::new().unwrap();
        let own = folder.path().join("data/gateway");
        fs::create_dir_all(&own).unwrap();
        let of_leader = onestop.data().join("gateway/draft.key");
        fs::copy(of_leader, own.join("draft.key")).unwrap();
        let arguments = [
            "standby".to_owned(),
            "--service=gateway".to_owned(),
            format!("--data={}", folder.path().join("data").display()),
            format!("--nats={}", onestop.url()),
            format!("--nats-key={}", onestop.key("gateway").display()),
            "--web=127.0.0.1:0".to_owned(),
            "--log=json".to_owned(),
        ];
        let log = folder.path().join("standby.log");
        let process = Process::start(&harness::onestop(), &arguments, &log);
        Self {
            folder,
            _process: process,
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("standby.log")).unwrap()
    }
}

/// What a gateway says on `/readyz`; nothing if it does not answer.
async fn readyz(client: &Client, base: &str) -> String {
    match client.get(format!("{base}/readyz")).send().await {
        Ok(answer) => answer.text().await.unwrap_or_default(),
        Err(_) => String::new(),
    }
}

async fn until_it_says(client: &Client, base: &str, wanted: &str) {
    until(wanted, async || readyz(client, base).await.contains(wanted)).await;
}

/// An Onestop whose gateway has accounts and a standby that has everything, and its address.
async fn followed(client: &Client) -> (Onestop, String, Elsewhere) {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    onestop.run_with(GATEWAY, &FLAGS);
    let base = address(&onestop.data()).await;
    until_it_says(client, &base, "no standby keeps up").await;
    for (staff, name) in [("zhang-li", "张丽"), ("li-mei", "李梅")] {
        sign_up(&onestop.data(), [staff, name, "clerk", VILLAGE]);
    }
    let elsewhere = Elsewhere::start(&onestop);
    until_it_says(client, &base, "a standby follows, 0 changes behind").await;
    // The standby knows it too: one that has not heard that answers count on it takes nothing over.
    let known = "what is written is kept twice";
    until(known, async || elsewhere.said().contains(known)).await;
    (onestop, base, elsewhere)
}

/// The address at which the standby serves the workbench, once it has taken over.
async fn taken_over(client: &Client, data: &Path) -> String {
    let base = address(data).await;
    until_it_says(client, &base, "ready\n").await;
    base
}

fn staff(onestop: &Onestop, arguments: &[&str]) {
    let words = [&["staff"][..], arguments].concat();
    let done = tokio::task::block_in_place(|| run(Some(onestop), &words));
    assert!(done.status.success(), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_and_sessions_go_on_when_the_machine_of_the_gateway_is_lost() {
    let client = client();
    let (mut onestop, base, elsewhere) = followed(&client).await;
    // A colleague comes, signs in and works; another one has left.
    sign_up(&onestop.data(), ["wang-min", "王敏", "clerk", VILLAGE]);
    staff(&onestop, &["disable", "li-mei", "--reason", "已调离"]);
    let cookies = sign_in(&client, &base, "wang-min").await;
    let today = get(&client, &format!("{base}/today"), &cookies).await;
    assert_eq!(today.status(), StatusCode::OK);
    // Accounts are there when the answer comes; sessions come a moment later.
    until_it_says(&client, &base, "a standby follows, 0 changes behind").await;

    onestop.kill(GATEWAY);
    fs::remove_dir_all(onestop.data().join("gateway")).unwrap();
    let died = Instant::now();
    let base = taken_over(&client, &elsewhere.data()).await;
    let took = died.elapsed();

    let today = get(&client, &format!("{base}/today"), &cookies).await;
    assert_eq!(today.status(), StatusCode::OK, "{}", elsewhere.said());
    let shown = today.text().await.unwrap();
    assert!(shown.contains("王敏"), "{shown}");
    sign_in(&client, &base, "zhang-li").await;
    let refused = try_sign_in(&client, &base, "", ("li-mei", PASSWORD)).await;
    assert_ne!(
        refused.status(),
        StatusCode::SEE_OTHER,
        "the account is disabled"
    );
    eprintln!(
        "the workbench answered at the standby {:.1} s after the kill",
        took.as_secs_f64()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_stood_still_while_its_standby_took_over_answers_nothing_and_stops() {
    let client = client();
    let (mut onestop, base, elsewhere) = followed(&client).await;
    let cookies = sign_in(&client, &base, "zhang-li").await;
    until_it_says(&client, &base, "a standby follows, 0 changes behind").await;

    onestop.signal(GATEWAY, "STOP");
    let other = taken_over(&client, &elsewhere.data()).await;
    onestop.signal(GATEWAY, "CONT");
    let asked = client.get(format!("{base}/today")).send().await;
    if let Ok(answer) = asked {
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
    let ended = tokio::task::block_in_place(|| onestop.wait(GATEWAY));
    assert_eq!(ended, Some(i32::from(IN_USE)));
    let today = get(&client, &format!("{other}/today"), &cookies).await;
    assert_eq!(today.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_hands_the_gateway_over() {
    let client = client();
    let (mut onestop, base, elsewhere) = followed(&client).await;
    let cookies = sign_in(&client, &base, "zhang-li").await;

    let (keys, url) = (onestop.keys().display().to_string(), onestop.url());
    let desk = onestop.key("desk").display().to_string();
    let words = [
        "switch",
        "gateway",
        "--keys",
        &keys,
        "--nats",
        &url,
        "--nats-key",
        &desk,
    ];
    let switched = tokio::task::block_in_place(|| run(Some(&onestop), &words));
    assert!(
        switched.status.success(),
        "{switched:?}\n{}",
        elsewhere.said()
    );
    let ended = tokio::task::block_in_place(|| onestop.wait(GATEWAY));
    assert_eq!(ended, Some(0));
    // The session came with the last of what changed.
    let other = taken_over(&client, &elsewhere.data()).await;
    let today = get(&client, &format!("{other}/today"), &cookies).await;
    assert_eq!(today.status(), StatusCode::OK);
}

/// The master key of the gateway is never sent.
#[test]
fn a_standby_without_the_gateways_key_says_what_it_lacks() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().display().to_string();
    let refused = run(None, &["standby", "--service", "gateway", "--data", &data]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("缺少") && said.contains("gateway/draft.key"),
        "{said}"
    );
    assert!(!folder.path().join("gateway/draft.key").exists());
}
