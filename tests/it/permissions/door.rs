//! At the gateway: pages and API, signed in as each person.

use onestop_chassis::clock::SystemClock;
use onestop_proto::{case, ids::CaseId, query::CaseView};
use reqwest::Method;

use super::{ACTIONS, Action, Cell, PEOPLE, Person, permissions, started};
use crate::{api::Web, browser::sign_up, harness::Onestop};

/// A signed-in client of the API.
struct Seat(Web);

impl Seat {
    async fn take(running: &Onestop, person: &Person) -> Self {
        let account = person.account();
        let data = running.data();
        sign_up(&data, [account, account, person.role(), person.place()]);
        Self(Web::sign_in(running, account).await)
    }

    async fn gets(&self, path: &str) -> u16 {
        let answer = self.0.page(Method::GET, path).send().await.unwrap();
        answer.status().as_u16()
    }

    async fn posts(&self, path: &str, data: &str) -> u16 {
        let asked = self.0.page(Method::POST, path);
        let asked = asked.header("idempotency-key", SystemClock.command().to_string());
        let asked = asked.header("content-type", "application/json");
        let answer = asked.body(data.to_owned()).send().await.unwrap();
        answer.status().as_u16()
    }
}

/// The address below `/api/v1` of an action on a case.
fn address(action: Action, case: CaseId) -> String {
    let name = match action {
        Action::Ask("intake", "case") => return format!("/api/v1/cases/{case}"),
        Action::Ask("journal", "case") => "head".to_owned(),
        Action::Ask("legal-aid", "matter") => "legal-aid/matter".to_owned(),
        Action::Ask(_, name) => name.to_owned(),
        Action::Do(service, name, _) => format!("{service}/{name}"),
    };
    format!("/api/v1/cases/{case}/{name}")
}

fn cell(status: u16) -> Cell {
    match status {
        403 => Cell::No,
        404 => Cell::Nothing,
        200 | 201 | 409 | 412 | 422 => Cell::Yes,
        other => panic!("{other} says nothing of who asks"),
    }
}

/// Where the API does not answer a person as their row of the table says.
async fn wrong_actions(seat: &Seat, person: &Person, case: CaseId) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, action) in ACTIONS.into_iter().enumerate() {
        let path = address(action, case);
        let status = match action {
            Action::Ask("intake", "applicant") => {
                seat.posts(&path, r#"{"reason":"投诉核查"}"#).await
            }
            Action::Ask(..) => seat.gets(&path).await,
            Action::Do(_, _, data) => seat.posts(&path, data).await,
        };
        let wanted = person.expects(at);
        if cell(status) != wanted {
            wrong.push(format!("{} {path}: {status}, not {wanted:?}", person.who));
        }
    }
    wrong
}

/// Which pages of the case, and of each decision, are not as they should be by the case number, which can be
/// guessed.
async fn wrong_pages_of_case(seat: &Seat, person: &Person, number: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let concerned = person.expects(3) == Cell::Yes;
    let seen = if concerned { 200 } else { 404 };
    for page in ["", "/integrity", "?step=1"] {
        let status = seat.gets(&format!("/cases/{number}{page}")).await;
        if status != seen {
            wrong.push(format!(
                "{} /cases/{number}{page}: {status}, not {seen}",
                person.who
            ));
        }
    }
    for action in ACTIONS {
        let Action::Do(service, name, _) = action else {
            continue;
        };
        let status = seat
            .gets(&format!("/cases/{number}/do/{service}/{name}"))
            .await;
        if !concerned && status == 200 {
            wrong.push(format!(
                "{} is shown the form of {service} {name}",
                person.who
            ));
        }
    }
    wrong
}

/// Which pages are open to a person whose role has none of them, or closed to one whose role has.
async fn wrong_pages_of_role(seat: &Seat, person: &Person) -> Vec<String> {
    let mut wrong = Vec::new();
    let of_roles = [
        ("/staff", person.role() == "unit-administrator"),
        ("/staff/import", person.role() == "unit-administrator"),
        (
            "/staff/requests",
            matches!(person.role(), "unit-administrator" | "supervisor"),
        ),
        (
            "/erasures",
            matches!(person.role(), "unit-administrator" | "supervisor"),
        ),
        ("/event-requests", person.role() == "supervisor"),
        ("/late-entries", person.role() != "auditor"),
        (
            "/timeliness",
            matches!(person.role(), "supervisor" | "auditor"),
        ),
        (
            "/timeliness/load",
            matches!(person.role(), "supervisor" | "auditor"),
        ),
        ("/cases/new", person.role() == "clerk"),
    ];
    for (page, may) in of_roles {
        let status = seat.gets(page).await;
        if (status == 200) != may {
            wrong.push(format!("{} {page}: {status}", person.who));
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_goes_by_the_table_of_roles_and_jurisdictions() {
    let (onestop, user, case) = started().await;
    let asked = serde_json::json!({ "case": case });
    let shown: CaseView = user.ask(&case::service(), "case", asked).await.unwrap();
    let number = shown.number.to_string();
    let mut wrong = Vec::new();
    for person in &PEOPLE {
        let seat = Seat::take(&onestop, person).await;
        wrong.extend(wrong_actions(&seat, person, case).await);
        wrong.extend(wrong_pages_of_case(&seat, person, &number).await);
        wrong.extend(wrong_pages_of_role(&seat, person).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every command by its address, for one of each role, elsewhere: a role without permission gets 403.
#[tokio::test(flavor = "multi_thread")]
async fn the_door_permits_each_role_what_the_document_says() {
    let (onestop, _desk, case) = started().await;
    let of_each_role = [
        "clerk",
        "specialist",
        "supervisor",
        "unit-administrator",
        "auditor",
    ];
    let mut wrong = Vec::new();
    for role in of_each_role {
        let mut people = PEOPLE.iter().filter(|person| person.role() == role);
        let seat = Seat::take(&onestop, people.next().unwrap()).await;
        for (service, command, may) in permissions() {
            let path = match (service.as_str(), command.as_str()) {
                ("intake", "open") => "/api/v1/cases".to_owned(),
                (service, name @ ("request-follow" | "refuse-follow" | "follow-source")) => {
                    format!("/api/v1/services/{service}/{name}")
                }
                ("registry", command) => format!("/api/v1/services/registry/{command}"),
                (service, command) => format!("/api/v1/cases/{case}/{service}/{command}"),
            };
            let status = seat.posts(&path, r#"{"no-such-field":null}"#).await;
            let permitted = may.iter().any(|one| one.as_str() == role);
            // Whose log a service follows is for those who see every division; these see a part.
            let of_the_whole =
                ["request-follow", "refuse-follow", "follow-source"].contains(&command.as_str());
            let permitted = permitted && !of_the_whole;
            if (status == 403) == permitted {
                wrong.push(format!("{role} {path}: {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
