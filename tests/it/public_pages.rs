//! While the broker is away, the pages for citizens go on with what was last heard, and say from when that is.

use std::fs;

use reqwest::{Client, StatusCode};

use crate::{
    browser::address,
    harness::{Deployment, Onestop, Part, until},
    window::client,
};

const GATEWAY: Part = Part::Service("gateway");
const WEB: &str = "--web=127.0.0.1:0";
const PUBLIC: [&str; 3] = ["/", "/places?at=530821", "/track"];
const DATA: &str = "/api/v1/hsds/services?per_page=1";
/// Said in each page while the broker is away.
const AWAY: &str = "与后台系统的连接中断";

/// A page that must be there, whatever happens.
async fn page(client: &Client, address: &str) -> String {
    let answer = client.get(address).send().await.unwrap();
    let (status, heard) = (
        answer.status(),
        answer.headers().contains_key("onestop-heard"),
    );
    let text = answer.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{address}: {text}");
    assert!(heard || !text.contains(AWAY), "{address}");
    text
}

async fn all_say(client: &Client, base: &str, words: &str) {
    for path in PUBLIC {
        let what = format!("{path} says {words}");
        let address = format!("{base}{path}");
        until(&what, async || page(client, &address).await.contains(words)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_go_on_while_the_broker_is_away_and_say_from_when_they_are() {
    let client = client();
    let mut onestop = Onestop::start(Deployment::Separate).await;
    onestop.run_with(GATEWAY, &[WEB]);
    let base = address(&onestop.data()).await;
    let is_ready = async |base: &str| {
        let asked = client.get(format!("{base}/readyz")).send().await;
        asked.is_ok_and(|answer| answer.status().is_success())
    };
    until("the gateway is ready", async || is_ready(&base).await).await;
    for path in PUBLIC {
        assert!(!page(&client, &format!("{base}{path}")).await.contains(AWAY));
    }

    onestop.kill(Part::Broker);
    // When the registry answered last.
    all_say(&client, &base, "收到的内容").await;
    page(&client, &format!("{base}{DATA}")).await;
    let staff = client.get(format!("{base}/today")).send().await.unwrap();
    assert_eq!(staff.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(!is_ready(&base).await, "it takes no command");

    // Started meanwhile, it knows of no moment: the registry has recorded nothing.
    assert_eq!(onestop.stop(GATEWAY), Some(0));
    fs::remove_file(onestop.data().join("gateway/address")).unwrap();
    onestop.run_with(GATEWAY, &[WEB]);
    let base = address(&onestop.data()).await;
    all_say(&client, &base, "可能不是最新的").await;

    onestop.run(Part::Broker);
    until("the gateway is ready", async || is_ready(&base).await).await;
    for path in PUBLIC {
        assert!(!page(&client, &format!("{base}{path}")).await.contains(AWAY));
    }
}
