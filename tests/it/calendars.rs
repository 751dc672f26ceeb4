//! A calendar that is announced while cases are under way, and days off that a bureau declares: whosever a clock is, its last day
//! is counted anew.

use std::path::Path;

use jiff::ToSpan;
use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    case::{self, AnswerCitizen, Grade, Rate, WindowAction},
    clock::{Certainty, ClockCorrected},
    ids::CaseId,
    registry::{self, DeclareDaysOff},
};

use crate::{
    harness::{Deployment, Onestop, Part, directory},
    invariants::{assert_logs, publishing_services},
    journeys::{CLERK, COUNTY, VILLAGE, accept, open_by, open_wages, request},
    test_user::{DIRECTORY, TestUser, short},
};

const COUNTY_CODE: &str = "530821";

/// A directory whose calendar has no year's notice.
fn unannounced() -> tempfile::TempDir {
    let folder = directory::copied();
    let calendar = folder.path().join("calendar.toml");
    let text = std::fs::read_to_string(&calendar).unwrap();
    let (fixed, _) = text.split_once("[[year]]").unwrap();
    std::fs::write(calendar, fixed).unwrap();
    folder
}

/// The notices for this year and the next, with nothing off but what the law fixes.
fn announce(folder: &Path) {
    let calendar = folder.join("calendar.toml");
    let mut text = std::fs::read_to_string(&calendar).unwrap();
    let this = SystemClock.now().china_date().year();
    for year in [this, this + 1] {
        text += &format!(
            "[[year]]\nyear = {year}\nnotice = \"试验\"\nworking = []\noff = [\n\
             {{ name = \"元旦\", from = {year}-01-01, to = {year}-01-01 }},\n\
             {{ name = \"劳动节\", from = {year}-05-01, to = {year}-05-02 }},\n\
             {{ name = \"国庆节\", from = {year}-10-01, to = {year}-10-03 }},\n]\n"
        );
    }
    std::fs::write(calendar, text).unwrap();
}

/// Answered at the window, and rated badly.
async fn rated_badly(user: &TestUser) -> CaseId {
    let mut open = request("consultation", "labour", VILLAGE);
    open.request = WindowAction::Answer;
    let case = open_by(user, CLERK, open).await;
    let answer = AnswerCitizen {
        answer: "可申请法律援助".to_owned(),
    };
    let rate = Rate {
        grade: Grade::Dissatisfied,
    };
    let intake = case::service();
    for command in [case::Command::from(answer), case::Command::from(rate)] {
        let done = user.command::<case::Command>(&intake, CLERK, Some(case), command);
        done.await.unwrap();
    }
    case
}

#[tokio::test]
async fn a_calendar_that_is_announced_corrects_every_clock_once() {
    let directory = unannounced();
    let flag = format!("--directory={}", directory.path().display());
    let mut onestop = Onestop::start_with(Deployment::SingleProcess, &[&flag]).await;
    let user = TestUser::new(onestop.client().await);
    let cases = of_every_clock(&user).await;

    announce(directory.path());
    // What a second start finds, it does not correct again.
    for _ in 0..2 {
        assert_eq!(onestop.stop(Part::Everything), Some(0));
        onestop.run(Part::Everything);
        onestop.wait_until_ready().await;
        corrected_in_each(&user, cases).await;
    }
    for data in all_corrected_once(&user, cases).await {
        assert_eq!(data.was.certainty, Certainty::Provisional);
        assert_eq!(data.due.certainty, Certainty::Firm);
    }
    assert_logs(&user, &[]).await;
}

/// One that is offered, one that is worked on, and one that was rated badly.
async fn of_every_clock(user: &TestUser) -> [CaseId; 3] {
    let asked = open_wages(user).await;
    user.wait_for_event(asked, "referral.offered", 1).await;
    let at_work = open_wages(user).await;
    user.wait_for_event(at_work, "referral.offered", 1).await;
    accept(user, COUNTY, at_work).await.unwrap();
    user.wait_for_event(at_work, "legal-aid.clock-started", 1)
        .await;
    [asked, at_work, rated_badly(user).await]
}

async fn corrected_in_each(user: &TestUser, [asked, at_work, rated]: [CaseId; 3]) {
    for (case, corrected) in [
        (asked, "referral.clock-corrected"),
        (at_work, "legal-aid.clock-corrected"),
        (rated, "case.clock-corrected"),
    ] {
        user.wait_for_event(case, corrected, 1).await;
    }
}

/// The corrections in all logs: one of each case.
async fn all_corrected_once(user: &TestUser, mut cases: [CaseId; 3]) -> Vec<ClockCorrected> {
    let (mut corrected, mut found) = (Vec::new(), Vec::new());
    for service in publishing_services() {
        for event in user.log(&service).await {
            if short(&event.event_type).ends_with(".clock-corrected") {
                corrected.push(event.subject);
                found.push(event.data.parse().unwrap());
            }
        }
    }
    corrected.sort();
    cases.sort();
    assert_eq!(corrected, cases, "each once");
    found
}

#[tokio::test]
async fn days_off_that_a_bureau_declares_move_every_clock_that_runs_without_a_restart() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let cases = of_every_clock(&user).await;
    let county = COUNTY_CODE.parse().unwrap();
    let today = SystemClock.now().china_date();
    // The last day of each clock lies in these or behind them.
    let declare = DeclareDaysOff {
        site: DIRECTORY.site_at(county).unwrap().id.clone(),
        holiday: "县庆".to_owned(),
        from: today.tomorrow().unwrap(),
        until: today.saturating_add(10.days()),
        basis: "县政府通知".to_owned(),
    };
    let prefecture = "supervisor/he-jun@5308.bureau";
    let registry = registry::service();
    let declared = user.command::<registry::Command>(&registry, prefecture, None, declare);
    declared.await.unwrap();
    corrected_in_each(&user, cases).await;
    for data in all_corrected_once(&user, cases).await {
        assert!(data.due.day > data.was.day, "{data:?}");
        assert_eq!(data.place, Some(county));
    }
    assert_logs(&user, &[]).await;
}
