//! What is refused: each with its own code and a sentence that says what to do, and with the logs left
//! byte for byte as they were.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use onestop_chassis::{client::CommandMeta, clock::SystemClock};
use onestop_proto::{
    case::{self, Close, Open, WindowAction},
    ids::{CaseId, CaseRef},
    referral::{self, Accept, Decline, ReturnReason},
    rejection::{Rejected, RejectionKind},
};
use serde_json::{Value, json};

use crate::{
    harness::{Deployment, Onestop, TIMEOUT, directory},
    invariants::assert_logs,
    journeys::{CLERK, COUNTY, VILLAGE, accepted_wages, request},
    test_user::{DIRECTORY, TestUser, actor, unit},
};

/// For how long nothing is written once everything is stored: a relay saves its position once a second at most.
const QUIET: Duration = Duration::from_millis(1_500);

/// A directory folder in which one village station is closed for repairs.
fn closed_station() -> tempfile::TempDir {
    let closed = "\n[[override]]\ndivision = \"530821101202\"\nstate = \"suspended\"\nfrom = 2020-01-01\n\
                  reason = { zh = \"修缮\", en = \"repairs\" }\n";
    directory::with_more("sites.toml", closed)
}

struct Refusals {
    onestop: Onestop,
    user: TestUser,
    case: CaseId,
    _directory: tempfile::TempDir,
}

impl Refusals {
    /// An Onestop with one case that the county's agency has accepted.
    async fn start() -> Self {
        let directory = closed_station();
        let flag = format!("--directory={}", directory.path().display());
        let onestop = Onestop::start_with(Deployment::Separate, &[&flag]).await;
        let user = TestUser::new(onestop.client().await);
        let case = accepted_wages(&user).await;
        Self {
            onestop,
            user,
            case,
            _directory: directory,
        }
    }

    /// The files of the logs, once every service has read everything and it is stored.
    async fn quiet_log_files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        assert_logs(&self.user, &[]).await;
        let mut files = self.onestop.log_files();
        let quiet = async {
            loop {
                tokio::time::sleep(QUIET).await;
                let now = self.onestop.log_files();
                if now == files {
                    return;
                }
                files = now;
            }
        };
        tokio::time::timeout(TIMEOUT, quiet).await.unwrap();
        files
    }

    async fn open(&self, by: &str, open: Open) -> Rejected {
        let answer = self
            .user
            .command::<case::Command>(&case::service(), by, None, open)
            .await;
        answer.unwrap_err()
    }

    /// Sends what no client of the contract would send.
    async fn raw(&self, subject: &str, body: &str) -> Rejected {
        let payload = body.as_bytes().to_vec();
        let intake = case::service();
        let sent = self.user.client.send(&intake, subject.to_owned(), payload);
        let answer: Value = serde_json::from_slice(&sent.await.unwrap()).unwrap();
        serde_json::from_value(answer["rejected"].clone()).unwrap()
    }

    fn well_formed(&self) -> Value {
        json!({
            "id": SystemClock.command(),
            "actor": actor(CLERK),
            "data": request("legal-aid", "labour-pay", VILLAGE),
        })
    }
}

/// Checks the code, and that both sentences name the mend.
#[track_caller]
fn says(rejected: &Rejected, (code, kind): (&str, RejectionKind), zh: &str, en: &str) {
    assert_eq!((rejected.code.as_str(), rejected.kind), (code, kind));
    assert!(rejected.message.zh.contains(zh), "{}", rejected.message.zh);
    assert!(rejected.message.en.contains(en), "{}", rejected.message.en);
}

#[tokio::test]
async fn leave_the_logs_as_they_were() {
    let all = Refusals::start().await;
    let before = all.quiet_log_files().await;

    places_without_the_item(&all).await;
    requests_that_no_window_takes(&all).await;
    malformed_commands(&all).await;
    wrong_revision(&all).await;
    unknown_case(&all).await;
    second_answer(&all).await;

    let after = all.onestop.log_files();
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
    let changed: Vec<_> = before
        .keys()
        .filter(|file| before[*file] != after[*file])
        .collect();
    assert!(changed.is_empty(), "changed: {changed:?}");
}

/// A division that does not exist, a closed station, and an item that no unit offers.
async fn places_without_the_item(all: &Refusals) {
    let nowhere = all
        .open(CLERK, request("legal-aid", "labour-pay", "530899"))
        .await;
    says(
        &nowhere,
        ("unknown-division", RejectionKind::Invalid),
        "530899",
        "Look it up",
    );

    let closed = "clerk/li-na@530821101202";
    let station = all
        .open(closed, request("legal-aid", "labour-pay", VILLAGE))
        .await;
    says(
        &station,
        ("site-closed", RejectionKind::Conflict),
        "宁洱镇公共法律服务中心",
        "repairs",
    );

    let nobody = all
        .open(CLERK, request("adoption", "labour-pay", VILLAGE))
        .await;
    says(
        &nobody,
        ("item-not-offered", RejectionKind::Invalid),
        "adoption",
        "Legal aid",
    );
}

/// An unknown topic, an applicant without a name, and a unit that is no window.
async fn requests_that_no_window_takes(all: &Refusals) {
    let about_nothing = all
        .open(CLERK, request("legal-aid", "weather", VILLAGE))
        .await;
    says(
        &about_nothing,
        ("unknown-topic", RejectionKind::Invalid),
        "weather",
        "wages owed",
    );

    let mut nameless = request("legal-aid", "labour-pay", VILLAGE);
    nameless.applicant.people[0].name = "  ".to_owned();
    says(
        &all.open(CLERK, nameless).await,
        ("incomplete", RejectionKind::Invalid),
        "姓名",
        "Fill it in",
    );

    let elsewhere = all
        .open(
            "clerk/wang-min@530821.legal-aid",
            request("legal-aid", "labour-pay", VILLAGE),
        )
        .await;
    says(
        &elsewhere,
        ("unknown-window", RejectionKind::Invalid),
        "窗口",
        "not a window",
    );
}

async fn malformed_commands(all: &Refusals) {
    let text = all.raw("cmd.intake.open", "{ not json").await;
    says(
        &text,
        ("malformed", RejectionKind::Invalid),
        "改正",
        "Correct it",
    );

    let mut place = all.well_formed();
    place["data"]["place"] = json!("53x");
    let place = all.raw("cmd.intake.open", &place.to_string()).await;
    says(
        &place,
        ("malformed", RejectionKind::Invalid),
        "管辖地",
        "division code",
    );

    let mut key = all.well_formed();
    key["id"] = json!("7");
    let key = all.raw("cmd.intake.open", &key.to_string()).await;
    says(
        &key,
        ("malformed", RejectionKind::Invalid),
        "请求编号",
        "UUID",
    );

    let mut extra = all.well_formed();
    extra["data"]["colour"] = json!("red");
    let extra = all.raw("cmd.intake.open", &extra.to_string()).await;
    says(
        &extra,
        ("malformed", RejectionKind::Invalid),
        "colour",
        "colour",
    );

    let mut caseless = all.well_formed();
    caseless["data"] = json!({});
    let caseless = all.raw("cmd.intake.close", &caseless.to_string()).await;
    says(
        &caseless,
        ("malformed", RejectionKind::Invalid),
        "请写明案件",
        "case",
    );
}

async fn wrong_revision(all: &Refusals) {
    let order = CommandMeta {
        id: SystemClock.command(),
        actor: actor(CLERK),
        case: Some(CaseRef::Id(all.case)),
        expected_revision: Some(0),
        occurred_at: None,
        late_entry: None,
    };
    let close = case::Command::from(Close {});
    let stale = all
        .user
        .send(&case::service(), order, &close)
        .await
        .unwrap_err();
    says(
        &stale,
        ("stale-revision", RejectionKind::Conflict),
        "请查看后再决定",
        "Look again",
    );
    assert_eq!(stale.details, json!({ "expected": 0, "actual": 2 }));
}

async fn unknown_case(all: &Refusals) {
    let nobody = SystemClock.command().case();
    let closed = all
        .user
        .command::<case::Command>(&case::service(), CLERK, Some(nobody), Close {})
        .await
        .unwrap_err();
    says(
        &closed,
        ("unknown-case", RejectionKind::NotFound),
        "核对回执",
        "receipt",
    );
    let replayed = all.user.replay(nobody).await.unwrap_err();
    assert_eq!(replayed.code, "unknown-case");
    let handoff = SystemClock.command().handoff();
    let accepted = all
        .user
        .command::<referral::Command>(
            &referral::service(),
            COUNTY,
            Some(nobody),
            Accept { handoff },
        )
        .await
        .unwrap_err();
    assert_eq!(accepted.code, "unknown-case");
}

async fn second_answer(all: &Refusals) {
    let replay = all.user.replay(all.case).await.unwrap();
    let offered = replay
        .steps
        .iter()
        .find_map(
            |step| match step.event.raw().parse_if::<referral::Event>() {
                Ok(Some(referral::Event::Offered(offered))) => Some(offered),
                _ => None,
            },
        )
        .unwrap();
    let decline = Decline {
        handoff: offered.handoff,
        reason: ReturnReason::NoCapacity,
        belongs_to: None,
    };
    let second = all
        .user
        .command::<referral::Command>(&referral::service(), COUNTY, Some(all.case), decline)
        .await
        .unwrap_err();
    let holder = unit("530821.legal-aid");
    says(
        &second,
        ("offer-answered", RejectionKind::Conflict),
        holder.as_str(),
        holder.as_str(),
    );
}

/// An item of the directory that no unit at this place or above offers.
#[tokio::test]
async fn an_item_that_nobody_works_there() {
    let all = Refusals::start().await;
    let prefecture = "clerk/chen-jing@5308";
    let open = Open {
        request: WindowAction::Refer,
        ..request("notarization", "mandate", "5308")
    };
    // Notary offices are in counties; the prefecture's own territory has none of its own.
    assert!(
        DIRECTORY
            .unit_at("5308".parse().unwrap(), &"notarization".parse().unwrap())
            .is_none()
    );
    let refused = all.open(prefecture, open).await;
    says(
        &refused,
        ("item-not-offered", RejectionKind::Invalid),
        "公证",
        "no unit offers",
    );
}
