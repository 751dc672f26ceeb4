//! What a citizen with a receipt, and a stranger with a number, see without an account.

use onestop_chassis::clock::SystemClock;
use onestop_directory::Directory;
use onestop_proto::{
    ids::CaseRef,
    legal_aid::{self, RequestSupplement},
    personal::{AccessRecordsQuery, AccessWay},
};
use reqwest::StatusCode;

use super::{client, get, open_case, post, sign_in, sign_up, started};
use crate::{
    journeys::{CLERK, COUNTY, accept},
    test_user::{TestUser, actor},
};

/// Written for the citizen; it is sealed in the unit's log.
const REMARK: &str = "复印件也可以，要有公章";

/// What is answered to a form of `/track`.
async fn track(base: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let url = format!("{base}/track");
    let answer = post(&client(), &url, "", fields).await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test]
async fn only_the_query_code_opens_a_case_and_a_sensitive_topic_is_never_shown() {
    let (onestop, base) = started(&[]).await;
    let violence = open_case(&onestop, "domestic-violence").await;
    let number = violence.number.unwrap().to_string();
    // What opened it before: the number, and the end of the telephone.
    let (status, page) = track(&base, &[("number", &number), ("phone_end", "8000")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!page.contains("法律援助·") && !page.contains("家庭暴力"));
    let form = get(&client(), &format!("{base}/track?number={number}"), "").await;
    assert!(!form.text().await.unwrap().contains("家庭暴力"));

    let code = violence.query_code.unwrap();
    let (status, page) = track(&base, &[("number", &number), ("code", &code)]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("法律援助") && !page.contains("家庭暴力"),
        "{page}"
    );

    let wages = open_case(&onestop, "labour-pay").await;
    let (number, code) = (wages.number.unwrap().to_string(), wages.query_code.unwrap());
    let (_, page) = track(&base, &[("number", &number), ("code", &code)]).await;
    assert!(page.contains("请求支付劳动报酬"), "{page}");

    // The official form of the number opens it too, typed without brackets, and the page shows both.
    let directory = Directory::built_in().unwrap();
    let official = directory.official_number(&number.parse().unwrap()).unwrap();
    let typed = official.replace(['〔', '〕'], " ");
    let (_, page) = track(&base, &[("number", &typed), ("code", &code)]).await;
    assert!(page.contains(&official) && page.contains(&number), "{page}");

    // So do the short code for the telephone, and the address of the QR code, pasted whole.
    let short = wages.short_code.unwrap().in_groups();
    let address = format!("{base}/track?number={number}#code={code}");
    let typed = [("number", short.as_str()), ("code", &code)];
    let pasted = [("number", address.as_str()), ("code", "")];
    for fields in [typed, pasted] {
        let (status, page) = track(&base, &fields).await;
        assert_eq!(status, StatusCode::OK, "{fields:?}: {page}");
        assert!(page.contains(&official), "{fields:?}: {page}");
    }
    let wrong = [("number", short.as_str()), ("code", "ABCD2345")];
    let (_, page) = track(&base, &wrong).await;
    assert!(!page.contains("请求支付劳动报酬"), "{page}");
}

/// What is a citizen's comes before the sign-in of staff.
#[tokio::test]
async fn the_front_page_is_for_citizens_first() {
    let (_onestop, base) = started(&[]).await;
    let front = get(&client(), &format!("{base}/"), "").await;
    assert_eq!(front.status(), StatusCode::OK);
    let page = front.text().await.unwrap();
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part}: {page}"));
    let (track, places) = (at("href=\"/track\""), at("href=\"/places\""));
    assert!(track < places && places < at("name=\"password\""), "{page}");
}

/// The citizen reads on the telephone what the unit at work waits for, and until when.
#[tokio::test]
async fn a_citizen_sees_which_papers_are_missing_and_by_when() {
    let (onestop, base) = started(&[]).await;
    let user = TestUser::new(onestop.client().await);
    let wages = open_case(&onestop, "labour-pay").await;
    let (case, number) = (wages.case, wages.number.unwrap().to_string());
    user.wait_for_event(case, "referral.offered", 1).await;
    accept(&user, COUNTY, case).await.unwrap();
    user.wait_for_event(case, "legal-aid.received", 1).await;
    // One that is a day off would give way.
    let directory = onestop_directory::Directory::built_in().unwrap();
    let place = "530821".parse().unwrap();
    let mut last_day = SystemClock.now().china_date().tomorrow().unwrap();
    while !directory.is_working_day_at(last_day, place) {
        last_day = last_day.tomorrow().unwrap();
    }
    let request = RequestSupplement {
        missing: vec!["labour-contract".parse().unwrap()],
        remarks: vec![format!("labour-contract: {REMARK}").parse().unwrap()],
        last_day,
    };
    let aid = legal_aid::service();
    let asked = user.command::<legal_aid::Command>(&aid, COUNTY, Some(case), request);
    asked.await.unwrap();

    let code = wages.query_code.unwrap();
    let (_, page) = track(&base, &[("number", &number), ("code", &code)]).await;
    let (year, month, date) = (last_day.year(), last_day.month(), last_day.day());
    let day = format!("{year}年{month}月{date}日");
    for shown in ["劳动合同", REMARK, &day, "待补正材料"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("{sealed:"), "{page}");
    // What the unit wrote is read, and that is on record.
    let query = AccessRecordsQuery {
        case: CaseRef::Id(case),
    };
    let records = onestop
        .client()
        .await
        .ask(actor(CLERK).into(), &query)
        .await;
    let mut readings = records.unwrap().readings.into_iter();
    assert!(readings.any(|one| one.way == Some(AccessWay::Track)));
}

/// The receipt lies at home: it has the telephone that the citizen's page has, and no more of the subject.
#[tokio::test]
async fn the_printed_receipt_tells_what_the_citizens_page_tells() {
    let (onestop, base) = started(&[]).await;
    let violence = open_case(&onestop, "domestic-violence").await;
    let (number, code) = (
        violence.number.unwrap().to_string(),
        violence.query_code.unwrap(),
    );
    let clerk = sign_in(&client(), &base, "zhang-li").await;
    let address = format!("{base}/cases/{number}/receipt");
    let receipt = get(&client(), &address, &clerk).await;
    let receipt = receipt.text().await.unwrap();
    assert!(!receipt.contains("家庭暴力"), "{receipt}");
    let (_, page) = track(&base, &[("number", &number), ("code", &code)]).await;
    let phone = page.split("href=\"tel:").nth(1).unwrap();
    let phone = phone.split('"').next().unwrap();
    let printed = format!("<dd>{phone}</dd>");
    assert!(receipt.contains(&printed), "{phone}: {receipt}");
}

#[tokio::test]
async fn a_form_that_cannot_be_answered_keeps_what_was_typed() {
    let (onestop, base) = started(&[]).await;
    let number = open_case(&onestop, "labour-pay").await.number.unwrap();
    let number = number.to_string();
    let wrong = [("number", number.as_str()), ("code", "2222-2222")];
    let mut last = (StatusCode::OK, String::new());
    for _ in 0..6 {
        last = track(&base, &wrong).await;
    }
    let (status, page) = last;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    let kept = format!("value=\"{number}\"");
    assert!(page.contains(&kept), "{page}");

    sign_up(
        &onestop.data(),
        ["he-jun", "何军", "supervisor", "530821.bureau"],
    );
    let supervisor = sign_in(&client(), &base, "he-jun").await;
    let period = format!("{base}/timeliness?from=2026-03-12&to=2026-03-01");
    let answer = get(&client(), &period, &supervisor).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.unwrap();
    for shown in ["2026-03-12", "2026-03-01", "href=\"#to\""] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
}
