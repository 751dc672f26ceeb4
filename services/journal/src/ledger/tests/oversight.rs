//! What a line says to a supervisor, and to a window whose case waits for one.

use onestop_directory::Unit;
use onestop_proto::{
    actor::Actor,
    case::{self, GroupReported},
    clock::{ClockStarted, ClockStopped, Step, Stop},
    ledger::{AwaitedDecision, CaseHead, CaseRow, CasesPage, Today, WorklistPage, WorklistTab},
    referral::{
        self, RecallReason, ReferralSubject, ReturnReason, SupervisionAnswered, SupervisionOrdered,
        Unroutable,
    },
};
use serde_json::json;

use super::{
    Running,
    case_story::{CASE, CaseStory},
    decisions::{bureau, supervisor},
};

impl CaseStory<'_> {
    fn started_at(&mut self, step: &str, days: i64, unit: &Unit) {
        let step: Step = step.parse().unwrap();
        let directory = self.directory();
        let now = self.at;
        let limit = directory.start_clock(step, unit.division, now.plus_seconds(days * 86_400));
        let started = ClockStarted {
            at: Some(now),
            ..limit
        };
        let actor = Actor::system(&referral::service(), unit.id.clone());
        self.record("referral", referral::Event::from(started), unit, actor);
    }

    fn no_unit_was_found(&mut self, prefecture: &Unit) {
        let subject = ReferralSubject::new(
            "legal-aid".parse().unwrap(),
            "labour-pay".parse().unwrap(),
            "530821101".parse().unwrap(),
        );
        let mut found = serde_json::to_value(subject).unwrap();
        let arbiter = json!({
            "dispute": "019ab0c4-8000-7000-8000-0000000000dd",
            "supervisor": prefecture.id,
            "supervisor_division": prefecture.division,
        });
        let rest = json!({ "candidates": [], "directory": "test", "arbiter": arbiter });
        let fields = found.as_object_mut().unwrap();
        fields.extend(rest.as_object().unwrap().clone());
        let found: Unroutable = serde_json::from_value(found).unwrap();
        let actor = Actor::system(&referral::service(), self.window.id.clone());
        let found = referral::Event::from(found);
        self.record("referral", found, self.window, actor);
    }

    fn instructed(&mut self, by: &Unit, holder: &Unit) {
        let ordered = SupervisionOrdered {
            by: by.id.clone(),
            staff: None,
            by_division: by.division,
            holder: holder.id.clone(),
            instruction: "三日内说明进展".to_owned(),
            until: self.at.plus_seconds(3 * 86_400),
        };
        let ordered = referral::Event::from(ordered);
        self.record("referral", ordered, holder, supervisor(by));
    }

    fn answered(&mut self, to: &Unit) {
        let answered = SupervisionAnswered {
            supervisor: to.id.clone(),
            supervisor_division: to.division,
            by: self.window.id.clone(),
            answer: "已约见双方".to_owned(),
        };
        let clerk = self.clerk();
        self.record("referral", referral::Event::from(answered), to, clerk);
    }
}

async fn row(running: &Running, by: &Actor, unit: &Unit, tab: &str) -> Option<CaseRow> {
    let asked = json!({ "unit": unit.id, "tab": tab });
    let page: WorklistPage = running.ask("worklist", &by.to_string(), asked).await;
    page.rows.into_iter().next()
}

fn step_of(row: &CaseRow) -> &str {
    row.step.as_ref().unwrap().step.as_str()
}

/// 争议指定 and 督办反馈 run at once: every list shows the window the one that ends first, and the bureau what it has to decide.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_shows_the_clock_of_the_case_that_ends_first() {
    let running = Running::start();
    let directory = running.directory.clone();
    let (county, prefecture) = (bureau(&running, "530821"), bureau(&running, "5308"));
    let now = running.store.clock().now();
    let mut story = CaseStory::begin(&directory, &now.to_string());
    let (window, clerk) = (story.window, story.clerk());
    story.opened();
    story.offered();
    story.declined(ReturnReason::NoCapacity);
    story.no_unit_was_found(prefecture);
    story.started_at("referral.designate", 0, prefecture);
    story.instructed(county, window);
    // Releases of before addressed it to the bureau that was to designate.
    story.started_at("referral.report", 30, prefecture);
    running.append(story.take_entries()).await;

    let listed = row(&running, &clerk, window, "returned").await.unwrap();
    assert_eq!(step_of(&listed), "referral.designate");
    assert_eq!(listed.designation.as_ref(), Some(&prefecture.id));
    let head: CaseHead = running
        .ask("case", &clerk.to_string(), json!({ "case": CASE }))
        .await;
    assert_eq!(head.clocks[0].step.as_str(), "referral.designate");
    let report = head
        .clocks
        .iter()
        .find(|clock| clock.step.as_str() == "referral.report");
    assert_eq!(report.unwrap().unit, window.id);
    let page: CasesPage = running.ask("cases", &clerk.to_string(), json!({})).await;
    assert_eq!(step_of(&page.rows[0]), "referral.designate");

    let above = supervisor(prefecture);
    let waits = row(&running, &above, prefecture, "to-decide")
        .await
        .unwrap();
    assert_eq!(waits.to_decide, [AwaitedDecision::Designation]);
    // The window refers it anew: nothing waits for the bureau any more, and the answer is still owed.
    let stopped = ClockStopped {
        step: referral::designate_step(),
        why: Stop::Left,
    };
    let system = Actor::system(&referral::service(), window.id.clone());
    story.record(
        "referral",
        referral::Event::from(stopped),
        prefecture,
        system,
    );
    running.append(story.take_entries()).await;
    assert_eq!(row(&running, &above, prefecture, "to-decide").await, None);
    let listed = row(&running, &clerk, window, "returned").await.unwrap();
    assert_eq!(step_of(&listed), "referral.report");
    assert_eq!(listed.designation, None);
    running.stop().await;
}

/// 群体性事项: the line says so, with how many apply, until the bureau has instructed the unit.
#[tokio::test(flavor = "multi_thread")]
async fn a_group_waits_for_the_bureau_until_it_has_instructed_the_unit() {
    let running = Running::start();
    let directory = running.directory.clone();
    let county = bureau(&running, "530821");
    let by = supervisor(county);
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    let told = GroupReported {
        people: 12,
        least: 10,
        basis: "第七十五条".to_owned(),
        supervisor: county.id.clone(),
        division: county.division,
    };
    let (window, clerk) = (story.window, story.clerk());
    story.record("intake", case::Event::from(told), county, clerk);
    running.append(story.take_entries()).await;
    let waits = row(&running, &by, county, "to-decide").await.unwrap();
    assert_eq!(waits.to_decide, [AwaitedDecision::Group]);
    assert_eq!(waits.group, Some(12));

    // It has no custody before referral knows it.
    story.offered();
    story.instructed(county, window);
    running.append(story.take_entries()).await;
    assert_eq!(row(&running, &by, county, "to-decide").await, None);
    running.stop().await;
}

/// Two bureaus asked about one case, one of them twice: each finds its own answers, the latest first.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_in_the_day_of_who_asked() {
    let running = Running::start();
    let directory = running.directory.clone();
    let (county, prefecture) = (bureau(&running, "530821"), bureau(&running, "5308"));
    let now = running.store.clock().now();
    let mut story = CaseStory::begin(&directory, &now.to_string());
    let window = story.window;
    story.at_agency();
    for bureau in [county, prefecture, county] {
        story.instructed(bureau, window);
        story.answered(bureau);
    }
    story.instructed(county, window);
    running.append(story.take_entries()).await;
    for (bureau, wanted) in [(county, 2), (prefecture, 1)] {
        let by = supervisor(bureau).to_string();
        let today: Today = running
            .ask("today", &by, json!({ "unit": bureau.id }))
            .await;
        assert_eq!(today.answered.count, 1);
        let answers = &today.answered.rows[0].answers;
        assert_eq!(answers.len(), wanted);
        assert!(answers.iter().all(|one| one.by == window.id));
        assert!(answers.windows(2).all(|pair| pair[0].at > pair[1].at));
    }
    running.stop().await;
}

/// 今日到期和超期 of a supervisor is what the figures of the division count: cases that wait for other units too.
#[tokio::test(flavor = "multi_thread")]
async fn the_day_of_a_supervisor_has_what_is_overdue_in_the_division() {
    let running = Running::start();
    let directory = running.directory.clone();
    let county = bureau(&running, "530821");
    let by = supervisor(county).to_string();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.at_agency();
    running.append(story.take_entries()).await;
    let today: Today = running
        .ask("today", &by, json!({ "unit": county.id }))
        .await;
    assert_eq!(today.due.count, 1);
    assert_eq!(today.due.rows[0].number, story.number());
    let overdue = json!({ "filters": { "due": "overdue" } });
    let listed: CasesPage = running.ask("cases", &by, overdue).await;
    assert_eq!(listed.rows.len(), 1);
    // Every reader sees who acts for the unit that has it.
    let officer = story.specialist().staff;
    assert_eq!(today.due.rows[0].holder_staff.as_ref(), Some(&officer));
    let clerk = story.clerk();
    let window = row(&running, &clerk, story.window, "with-others")
        .await
        .unwrap();
    assert_eq!(window.holder_staff.as_ref(), Some(&officer));
    assert_eq!(window.staff.as_ref(), Some(&clerk.staff));
    running.stop().await;
}

/// 撤销申请: nothing runs any more, and nothing is overdue.
#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_case_has_no_running_clock() {
    let running = Running::start();
    let directory = running.directory.clone();
    let county = bureau(&running, "530821");
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    let (window, clerk) = (story.window, story.clerk());
    story.opened();
    story.offered();
    story.declined(ReturnReason::NoCapacity);
    story.instructed(county, window);
    story.started_at("referral.report", 0, window);
    running.append(story.take_entries()).await;
    let before = row(&running, &clerk, window, "returned").await.unwrap();
    assert!(!before.overdue.is_empty());
    let withdrawn = case::Withdrawn {
        reason: RecallReason::CitizenWithdrew,
    };
    story.record(
        "intake",
        case::Event::from(withdrawn),
        window,
        clerk.clone(),
    );
    running.append(story.take_entries()).await;
    let after = row(&running, &clerk, window, "to-close").await.unwrap();
    assert_eq!((after.step, after.overdue), (None, Vec::new()));
    let asked = json!({ "unit": window.id });
    let today: Today = running.ask("today", &clerk.to_string(), asked).await;
    assert_eq!(today.due.count, 0);
    assert_eq!(after.tab, Some(WorklistTab::ToClose));
    running.stop().await;
}
