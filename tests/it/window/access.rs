//! A stream ends with what opened it: at sign-out, when the account is disabled, when its role changes.

use std::time::Duration;

use reqwest::{Response, header};

use super::{between, client, get, post, sign_in, started};
use crate::{
    browser::sign_up,
    harness::{Onestop, clean, onestop},
    journeys::VILLAGE,
};

/// The command line changes accounts in another process: the gateway looks every ten seconds.
const SOON: Duration = Duration::from_secs(25);

/// Opens the stream of a browser's pages.
async fn live(base: &str, cookies: &str) -> Response {
    let answer = get(&client(), &format!("{base}/live"), cookies).await;
    assert!(answer.status().is_success());
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    answer
}

/// Waits until the server ends a stream.
async fn ends(mut stream: Response) -> bool {
    let ended = async { while let Ok(Some(_)) = stream.chunk().await {} };
    tokio::time::timeout(SOON, ended).await.is_ok()
}

fn staff(onestop_under_test: &Onestop, arguments: &[&str]) {
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

    staff(&onestop, &["disable", "guan-li"]);
    sign_up(&onestop.data(), ["wang-min", "王敏", "clerk", VILLAGE]);
    let (disabled, changed) = tokio::join!(ends(disabled), ends(changed));
    assert!(disabled && changed);
    let after = get(&client, &format!("{base}/live"), &administrator).await;
    assert!(!after.status().is_success());
}
