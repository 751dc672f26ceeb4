//! A data folder is one process's: who comes second is refused before it touches anything, and the first goes on.

use std::{path::Path, process::Output};

use onestop_proto::query::LogQuery;
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, Process, free_port, service, until},
    journeys,
    test_user::TestUser,
};

/// The exit code for a data folder that is in use.
const IN_USE: Option<i32> = Some(75);

fn refused(data: &Path, words: &[&str]) -> Output {
    let data = data.display().to_string();
    let words = [words, &["--lang", "en", "--data", &data]].concat();
    let done = tokio::task::block_in_place(|| run(None, &words));
    assert_eq!(done.status.code(), IN_USE, "{words:?}: {done:?}");
    let said = String::from_utf8(done.stderr.clone()).unwrap();
    assert!(said.contains("in use"), "{said}");
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_is_refused_and_leaves_the_first_alone() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let data = onestop.data();
    let broker = || std::fs::read_to_string(data.join("nats/pid")).unwrap();
    let pid = broker();
    let url = std::fs::read_to_string(data.join("nats/url")).unwrap();
    let conf = data.join("nats/keys/nats.conf");
    let before = std::fs::read_to_string(&conf).unwrap();

    let same = onestop.url().rsplit(':').next().unwrap().to_owned();
    let other = free_port().to_string();
    for port in [&same, &other] {
        refused(&data, &["up", "--port", port, "--web", "127.0.0.1:0"]);
    }
    refused(&data, &["verify", "--offline"]);
    refused(&data, &["log", "repair", "--service", "intake"]);
    refused(&data, &["ledger", "rebuild"]);
    refused(&data, &["keys", "rotate-master"]);
    refused(&data, &["backup", "restore", "/nowhere/backup.tar"]);
    let keys = data.join("nats/keys").display().to_string();
    refused(&data, &["keys", "init", "--out", &keys]);

    assert_eq!(broker(), pid);
    assert_eq!(std::fs::read_to_string(data.join("nats/url")).unwrap(), url);
    assert_eq!(std::fs::read_to_string(&conf).unwrap(), before);
    journeys::wages(&user).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_its_own_is_refused_beside_one_that_has_its_folder() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let data = onestop.data();
    let log = data.with_file_name("second.log");
    let second = |name: &str| {
        let settings = [
            format!("--data={}", data.display()),
            format!("--nats={}", onestop.url()),
        ];
        Process::start(&service(name), &settings, &log)
    };
    for name in ["intake", "journal"] {
        let ended = second(name);
        assert_eq!(tokio::task::block_in_place(|| ended.wait()), IN_USE);
    }
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(said.contains("in use by process"), "{said}");
    // One process for all of it neither.
    refused(&data, &["up", "--web", "127.0.0.1:0"]);
    journeys::wages(&user).await;

    // Ended by force, it leaves no lock behind.
    let intake = Part::Service("intake");
    onestop.kill(intake);
    onestop.run(intake);
    onestop.wait_until_ready().await;
    let query = LogQuery { from: 0, limit: 0 };
    let intake = "intake".parse().unwrap();
    user.ask::<Value>(&intake, "log", query).await.unwrap();
}

/// Whatever ends it: no port and no store stays in use.
#[tokio::test(flavor = "multi_thread")]
async fn the_broker_ends_with_the_process_that_started_it() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let pid = std::fs::read_to_string(onestop.data().join("nats/pid")).unwrap();
    let line = format!("/proc/{}/cmdline", pid.trim());
    let runs = || std::fs::read_to_string(&line).is_ok_and(|line| line.contains("nats.conf"));
    assert!(runs());
    onestop.kill(Part::Everything);
    until("the broker ends", async || !runs()).await;
    onestop.run(Part::Everything);
    onestop.wait_until_ready().await;
}
