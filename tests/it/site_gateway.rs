//! The workbench of a site: what its clerks and citizens see while its link is up, and what goes on with the link down.

use onestop_chassis::clock::SystemClock;
use onestop_proto::{
    case::{self, MediaType},
    command::AcceptedCommand,
    legal_aid::{self, RequestSupplement},
    registry::EvidenceKind,
};
use reqwest::{Client, StatusCode};

use crate::{
    browser::{address, sign_up},
    harness::{Deployment, Onestop, until},
    journeys::{CLERK, COUNTY, VILLAGE, accept, request},
    proxy::Link,
    site_files::{PLANNED, attach, evidence, page_with, photo},
    sites::Site,
    test_user::TestUser,
    window::{client, get, post, sign_in},
};

/// A case of the site's window, with its number and query code.
async fn opened(window: &TestUser) -> AcceptedCommand {
    let open = request("legal-aid", "labour-pay", VILLAGE);
    let intake = case::service();
    let sent = window.command::<case::Command>(&intake, CLERK, None, open);
    sent.await.unwrap()
}

/// The page that a citizen gets for a receipt.
async fn tracked(client: &Client, base: &str, receipt: &AcceptedCommand) -> String {
    let number = receipt.number.as_ref().unwrap().to_string();
    let code = receipt.query_code.as_deref().unwrap();
    let fields = [("number", number.as_str()), ("code", code)];
    let url = format!("{base}/track");
    let answer = post(client, &url, "", &fields).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

/// A page that must be there.
async fn page_at(client: &Client, url: &str, cookies: &str) -> String {
    let answer = get(client, url, cookies).await;
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{url}: {text}");
    text
}

/// The hub's unit asks for a paper, and the citizen reads so at the site.
async fn papers_are_tracked(above: &TestUser, base: &str, receipt: &AcceptedCommand) {
    above
        .wait_for_event(receipt.case, "referral.offered", 1)
        .await;
    accept(above, COUNTY, receipt.case).await.unwrap();
    above
        .wait_for_event(receipt.case, "legal-aid.received", 1)
        .await;
    let request = RequestSupplement {
        missing: vec!["labour-contract".parse().unwrap()],
        remarks: Vec::new(),
        last_day: SystemClock.now().china_date().tomorrow().unwrap(),
    };
    let aid = legal_aid::service();
    let asked = above.command::<legal_aid::Command>(&aid, COUNTY, Some(receipt.case), request);
    asked.await.unwrap();
    until("the paper is tracked", async || {
        let page = tracked(&client(), base, receipt).await;
        page.contains("劳动合同") && page.contains("待补正材料")
    })
    .await;
}

/// A photograph that a bureau has added above is shown at the site to all.
async fn photographs_are_shown(above: &TestUser, base: &str) {
    let bytes = photo();
    let picture = evidence(&bytes, EvidenceKind::Photo, MediaType::Jpeg);
    attach(above, &picture, &bytes).await;
    let place = format!("{base}/places?at={PLANNED}");
    page_with(&client(), &place, picture.hash.as_str()).await;
    let file = format!("{base}/places/files/{}/{}", picture.site, picture.hash);
    let answer = client().get(file).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.bytes().await.unwrap(), bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sites_workbench_shows_what_the_hub_knows_and_goes_on_without_it() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut hub = Onestop::start(Deployment::Separate).await;
    let mut site = Site::start(&mut hub).await;
    hub.wait_until_ready().await;
    site.run_gateway(&hub);
    let base = address(&site.data()).await;
    sign_up(&site.data(), ["zhang-li", "张丽", "clerk", VILLAGE]);
    let client = client();
    let (above, window) = (TestUser::new(hub.client().await), site.user(&hub).await);
    let cookies = sign_in(&client, &base, "zhang-li").await;

    let first = opened(&window).await;
    papers_are_tracked(&above, &base, &first).await;
    photographs_are_shown(&above, &base).await;

    site.proxy.set(Link::Cut);
    let alone = opened(&window).await;
    let number = alone.number.clone().unwrap();
    let case = format!("{base}/cases/{number}");
    let today = page_at(&client, &format!("{base}/today"), &cookies).await;
    assert!(today.contains("/cases/new"), "{today}");
    page_at(&client, &format!("{base}/cases/new"), &cookies).await;
    let receipt = page_at(&client, &format!("{case}/receipt"), &cookies).await;
    assert!(receipt.contains(number.to_string().as_str()), "{receipt}");
    let file = page_at(&client, &case, &cookies).await;
    assert!(file.contains("请求支付劳动报酬"), "{file}");
    // The past is not shown as the present: the page says so, and offers nothing there.
    assert!(file.contains("/do/intake/"), "{file}");
    for moment in ["as_of=2026-11-01", "step=1"] {
        let then = page_at(&client, &format!("{case}?{moment}"), &cookies).await;
        assert!(then.contains("不能显示当时的情况"), "{then}");
        assert!(!then.contains("/do/"), "{then}");
    }
    page_at(&client, &format!("{case}/files"), &cookies).await;
    for receipt in [&first, &alone] {
        let page = tracked(&client, &base, receipt).await;
        assert!(page.contains("请求支付劳动报酬"), "{page}");
    }
    // What was recorded above is known here still, and a new session begins.
    let place = page_at(&client, &format!("{base}/places?at={PLANNED}"), "").await;
    assert!(place.contains("/places/files/"), "{place}");
    sign_in(&client, &base, "zhang-li").await;

    site.proxy.set(Link::Open);
    above
        .wait_for_event(alone.case, "referral.offered", 1)
        .await;
}
