//! The keeper of a site's entry sees what is recorded before changing or confirming it, and adds photos in the browser.

use reqwest::{StatusCode, header};

use super::{
    between, client, get,
    second_factor::{Person, csrf},
    sign_in, started,
};
use crate::{journeys::VILLAGE, test_user::unit};

const PHONE: &str = "0879-7230001";

fn changes(change: &str) -> String {
    format!("/places/changes?at={VILLAGE}&do={change}")
}

#[tokio::test]
async fn what_is_recorded_is_shown_before_it_is_changed_or_confirmed() {
    let (_onestop, base) = started(&[]).await;
    let keeper = Person {
        cookies: sign_in(&client(), &base, "guan-li").await,
        client: client(),
        base: &base,
    };
    let page = async |path: &str| keeper.page(path).await.text().await.unwrap();
    let confirm = page(&changes("confirm-entry")).await;
    for shown in [
        "现在登记的内容",
        "地址",
        "电话",
        "每周开放时间",
        "值班",
        "尚未登记",
    ] {
        assert!(confirm.contains(shown), "{shown}: {confirm}");
    }
    assert!(!confirm.contains("最近的变更"), "{confirm}");

    let form = page(&changes("change-contact")).await;
    assert!(!form.contains("住址"), "{form}");
    let unit = unit(VILLAGE).to_string();
    let key = between(&form, "name=\"key\" value=\"", "\"").to_owned();
    let fields = [
        ("key", key.as_str()),
        ("at", VILLAGE),
        ("do", "change-contact"),
        ("unit", unit.as_str()),
        ("phone", PHONE),
    ];
    let from = changes("change-contact");
    let sent = keeper.send(&from, "/places/changes", &fields).await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let confirm = page(&changes("confirm-entry")).await;
    assert!(confirm.contains("最近的变更"), "{confirm}");
    // As it is recorded now, and in the list of what was changed, with who did.
    assert_eq!(confirm.matches(PHONE).count(), 2, "{confirm}");
    assert!(
        confirm.contains("变更联系方式") && confirm.contains("管理"),
        "{confirm}"
    );
}

/// A form with a file, as a browser sends it; `sep` is between its parts.
fn multipart(fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = String::new();
    for (field, value) in fields {
        body += &format!(
            "--sep\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
    }
    body += &format!(
        "--sep\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    [body.as_bytes(), bytes, b"\r\n--sep--\r\n"].concat()
}

#[tokio::test]
async fn a_photo_that_is_uploaded_in_the_browser_is_on_the_public_page_until_it_is_withdrawn() {
    let (_onestop, base) = started(&[]).await;
    let keeper = Person {
        cookies: sign_in(&client(), &base, "guan-li").await,
        client: client(),
        base: &base,
    };
    let path = format!("/places/files?at={VILLAGE}");
    let page = keeper.page(&path).await.text().await.unwrap();
    let key = between(&page, "name=\"key\" value=\"", "\"");
    let upload = |name: &str, bytes: &[u8]| {
        let fields = [
            ("csrf", csrf(&page)),
            ("key", key),
            ("kind", "photo"),
            ("state", "operating"),
        ];
        keeper
            .client
            .post(format!("{base}{path}"))
            .header(header::COOKIE, &keeper.cookies)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=sep")
            .body(multipart(&fields, name, bytes))
            .send()
    };
    let wrong = upload("hall.jpg", b"%PDF-1.7 no picture").await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = wrong.text().await.unwrap();
    assert!(wrong.contains("文件内容不像JPEG 图片"), "{wrong}");
    let sent = upload("hall.jpg", b"\xff\xd8\xff\xe0 hall").await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);

    let public = format!("{base}/places?at={VILLAGE}");
    let shown = get(&client(), &public, "").await.text().await.unwrap();
    let address = between(&shown, "src=\"/places/files/", "\"");
    let photo = get(&client(), &format!("{base}/places/files/{address}"), "").await;
    assert_eq!(photo.status(), StatusCode::OK);
    assert_eq!(&photo.bytes().await.unwrap()[..], b"\xff\xd8\xff\xe0 hall");

    let page = keeper.page(&path).await.text().await.unwrap();
    let form = page.split_once("/places/files/withdraw").unwrap().1;
    let fields = [
        ("key", between(form, "name=\"key\" value=\"", "\"")),
        ("at", VILLAGE),
        ("hash", between(form, "name=\"hash\" value=\"", "\"")),
        ("reason", "mistake"),
    ];
    let sent = keeper.send(&path, "/places/files/withdraw", &fields).await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let photo = get(&client(), &format!("{base}/places/files/{address}"), "").await;
    assert_eq!(photo.status(), StatusCode::NOT_FOUND);
}
