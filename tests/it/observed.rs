//! What an operator sees: health, metrics, services that can be found, one trace through all of them;
//! and that nothing personal can be seen.

use std::time::Duration;

use futures::StreamExt;
use onestop_proto::{
    case,
    query::{LogPage, LogQuery},
    referral,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    backup_keys::BackupKeys,
    harness::{Deployment, Onestop, Part, SERVICES, TIMEOUT, free_port, free_ports},
    invariants::all_is_heard,
    journeys,
    test_user::{DIRECTORY, TestUser},
};

/// A plain HTTP request: status line and body; why there is none, where the service does not serve yet.
async fn get(port: u16, path: &str) -> (String, String) {
    let mut stream = match TcpStream::connect(("127.0.0.1", port)).await {
        Ok(stream) => stream,
        Err(refused) => return (refused.to_string(), String::new()),
    };
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

#[tokio::test]
async fn health_and_metrics() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let port = free_port();
    assert_eq!(onestop.stop(Part::Service("intake")), Some(0));
    onestop.run_with(
        Part::Service("intake"),
        &[&format!("--http=127.0.0.1:{port}")],
    );
    onestop.wait_until_ready().await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;

    until(port, "/healthz", |(status, _)| status == OK).await;
    until(port, "/readyz", |(status, _)| status == OK).await;
    let http = format!("--http=0.0.0.0:{port}");
    let check = || {
        crate::command_line::run(None, &["healthcheck", &http])
            .status
            .code()
    };
    assert_eq!(check(), Some(0));
    all_is_heard(&user).await;
    let [own, of_referral] = [case::service(), referral::service()];
    let head = user.log(&own).await.len();
    let heard = user.log(&of_referral).await.len();
    let head = format!("onestop_log_head_events {head}");
    let heard = format!("onestop_heard_total{{name=\"referral\"}} {heard}");
    let (status, metrics) = until(port, "/metrics", |(_, metrics)| {
        let polled = r#"onestop_queue_age_seconds{queue="source",name="referral/main"} "#;
        let all = [head.as_str(), &heard, polled];
        all.iter().all(|line| metrics.contains(line))
    })
    .await;
    assert_eq!(status, OK);
    assert!(metrics.contains("onestop_parked_events 0"), "{metrics}");
    for line in [
        r#"onestop_queue_age_seconds{queue="relay",name=""} "#,
        r#"onestop_queue_age_seconds{queue="parked",name=""} 0.0"#,
        r#"onestop_queue_age_seconds{queue="registry",name=""} "#,
        r#"onestop_queue_age_seconds{queue="read-model",name="register.sqlite"} "#,
        r#"onestop_queue_age_seconds{queue="standby",name=""} 0.0"#,
        r#"onestop_requests_total{kind="command",name="open",outcome="accepted",fault="none"} "#,
        r#"onestop_request_seconds_count{kind="command",name="open"} "#,
        "onestop_last_backup_timestamp_seconds 0",
        &format!(
            "onestop_directory_info{{files=\"{}\"}} 1",
            DIRECTORY.files_version()
        ),
        "onestop_directory_changes 0",
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    assert!(!metrics.contains("onestop_disk_free_bytes 0\n"));

    onestop.kill(Part::Broker);
    until(port, "/readyz", |(status, _)| status == UNAVAILABLE).await;
    assert_eq!(check(), Some(7));
    assert_eq!(get(port, "/healthz").await.0, OK);
}

const OK: &str = "HTTP/1.1 200 OK";
pub(crate) const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable";

/// A typing mistake: the key is not that instance's, so the broker lets it hear nothing of its own.
#[tokio::test]
async fn another_instance_than_the_keys_is_not_ready() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
    assert_eq!(onestop.stop(Part::Service("intake")), Some(0));
    onestop.run_with(
        Part::Service("intake"),
        &[
            &format!("--http=127.0.0.1:{port}"),
            &format!("--data={}", folder.path().display()),
            "--instance=main-2",
        ],
    );
    until(port, "/readyz", |(status, body)| {
        status == UNAVAILABLE && body.contains("instance")
    })
    .await;
}

/// The workbench with the key of another program: the broker lets it hear no answer.
#[tokio::test]
async fn a_workbench_with_the_key_of_another_is_not_ready_and_says_why() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let port = free_port();
    let key = format!("--nats-key={}", onestop.key("notarization").display());
    let http = format!("--http=127.0.0.1:{port}");
    onestop.run_with(
        Part::Service("gateway"),
        &[&key, &http, "--web=127.0.0.1:0"],
    );
    until(port, "/readyz", |(status, body)| {
        status == UNAVAILABLE && body.contains("'key'")
    })
    .await;
}

/// What the journal keeps is a log as well.
#[tokio::test]
async fn the_journal_gives_pages_of_what_it_keeps_and_tells_how_much_that_is() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let replay = journeys::wages(&user).await;
    all_is_heard(&user).await;
    let journal = "journal".parse().unwrap();
    let query = LogQuery { from: 0, limit: 3 };
    let page: LogPage = user.ask(&journal, "log", query).await.unwrap();
    assert_eq!(page.events.len(), 3);
    assert!(page.head >= replay.steps.len() as u64, "{}", page.head);
    let ids: Vec<_> = page.events.iter().map(|event| event.id).collect();
    assert!(ids.contains(&replay.steps[0].event.id));

    let port = free_port();
    assert_eq!(onestop.stop(Part::Service("journal")), Some(0));
    let http = format!("--http=127.0.0.1:{port}");
    onestop.run_with(Part::Service("journal"), &[&http]);
    let head = format!("onestop_log_head_events {}", page.head);
    until(port, "/metrics", |(_, metrics)| metrics.contains(&head)).await;
}

/// Waits until what a service serves is as wanted.
pub(crate) async fn until(
    port: u16,
    path: &str,
    wanted: impl Fn(&(String, String)) -> bool,
) -> (String, String) {
    let mut last = (String::new(), String::new());
    let waited = async {
        loop {
            last = get(port, path).await;
            if wanted(&last) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(TIMEOUT, waited).await;
    assert!(waited.is_ok(), "{path}: {last:?}");
    last
}

/// In one process, the services serve on consecutive ports.
#[tokio::test]
async fn each_service_of_one_process_has_its_own_port() {
    // The gateway is behind the services.
    let count = u16::try_from(SERVICES.len()).unwrap() + 1;
    let first = free_ports(count);
    let flag = format!("--http=127.0.0.1:{first}");
    let onestop = Onestop::start_with(Deployment::SingleProcess, &[&flag]).await;
    for port in (first..).take(SERVICES.len()) {
        until(port, "/healthz", |(status, _)| status == OK).await;
    }
    let keys = tempfile::tempdir().unwrap();
    let file = keys.path().join("node.backup").display().to_string();
    let made = BackupKeys::make(keys.path(), "backup.key").back_up(&onestop, &file, &[]);
    assert!(made.status.success(), "{made:?}");
    until(first, "/metrics", |(_, metrics)| {
        let mut lines = metrics.lines();
        let value =
            lines.find_map(|line| line.strip_prefix("onestop_last_backup_timestamp_seconds "));
        value.is_some_and(|seconds| seconds != "0")
    })
    .await;
    // The gateway counts what is asked of it.
    let gateway = first + count - 1;
    until(gateway, "/readyz", |(status, _)| status == OK).await;
    let workbench = crate::browser::address(&onestop.data()).await;
    let workbench = workbench.rsplit(':').next().unwrap().parse().unwrap();
    assert_eq!(get(workbench, "/sign-in").await.0, OK);
    until(gateway, "/metrics", |(_, metrics)| {
        metrics.contains(
            r#"onestop_http_requests_total{route="/sign-in",method="GET",status="2xx"} 1"#,
        )
    })
    .await;
}

/// NATS's own service discovery finds them all.
#[tokio::test]
async fn services_are_discovered() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let nats = onestop.nats("desk").await;
    let inbox = nats.new_inbox();
    let mut answers = nats.subscribe(inbox.clone()).await.unwrap();
    nats.publish_with_reply("$SRV.PING", inbox, "".into())
        .await
        .unwrap();
    let mut found = Vec::new();
    while found.len() < SERVICES.len() {
        let message = answers.next().await.unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
        found.push(answer["name"].as_str().unwrap().to_owned());
    }
    found.sort();
    let named = SERVICES.iter().map(|name| format!("onestop-{name}"));
    let mut wanted: Vec<_> = named.collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

/// What the command began is one trace through every service that took part.
#[tokio::test]
async fn one_trace_through_all_services() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let replay = journeys::wages(&user).await;
    let trace = |step: &onestop_proto::journal::ReplayStep| {
        step.event
            .traceparent
            .as_str()
            .split('-')
            .nth(1)
            .unwrap()
            .to_owned()
    };
    let opened = trace(&replay.steps[0]);
    for step in &replay.steps[..6] {
        assert_eq!(trace(step), opened, "step {}", step.number);
    }
    let accepted = replay
        .steps
        .iter()
        .find(|step| step.event_type.contains("accepted"))
        .unwrap();
    let received = replay
        .steps
        .iter()
        .find(|step| step.event_type.contains("received"))
        .unwrap();
    assert_ne!(trace(accepted), opened, "another command, another trace");
    assert_eq!(trace(accepted), trace(received));
}

/// Neither the name nor the telephone number leaves the keyring: not into a log, an event or a log line.
#[tokio::test]
async fn nothing_personal_is_written_in_the_clear() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    journeys::at_the_window(&user).await;
    let personal = ["岩温", "13800138000", "工地欠薪三个月", "死亡证明"];
    // What is written ahead is not compressed: what is not personal is seen there.
    let holds =
        |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|it| it == word.as_bytes());
    let mut files = onestop.log_files().into_values();
    assert!(files.any(|bytes| holds(&bytes, "labour-pay")));
    for (file, bytes) in onestop.log_files() {
        for word in personal {
            assert!(!holds(&bytes, word), "{word} stands in {}", file.display());
        }
    }
    let log = onestop.log_of(Part::Everything);
    assert!(personal.iter().all(|word| !log.contains(word)));
}
