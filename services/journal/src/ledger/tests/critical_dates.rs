//! 关键期限: a unit that has one to keep sees it in its worklist, in order with the clocks, and in the head of the case.

use onestop_proto::{
    clock::{Certainty, Due},
    ledger::{CaseHead, WorklistPage},
    legal_aid::{self, Terminated, TerminationReason},
    matter::{
        CriticalDateBasis, CriticalDateClosed, CriticalDateKind, CriticalDateNear,
        CriticalDateOutcome, CriticalDateSet,
    },
    time::Timestamp,
};
use serde_json::json;

use super::{Running, case_story::CaseStory};

const KIND: CriticalDateKind = CriticalDateKind::CivilAppeal;

impl CaseStory<'_> {
    fn about_date(&mut self, event: impl Into<legal_aid::Event>) {
        let (agency, officer) = (self.agency, self.specialist());
        self.record("legal-aid", event.into(), agency, officer);
    }

    pub(super) fn date_set(&mut self, day: &str) {
        let day = day.parse().unwrap();
        self.about_date(CriticalDateSet {
            kind: KIND,
            basis: CriticalDateBasis::DocumentServed,
            due: Due {
                day,
                at: Timestamp::end_of_china_day(day),
                certainty: Certainty::Firm,
            },
            reckoned: None,
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_is_shown_to_the_unit_that_keeps_it_until_it_is_closed() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    let (agency, officer) = (story.agency, story.specialist().to_string());
    let working = async || {
        let asked = json!({ "unit": agency.id, "tab": "working" });
        let page: WorklistPage = running.ask("worklist", &officer, asked).await;
        page.rows[0].critical_date.clone()
    };
    let number = story.number();
    let head = async |by: &str| {
        let head: CaseHead = running.ask("case", by, json!({ "case": number })).await;
        head.critical_dates
    };
    story.at_agency();
    running.append(story.take_entries()).await;
    assert_eq!(working().await, None);

    story.date_set("2099-06-10");
    story.date_set("2099-05-20");
    running.append(story.take_entries()).await;
    let shown = working().await.unwrap();
    assert_eq!((shown.kind, shown.warned, shown.over), (KIND, false, 0));
    assert_eq!(shown.due.day.to_string(), "2099-05-20");
    let clerk = story.clerk().to_string();
    let shown = head(&clerk).await;
    let days = shown.iter().map(|date| date.due.day.to_string());
    assert!(days.eq(["2099-05-20", "2099-06-10"]));

    let day = "2099-05-20".parse().unwrap();
    story.about_date(CriticalDateNear {
        kind: KIND,
        day,
        before: 30,
    });
    running.append(story.take_entries()).await;
    assert!(working().await.unwrap().warned);

    story.about_date(CriticalDateClosed {
        kind: KIND,
        day,
        outcome: CriticalDateOutcome::Filed,
        on: day,
    });
    running.append(story.take_entries()).await;
    assert_eq!(working().await.unwrap().due.day.to_string(), "2099-06-10");

    // Aid ended: the agency told the recipient the date, and no unit keeps it.
    story.about_date(Terminated {
        reason: TerminationReason::OnRequest,
        open_dates: Vec::new(),
        approval: None,
        decided_by: None,
    });
    running.append(story.take_entries()).await;
    assert!(head(&clerk).await.is_empty());
    running.stop().await;
}

/// A date that is open goes with the case when a unit gives it back: in the head, in the list of the holder, and in order by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_is_open_goes_with_a_case_that_is_given_back() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    let (number, clerk) = (story.number(), story.clerk());
    let shown = async || {
        let asked = json!({ "case": number });
        let head: CaseHead = running.ask("case", &clerk.to_string(), asked).await;
        head.critical_dates.len()
    };
    story.at_agency();
    story.date_set("2099-06-10");
    story.given_back();
    running.append(story.take_entries()).await;
    assert_eq!(shown().await, 1);
    let asked = json!({ "unit": clerk.unit, "tab": "returned" });
    let page: WorklistPage = running.ask("worklist", &clerk.to_string(), asked).await;
    let date = page.rows[0].critical_date.as_ref().unwrap();
    assert_eq!(date.due.day.to_string(), "2099-06-10");

    // The window told the citizen, and closed it.
    story.closed();
    running.append(story.take_entries()).await;
    assert_eq!(shown().await, 0);
    running.stop().await;
}
