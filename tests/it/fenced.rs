//! Of two processes that were started for one service, one decides: a copied folder is refused, and a process that stood
//! still while another took over stops when it wakes, before it has confirmed anything.

use std::{fs, path::Path, time::Duration};

use onestop_chassis::node::IN_USE;
use onestop_proto::command::AcceptedCommand;

use crate::{
    harness::{Deployment, Onestop, Part, Process, TIMEOUT, folder, service},
    invariants::assert_logs,
    journeys::{self, try_open},
    test_user::TestUser,
};

const INTAKE: Part = Part::Service("intake");

/// Starts intake on a copy of its folder, with the real broker and its own key.
fn start_copy(onestop: &Onestop, data: &Path, log: &Path) -> Process {
    folder::copy(&onestop.data().join("intake"), &data.join("intake"));
    let flags = [
        format!("--data={}", data.display()),
        format!("--nats={}", onestop.url()),
        format!("--nats-key={}", onestop.key("intake").display()),
    ];
    Process::start(&service("intake"), &flags, log)
}

/// Opens a case, however often it must be tried.
async fn opened(user: &TestUser) -> AcceptedCommand {
    let opened = async {
        loop {
            match try_open(user).await {
                Ok(accepted) => return accepted,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    };
    // The suspended process still gets every other command, and such a command waits for the client's timeout.
    tokio::time::timeout(2 * TIMEOUT, opened).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_folder_is_refused_before_it_answers_and_the_original_goes_on() {
    let onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let apart = tempfile::tempdir().unwrap();
    let log = apart.path().join("copy.log");
    let copied = start_copy(&onestop, &apart.path().join("data"), &log);
    let ended = tokio::task::spawn_blocking(move || copied.wait());
    for _ in 0..5 {
        try_open(&user).await.unwrap();
    }
    let ended = ended.await.unwrap();
    let said = fs::read_to_string(&log).unwrap();
    assert_eq!(ended, Some(i32::from(IN_USE)), "{said}");
    assert!(said.contains("/onestop/intake/main runs already"), "{said}");
    opened(&user).await;
    assert_logs(&user, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stood_still_stops_when_it_wakes_and_nothing_confirmed_is_lost() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
    onestop.signal(INTAKE, "STOP");
    let apart = tempfile::tempdir().unwrap();
    let log = apart.path().join("copy.log");
    let _second = start_copy(&onestop, &apart.path().join("data"), &log);
    let taken_over = opened(&user).await;

    onestop.signal(INTAKE, "CONT");
    let code = tokio::task::block_in_place(|| onestop.wait(INTAKE));
    assert_eq!(code, Some(i32::from(IN_USE)));
    let next = opened(&user).await;
    assert_ne!(taken_over.number, next.number, "no number is given twice");
    user.wait_for_event(next.case, "referral.offered", 1).await;
    assert_logs(&user, &[]).await;
}
