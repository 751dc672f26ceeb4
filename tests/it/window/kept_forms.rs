//! A form whose session has gone while it was filled in is kept for the person who typed it alone.

use reqwest::StatusCode;

use super::{between, client, get, post, second_factor::Person, sign_in, started};
use crate::browser::PASSWORD;

/// A form with a text, and the field of it.
const FORM: (&str, &str) = ("/search", "q");
const TYPED: &str = "wage-dispute-typed-by-zhang-li";

fn csrf(page: &str) -> &str {
    between(page, "name=\"csrf\" value=\"", "\"")
}

/// Signs in on the page that answered a form, which carries it; returns the page that follows.
async fn sign_in_again(base: &str, asked: &str, staff: &str) -> String {
    let kept = between(asked, "name=\"kept\" value=\"", "\"");
    let fields = [("kept", kept), ("staff", staff), ("password", PASSWORD)];
    let url = format!("{base}/sign-in/again");
    let answer = post(&client(), &url, "", &fields).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

/// Signed out in another tab, ended elsewhere, or the cookie lost: in each way the form comes without a session, and without
/// anything that names its owner but itself.
#[tokio::test]
async fn the_person_who_typed_a_form_submits_it_after_signing_in_again() {
    let (_onestop, base) = started(&[]).await;
    let clerk = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    let page = clerk.page("/today").await.text().await.unwrap();
    let (path, field) = FORM;
    let typed = [("csrf", csrf(&page)), (field, TYPED)];
    let url = format!("{base}{path}");
    let out = clerk.send("/today", "/sign-out", &[]).await;
    assert_eq!(out.status(), StatusCode::SEE_OTHER);
    for cookies in [clerk.cookies.as_str(), ""] {
        let asked = post(&clerk.client, &url, cookies, &typed).await.unwrap();
        assert_eq!(asked.status(), StatusCode::UNAUTHORIZED);
        let asked = asked.text().await.unwrap();
        assert!(!asked.contains(TYPED), "who passes the screen reads it");
        let colleague = sign_in_again(&base, &asked, "wang-min").await;
        assert!(!colleague.contains(TYPED) && colleague.contains("另一位同事"));
        let own = sign_in_again(&base, &asked, "zhang-li").await;
        assert!(own.contains(TYPED), "{own}");
        assert!(own.contains(&format!("action=\"{path}\"")), "{own}");
    }
}

/// Signed in again in another tab: the form of the session before is not lost either, and not carried out unasked.
#[tokio::test]
async fn a_form_of_a_former_session_of_the_same_person_asks_before_it_is_sent() {
    let (_onestop, base) = started(&[]).await;
    let before = sign_in(&client(), &base, "zhang-li").await;
    let page = get(&client(), &format!("{base}/today"), &before).await;
    let page = page.text().await.unwrap();
    let (path, field) = FORM;
    let typed = [("csrf", csrf(&page)), (field, TYPED)];
    let url = format!("{base}{path}");
    let again = sign_in(&client(), &base, "zhang-li").await;
    let asked = post(&client(), &url, &again, &typed).await.unwrap();
    assert_eq!(asked.status(), StatusCode::CONFLICT);
    assert!(asked.text().await.unwrap().contains(TYPED));
    // Another person's browser sends nothing of it.
    let colleague = sign_in(&client(), &base, "wang-min").await;
    let refused = post(&client(), &url, &colleague, &typed).await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

/// Whichever handler reads a form, with or without a session: what is longer than a form may be is refused on a page, with advice.
#[tokio::test]
async fn a_form_that_is_too_long_is_refused_in_words() {
    let (_onestop, base) = started(&[]).await;
    let cookies = sign_in(&client(), &base, "zhang-li").await;
    let long = "x".repeat(300 << 10);
    for path in ["/search", "/sign-in/again", "/track"] {
        let url = format!("{base}{path}");
        let answer = post(&client(), &url, &cookies, &[("q", &long)]).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("填写的内容太长") && page.contains("<html"),
            "{path}: {page}"
        );
    }
}
