//! The list of accounts: searched, sorted, as a file; and what its form says is missing.

use reqwest::StatusCode;

use super::{
    STAFF, between,
    four_eyes::person,
    second_factor::{Person, form_urlencoded},
    started,
};

async fn text(person: &Person<'_>, path: &str) -> String {
    let answer = person.page(path).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn accounts_are_found_by_name_and_the_history_is_theirs_alone() {
    let (onestop, base) = started(&[]).await;
    let county = ["he-jun", "何军", "unit-administrator", "530821"];
    let county = person(&onestop, &base, county).await;
    let [clerk, administrator, ..] = STAFF;
    person(&onestop, &base, clerk).await;
    person(&onestop, &base, administrator).await;

    let all = text(&county, "/staff").await;
    assert!(all.contains("<td>zhang-li</td>") && all.contains("<td>guan-li</td>"));
    let query = format!("/staff?q={}", form_urlencoded("张丽"));
    let found = text(&county, &query).await;
    assert!(found.contains("<td>zhang-li</td>"), "{found}");
    // Neither in the list nor among the sign-ins below it.
    for other in ["guan-li", "管理</td>"] {
        assert!(all.contains(other) && !found.contains(other), "{other}");
    }
    let sorted = text(&county, "/staff?by=-account").await;
    assert!(sorted.contains("aria-sort=\"descending\""), "{sorted}");
    let place = |id: &str| sorted.find(&format!("<td>{id}</td>")).unwrap();
    assert!(place("zhang-li") < place("guan-li"));

    let file = text(&county, &query.replace("/staff?", "/staff.csv?")).await;
    let mut lines = file.lines();
    let head = lines.next().unwrap();
    assert!(head.starts_with("\u{feff}账号,姓名,"), "{head}");
    assert!(
        lines.next().unwrap().starts_with("\tzhang-li,张丽,"),
        "{file}"
    );
    assert_eq!(lines.next(), None);
}

#[tokio::test]
async fn a_reason_that_is_needed_is_marked_and_missed_at_its_field() {
    let (onestop, base) = started(&[]).await;
    let [_, administrator, ..] = STAFF;
    let administrator = person(&onestop, &base, administrator).await;
    let page = text(&administrator, "/staff").await;
    assert!(page.contains("data-must hidden"), "no reason is needed yet");
    let unit = between(&page, "id=\"unit\" name=\"unit\"><option value=\"", "\"").to_owned();
    let name = form_urlencoded("白玉");
    let fields = [
        ("id", "bai-yu"),
        ("name", name.as_str()),
        ("role", "unit-administrator"),
        ("unit", unit.as_str()),
    ];
    let refused = administrator.send("/staff", "/staff", &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("href=\"#reason\""), "{refused}");
    let field = between(&refused, "<label for=\"reason\">", "<input id=\"reason\"");
    assert!(field.contains("data-must>必填"), "{field}");
    assert!(field.contains("<span class=\"wrong\">"), "{field}");
    assert!(field.contains("为什么设立这个账号"), "{field}");
    assert!(refused.contains("value=\"白玉\""), "what was typed is kept");

    // A post is for the account that was typed, though no list shows it.
    let fields = [
        ("id", "mu-gu"),
        ("act", "add-post"),
        ("role", "clerk"),
        ("unit", unit.as_str()),
    ];
    let refused = administrator.send("/staff", "/staff/posts", &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("value=\"mu-gu\""), "{refused}");

    // All that is wrong is told at once.
    let fields = [
        ("id", "白玉"),
        ("name", ""),
        ("role", "clerk"),
        ("unit", unit.as_str()),
    ];
    let refused = administrator.send("/staff", "/staff", &fields).await;
    let refused = refused.text().await.unwrap();
    for field in ["href=\"#id\"", "href=\"#name\""] {
        assert!(refused.contains(field), "{field}: {refused}");
    }
}

#[tokio::test]
async fn the_form_of_an_account_keeps_its_unit_where_that_is_further_below() {
    let (onestop, base) = started(&[]).await;
    let county = ["he-jun", "何军", "unit-administrator", "530821"];
    let county = person(&onestop, &base, county).await;
    let [clerk, ..] = STAFF;
    person(&onestop, &base, clerk).await;
    let page = text(&county, "/staff?edit=zhang-li").await;
    let units = between(&page, "<select id=\"unit\"", "</select>");
    let chosen = between(units, " selected>", "<");
    assert_eq!(chosen, "新塘村公共法律服务站窗口", "{units}");
}
