//! Signing in with OpenID Connect: a browser, the workbench, and a provider that the test makes and that can
//! lie.

mod browser;
mod provider;

use std::process::Command;

use tempfile::TempDir;

use crate::{
    browser::{PASSWORD, address, sign_up},
    harness::{Deployment, Onestop, Part, clean, free_port, onestop, until},
};
use browser::{Browser, Page};
use provider::{CLIENT, Manner, Provider, SECRET};

/// A workbench that knows of a provider.
struct Office {
    running: Onestop,
    address: String,
    _secret: TempDir,
}

impl Office {
    async fn start(issuer: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
        let flags = [
            format!("--oidc-issuer={issuer}"),
            format!("--oidc-client-id={CLIENT}"),
            format!("--oidc-client-secret-file={}", secret.display()),
        ];
        let flags = flags.each_ref().map(String::as_str);
        let running = Onestop::start_with(Deployment::SingleProcess, &flags).await;
        sign_up(
            &running.data(),
            ["zhang-li", "张丽", "clerk", "530821101201"],
        );
        Self {
            address: address(&running.data()).await,
            running,
            _secret: folder,
        }
    }

    fn browser(&self, language: &'static str) -> Browser {
        Browser::new(&self.address, language)
    }

    /// `onestop staff <word> zhang-li`.
    fn staff(&self, word: &str) {
        let mut command = Command::new(onestop());
        clean(&mut command);
        command.args(["staff", word, "zhang-li", "--reason", "试验", "--data"]);
        let done = command.arg(self.running.data()).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    fn log(&self) -> String {
        self.running.log_of(Part::Everything)
    }
}

/// Leaves for the provider and comes back, as far as the answer to the way back.
async fn through(browser: &mut Browser, provider: &Provider, next: &str) -> Page {
    let sent = to_provider(browser, next).await;
    browser.get(&provider.answer(&sent)).await
}

/// Where the workbench sends the browser.
async fn to_provider(browser: &mut Browser, next: &str) -> String {
    let next = [("next", next)];
    let left = browser.get_with("/sign-in/oidc", &next).await;
    assert_eq!(left.status, 303, "{}", left.text);
    left.location
}

#[tokio::test(flavor = "multi_thread")]
async fn another_service_says_who_somebody_is() {
    let provider = Provider::start(free_port()).await;
    let office = Office::start(provider.issuer()).await;
    provider.signed_in_there("zhang-li");

    let mut browser = office.browser("zh-CN");
    let page = browser.get("/sign-in?next=/account").await;
    assert!(page.text.contains("用统一身份认证登录"), "{}", page.text);
    assert!(page.text.contains("/sign-in/oidc?next=%2Faccount"));

    // It lands where it wanted to go, and the cookie of the attempt is gone.
    let back = through(&mut browser, &provider, "/account").await;
    assert_eq!((back.status, back.location.as_str()), (303, "/account"));
    assert_eq!(browser.cookies(), ["onestop", "onestop-device"]);
    let account = browser.get("/account").await;
    assert_eq!(account.status, 200);
    assert!(account.text.contains("zhang-li"));

    // Without a wish it lands on the first page of its role.
    let mut browser = office.browser("en");
    let back = through(&mut browser, &provider, "").await;
    assert_eq!((back.status, back.location.as_str()), (303, "/"));
    assert_eq!(browser.get("/").await.location, "/today");
    assert_eq!(browser.get("/today").await.status, 200);

    for elsewhere in ["https://evil.example", "//evil.example", "/\t/evil.example"] {
        let back = through(&mut office.browser("en"), &provider, elsewhere).await;
        assert_eq!((back.status, back.location.as_str()), (303, "/"));
    }

    // A password that an administrator has set does not matter to a person who signs in by OpenID Connect.
    office.staff("reset");
    let mut browser = office.browser("en");
    through(&mut browser, &provider, "").await;
    assert_eq!(browser.get("/today").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_account_is_told_so() {
    let provider = Provider::start(free_port()).await;
    let office = Office::start(provider.issuer()).await;
    // Names are compared letter for letter; the second is no name of an account at all.
    for name in ["nobody-here", "ZHANG.LI", "zhang-li "] {
        provider.signed_in_there(name);
        let mut browser = office.browser("zh-CN");
        let told = through(&mut browser, &provider, "/today").await;
        assert_eq!(told.status, 403);
        assert!(
            told.text.contains("请找本单位管理员开通或启用"),
            "{}",
            told.text
        );
        assert!(told.text.contains(name.trim()) && browser.cookies().is_empty());
        let told = through(&mut office.browser("en"), &provider, "/today").await;
        assert!(told.text.contains("Ask your unit") && told.text.contains(name.trim()));
        // The way in stays where it was, and leads where one wanted to go.
        assert!(told.text.contains("/sign-in/oidc?next=%2Ftoday"));
    }

    provider.signed_in_there("zhang-li");
    let mut browser = office.browser("en");
    through(&mut browser, &provider, "").await;
    assert_eq!(browser.get("/today").await.status, 200);
    office.staff("disable");
    assert_eq!(browser.get("/today").await.status, 303);
    let told = through(&mut browser, &provider, "").await;
    assert_eq!(told.status, 403);
    assert!(told.text.contains("open or enable one"), "{}", told.text);

    // The log does not name the person.
    let log = office.log();
    assert!(
        log.contains("the provider's user has no enabled account here"),
        "{log}"
    );
    assert!(
        !log.contains("nobody-here") && !log.contains("ZHANG"),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_of_one_browser_and_happens_once() {
    let provider = Provider::start(free_port()).await;
    let office = Office::start(provider.issuer()).await;
    provider.signed_in_there("zhang-li");
    let (mut one, mut other) = (office.browser("zh-CN"), office.browser("en"));
    let sent = to_provider(&mut one, "/").await;
    let back = provider.answer(&sent);

    // A browser that never began comes back, or one that began another attempt.
    let told = office.browser("zh-CN").get(&back).await;
    assert_eq!(told.status, 422);
    assert!(
        told.text.contains("这次登录不是从本浏览器发起的"),
        "{}",
        told.text
    );
    to_provider(&mut other, "/").await;
    let told = other.get(&back).await;
    assert_eq!(told.status, 422);
    assert!(told.text.contains("was not begun in this browser"));
    assert_eq!(provider.exchanged(), 0);
    for crooked in [
        format!("{back}&state=again"),
        back.replace("code=", "kode="),
        format!("{back}&iss=https://evil.example"),
    ] {
        assert_eq!(one.clone().get(&crooked).await.status, 422, "{crooked}");
    }
    assert_eq!(provider.exchanged(), 0);

    // None of this kept out the browser that began; a copy of its answer comes too late.
    let (mut twin, mut late) = (one.clone(), one.clone());
    assert_eq!(one.get(&back).await.status, 303);
    assert_eq!(one.get("/today").await.status, 200);
    let told = twin.get(&back).await;
    assert_eq!(told.status, 422);
    assert!(
        told.text.contains("这次登录的凭据已经用过"),
        "{}",
        told.text
    );
    late.language = "en";
    assert!(late.get(&back).await.text.contains("has been used already"));
    assert_eq!(provider.exchanged(), 1);
    assert_eq!(one.get(&back).await.status, 422);

    // The provider's own no.
    let sent = to_provider(&mut other, "/").await;
    let told = other.get(&provider.refusal(&sent)).await;
    assert_eq!(told.status, 403);
    assert!(told.text.contains("did not confirm who you are"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_provider_signed_is_believed() {
    let provider = Provider::start(free_port()).await;
    let office = Office::start(provider.issuer()).await;
    provider.signed_in_there("zhang-li");
    for manner in [
        Manner::WrongKey,
        Manner::Unsigned,
        Manner::OtherNonce,
        Manner::OtherClient,
        Manner::LongAgo,
    ] {
        provider.behave(manner);
        let mut browser = office.browser("zh-CN");
        let told = through(&mut browser, &provider, "/").await;
        assert_eq!(told.status, 403, "{manner:?}");
        assert!(told.text.contains("未通过核验，没有登录"), "{}", told.text);
        assert!(browser.cookies().is_empty(), "{manner:?}");
    }
    let told = through(&mut office.browser("en"), &provider, "/").await;
    assert!(told.text.contains("you are not signed in"), "{}", told.text);
    assert!(office.log().contains("signature is invalid"));

    // There is no redirect elsewhere, and reading is bounded.
    let before = provider.keys_asked();
    for manner in [Manner::PointsElsewhere, Manner::TooLong] {
        provider.behave(manner);
        let told = through(&mut office.browser("en"), &provider, "/").await;
        assert_eq!(told.status, 502, "{manner:?}");
    }
    assert_eq!(provider.keys_asked(), before);

    // A new key is found when a token names it; one that is not published is looked for no second time.
    provider.behave(Manner::Honest);
    provider.takes_a_new_key();
    assert_eq!(
        through(&mut office.browser("en"), &provider, "/")
            .await
            .status,
        303
    );
    assert_eq!(provider.keys_asked(), before + 1);
    provider.behave(Manner::UnknownKey);
    assert_eq!(
        through(&mut office.browser("en"), &provider, "/")
            .await
            .status,
        403
    );
    assert_eq!(provider.keys_asked(), before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_provider_passwords_go_on() {
    let port = free_port();
    let issuer = provider::issuer(port);
    let office = Office::start(&issuer).await;
    let password = async || {
        let fields = [("staff", "zhang-li"), ("password", PASSWORD), ("next", "/")];
        let mut browser = office.browser("en");
        assert_eq!(browser.post("/sign-in", &fields).await.status, 303);
        assert_eq!(browser.get("/today").await.status, 200);
    };
    let told = office.browser("zh-CN").get("/sign-in/oidc").await;
    assert_eq!(told.status, 502);
    assert!(
        told.text.contains("统一身份认证暂时不能正常应答"),
        "{}",
        told.text
    );
    let told = office.browser("en").get("/sign-in/oidc").await;
    assert!(told.text.contains("sign in with account and password"));
    password().await;

    // It comes, but under another name, be it by a stroke; then under its own.
    let provider = Provider::start(port).await;
    provider.signed_in_there("zhang-li");
    provider.calls_itself(&format!("{issuer}/"));
    until("another issuer is told of", async || {
        let told = office.browser("en").get("/sign-in/oidc").await;
        assert_eq!(told.status, 502);
        office.log().contains("publishes another issuer")
    })
    .await;
    provider.calls_itself(&issuer);
    until("the provider is known", async || {
        office.browser("en").get("/sign-in/oidc").await.status == 303
    })
    .await;
    assert_eq!(
        through(&mut office.browser("en"), &provider, "/")
            .await
            .status,
        303
    );

    // The session goes while it is in use.
    let mut browser = office.browser("en");
    let sent = to_provider(&mut browser, "/").await;
    let back = provider.answer(&sent);
    drop(provider);
    // More than the failed attempts of one address: these count as none.
    for number in 0..25 {
        let another = back.replace("code=", &format!("code={number}"));
        let told = browser.clone().get(&another).await;
        assert_eq!(told.status, 502, "{}", told.text);
    }
    let told = browser.get(&back).await;
    assert_eq!(told.status, 502);
    assert!(told.text.contains("sign-in is unavailable"));
    password().await;
}
