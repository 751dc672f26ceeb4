//! A disk that is full: nothing is written, which is said in words; what is there can be read; and it comes back by
//! itself when there is room. Needs to mount a small file system; says so where it may not.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use onestop_chassis::client::ClientError;
use onestop_proto::{
    case,
    ids::{CaseId, CaseRef},
    personal::{AccessRecordsQuery, ApplicantQuery, ApplicantView},
    rejection::Rejected,
};

use crate::{
    harness::{Deployment, Onestop, Part, found, free_port},
    invariants::assert_logs,
    journeys::{self, CLERK, open_wages},
    observed::{UNAVAILABLE, until},
    test_user::{TestUser, actor},
};

/// A small file system in memory, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=384m", "tmpfs"])
            .arg(at)
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then(|| Self(at.to_owned()))
    }

    /// Takes all room but some mebibytes.
    fn fill(&self, left: usize) -> PathBuf {
        let path = self.0.join("ballast");
        let mut file = File::create(&path).unwrap();
        let mebibyte = vec![0x5a; 1 << 20];
        while file.write_all(&mebibyte).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub((left as u64) << 20))
            .unwrap();
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l"]).arg(&self.0).status();
    }
}

/// Opens a case, once.
async fn try_open(user: &TestUser) -> Result<(), Rejected> {
    let opened = journeys::try_open(user).await;
    opened.map(|_| ()).map_err(ClientError::into_rejected)
}

/// Opens the personal data of a case.
async fn try_applicant(user: &TestUser, case: CaseId) -> Result<ApplicantView, Rejected> {
    let query = ApplicantQuery {
        case: CaseRef::Id(case),
        reason: None,
    };
    let asked = user.client.ask(actor(CLERK).into(), &query).await;
    asked.map_err(ClientError::into_rejected)
}

/// How often the personal data of a case was opened.
async fn openings(user: &TestUser, case: CaseId) -> usize {
    let query = AccessRecordsQuery {
        case: CaseRef::Id(case),
    };
    let asked = user.client.ask(actor(CLERK).into(), &query).await;
    asked.unwrap().readings.len()
}

/// With a part of the reserve left, what is opened is recorded; with none of it left, it is not opened.
async fn assert_recorded_or_refused(user: &TestUser, disk: &SmallDisk, port: u16, case: CaseId) {
    disk.fill(14);
    until(port, "/readyz", |(status, body)| {
        status == UNAVAILABLE && body.contains("disk")
    })
    .await;
    let before = openings(user, case).await;
    let view = try_applicant(user, case).await.unwrap();
    assert_eq!(view.applicant.people[0].name, "岩温");
    assert_eq!(openings(user, case).await, before + 1);

    disk.fill(2);
    // What the service saw of the disk lasts for a moment.
    let refused = found("a refusal", async || try_applicant(user, case).await.err()).await;
    assert_eq!(refused.code, "storage-full", "{refused:?}");
    let recorded = openings(user, case).await;
    assert_eq!(
        try_applicant(user, case).await.unwrap_err().code,
        "storage-full"
    );
    assert_eq!(openings(user, case).await, recorded);
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_is_refused_reading_goes_on_and_it_comes_back() {
    let onestop = Onestop::new(Deployment::Separate, &[]);
    let Some(disk) = SmallDisk::mount(&onestop.data()) else {
        eprintln!("skipped: no file system may be mounted here");
        return;
    };
    let mut onestop = onestop.started().await;
    let port = free_port();
    assert_eq!(onestop.stop(Part::Service("intake")), Some(0));
    let http = format!("--http=127.0.0.1:{port}");
    onestop.run_with(Part::Service("intake"), &[&http]);
    onestop.wait_until_ready().await;
    let user = TestUser::new(onestop.client().await);
    let replay = journeys::wages(&user).await;
    let case = replay.case;

    let ballast = disk.fill(2);
    until(port, "/readyz", |(status, body)| {
        status == UNAVAILABLE && body.contains("disk")
    })
    .await;
    for _ in 0..5 {
        let rejected = try_open(&user).await.unwrap_err();
        assert_eq!(rejected.code, "storage-full", "{rejected:?}");
        assert!(rejected.message.zh.contains("磁盘已满"));
        tokio::time::sleep(Duration::from_millis(300)).await;
        // Questions to the log, to a read model, and to the journal's lists.
        let steps = user.replay(case).await.unwrap().steps.len();
        assert!(steps >= replay.steps.len());
        let query = onestop_proto::query::CaseQuery {
            case: CaseRef::Id(case),
        };
        let view: serde_json::Value = user.ask(&case::service(), "case", query).await.unwrap();
        assert_eq!(view["case"], case.to_string());
    }

    // The record of who reads has the reserve. Where that is used up too, nothing of a person is shown.
    assert_recorded_or_refused(&user, &disk, port, case).await;

    fs::remove_file(ballast).unwrap();
    found("an opened case", async || try_open(&user).await.ok()).await;
    let case = open_wages(&user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    assert_logs(&user, &[]).await;
    drop(onestop);
    drop(disk);
}
