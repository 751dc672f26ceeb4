//! Which actor sees which case. A case out of sight is answered like one that does not exist.

use onestop_proto::{
    ledger::{CaseHead, CasesPage, LedgerState, WorklistPage},
    rejection::{Rejected, RejectionKind},
};
use serde_json::json;

use super::{
    Running,
    case_story::{CASE, CaseStory},
    generated,
};

const NO_CASE: &str = "019ab0c4-8000-7000-8000-00000000dead";

/// The refusal without the name of the case.
#[allow(clippy::needless_pass_by_value, reason = "a story is told in one go")]
fn nameless(rejected: Rejected, case: &str) -> String {
    serde_json::to_string(&rejected)
        .unwrap()
        .replace(case, "CASE")
}

/// A journal with one case of 宁洱镇, offered to the county's agency.
async fn running_with_case() -> (Running, String) {
    let running = Running::start();
    let mut story = CaseStory::begin(&running.directory, "2026-03-02 10:00:00");
    story.opened();
    story.offered();
    let number = story.number().to_string();
    running.append(story.take_entries()).await;
    (running, number)
}

impl Running {
    fn unit(&self, place: &str, kind: &str) -> String {
        let site = self.directory.site_at(place.parse().unwrap());
        format!("{}.{kind}", site.unwrap().id)
    }

    async fn may_see(&self, by: &str) -> bool {
        let case = CASE.parse().unwrap();
        let seen = self.ledger.may_see(by.parse().unwrap(), case).await;
        seen.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_shown_to_its_units_and_to_those_above() {
    let (running, number) = running_with_case().await;
    let window = running.unit("530821101", "window");
    for by in [
        format!("clerk/zhang-li@{window}"),
        format!("unit-administrator/ma@{window}"),
        format!("specialist/wang@{}", running.unit("530821", "legal-aid")),
        format!("supervisor/li@{}", running.unit("530821", "bureau")),
        format!("auditor/li@{}", running.unit("5308", "bureau")),
        format!("supervisor/li@{window}"),
    ] {
        for case in [CASE, number.as_str()] {
            let head: CaseHead = running.ask("case", &by, json!({ "case": case })).await;
            assert_eq!(head.row.number.as_str(), number, "{by}");
        }
        let page: CasesPage = running.ask("cases", &by, json!({})).await;
        assert_eq!(page.rows.len(), 1, "{by}");
        assert!(running.may_see(&by).await, "{by}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn to_others_a_case_is_as_one_that_does_not_exist() {
    let (running, number) = running_with_case().await;
    let directory = &running.directory;
    let other = directory.site_at("530821100".parse().unwrap());
    let other = other.or_else(|| directory.site_at("530821102".parse().unwrap()));
    let other = format!("{}.window", other.unwrap().id);
    let clerk = format!("clerk/zhang-li@{other}");
    let unknown = running.refused("case", &clerk, json!({ "case": NO_CASE }));
    let unknown = unknown.await;
    assert_eq!(
        (unknown.kind, unknown.code.as_str()),
        (RejectionKind::NotFound, "unknown-case")
    );
    let unknown = nameless(unknown, NO_CASE);
    for by in [
        clerk,
        format!("unit-administrator/ma@{other}"),
        format!("specialist/wang@{}", running.unit("530821", "bureau")),
        format!("supervisor/li@{}", running.unit("530822", "bureau")),
        format!("auditor/li@{}", running.unit("5309", "bureau")),
        format!("supervisor/li@{other}"),
    ] {
        for case in [CASE, number.as_str()] {
            let refused = running.refused("case", &by, json!({ "case": case })).await;
            assert_eq!(nameless(refused, case), unknown, "{by}");
        }
        for data in [json!({}), json!({ "filters": { "text": number } })] {
            let page: CasesPage = running.ask("cases", &by, data).await;
            assert!(page.rows.is_empty(), "{by}");
        }
        assert!(!running.may_see(&by).await, "{by}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_beyond_the_own_unit_or_division_is_refused() {
    let running = Running::start();
    let directory = &running.directory;
    running.append(generated(directory, 5, 40, "530821")).await;
    let agency = running.unit("530821", "legal-aid");
    let foreign = running.unit("530822", "legal-aid");
    let specialist = format!("specialist/wang@{agency}");
    let supervisor = format!("supervisor/li@{}", running.unit("530821", "bureau"));
    let system = format!("system/referral@{agency}");
    let theirs = json!({ "unit": foreign, "tab": "working" });
    let prefecture = json!({ "within": "530800000000" });
    let period = json!({ "from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z" });
    let mut elsewhere = period.clone();
    elsewhere["within"] = json!("530822000000");
    for (question, by, data, code) in [
        ("worklist", &specialist, theirs.clone(), "not-your-unit"),
        ("worklist", &supervisor, theirs, "not-your-unit"),
        (
            "today",
            &specialist,
            json!({ "unit": foreign }),
            "not-your-unit",
        ),
        (
            "cases",
            &supervisor,
            prefecture.clone(),
            "not-your-division",
        ),
        ("cases", &specialist, prefecture, "not-your-division"),
        ("timeliness", &specialist, period, "not-for-role"),
        ("timeliness", &supervisor, elsewhere, "not-your-division"),
        ("cases", &system, json!({}), "not-for-role"),
    ] {
        let refused = running.refused(question, by, data).await;
        assert_eq!(refused.kind, RejectionKind::Forbidden, "{question} by {by}");
        assert_eq!(refused.code, code, "{question} by {by}");
    }
    let ours = json!({ "unit": agency, "tab": "done" });
    let page: WorklistPage = running.ask("worklist", &supervisor, ours.clone()).await;
    assert!(!page.rows.is_empty(), "their own division's units");

    let without_actor = running.ledger.answer("worklist", None, ours).await;
    assert!(matches!(
        without_actor,
        Err(onestop_chassis::Failure::Rejected(refused)) if refused.code == "nobody-asks"
    ));
    assert_eq!(running.ledger.progress().state, LedgerState::Following);
    running.stop().await;
}
