//! A stream ends with what opened it: at sign-out, with a new password, when the account is disabled, when its role changes.

use std::time::Duration;

use reqwest::{Response, StatusCode, header};

use super::{PASSWORD, between, client, get, post, sign_in, started};
use crate::{
    browser::{address, sign_up},
    harness::{Deployment, Onestop, clean, onestop},
    journeys::VILLAGE,
};

/// The command line changes accounts in another process: the gateway looks every ten seconds.
const SOON: Duration = Duration::from_secs(25);

/// Opens the stream of a browser's pages.
pub(super) async fn live(base: &str, cookies: &str) -> Response {
    let answer = get(&client(), &format!("{base}/live"), cookies).await;
    assert!(answer.status().is_success());
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    answer
}

/// Waits until the server ends a stream.
pub(super) async fn ends(mut stream: Response) -> bool {
    let ended = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(SOON, ended).await.is_ok()
}

/// The sign-in page says how the first account is made, until there is one.
#[tokio::test]
async fn an_installation_without_an_account_says_how_the_first_is_made() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let base = address(&onestop.data()).await;
    let page = || async {
        let answer = get(&client(), &format!("{base}/sign-in"), "").await;
        answer.text().await.unwrap()
    };
    let unused = page().await;
    assert!(unused.contains("onestop staff add"), "{unused}");
    sign_up(
        &onestop.data(),
        ["guan-li", "管理", "unit-administrator", VILLAGE],
    );
    let used = page().await;
    assert!(!used.contains("onestop staff add"), "{used}");
}

/// Runs `onestop staff` on the data of an Onestop.
pub(super) fn staff(onestop_under_test: &Onestop, arguments: &[&str]) {
    let mut command = std::process::Command::new(onestop());
    clean(&mut command);
    let run = command
        .arg("staff")
        .args(arguments)
        .arg("--data")
        .arg(onestop_under_test.data())
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    assert!(!run.stdout.is_empty(), "{arguments:?} says nothing");
}

#[tokio::test]
async fn a_stream_ends_when_its_owner_signs_out_is_disabled_or_gets_another_role() {
    let (onestop, base) = started(&[]).await;
    let client = client();
    let clerk = sign_in(&client, &base, "zhang-li").await;
    let administrator = sign_in(&client, &base, "guan-li").await;
    let officer = sign_in(&client, &base, "wang-min").await;
    let (signs_out, disabled, changed) = tokio::join!(
        live(&base, &clerk),
        live(&base, &administrator),
        live(&base, &officer)
    );
    let account = get(&client, &format!("{base}/account"), &clerk).await;
    let account = account.text().await.unwrap();
    let csrf = between(&account, "name=\"csrf\" value=\"", "\"");
    let (url, fields) = (format!("{base}/sign-out"), [("csrf", csrf)]);
    let out = post(&client, &url, &clerk, &fields);
    assert_eq!(out.await.unwrap().headers()[header::LOCATION], "/sign-in");
    assert!(ends(signs_out).await, "signed out");

    staff(&onestop, &["disable", "guan-li", "--reason", "已调离"]);
    sign_up(&onestop.data(), ["wang-min", "王敏", "clerk", VILLAGE]);
    let (disabled, changed) = tokio::join!(ends(disabled), ends(changed));
    assert!(disabled && changed);
    let after = get(&client, &format!("{base}/live"), &administrator).await;
    assert!(!after.status().is_success());
}

#[tokio::test]
async fn a_new_password_ends_other_sessions_their_streams_and_the_tokens() {
    let (_onestop, base) = started(&[]).await;
    let client = client();
    let own = sign_in(&client, &base, "zhang-li").await;
    let other = sign_in(&client, &base, "zhang-li").await;
    let other_stream = live(&base, &other).await;
    let account = get(&client, &format!("{base}/account"), &own).await;
    let account = account.text().await.unwrap();
    let csrf = between(&account, "name=\"csrf\" value=\"", "\"");
    let fields = [
        ("csrf", csrf),
        ("name", "trial"),
        ("days", "30"),
        ("scope", "read"),
    ];
    let made = post(&client, &format!("{base}/account/tokens"), &own, &fields).await;
    let made = made.unwrap().text().await.unwrap();
    let token = format!("Bearer {}", between(&made, "<code>", "</code>"));
    let asks = || async {
        let asked = client.get(format!("{base}/api/v1/cases"));
        let answer = asked.header(header::AUTHORIZATION, &token).send().await;
        answer.unwrap().status()
    };
    assert_eq!(asks().await, StatusCode::OK);

    let new = "teapot-under-the-bridge";
    let fields = [
        ("csrf", csrf),
        ("old", PASSWORD),
        ("new", new),
        ("again", new),
    ];
    let url = format!("{base}/account/password");
    let changed = post(&client, &url, &own, &fields).await.unwrap();
    assert_eq!(changed.status(), StatusCode::SEE_OTHER);
    assert_eq!(asks().await, StatusCode::UNAUTHORIZED);
    assert!(ends(other_stream).await);
    let worklist = format!("{base}/worklist");
    let ended = get(&client, &worklist, &other).await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    // The session that changed it goes on.
    let stays = get(&client, &worklist, &own).await;
    assert_eq!(stays.status(), StatusCode::OK);
}
