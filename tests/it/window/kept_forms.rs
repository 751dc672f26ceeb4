//! A form whose session has gone while it was filled in is kept for the person who typed it alone.

use reqwest::{Response, StatusCode, header};

use super::{access::staff, between, client, get, post, second_factor::Person, sign_in, started};
use crate::{browser::PASSWORD, journeys::VILLAGE};

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
    if answer.status() == StatusCode::OK {
        return answer.text().await.unwrap();
    }
    // A page of its own follows: going back submits nothing.
    kept_page(base, &cookies_of(&answer), &answer).await
}

/// The page to which a form leads that was kept.
async fn kept_page(base: &str, cookies: &str, answer: &Response) -> String {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let to = answer.headers()[header::LOCATION].to_str().unwrap();
    assert!(to.starts_with("/unsent/"), "{to}");
    let page = get(&client(), &format!("{base}{to}"), cookies).await;
    assert_eq!(page.status(), StatusCode::OK);
    page.text().await.unwrap()
}

/// The cookies that an answer sets.
fn cookies_of(answer: &Response) -> String {
    let set = answer.headers().get_all(header::SET_COOKIE).iter();
    let pairs = set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap());
    pairs.collect::<Vec<_>>().join("; ")
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
        assert!(own.contains("action=\"/unsent/"), "{own}");
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
    let kept = kept_page(&base, &again, &asked).await;
    assert!(kept.contains(TYPED), "{kept}");
    let sent = send_kept(&base, &again, &kept).await;
    // The browser sends the same fields on to where the form leads.
    assert_eq!(sent.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(sent.headers()[header::LOCATION], path);
    // Another person's browser sends nothing of it.
    let colleague = sign_in(&client(), &base, "wang-min").await;
    let refused = post(&client(), &url, &colleague, &typed).await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

/// Presses the button of the page of a form that was kept.
async fn send_kept(base: &str, cookies: &str, page: &str) -> Response {
    let to = between(page, "action=\"/unsent/", "\"");
    let form = between(page, "action=\"/unsent/", "</form>");
    let fields = ["session-csrf", "csrf", "q"].map(|name| {
        let value = between(form, &format!("name=\"{name}\" value=\""), "\"");
        (name, value)
    });
    let url = format!("{base}/unsent/{to}");
    post(&client(), &url, cookies, &fields).await.unwrap()
}

/// 兼职身份: the post was switched in another tab while a form was filled in. The form is kept, its page names both posts, and one
/// button goes back to the former and sends it; under the other post it is never sent.
#[tokio::test]
async fn a_form_is_sent_in_the_post_for_which_it_was_filled_in_or_not_at_all() {
    let (onestop, base) = started(&[]).await;
    let further = ["--role", "specialist", "--unit", VILLAGE];
    staff(
        &onestop,
        &[&["post", "add", "zhang-li"][..], &further].concat(),
    );
    let clerk = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    let page = clerk.page("/today").await.text().await.unwrap();
    let other = between(&page, "id=\"post-in-use\"", "</select>");
    let (_, other) = other.split_once("</option>").unwrap();
    let other = between(other, "value=\"", "\"");
    let fields = [("post", other)];
    let switched = clerk.send("/today", "/account/post", &fields).await;
    let elsewhere = cookies_of(&switched);
    let (path, field) = FORM;
    let typed = [("csrf", csrf(&page)), (field, TYPED)];
    let url = format!("{base}{path}");
    let asked = post(&client(), &url, &elsewhere, &typed).await.unwrap();
    let kept = kept_page(&base, &elsewhere, &asked).await;
    assert!(kept.contains(TYPED), "{kept}");
    let named = between(&kept, "role=\"alert\"><p>", "</p>");
    assert!(named.contains("窗口") && named.contains("承办"), "{named}");
    let sent = send_kept(&base, &elsewhere, &kept).await;
    assert_eq!(sent.status(), StatusCode::TEMPORARY_REDIRECT);
    let back = cookies_of(&sent);
    let token = between(&kept, "name=\"csrf\" value=\"", "\"");
    let form = between(&kept, "action=\"/unsent/", "</form>");
    let own = between(form, "name=\"csrf\" value=\"", "\"");
    assert_ne!(token, own, "the head is of the post in use");
    let again = [("csrf", own), (field, TYPED)];
    let done = post(&client(), &url, &back, &again).await.unwrap();
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    // The session goes on in the post of the form; that of before has ended.
    let ended = post(&client(), &url, &elsewhere, &again).await.unwrap();
    assert_eq!(ended.status(), StatusCode::UNAUTHORIZED);
    // A script of the page is refused plainly: it leads to no other page.
    let asked = client().post(&url).header(header::COOKIE, &back);
    let asked = asked.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let stale = format!("csrf={}&{field}={TYPED}", csrf(&page));
    let refused = asked.body(stale).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::CONFLICT);
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
