//! While the broker is away, the pages for citizens go on with what was last heard, and say from when that is.

use std::fs;

use onestop_proto::registry::{self, ChangeContact, Command};
use reqwest::{Client, StatusCode};

use crate::{
    browser::address,
    harness::{Deployment, Onestop, Part, until},
    test_user::{TestUser, unit},
    window::client,
};

const GATEWAY: Part = Part::Service("gateway");
const WEB: &str = "--web=127.0.0.1:0";
const TOWNSHIP: &str = "530828207";
const BUREAU: &str = "supervisor/wei-hong@530828.bureau";
const PHONE: &str = "0879-7230001";
const PLACE: &str = "/places?at=530828207";
const PUBLIC: [&str; 3] = ["/", PLACE, "/track"];
const DATA: &str = "/api/v1/hsds/services?per_page=1";
/// Said in each page while the broker is away, and with the moment when the registry answered last.
const AWAY: &str = "与后台系统的连接中断";
const FROM: &str = "收到的内容";

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

async fn says(client: &Client, base: &str, path: &str, words: &str) {
    let what = format!("{path} says {words}");
    let address = format!("{base}{path}");
    until(&what, async || page(client, &address).await.contains(words)).await;
}

/// What was heard last is there, with the moment of that.
async fn all_go_on(client: &Client, base: &str) {
    for path in PUBLIC {
        says(client, base, path, FROM).await;
    }
    assert!(
        page(client, &format!("{base}{PLACE}"))
            .await
            .contains(PHONE)
    );
    page(client, &format!("{base}{DATA}")).await;
}

/// The bureau records a telephone, and the gateway hears it.
async fn hear(onestop: &Onestop, client: &Client, base: &str) {
    let user = TestUser::new(onestop.client().await);
    let change = ChangeContact {
        unit: unit(TOWNSHIP),
        from: None,
        phone: Some(PHONE.to_owned()),
        address: None,
    };
    let registry = registry::service();
    let recorded = user.command::<Command>(&registry, BUREAU, None, change);
    recorded.await.unwrap();
    says(client, base, PLACE, PHONE).await;
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
    hear(&onestop, &client, &base).await;
    for path in PUBLIC {
        assert!(!page(&client, &format!("{base}{path}")).await.contains(AWAY));
    }

    onestop.kill(Part::Broker);
    all_go_on(&client, &base).await;
    let staff = client.get(format!("{base}/today")).send().await.unwrap();
    assert_eq!(staff.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(!is_ready(&base).await, "it takes no command");

    // It is started meanwhile.
    onestop.kill(GATEWAY);
    fs::remove_file(onestop.data().join("gateway/address")).unwrap();
    onestop.run_with(GATEWAY, &[WEB]);
    let base = address(&onestop.data()).await;
    all_go_on(&client, &base).await;

    onestop.run(Part::Broker);
    until("the gateway is ready", async || is_ready(&base).await).await;
    for path in PUBLIC {
        assert!(!page(&client, &format!("{base}{path}")).await.contains(AWAY));
    }
}
