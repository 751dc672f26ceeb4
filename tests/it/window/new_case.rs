//! The form of a registration.

use reqwest::{StatusCode, header};

use super::{
    VILLAGE, between, client,
    second_factor::{Person, csrf, form_urlencoded},
    sign_in, started,
};
use crate::browser::sign_up;

const FORM: &str = "/cases/new";

/// A person who has signed in.
async fn signed_in<'a>(base: &'a str, staff: &str) -> Person<'a> {
    Person {
        cookies: sign_in(&client(), base, staff).await,
        client: client(),
        base,
    }
}

/// The text of a page.
async fn text(person: &Person<'_>, path: &str) -> String {
    person.page(path).await.text().await.unwrap()
}

/// Registers a question that the form would refer; the path of its receipt.
async fn registered(clerk: &Person<'_>) -> String {
    let form = text(clerk, FORM).await;
    let name = form_urlencoded("岩温");
    let fields = [
        ("do", "submit"),
        ("key", between(&form, "name=\"key\" value=\"", "\"")),
        ("item", "consultation"),
        ("topic", "consultation/labour"),
        ("place", VILLAGE),
        ("channel", "window"),
        ("request", "refer"),
        ("name", name.as_str()),
    ];
    let sent = clerk.send(FORM, FORM, &fields).await;
    assert_eq!(
        sent.status(),
        StatusCode::SEE_OTHER,
        "{:?}",
        sent.text().await
    );
    sent.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}

/// The form names what is wrong with a number together with what is missing, each beside its field.
#[tokio::test]
async fn a_wrong_number_is_told_together_with_what_is_missing() {
    let (_onestop, base) = started(&[]).await;
    let clerk = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    let [co_applicant, other] = ["李四", "？？"].map(form_urlencoded);
    let fields = [
        ("do", "submit"),
        ("item", "legal-aid"),
        ("topic", "legal-aid/labour-pay"),
        ("place", VILLAGE),
        ("document_kind", "identity-card"),
        ("document_number", "110105194912310021"),
        ("other-0-name", co_applicant.as_str()),
        ("other-0-paper", "530821199001010010"),
        ("respondent-0-name", other.as_str()),
    ];
    let refused = clerk.send("/cases/new", "/cases/new", &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    for field in [
        "href=\"#name\"",
        "href=\"#document_number\"",
        "href=\"#other-0-paper\"",
        "href=\"#respondent-0-name\"",
    ] {
        assert!(refused.contains(field), "{field}: {refused}");
    }
    assert!(refused.contains("申请人2证件号码有误"), "{refused}");
    let of_applicants = refused.replace("被申请人", "");
    assert!(!of_applicants.contains("申请人1"), "{refused}");
}

#[tokio::test]
async fn an_invisible_name_is_told_together_with_everything_else() {
    let (_onestop, base) = started(&[]).await;
    let clerk = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    let name = form_urlencoded("\u{200b}\u{202e}");
    let fields = [
        ("do", "submit"),
        ("item", "legal-aid"),
        ("topic", "legal-aid/labour-pay"),
        ("place", VILLAGE),
        ("name", name.as_str()),
        ("phone", "12"),
    ];
    let refused = clerk.send("/cases/new", "/cases/new", &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    for field in ["href=\"#name\"", "href=\"#phone\""] {
        assert!(refused.contains(field), "{field}: {refused}");
    }
}

/// What no unit does for a place is said beside the form as it is refused: in words, and without addresses.
#[tokio::test]
async fn the_panel_and_the_refusal_say_the_same_of_what_nobody_offers() {
    let (_onestop, base) = started(&[]).await;
    let clerk = signed_in(&base, "zhang-li").await;
    let name = form_urlencoded("岩温");
    let form = text(&clerk, FORM).await;
    let fields = [
        ("do", "submit"),
        ("key", between(&form, "name=\"key\" value=\"", "\"")),
        ("item", "notarization"),
        ("topic", "notarization/will"),
        ("place", "5301"),
        ("name", name.as_str()),
    ];
    let refused = clerk.send(FORM, FORM, &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    let said = page.matches("没有单位办理“公证”").count();
    assert!(said >= 2, "{said}: {page}");
    for wrong in ["/api/v1", "（法律援助）", "登记后由本窗口负责"] {
        assert!(!page.contains(wrong), "{wrong}: {page}");
    }
}

/// A question is the window's own: the form says so, and nothing is offered to the window by itself.
#[tokio::test]
async fn a_window_answers_what_it_would_refer_to_itself() {
    let (onestop, base) = started(&[]).await;
    let clerk = signed_in(&base, "zhang-li").await;
    let fields = [
        ("do", "suggest"),
        ("item", "consultation"),
        ("topic", "consultation/labour"),
        ("place", VILLAGE),
    ];
    let suggested = clerk.send(FORM, FORM, &fields).await;
    let suggested = suggested.text().await.unwrap();
    for said in ["建议由本窗口直接答复", "value=\"suggested\" checked"] {
        assert!(suggested.contains(said), "{said}: {suggested}");
    }

    let receipt = registered(&clerk).await;
    let page = text(&clerk, &receipt).await;
    assert!(page.contains("由本窗口为您办理"), "{page}");
    assert!(!page.contains("已转给"), "{page}");

    // A colleague has neither the query code nor the names, and reads why.
    sign_up(&onestop.data(), ["li-si", "李四", "clerk", VILLAGE]);
    let colleague = signed_in(&base, "li-si").await;
    let (path, _) = receipt.split_once('?').unwrap();
    let page = text(&colleague, path).await;
    assert!(page.contains("请由登记人重印"), "{page}");
    assert!(!text(&clerk, path).await.contains("请由登记人重印"));
}

/// A form with these files, each with its name.
fn files(csrf: &str, key: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in [("csrf", csrf), ("key", key), ("kind", "arrears-note")] {
        let part =
            format!("--sep\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    for (name, bytes) in files {
        let part = format!(
            "--sep\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend(part.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--sep--\r\n");
    body
}

/// Of several photos the good one is kept, under its own name; the page names each other one, all at once.
#[tokio::test]
async fn of_several_photos_the_good_ones_are_kept_and_each_bad_one_is_told() {
    let (_onestop, base) = started(&[]).await;
    let clerk = signed_in(&base, "zhang-li").await;
    let receipt = registered(&clerk).await;
    // The receipt waits until the case is there.
    text(&clerk, &receipt).await;
    let (path, _) = receipt.split_once("/receipt").unwrap();
    let path = format!("{path}/files");
    let page = text(&clerk, &path).await;
    let key = between(&page, "name=\"key\" value=\"", "\"");
    let chosen: [(&str, &[u8]); 3] = [
        ("好.png", b"\x89PNG\r\n\x1a\n and more"),
        ("假.jpg", b"no picture"),
        ("空.pdf", b""),
    ];
    let sent = clerk.client.post(format!("{base}{path}"));
    let sent = sent.header(header::COOKIE, &clerk.cookies);
    let sent = sent.header(header::CONTENT_TYPE, "multipart/form-data; boundary=sep");
    let sent = sent.body(files(csrf(&page), key, &chosen)).send().await;
    let sent = sent.unwrap();
    assert_eq!(sent.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = sent.text().await.unwrap();
    let problems = between(&page, "id=\"problems\"", "</div>");
    for told in ["假.jpg：", "空.pdf：文件是空的", "其余文件已上传"] {
        assert!(problems.contains(told), "{told}: {problems}");
    }
    let kept = between(&page, "id=\"kept\"", "</table>");
    assert!(kept.contains("好.png"), "{kept}");
    assert!(
        !kept.contains("假.jpg") && !kept.contains("{sealed:"),
        "{kept}"
    );
    // The way back to the receipt with the query code.
    assert!(page.contains("/receipt\""), "{page}");
}

#[tokio::test]
async fn a_search_for_nothing_says_what_to_type() {
    let (_onestop, base) = started(&[]).await;
    let clerk = signed_in(&base, "zhang-li").await;
    let sent = clerk.send("/search", "/search", &[("q", "++")]).await;
    let to = sent.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned();
    let page = text(&clerk, &to).await;
    assert!(page.contains("填写要查找的内容"), "{page}");
    assert!(!text(&clerk, "/search").await.contains("填写要查找的内容"));
}
