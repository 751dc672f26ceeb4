//! Days as people type them, in the filters of pages, and addresses that a page does not know.

use reqwest::StatusCode;

use super::{client, get, started};

/// The path of a page with another filter, and what the page shows of that one.
const PAGES: [(&str, &str); 3] = [
    ("/places?find=同心镇", "value=\"同心镇\""),
    ("/coverage?within=5308", "普洱"),
    (
        "/coverage/sites?within=5308&tier=township&state=stale",
        "value=\"township\"",
    ),
];

#[tokio::test]
async fn a_day_that_cannot_be_read_is_named_at_its_field_and_the_other_filters_stay() {
    let (_onestop, base) = started(&[]).await;
    for (path, kept) in PAGES {
        for typed in ["明天", "2026年13月1日"] {
            let url = format!("{base}{path}&on={typed}");
            let answer = get(&client(), &url, "").await;
            assert_eq!(answer.status(), StatusCode::OK, "{url}");
            let page = answer.text().await.unwrap();
            assert!(page.contains("日期无法识别"), "{url}");
            assert!(page.contains(&format!("value=\"{typed}\"")), "{url}");
            assert!(page.contains(kept), "{url}");
            assert!(!page.contains("failed to parse"), "{url}");
        }
        let url = format!("{base}{path}&on=12月10日");
        let page = get(&client(), &url, "").await.text().await.unwrap();
        assert!(page.contains("12月10日"), "{url}");
        assert!(!page.contains("日期无法识别"), "{url}");
    }
}

#[tokio::test]
async fn an_address_that_no_page_makes_is_refused_in_the_readers_language() {
    let (_onestop, base) = started(&[]).await;
    let twice = format!("{base}/places?on=2026-03-07&on=2026-03-08");
    let answer = get(&client(), &twice, "").await;
    let page = answer.text().await.unwrap();
    assert!(page.contains("地址中的内容无法识别"), "{page}");
    assert!(page.contains("两次"), "{page}");
    let file = format!("{base}/coverage.csv?on=明天");
    let answer = get(&client(), &file, "").await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text().await.unwrap();
    assert!(page.contains("地址中的内容无法识别"), "{page}");
}

/// A link that was mistyped or has grown old shows something else than it says: the page says so.
#[tokio::test]
async fn what_a_page_does_not_know_of_its_address_is_named() {
    let (_onestop, base) = started(&[]).await;
    let page = async |path: &str| {
        let answer = get(&client(), &format!("{base}{path}"), "").await;
        answer.text().await.unwrap()
    };
    for (path, name) in [
        ("/?colour=red", "colour"),
        ("/track?colour=red", "colour"),
        ("/due?at=530821&by=colour", "by"),
        ("/places?at=539999", "at"),
    ] {
        let page = page(path).await;
        assert!(
            page.contains(&format!("没有采用：{name}")),
            "{path}: {page}"
        );
    }
    // The place that is not listed is asked for.
    let unlisted = page("/places?at=539999").await;
    assert!(
        unlisted.contains("您在哪里") && unlisted.contains("普洱"),
        "{unlisted}"
    );
    for path in [
        "/places?at=530821&on=2026-12-10",
        "/due?at=530821&by=day",
        "/track?number=1",
    ] {
        let page = page(path).await;
        assert!(!page.contains("没有采用"), "{path}: {page}");
    }
}
