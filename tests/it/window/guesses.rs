//! Passwords and query codes are guessed in bursts. The guesses do not pass, and those whose they are get in.

use futures::future::join_all;
use reqwest::{StatusCode, header};

use super::{PASSWORD, client, client_at, open_case, post, sign_in, started, try_sign_in};

#[tokio::test]
async fn a_hundred_guesses_at_once_pass_five_and_lock_nobody_out() {
    let (_onestop, base) = started(&[]).await;
    let client = client();
    let known = sign_in(&client, &base, "zhang-li").await;
    let guess = |number: u32| {
        let (client, base) = (client.clone(), base.clone());
        async move {
            let password = format!("guess-number-{number}");
            try_sign_in(&client, &base, "", ("zhang-li", &password)).await
        }
    };
    let answers = join_all((0..100).map(guess)).await;
    let judged = answers
        .iter()
        .filter(|answer| answer.status() == StatusCode::UNPROCESSABLE_ENTITY);
    assert!(judged.count() <= 5);
    for answer in &answers {
        if answer.status() != StatusCode::UNPROCESSABLE_ENTITY {
            assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
            assert!(answer.headers().contains_key(header::RETRY_AFTER));
        }
    }
    // The right password is among the guesses that are not judged.
    let stranger = try_sign_in(&client, &base, "", ("zhang-li", PASSWORD)).await;
    assert_eq!(stranger.status(), StatusCode::TOO_MANY_REQUESTS);

    // The owner in the browser of before, at the stranger's own address; and in a new one elsewhere.
    let owner = try_sign_in(&client, &base, &known, ("zhang-li", PASSWORD)).await;
    assert_eq!(owner.status(), StatusCode::SEE_OTHER);
    let elsewhere = try_sign_in(&client_at(8), &base, "", ("zhang-li", PASSWORD)).await;
    assert_eq!(elsewhere.status(), StatusCode::SEE_OTHER);
    // A colleague at the stranger's address.
    sign_in(&client, &base, "guan-li").await;
}

#[tokio::test]
async fn guessing_query_codes_stops_neither_sign_in_nor_the_citizen() {
    let (onestop, base) = started(&[]).await;
    let opened = open_case(&onestop, "labour-pay").await;
    let number = opened.number.unwrap().to_string();
    let (code, short) = (
        opened.query_code.unwrap(),
        opened.short_code.unwrap().in_groups(),
    );
    let url = format!("{base}/track");
    let stranger = client_at(9);
    let guess = |client: reqwest::Client, code: String| {
        let (url, number) = (url.clone(), number.clone());
        async move {
            let fields = [("number", number.as_str()), ("code", &code)];
            post(&client, &url, "", &fields).await.unwrap().status()
        }
    };
    let wrong = (0..100).map(|_| guess(stranger.clone(), "2222-2222".to_owned()));
    let answers = join_all(wrong).await;
    let judged = answers
        .iter()
        .filter(|status| **status != StatusCode::TOO_MANY_REQUESTS);
    assert!(judged.count() <= 5, "{answers:?}");
    // The short code of the same case gives no further guesses.
    let fields = [("number", short.as_str()), ("code", "2222-2222")];
    let by_short_code = post(&stranger, &url, "", &fields).await.unwrap();
    assert_eq!(by_short_code.status(), StatusCode::TOO_MANY_REQUESTS);
    // Sign-in at the same address has a budget of its own, and the citizen elsewhere opens the case.
    sign_in(&stranger, &base, "zhang-li").await;
    assert_eq!(guess(client_at(10), code).await, StatusCode::OK);
}

/// The session has never been used for the API, so nothing but the session itself speaks for it.
#[tokio::test]
async fn guessing_tokens_refuses_no_good_session_at_the_same_address() {
    let (_onestop, base) = started(&[]).await;
    let client = client();
    let cookies = sign_in(&client, &base, "zhang-li").await;
    let url = format!("{base}/api/v1/cases?limit=1");
    let guess = |number: u32| {
        let asked = client.get(&url);
        let token = format!("Bearer onestop_made-up-{number}");
        asked.header(header::AUTHORIZATION, token).send()
    };
    let answers = join_all((0..300).map(guess)).await;
    let statuses = answers.into_iter().map(|answer| answer.unwrap().status());
    let refused = statuses.filter(|status| *status == StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.count() > 0);
    let asked = client.get(&url).header(header::COOKIE, &cookies);
    assert_eq!(asked.send().await.unwrap().status(), StatusCode::OK);
}
