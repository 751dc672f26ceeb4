//! Accounts from a sheet in the browser: checked first, added by the rules for one colleague, the passwords shown once.

use onestop_spreadsheet::{Column, Sheet};
use reqwest::{Response, StatusCode, header};

use super::{
    STAFF, between, client,
    four_eyes::{PAGE as REQUESTS, person},
    second_factor::{Person, csrf},
    started, try_sign_in,
};
use crate::journeys::VILLAGE;

const PAGE: &str = "/staff/import";
const BOUNDARY: &str = "sheet-of-staff";
const COLUMNS: &[Column] = &[
    Column::text("id", "账号"),
    Column::text("name", "姓名"),
    Column::text("role", "角色"),
    Column::text("unit", "单位"),
];

/// Sends a sheet as a browser does.
async fn send(person: &Person<'_>, token: &str, reason: &str, rows: &str) -> Response {
    let sheet = format!("账号,姓名,角色,单位\n{rows}");
    let part = |name: &str, text: &str| {
        format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let body = [
        part("csrf", token),
        part("reason", reason),
        part("file\"; filename=\"staff.csv", &sheet),
        format!("--{BOUNDARY}--\r\n"),
    ];
    let request = person.client.post(format!("{}{PAGE}", person.base));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let request = request.header(header::CONTENT_TYPE, kind);
    let request = request.header(header::COOKIE, &person.cookies);
    request.body(body.concat()).send().await.unwrap()
}

async fn check(person: &Person<'_>, reason: &str, rows: &str) -> String {
    let page = person.page(PAGE).await.text().await.unwrap();
    let checked = send(person, csrf(&page), reason, rows).await;
    assert_eq!(checked.status(), StatusCode::OK);
    checked.text().await.unwrap()
}

fn key(page: &str) -> &str {
    between(page, "name=\"key\" value=\"", "\"")
}

async fn add(person: &Person<'_>, key: &str) -> Response {
    person
        .send(PAGE, "/staff/import/add", &[("key", key)])
        .await
}

#[tokio::test]
async fn a_sheet_is_checked_mended_and_added_and_its_passwords_are_shown_until_handed_out() {
    let (onestop, base) = started(&[]).await;
    let [_, administrator, ..] = STAFF;
    let administrator = person(&onestop, &base, administrator).await;
    let rows = format!(
        "zhou-mei,周梅,窗口人员,{VILLAGE}\nzhang-li,张丽,窗口人员,{VILLAGE}\nyan-sai,岩赛,承办人,530821.legal-aid\nbai-yu,白玉,单位管理员,{VILLAGE}\n"
    );

    let checked = check(&administrator, "", &rows).await;
    for told in ["可开设账号 1 个", "不变 1 个", "有错误 2 行", "尚未开设"] {
        assert!(checked.contains(told), "{told}: {checked}");
    }
    let staff = administrator.page("/staff").await.text().await.unwrap();
    assert!(!staff.contains("zhou-mei"), "a check adds nothing");
    let key = key(&checked).to_owned();
    let address = format!("/staff/import/mend?key={key}");
    let mend = administrator.page(&address).await.bytes().await.unwrap();
    let mend = Sheet::read(&mend, COLUMNS).unwrap();
    let wrong: Vec<_> = mend.rows.iter().map(|row| row.get("id")).collect();
    assert_eq!(wrong, [Some("yan-sai"), Some("bai-yu")]);

    let added = add(&administrator, &key).await;
    assert_eq!(added.status(), StatusCode::OK);
    let added = added.text().await.unwrap();
    let one_time = between(&added, "<code>", "</code>").to_owned();
    let signed_in = try_sign_in(&client(), &base, "", ("zhou-mei", &one_time)).await;
    assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
    // The answer may have been lost: the same form gets the same list.
    let repeated = add(&administrator, &key).await.text().await.unwrap();
    assert_eq!(between(&repeated, "<code>", "</code>"), one_time);
    let ended = administrator.send(PAGE, "/staff/import/end", &[]).await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    let over = add(&administrator, &key).await;
    assert_eq!(over.status(), StatusCode::UNPROCESSABLE_ENTITY);

    // The mended row: what takes two people is asked for.
    let rows = format!("bai-yu,白玉,单位管理员,{VILLAGE}\n");
    let checked = check(&administrator, "新任管理员", &rows).await;
    assert!(checked.contains("须另一人确认 1 个"), "{checked}");
    let asked = add(&administrator, self::key(&checked)).await;
    let asked = asked.text().await.unwrap();
    assert!(!asked.contains("<code>"), "{asked}");
    let waits = administrator.page(REQUESTS).await.text().await.unwrap();
    assert!(
        waits.contains("bai-yu") && waits.contains("新任管理员"),
        "{waits}"
    );
    let staff = administrator.page("/staff").await.text().await.unwrap();
    assert!(!staff.contains("<td>bai-yu</td>"), "{staff}");
}

#[tokio::test]
async fn only_an_administrator_sends_a_sheet_and_only_from_the_page() {
    let (onestop, base) = started(&[]).await;
    let [clerk, administrator, ..] = STAFF;
    let administrator = person(&onestop, &base, administrator).await;
    let rows = format!("zhou-mei,周梅,窗口人员,{VILLAGE}\n");
    let forged = send(&administrator, "made-up", "", &rows).await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let page = administrator.page(PAGE).await.text().await.unwrap();
    let token = csrf(&page).to_owned();
    let old = send(&administrator, &token, "", "\u{fffd}\n").await;
    assert_eq!(
        old.status(),
        StatusCode::OK,
        "a row of one cell is a row with mistakes"
    );
    let large = "x".repeat(2 * 1024 * 1024);
    let large = send(&administrator, &token, "", &large).await;
    assert_eq!(large.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let template = administrator.page("/staff/import/template").await;
    let template = template.bytes().await.unwrap();
    assert!(Sheet::read(&template, COLUMNS).is_ok());

    let clerk = person(&onestop, &base, clerk).await;
    assert_eq!(clerk.page(PAGE).await.status(), StatusCode::FORBIDDEN);
    let page = clerk.page("/today").await.text().await.unwrap();
    let refused = send(&clerk, csrf(&page), "", &rows).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}
