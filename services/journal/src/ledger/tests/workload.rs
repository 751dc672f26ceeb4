//! What the units of a division have in hand.

use onestop_proto::ledger::{AgeBand, WorklistPage, WorklistTab, Workload};
use serde_json::json;

use super::{Running, case_story::CaseStory, generated};

fn supervisor(running: &Running, place: &str) -> String {
    let bureau = running.directory.site_at(place.parse().unwrap()).unwrap();
    format!("supervisor/li@{}.bureau", bureau.id)
}

async fn of(running: &Running, place: &str) -> Workload {
    let by = supervisor(running, place);
    running.ask("workload", &by, json!({})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_counts_for_the_unit_that_has_something_to_do() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    running.append(story.take_entries()).await;
    let at_window = of(&running, "530821").await;
    assert_eq!(at_window.total.cases, 1);
    assert_eq!(at_window.units[0].unit, story.window.id);

    // Offered: the window waits for the agency, which has not answered in the year since.
    story.offered();
    running.append(story.take_entries()).await;
    let offered = of(&running, "530821").await;
    assert_eq!((offered.total.cases, offered.total.to_accept), (1, 1));
    assert_eq!(offered.total.overdue, 1);
    assert_eq!(offered.total.of(AgeBand::Longer), 1);
    let agency = &offered.units[0];
    assert_eq!(agency.unit, story.agency.id);
    assert_eq!((agency.people.len(), &agency.people[0].staff), (1, &None));
    assert_eq!(agency.origins[0].division, "530821101".parse().unwrap());
    assert_eq!(offered.parts[0].division, "530821".parse().unwrap());

    story.accepted();
    running.append(story.take_entries()).await;
    let accepted = of(&running, "5308").await;
    assert_eq!((accepted.total.cases, accepted.total.to_accept), (1, 0));
    let worker = accepted.units[0].people[0].staff.as_ref().unwrap();
    assert_eq!(worker.as_str(), "wang");
    // Seen from the prefecture, unit and window lie in the same county.
    assert_eq!(accepted.parts[0].division, "530821".parse().unwrap());
    assert_eq!(
        accepted.units[0].origins[0].division,
        "530821".parse().unwrap()
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_unit_has_in_hand_is_what_its_worklist_shows() {
    let running = Running::start();
    running
        .append(generated(&running.directory, 20, 120, "530821"))
        .await;
    let county = of(&running, "530821").await;
    assert!(county.total.cases > 0);
    let by = supervisor(&running, "530821");
    for unit in &county.units {
        let asked = json!({ "unit": unit.unit, "tab": "to-accept" });
        let page: WorklistPage = running.ask("worklist", &by, asked).await;
        let of_tab = |tab: WorklistTab| page.counts.iter().find(|one| one.tab == tab).unwrap();
        let waits = [
            WorklistTab::OfferedByUs,
            WorklistTab::WithOthers,
            WorklistTab::Done,
            WorklistTab::SentAway,
            WorklistTab::AfterClose,
        ];
        let in_hand = page.counts.iter().filter(|one| !waits.contains(&one.tab));
        let (cases, overdue) = in_hand.fold((0, 0), |(cases, overdue), one| {
            (cases + one.count, overdue + one.overdue)
        });
        assert_eq!((unit.load.cases, unit.load.overdue), (cases, overdue));
        assert_eq!(unit.load.to_accept, of_tab(WorklistTab::ToAccept).count);
        assert_eq!(unit.load.returned, of_tab(WorklistTab::Returned).count);
        let by_person: u64 = unit.people.iter().map(|person| person.cases).sum();
        let by_origin: u64 = unit.origins.iter().map(|origin| origin.cases).sum();
        let by_age: u64 = unit.load.ages.iter().map(|age| age.cases).sum();
        assert_eq!([by_person, by_origin, by_age], [cases; 3]);
    }
    let by_part: u64 = county.parts.iter().map(|part| part.load.cases).sum();
    let by_unit: u64 = county.units.iter().map(|unit| unit.load.cases).sum();
    // A case about which two units have something to do counts for both, and once in the sums.
    assert!(by_unit >= by_part && by_part >= county.total.cases);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_item_alone_can_be_asked_for() {
    let running = Running::start();
    running
        .append(generated(&running.directory, 21, 120, "530821"))
        .await;
    let by = supervisor(&running, "530821");
    let mut together = 0;
    for item in running.directory.items() {
        let asked = json!({ "item": item.id });
        let part: Workload = running.ask("workload", &by, asked).await;
        together += part.total.cases;
    }
    assert_eq!(together, of(&running, "530821").await.total.cases);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_of_a_unit_and_supervisors_elsewhere_are_refused() {
    let running = Running::start();
    let directory = running.directory.clone();
    let clerk = CaseStory::begin(&directory, "2026-03-02 10:00:00").clerk();
    let refused = running
        .refused("workload", &clerk.to_string(), json!({}))
        .await;
    assert_eq!(refused.code, "not-for-role");
    let elsewhere = supervisor(&running, "530822");
    let refused = running
        .refused("workload", &elsewhere, json!({ "within": "530821000000" }))
        .await;
    assert_eq!(refused.code, "not-your-division");
    running.stop().await;
}
