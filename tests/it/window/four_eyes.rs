//! What takes two people: another's password, an administrator's account, roles with power, accounts of another unit, and
//! the erasure of a person.

use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    case::{self, AnswerCitizen, Close, Command, Open, WindowAction},
    ids::CaseId,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{
    PASSWORD, STAFF, between, client,
    second_factor::{Person, form_urlencoded},
    sign_in, started, try_sign_in,
};
use crate::{
    api::{Web, started as started_api},
    browser::sign_up,
    harness::{Onestop, until},
    journeys::{CLERK, VILLAGE, open_by, request},
    test_user::TestUser,
};

pub(super) const PAGE: &str = "/staff/requests";
const REASON: &str = "忘记密码，当面核实";

/// Signs a person up and in.
pub(super) async fn person<'a>(onestop: &Onestop, base: &'a str, who: [&str; 4]) -> Person<'a> {
    sign_up(&onestop.data(), who);
    let client = client();
    Person {
        cookies: sign_in(&client, base, who[0]).await,
        client,
        base,
    }
}

pub(super) async fn ask(asker: &Person<'_>, act: &str, id: &str) -> StatusCode {
    let reason = form_urlencoded(REASON);
    let fields = [("id", id), ("act", act), ("reason", reason.as_str())];
    asker.send(PAGE, PAGE, &fields).await.status()
}

/// Confirms the one request that waits; the answer.
pub(super) async fn confirm(second: &Person<'_>) -> Response {
    let waiting = second.page(PAGE).await.text().await.unwrap();
    let id = between(&waiting, "name=\"id\" value=\"", "\"").to_owned();
    let fields = [("id", id.as_str())];
    second.send(PAGE, "/staff/requests/confirm", &fields).await
}

#[tokio::test]
async fn a_colleagues_password_is_reset_by_two_and_no_earlier() {
    let (onestop, base) = started(&[]).await;
    let [_, administrator, ..] = STAFF;
    let first = person(&onestop, &base, administrator).await;
    let colleague = ["he-jun", "何军", "unit-administrator", VILLAGE];
    let second = person(&onestop, &base, colleague).await;

    let silent = [
        ("id", "zhang-li"),
        ("act", "reset-password"),
        ("reason", ""),
    ];
    let silent = first.send(PAGE, PAGE, &silent).await;
    assert_eq!(silent.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        ask(&first, "reset-password", "zhang-li").await,
        StatusCode::SEE_OTHER
    );
    // The same a second time, and what is not there.
    let twice = ask(&first, "reset-password", "zhang-li").await;
    assert_eq!(twice, StatusCode::UNPROCESSABLE_ENTITY);
    let nothing = ask(&first, "reset-second-factor", "zhang-li").await;
    assert_eq!(nothing, StatusCode::UNPROCESSABLE_ENTITY);
    let alone = confirm(&first).await;
    assert_eq!(alone.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // Until the second person has confirmed, the old password opens the door.
    sign_in(&client(), &base, "zhang-li").await;

    let staff = second.page("/staff").await.text().await.unwrap();
    assert!(staff.contains("1 件待确认"), "{staff}");
    let done = confirm(&second).await;
    assert_eq!(done.status(), StatusCode::OK);
    let shown = done.text().await.unwrap();
    let one_time = between(&shown, "<code>", "</code>").to_owned();
    let before = try_sign_in(&client(), &base, "", ("zhang-li", PASSWORD)).await;
    assert_ne!(before.status(), StatusCode::SEE_OTHER);
    let now = try_sign_in(&client(), &base, "", ("zhang-li", &one_time)).await;
    assert_eq!(now.status(), StatusCode::SEE_OTHER);
    let history = second.page("/staff").await.text().await.unwrap();
    assert!(
        history.contains(REASON) && history.contains("重置密码，提出人："),
        "{history}"
    );
    let over = confirm_id(&second, "1").await;
    assert_eq!(over, StatusCode::UNPROCESSABLE_ENTITY);
}

/// The first unit that the form for a colleague offers.
async fn first_unit(person: &Person<'_>) -> String {
    let page = person.page("/staff").await.text().await.unwrap();
    between(&page, "id=\"unit\" name=\"unit\"><option value=\"", "\"").to_owned()
}

async fn confirm_id(second: &Person<'_>, id: &str) -> StatusCode {
    let fields = [("id", id)];
    let answer = second.send(PAGE, "/staff/requests/confirm", &fields);
    answer.await.status()
}

#[tokio::test]
async fn an_administrator_alone_neither_makes_nor_stops_another() {
    let (onestop, base) = started(&[]).await;
    let [_, administrator, ..] = STAFF;
    let first = person(&onestop, &base, administrator).await;
    let colleague = ["he-jun", "何军", "unit-administrator", VILLAGE];
    let second = person(&onestop, &base, colleague).await;
    let above = ["he-ping", "和平", "supervisor", "530821.bureau"];
    let above = person(&onestop, &base, above).await;

    let stopped = first
        .send("/staff", "/staff/disable", &[("id", "he-jun")])
        .await;
    assert_eq!(stopped.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(second.page("/staff").await.status(), StatusCode::OK);
    let unit = first_unit(&first).await;
    let (name, reason) = (form_urlencoded("白玉"), form_urlencoded("新任管理员"));
    let put = |id: &'static str, role: &'static str, change: &'static str| {
        let fields = [
            ("change", change),
            ("id", id),
            ("name", name.as_str()),
            ("role", role),
            ("unit", unit.as_str()),
            ("reason", reason.as_str()),
        ];
        let first = &first;
        async move { first.send("/staff", "/staff", &fields).await.status() }
    };
    // One person makes a clerk, two make an administrator.
    assert_eq!(put("yu-zhen", "clerk", "").await, StatusCode::OK);
    // An account with that name is left as it is: the change is offered.
    for role in ["specialist", "unit-administrator"] {
        let refused = put("yu-zhen", role, "").await;
        assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY, "{role}");
    }
    for (id, change) in [("yu-zhen", "yu-zhen"), ("bai-yu", "")] {
        let asked = put(id, "unit-administrator", change).await;
        assert_eq!(asked, StatusCode::SEE_OTHER, "{id}");
    }
    // The supervisor of the division sees what waits, and has a say in it.
    let waits = above.page(PAGE).await.text().await.unwrap();
    assert!(waits.contains("新任管理员"), "{waits}");
    assert_eq!(confirm(&above).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(confirm(&above).await.status(), StatusCode::OK);
    let page = first.page("/staff").await.text().await.unwrap();
    assert!(page.contains("<td>bai-yu</td>"), "{page}");
    // One of another place has none.
    let elsewhere = ["dao-yun", "刀云", "supervisor", "530822.bureau"];
    let elsewhere = person(&onestop, &base, elsewhere).await;
    let disabling = ask(&first, "disable", "he-jun").await;
    assert_eq!(disabling, StatusCode::SEE_OTHER);
    assert_eq!(
        confirm_id(&elsewhere, "3").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(confirm(&above).await.status(), StatusCode::SEE_OTHER);
    let ended = second.page("/staff").await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_administrator_takes_over_no_account_of_another_unit() {
    let (onestop, base) = started(&[]).await;
    let agency = ["zhao-jun", "赵军", "unit-administrator", "530821.legal-aid"];
    let agency = person(&onestop, &base, agency).await;
    let county = ["he-jun", "何军", "unit-administrator", "530821"];
    let county = person(&onestop, &base, county).await;
    let colleague = ["bai-lu", "白露", "unit-administrator", "530821"];
    let colleague = person(&onestop, &base, colleague).await;
    // The agency does not look after windows, not even below it.
    let staff = agency.page("/staff").await.text().await.unwrap();
    assert!(!staff.contains("<td>zhang-li</td>"), "{staff}");
    assert_eq!(
        ask(&agency, "reset-password", "zhang-li").await,
        StatusCode::NOT_FOUND
    );
    // The window above does, but no colleague of who asks confirms it: the village's administrator does.
    assert_eq!(
        ask(&county, "reset-password", "zhang-li").await,
        StatusCode::SEE_OTHER
    );
    let seen = colleague.page(PAGE).await.text().await.unwrap();
    assert!(!seen.contains(REASON), "{seen}");
    assert_eq!(
        confirm_id(&colleague, "1").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    sign_in(&client(), &base, "zhang-li").await;
    let village = Person {
        cookies: sign_in(&client(), &base, "guan-li").await,
        client: client(),
        base: &base,
    };
    assert_eq!(confirm(&village).await.status(), StatusCode::OK);
}

/// A question, answered at the window and closed.
async fn closed_question(onestop: &Onestop) -> CaseId {
    let user = TestUser::new(onestop.client().await);
    let open = Open {
        request: WindowAction::Answer,
        ..request("consultation", "family", VILLAGE)
    };
    let case = open_by(&user, CLERK, open).await;
    let answer = AnswerCitizen {
        answer: "可以调解".to_owned(),
    };
    let commands: [Command; 2] = [answer.into(), Close {}.into()];
    for command in commands {
        let intake = case::service();
        let done = user.command::<Command>(&intake, CLERK, Some(case), command);
        done.await.unwrap();
    }
    user.wait_for_event(case, "case.closed", 1).await;
    case
}

/// The status of a command about a case's persons, and the code of its refusal.
async fn sends(web: &Web, case: CaseId, command: &str) -> (StatusCode, String) {
    let path = format!("/api/v1/cases/{case}/intake/{command}");
    let asked = web.page(Method::POST, &path);
    let asked = asked.header("idempotency-key", SystemClock.command().to_string());
    let asked = asked.header("content-type", "application/json");
    let data = match command {
        "refuse-erasure" => json!({ "note": "尚有争议" }),
        _ => json!({ "basis": "consent-withdrawn" }),
    };
    let data = data.to_string();
    let answer = asked.body(data).send().await.unwrap();
    let status = answer.status();
    let said = answer.text().await.unwrap();
    let said: Value = serde_json::from_str(&said).unwrap();
    (status, said["code"].as_str().unwrap_or_default().to_owned())
}

/// 个人信息保护法 art. 47: what is erased does not come back.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_erased_by_two() {
    let onestop = started_api().await;
    let case = closed_question(&onestop).await;
    for who in [
        ["he-jun", "何军", "supervisor", "530821.bureau"],
        ["he-ping", "和平", "supervisor", "5308.bureau"],
        ["yu-zhen", "玉珍", "unit-administrator", VILLAGE],
    ] {
        sign_up(&onestop.data(), who);
    }
    let (first, above, unit) = tokio::join!(
        Web::sign_in(&onestop, "he-jun"),
        Web::sign_in(&onestop, "he-ping"),
        Web::sign_in(&onestop, "yu-zhen"),
    );
    let refused = |status, code: &str| (status, code.to_owned());
    let alone = sends(&first, case, "erase").await;
    assert_eq!(
        alone,
        refused(StatusCode::CONFLICT, "erasure-not-requested")
    );
    let (asked, _) = sends(&first, case, "request-erasure").await;
    assert!(asked.is_success(), "{asked}");
    // The second person does not agree: it is asked for anew, or not done.
    let (disagrees, _) = sends(&above, case, "refuse-erasure").await;
    assert!(disagrees.is_success(), "{disagrees}");
    // It was decided in the API, and the page of the person who asked shows it.
    until("the answer is on the page of who asked", async || {
        let today = first.page(Method::GET, "/today").send().await.unwrap();
        today.text().await.unwrap().contains("尚有争议")
    })
    .await;
    let over = sends(&above, case, "erase").await;
    assert_eq!(over, refused(StatusCode::CONFLICT, "erasure-not-requested"));
    let (asked, _) = sends(&first, case, "request-erasure").await;
    assert!(asked.is_success(), "{asked}");
    let same = sends(&first, case, "erase").await;
    assert_eq!(same, refused(StatusCode::FORBIDDEN, "same-person"));
    let below = sends(&unit, case, "erase").await;
    assert_eq!(below, refused(StatusCode::FORBIDDEN, "not-second-person"));
    let (erased, _) = sends(&above, case, "erase").await;
    assert!(erased.is_success(), "{erased}");
    let user = TestUser::new(onestop.client().await);
    user.wait_for_event(case, "case.erased", 1).await;
    let log = user.log(&case::service()).await;
    let log = serde_json::to_value(&log).unwrap().to_string();
    assert!(log.contains("\"requested_by\":\"he-jun\""), "{log}");
}

const ERASURES: &str = "/erasures";
/// The basis of the requests of these tests, as the page says it.
const BASIS: &str = "个人撤回同意";

/// The page lists what waits to those who could erase it, and takes it from the second person who has checked the case.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_is_confirmed_on_its_page_by_a_second_person() {
    let onestop = started_api().await;
    let case = closed_question(&onestop).await;
    let supervisor = ["he-jun", "何军", "supervisor", "530821.bureau"];
    sign_up(&onestop.data(), supervisor);
    let web = Web::sign_in(&onestop, "he-jun").await;
    let (asked, _) = sends(&web, case, "request-erasure").await;
    assert!(asked.is_success(), "{asked}");
    let base = web.base();
    let asker = Person {
        cookies: sign_in(&client(), base, "he-jun").await,
        client: client(),
        base,
    };
    let above = ["he-ping", "和平", "supervisor", "5308.bureau"];
    let above = person(&onestop, base, above).await;
    let elsewhere = ["dao-yun", "刀云", "supervisor", "530822.bureau"];
    let elsewhere = person(&onestop, base, elsewhere).await;

    let form = "action=\"/erasures/confirm\"";
    let own = asker.page(ERASURES).await.text().await.unwrap();
    assert!(own.contains(BASIS) && !own.contains(form), "{own}");
    let foreign = elsewhere.page(ERASURES).await.text().await.unwrap();
    assert!(!foreign.contains(BASIS), "{foreign}");
    let page = above.page(ERASURES).await.text().await.unwrap();
    assert!(page.contains(BASIS), "{page}");
    let value = |name: &str| between(&page, &format!("name=\"{name}\" value=\""), "\"");
    let mut fields: Vec<_> = ["key", "case", "revision", "basis"]
        .map(|name| (name, value(name)))
        .into();
    let confirm = "/erasures/confirm";
    let unchecked = above.send(ERASURES, confirm, &fields).await;
    assert_eq!(unchecked.status(), StatusCode::UNPROCESSABLE_ENTITY);
    fields.push(("checked", "yes"));
    let alone = asker.send(ERASURES, confirm, &fields).await;
    assert_eq!(alone.status(), StatusCode::FORBIDDEN);
    let erased = above.send(ERASURES, confirm, &fields).await;
    assert_eq!(erased.status(), StatusCode::SEE_OTHER);
    let user = TestUser::new(onestop.client().await);
    user.wait_for_event(case, "case.erased", 1).await;
    let after = above.page(ERASURES).await.text().await.unwrap();
    assert!(!after.contains(BASIS), "{after}");
}
