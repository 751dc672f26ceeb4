//! Who sees what. What is beyond somebody's sight is answered as what does not exist.

use onestop_proto::{
    ledger::{CaseHead, CasesPage, LedgerState, WorklistPage},
    rejection::{Rejected, RejectionKind},
};
use serde_json::{Value, json};

use super::{
    Running,
    given::{CASE, Given},
    told,
};

const NO_CASE: &str = "019ab0c4-8000-7000-8000-00000000dead";

/// The refusal with the case that was asked for left out.
#[allow(clippy::needless_pass_by_value, reason = "a story is told in one go")]
fn nameless(rejected: Rejected, case: &str) -> String {
    serde_json::to_string(&rejected)
        .unwrap()
        .replace(case, "CASE")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_shown_to_those_who_have_part_in_it_and_to_those_above() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut given = Given::at(&directory, "2026-03-02 10:00:00");
    given.opened();
    given.offered();
    running.hear(given.told()).await;
    let bureau = |place: &str| {
        let site = directory.site_at(place.parse().unwrap()).unwrap();
        format!("{}.bureau", site.id)
    };
    let window = &given.window.id;
    let other = directory.site_at("530821100".parse().unwrap());
    let other = other.or_else(|| directory.site_at("530821102".parse().unwrap()));
    let other = format!("{}.window", other.unwrap().id);
    let may = [
        format!("clerk/zhang-li@{window}"),
        format!("unit-administrator/ma@{window}"),
        format!("specialist/wang@{}", given.agency.id),
        format!("supervisor/li@{}", bureau("530821")),
        format!("auditor/li@{}", bureau("5308")),
        format!("supervisor/li@{window}"),
    ];
    let may_not = [
        format!("clerk/zhang-li@{other}"),
        format!("unit-administrator/ma@{other}"),
        format!("specialist/wang@{}", bureau("530821")),
        format!("supervisor/li@{}", bureau("530822")),
        format!("auditor/li@{}", bureau("5309")),
        format!("supervisor/li@{other}"),
    ];
    let number = given.number().to_string();
    for by in &may {
        for case in [CASE, number.as_str()] {
            let head: CaseHead = running.ask("case", by, json!({ "case": case })).await;
            assert_eq!(head.row.number, given.number(), "{by}");
        }
        let page: CasesPage = running.ask("cases", by, json!({})).await;
        assert_eq!(page.rows.len(), 1, "{by}");
        let actor = by.parse().unwrap();
        assert!(
            running
                .ledger
                .shows(actor, CASE.parse().unwrap())
                .await
                .unwrap()
        );
    }
    let unknown = running
        .refused("case", &may_not[0], json!({ "case": NO_CASE }))
        .await;
    assert_eq!(
        (unknown.kind, unknown.code.as_str()),
        (RejectionKind::NotFound, "unknown-case")
    );
    let unknown = nameless(unknown, NO_CASE);
    for by in &may_not {
        let refused = running.refused("case", by, json!({ "case": CASE })).await;
        assert_eq!(nameless(refused, CASE), unknown, "{by}");
        let refused = running.refused("case", by, json!({ "case": number })).await;
        assert_eq!(nameless(refused, &number), unknown, "{by}");
        for data in [json!({}), json!({ "filters": { "text": number } })] {
            let page: CasesPage = running.ask("cases", by, data).await;
            assert!(page.rows.is_empty(), "{by}");
        }
        let actor = by.parse().unwrap();
        assert!(
            !running
                .ledger
                .shows(actor, CASE.parse().unwrap())
                .await
                .unwrap()
        );
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_beyond_their_own() {
    let running = Running::start();
    let directory = running.directory.clone();
    running.hear(told(&directory, 5, 40, "530821")).await;
    let agency = directory.unit_at("530821".parse().unwrap(), &"legal-aid".parse().unwrap());
    let agency = &agency.unwrap().id;
    let foreign = directory.unit_at("530822".parse().unwrap(), &"legal-aid".parse().unwrap());
    let foreign = &foreign.unwrap().id;
    let (specialist, supervisor) = (
        format!("specialist/wang@{agency}"),
        format!("supervisor/li@{}.bureau", agency.site()),
    );
    let code = async |name: &str, by: &str, data: Value| {
        let refused = running.refused(name, by, data).await;
        assert_eq!(refused.kind, RejectionKind::Forbidden, "{}", refused.code);
        refused.code
    };
    let theirs = json!({ "unit": foreign, "tab": "working" });
    assert_eq!(
        code("worklist", &specialist, theirs.clone()).await,
        "not-your-unit"
    );
    assert_eq!(
        code("worklist", &supervisor, theirs.clone()).await,
        "not-your-unit"
    );
    assert_eq!(
        code("today", &specialist, json!({ "unit": foreign })).await,
        "not-your-unit"
    );
    let wide = json!({ "within": "530800000000" });
    assert_eq!(
        code("cases", &supervisor, wide.clone()).await,
        "not-your-division"
    );
    assert_eq!(code("cases", &specialist, wide).await, "not-your-division");
    let period = json!({ "from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z" });
    assert_eq!(
        code("timeliness", &specialist, period.clone()).await,
        "not-for-role"
    );
    let mut wide = period.clone();
    wide["within"] = json!("530822000000");
    assert_eq!(
        code("timeliness", &supervisor, wide).await,
        "not-your-division"
    );
    let rule = format!("system/referral@{agency}");
    assert_eq!(code("cases", &rule, json!({})).await, "not-for-role");
    let ours = json!({ "unit": agency, "tab": "done" });
    let page: WorklistPage = running.ask("worklist", &supervisor, ours.clone()).await;
    assert!(!page.rows.is_empty(), "their own division's units");

    let unasked = running.ledger.answer("worklist", None, ours).await;
    assert!(matches!(
        unasked,
        Err(onestop_chassis::Failure::Rejected(refused)) if refused.code == "nobody-asks"
    ));
    assert_eq!(running.ledger.progress().state, LedgerState::Following);
    running.stop().await;
}
