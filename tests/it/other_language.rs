//! A client in another language follows `proto/asyncapi.yaml` alone: it hears one county's legal aid
//! offers, and no other county's or item's.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

use onestop_proto::{envelope::Envelope, ids::CaseId};

use crate::{
    harness::{Deployment, Onestop, repository},
    journeys::{self, CLERK, open_by, request},
    test_user::{TestUser, unit},
};

/// `tests/clients/listen.py`, ended with the test.
struct Listener {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Listener {
    /// Starts it and waits until it listens; the subject that it made of the document.
    fn start(onestop: &Onestop, channel: &str, parameters: &[&str]) -> (Self, String) {
        let clients = repository().join("tests/clients");
        let found = Command::new(clients.join("python.sh")).output().unwrap();
        assert!(
            found.status.success(),
            "no Python: {}",
            String::from_utf8_lossy(&found.stderr)
        );
        let python = String::from_utf8(found.stdout).unwrap();
        let mut child = Command::new(python.trim())
            .arg(clients.join("listen.py"))
            .arg(repository().join("proto/asyncapi.yaml"))
            .args([&onestop.url(), channel])
            .args(parameters)
            .env("NKEY_FILE", onestop.key("desk"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: serde_json::Value = serde_json::from_str(&next(&mut lines)).unwrap();
        let subject = first["listening"].as_str().unwrap().to_owned();
        (Self { child, lines }, subject)
    }

    fn event(&mut self) -> Envelope {
        serde_json::from_str(&next(&mut self.lines)).unwrap()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn next(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> String {
    lines.next().expect("the client ended").unwrap()
}

async fn offered(user: &TestUser, by: &str, item: &str, topic: &str, place: &str) -> CaseId {
    let case = open_by(user, by, request(item, topic, place)).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    case
}

#[tokio::test]
async fn one_countys_legal_aid_offers() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let county = [
        "item=legal-aid",
        "province=53",
        "prefecture=08",
        "county=21",
    ];
    let (mut listener, subject) = Listener::start(&onestop, "referral.offered", &county);
    assert_eq!(subject, "evt.referral.offered.legal-aid.53.08.21.>");

    // Another county's, another item's, and then this one's: what comes first is what it may hear.
    offered(
        &user,
        "clerk/yang@530802",
        "legal-aid",
        "labour-pay",
        "530802",
    )
    .await;
    offered(&user, CLERK, "notarization", "mandate", "530821101201").await;
    let wages = journeys::wages(&user).await;
    offered(
        &user,
        "clerk/yang@530822",
        "legal-aid",
        "labour-pay",
        "530822",
    )
    .await;
    let second = offered(&user, CLERK, "legal-aid", "labour-pay", "530821101201").await;

    let event = listener.event();
    assert_eq!(event.subject, wages.case);
    assert_eq!(event.event_type, "cn.onestop.referral.offered.v1");
    let data: serde_json::Value = event.data.parse().unwrap();
    assert_eq!(data["to"], unit("530821.legal-aid").as_str());
    assert_eq!(listener.event().subject, second);
}
