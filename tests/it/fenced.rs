//! Of two processes that were started for one service, one decides: a copied folder is refused, and a process that stood
//! still while another took over stops when it wakes, before it has confirmed anything.

use std::{fs, path::PathBuf, time::Duration};

use onestop_chassis::node::IN_USE;
use onestop_proto::command::AcceptedCommand;
use tempfile::TempDir;

use crate::{
    backup_keys::{BackupKeys, restore},
    browser::{address, sign_up},
    harness::{Deployment, Onestop, Part, Process, SERVICES, TIMEOUT, folder, free_port, service},
    invariants::assert_logs,
    journeys::{self, VILLAGE, try_open},
    observed::{UNAVAILABLE, until},
    test_user::TestUser,
    window::{client, sign_in},
};

const GATEWAY: Part = Part::Service("gateway");
const WEB: &str = "--web=127.0.0.1:0";
const INTAKE: Part = Part::Service("intake");

/// A service that is started in a folder of its own, with the real broker and the service's own key.
struct Copied {
    name: &'static str,
    folder: TempDir,
}

impl Copied {
    /// A snapshot of its folder.
    fn of(onestop: &Onestop, name: &'static str) -> Self {
        let copied = Self::empty(name);
        folder::copy(&onestop.data().join(name), &copied.data().join(name));
        copied
    }

    fn empty(name: &'static str) -> Self {
        let folder = TempDir::new().unwrap();
        Self { name, folder }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn start(&self, onestop: &Onestop, more: &[&str]) -> Process {
        let mut flags = vec![
            format!("--data={}", self.data().display()),
            format!("--nats={}", onestop.url()),
            format!("--nats-key={}", onestop.key(self.name).display()),
            "--log=json".to_owned(),
        ];
        flags.extend(more.iter().map(|&flag| flag.to_owned()));
        Process::start(&service(self.name), &flags, &self.log())
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("copy.log")
    }

    fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap()
    }

    /// Waits until its log says something.
    async fn says(&self, wanted: &str) {
        let says = async {
            while !self.said().contains(wanted) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let says = tokio::time::timeout(TIMEOUT, says).await;
        assert!(says.is_ok(), "{wanted}: {}", self.said());
    }

    /// It was refused, because the original runs.
    fn assert_refused(&self, ended: Option<i32>) {
        let (name, said) = (self.name, self.said());
        assert_eq!(ended, Some(i32::from(IN_USE)), "{name}: {said}");
        let why = format!("/onestop/{name}/main runs already");
        assert!(said.contains(&why), "{name}: {said}");
    }
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
    let copy = Copied::of(&onestop, "intake");
    let copied = copy.start(&onestop, &[]);
    let ended = tokio::task::spawn_blocking(move || copied.wait());
    for _ in 0..5 {
        try_open(&user).await.unwrap();
    }
    copy.assert_refused(ended.await.unwrap());
    opened(&user).await;
    assert_logs(&user, &[]).await;
}

/// A snapshot of each, and a restore that is rehearsed with the real broker's address.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_or_a_rehearsal_of_any_service_is_refused() {
    let onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    let rehearsed = TempDir::new().unwrap();
    let keys = BackupKeys::make(rehearsed.path(), "identity");
    let file = rehearsed.path().join("node.age").display().to_string();
    let (key, url) = (onestop.key("desk").display().to_string(), onestop.url());
    let to = ["--nats-key", &key, "--nats", &url];
    let made = tokio::task::block_in_place(|| keys.back_up(&onestop, &file, &to));
    assert!(made.status.success(), "{made:?}");
    let mut started = Vec::new();
    for name in SERVICES.iter().copied() {
        let restored = Copied::empty(name);
        let from = ["--identity", &keys.identity, "--no-erasure-list"];
        let done = restore(&restored.data(), &file, &from);
        assert!(done.status.success(), "{done:?}");
        // It is in no backup.
        let master = "intake/master.key";
        fs::copy(onestop.data().join(master), restored.data().join(master)).unwrap();
        for copy in [Copied::of(&onestop, name), restored] {
            let process = copy.start(&onestop, &[]);
            started.push((copy, process));
        }
    }
    for (copy, process) in started {
        let ended = tokio::task::block_in_place(|| process.wait());
        copy.assert_refused(ended);
    }
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_instance_of_anything_answers_nothing_and_says_why() {
    let onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    let mut running = Vec::new();
    for name in SERVICES.iter().copied().chain(["gateway"]) {
        let (copy, port) = (Copied::empty(name), free_port());
        let http = format!("--http=127.0.0.1:{port}");
        let mut flags = vec!["--instance=main-2", &http];
        if name == "gateway" {
            flags.push("--web=127.0.0.1:0");
        }
        let process = copy.start(&onestop, &flags);
        running.push((copy, process));
        until(port, "/readyz", |(status, body)| {
            status == UNAVAILABLE && body.contains("'instance'")
        })
        .await;
    }
    // They run, and those that are right answer everything.
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
}

/// Every service of the machine stands still, and is started on another one meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn any_service_that_stood_still_stops_when_it_wakes() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
    let all = || SERVICES.iter().copied();
    for name in all() {
        onestop.signal(Part::Service(name), "STOP");
    }
    let mut second = Vec::new();
    for name in all() {
        let copy = Copied::of(&onestop, name);
        let process = copy.start(&onestop, &[]);
        second.push((copy, process));
    }
    for (copy, _) in &second {
        copy.says("this process decides").await;
    }
    for name in all() {
        onestop.signal(Part::Service(name), "CONT");
    }
    for name in all() {
        let code = tokio::task::block_in_place(|| onestop.wait(Part::Service(name)));
        assert_eq!(code, Some(i32::from(IN_USE)), "{name}");
    }
    let next = opened(&user).await;
    user.wait_for_event(next.case, "referral.offered", 1).await;
    assert_logs(&user, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stood_still_stops_when_it_wakes_and_nothing_confirmed_is_lost() {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    journeys::wages(&user).await;
    assert_logs(&user, &[]).await;
    onestop.signal(INTAKE, "STOP");
    let copy = Copied::of(&onestop, "intake");
    let _second = copy.start(&onestop, &[]);
    let taken_over = opened(&user).await;

    onestop.signal(INTAKE, "CONT");
    let code = tokio::task::block_in_place(|| onestop.wait(INTAKE));
    assert_eq!(code, Some(i32::from(IN_USE)));
    let next = opened(&user).await;
    assert_ne!(taken_over.number, next.number, "no number is given twice");
    user.wait_for_event(next.case, "referral.offered", 1).await;
    assert_logs(&user, &[]).await;
}

/// An Onestop with a workbench that no standby follows, and its address. It has an account.
async fn with_workbench() -> (Onestop, String) {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    onestop.run_with(GATEWAY, &[WEB]);
    let base = address(&onestop.data()).await;
    sign_up(&onestop.data(), ["zhang-li", "张丽", "clerk", VILLAGE]);
    sign_in(&client(), &base, "zhang-li").await;
    (onestop, base)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_workbench_is_refused_and_the_original_goes_on() {
    let (onestop, base) = with_workbench().await;
    let copy = Copied::of(&onestop, "gateway");
    let copied = copy.start(&onestop, &[WEB]);
    let ended = tokio::task::block_in_place(|| copied.wait());
    copy.assert_refused(ended);
    sign_in(&client(), &base, "zhang-li").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbench_that_stood_still_stops_when_it_wakes() {
    let (mut onestop, _) = with_workbench().await;
    onestop.signal(GATEWAY, "STOP");
    let copy = Copied::of(&onestop, "gateway");
    let _second = copy.start(&onestop, &[WEB]);
    copy.says("this process decides").await;
    let base = address(&copy.data()).await;
    sign_in(&client(), &base, "zhang-li").await;
    onestop.signal(GATEWAY, "CONT");
    let code = tokio::task::block_in_place(|| onestop.wait(GATEWAY));
    assert_eq!(code, Some(i32::from(IN_USE)));
}
