//! Days as people type them, in the filters of pages.

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
