//! Pages of a list, by any order.

use onestop_proto::{
    ids::CaseId,
    ledger::{CasesPage, SortOrder},
};
use serde_json::{Value, json};

use super::{Running, generated};

/// The cases of a list, page by page, until there are as many as `wanted`.
async fn cases_by_page(
    running: &Running,
    name: &str,
    by: &str,
    data: &Value,
    wanted: usize,
) -> Vec<CaseId> {
    let mut seen = Vec::new();
    let mut cursor = None;
    while seen.len() < wanted {
        let mut data = data.clone();
        data["limit"] = json!(7);
        data["cursor"] = json!(cursor);
        let page: CasesPage = running.ask(name, by, data).await;
        seen.extend(page.rows.into_iter().map(|row| row.case));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    seen
}

fn cases(page: CasesPage) -> Vec<CaseId> {
    page.rows.into_iter().map(|row| row.case).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_in_every_order() {
    let running = Running::start();
    let directory = running.directory.clone();
    running
        .append(generated(&directory, 3, 400, "530821"))
        .await;
    let agency = directory.unit_at("530821".parse().unwrap(), &"legal-aid".parse().unwrap());
    let agency = &agency.unwrap().id;
    let specialist = format!("specialist/staff-1@{agency}");
    let county = format!("supervisor/li@{}.bureau", agency.site());
    for order in SortOrder::ALL {
        for (name, by, data) in [
            (
                "worklist",
                &specialist,
                json!({ "unit": agency, "tab": "done", "order": order, "limit": 200 }),
            ),
            ("cases", &county, json!({ "order": order, "limit": 200 })),
        ] {
            let all: CasesPage = running.ask(name, by, data.clone()).await;
            let all = cases(all);
            assert!(all.len() > 20, "{name} {}", all.len());
            let seen = cases_by_page(&running, name, by, &data, all.len()).await;
            assert_eq!(seen[..all.len()], all, "{name} by {order}");
        }
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_the_same_after_new_cases_came_in() {
    let running = Running::start();
    let directory = running.directory.clone();
    let mut entries = generated(&directory, 3, 400, "530821");
    let late = entries.split_off(entries.len() * 9 / 10);
    running.append(entries).await;
    let bureau = directory.site_at("530821".parse().unwrap()).unwrap();
    let county = format!("supervisor/li@{}.bureau", bureau.id);
    let newest = json!({ "order": "opened", "limit": 5 });
    let first: CasesPage = running.ask("cases", &county, newest.clone()).await;
    let mut next = newest.clone();
    next["cursor"] = json!(first.next);
    let second: CasesPage = running.ask("cases", &county, next.clone()).await;
    running.append(late).await;
    let again: CasesPage = running.ask("cases", &county, next).await;
    assert_eq!(
        cases(again),
        cases(second),
        "what came in is on the first page"
    );

    let mut wrong = newest;
    wrong["cursor"] = json!("due.12");
    let refused = running.refused("cases", &county, wrong).await;
    assert_eq!(refused.code, "malformed");
    running.stop().await;
}
