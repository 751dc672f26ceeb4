//! A second factor, seen from outside: set up, asked for, used once, guessed at, lost. And what is refused as a password.

use data_encoding::BASE32_NOPAD;
use futures::future::join_all;
use onestop_chassis::clock::SystemClock;
use reqwest::{Client, Response, StatusCode, header};
use ring::hmac;

use super::{
    PASSWORD, STAFF, between, client, client_at, get, post, sign_in, started, try_sign_in,
};
use crate::{browser::sign_up, harness::until};

pub(super) const PAGE: &str = "/account/second-factor";

/// The time in steps of thirty seconds.
fn step() -> u64 {
    let seconds = SystemClock.now().as_micros() / 1_000_000;
    u64::try_from(seconds).unwrap() / 30
}

/// What a person's app shows (RFC 6238).
fn app_code(secret: &str, step: u64) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag[19] & 15);
    let chosen: [u8; 4] = tag[offset..offset + 4].try_into().unwrap();
    let number = u32::from_be_bytes(chosen) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

pub(super) fn csrf(page: &str) -> &str {
    between(page, "name=\"csrf\" value=\"", "\"")
}

pub(super) struct Person<'a> {
    pub(super) client: Client,
    pub(super) base: &'a str,
    pub(super) cookies: String,
}

impl Person<'_> {
    pub(super) async fn page(&self, path: &str) -> Response {
        get(&self.client, &format!("{}{path}", self.base), &self.cookies).await
    }

    pub(super) async fn send(&self, from: &str, to: &str, fields: &[(&str, &str)]) -> Response {
        let page = self.page(from).await.text().await.unwrap();
        let mut all = vec![("csrf", csrf(&page))];
        all.extend(fields);
        let url = format!("{}{to}", self.base);
        post(&self.client, &url, &self.cookies, &all).await.unwrap()
    }

    /// Sets up an app: its secret, and the recovery codes.
    async fn enrol(&self) -> (String, Vec<String>) {
        let begin = [("password", PASSWORD)];
        let begun = self.send(PAGE, "/account/second-factor/begin", &begin);
        assert_eq!(begun.await.headers()[header::LOCATION], PAGE);
        let page = self.page(PAGE).await.text().await.unwrap();
        assert!(page.contains("data:image/svg+xml;base64,"));
        let secret = between(&page, "<code>", "</code>").replace(' ', "");
        // That of the next step is left to sign in with.
        let code = app_code(&secret, step());
        let fields = [("code", code.as_str())];
        let made = self.send(PAGE, "/account/second-factor/confirm", &fields);
        let made = made.await;
        assert_eq!(made.status(), StatusCode::OK);
        let made = made.text().await.unwrap();
        let codes = made.split("<code>").skip(1);
        let codes = codes.map(|rest| rest.split("</code>").next().unwrap().to_owned());
        (secret, codes.collect())
    }
}

/// Gives the right password: the cookie of a sign-in that waits for the code, and the page that asks for it.
pub(super) async fn half_in(client: &Client, base: &str, staff: &str) -> (String, String) {
    let answer = try_sign_in(client, base, "", (staff, PASSWORD)).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], "/sign-in/code");
    let cookies = answer.headers().get_all(header::SET_COOKIE);
    assert_eq!(cookies.iter().count(), 1);
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let page = get(client, &format!("{base}/sign-in/code"), &cookie).await;
    (cookie, page.text().await.unwrap())
}

pub(super) async fn give_code(
    client: &Client,
    base: &str,
    (cookie, page): &(String, String),
    code: &str,
) -> Response {
    let fields = [("csrf", csrf(page)), ("code", code)];
    let url = format!("{base}/sign-in/code");
    post(client, &url, cookie, &fields).await.unwrap()
}

#[tokio::test]
async fn a_password_alone_opens_nothing_where_an_app_is_set_up() {
    let (_onestop, base) = started(&[]).await;
    let client = client();
    let person = Person {
        cookies: sign_in(&client, &base, "zhang-li").await,
        client: client.clone(),
        base: &base,
    };
    let (secret, recovery) = person.enrol().await;
    assert_eq!(recovery.len(), 10);
    // The session that set it up goes on.
    assert_eq!(person.page("/worklist").await.status(), StatusCode::OK);

    let half = half_in(&client, &base, "zhang-li").await;
    for path in ["/today", "/worklist", "/account", PAGE] {
        let answer = get(&client, &format!("{base}{path}"), &half.0).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        let to = answer.headers()[header::LOCATION].to_str().unwrap();
        assert!(to.starts_with("/sign-in"), "{path}: {to}");
    }
    let asked = get(&client, &format!("{base}/api/v1/cases"), &half.0).await;
    assert_eq!(asked.status(), StatusCode::UNAUTHORIZED);

    // Without the token of the form, without the cookie, with another's.
    let code = app_code(&secret, step() + 1);
    let url = format!("{base}/sign-in/code");
    let forged = [("csrf", "made-up"), ("code", code.as_str())];
    let answer = post(&client, &url, &half.0, &forged).await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let no_cookie = give_code(&client, &base, &(String::new(), half.1.clone()), &code).await;
    assert_eq!(no_cookie.status(), StatusCode::UNAUTHORIZED);

    let wide: String = code
        .chars()
        .map(|digit| char::from_u32(u32::from(digit) + 0xfee0).unwrap())
        .collect();
    let wide: String = form_urlencoded(&wide);
    let answer = give_code(&client, &base, &half, &wide).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let again = half_in(&client, &base, "zhang-li").await;
    let replayed = give_code(&client, &base, &again, &code).await;
    assert_eq!(replayed.status(), StatusCode::UNPROCESSABLE_ENTITY);

    // A recovery code instead, once; the page says how many are left.
    let answer = give_code(&client, &base, &again, &recovery[0]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let told = answer.text().await.unwrap();
    let told = between(&told, "<p class=\"notice\" role=\"status\">", "</p>");
    assert!(told.contains('9'), "{told}");
    let again = half_in(&client, &base, "zhang-li").await;
    let used = give_code(&client, &base, &again, &recovery[0]).await;
    assert_eq!(used.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

/// The bytes of a text as a form carries them.
pub(super) fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_hundred_codes_at_once_pass_five_and_lock_nobody_out() {
    let (_onestop, base) = started(&[]).await;
    let client = client();
    let known = sign_in(&client, &base, "zhang-li").await;
    let person = Person {
        cookies: known,
        client: client.clone(),
        base: &base,
    };
    let (_, recovery) = person.enrol().await;
    let half = half_in(&client, &base, "zhang-li").await;
    let guess = |number: u32| {
        let (client, base, half) = (client.clone(), base.clone(), half.clone());
        async move {
            let code = format!("wrong-{number}");
            give_code(&client, &base, &half, &code).await.status()
        }
    };
    let answers = join_all((0..100).map(guess)).await;
    let judged = answers
        .iter()
        .filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY);
    assert!(judged.count() <= 5);
    let slowed = give_code(&client, &base, &half, &recovery[0]).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.headers().contains_key(header::RETRY_AFTER));
    // The owner elsewhere.
    let elsewhere = client_at(8);
    let half = half_in(&elsewhere, &base, "zhang-li").await;
    let answer = give_code(&elsewhere, &base, &half, &recovery[0]).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn who_must_have_one_sets_it_up_before_anything_else() {
    let (_onestop, base) = started(&["--second-factor-roles=unit-administrator"]).await;
    let client = client();
    let person = Person {
        cookies: sign_in(&client, &base, "guan-li").await,
        client: client.clone(),
        base: &base,
    };
    for path in ["/", "/staff", "/account", "/cases"] {
        let answer = person.page(path).await;
        assert_eq!(answer.headers()[header::LOCATION], PAGE, "{path}");
    }
    let asked = person.page("/api/v1/cases").await;
    assert_eq!(asked.status(), StatusCode::FORBIDDEN);
    person.enrol().await;
    assert_eq!(person.page("/staff").await.status(), StatusCode::OK);
    assert_eq!(person.page("/api/v1/cases").await.status(), StatusCode::OK);
    // Others go on without.
    let clerk = sign_in(&client, &base, "zhang-li").await;
    let worklist = get(&client, &format!("{base}/worklist"), &clerk).await;
    assert_eq!(worklist.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_lost_one_is_removed_by_two_administrators() {
    let (onestop, base) = started(&[]).await;
    let [_, administrator, ..] = STAFF;
    sign_up(
        &onestop.data(),
        ["he-jun", "何军", administrator[2], administrator[3]],
    );
    let client = client();
    let person = |cookies| Person {
        client: client.clone(),
        base: &base,
        cookies,
    };
    let owner = person(sign_in(&client, &base, "zhang-li").await);
    owner.enrol().await;
    let first = person(sign_in(&client, &base, "guan-li").await);
    let second = person(sign_in(&client, &base, "he-jun").await);
    let page = "/staff/requests";
    let reason = form_urlencoded("手机遗失，当面核实");
    let fields = [
        ("id", "zhang-li"),
        ("act", "reset-second-factor"),
        ("reason", reason.as_str()),
    ];
    let asked = first.send(page, page, &fields).await;
    assert_eq!(asked.status(), StatusCode::SEE_OTHER);
    let waiting = second.page(page).await.text().await.unwrap();
    assert!(waiting.contains("手机遗失，当面核实"), "{waiting}");
    let id = between(&waiting, "name=\"id\" value=\"", "\"");
    let (confirm, fields) = ("/staff/requests/confirm", [("id", id)]);
    let alone = first.send(page, confirm, &fields).await;
    assert_eq!(alone.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(owner.page("/worklist").await.status(), StatusCode::OK);
    let confirmed = second.send(page, confirm, &fields).await;
    assert_eq!(confirmed.status(), StatusCode::SEE_OTHER);
    let ended = owner.page("/worklist").await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    // The password alone again.
    sign_in(&client, &base, "zhang-li").await;
    // Names are read every few seconds; until then the page shows accounts by their ids.
    until("both are named", async || {
        let history = second.page("/staff").await.text().await.unwrap();
        let (_, history) = history.rsplit_once("<tbody>").unwrap();
        assert!(history.contains("手机遗失，当面核实"), "{history}");
        assert!(!history.contains("提出人：系统"), "{history}");
        let done = history.split("<tr>").find(|row| row.contains("提出人："));
        done.is_some_and(|row| row.contains("提出人：管理") && row.contains("何军"))
    })
    .await;
}

#[tokio::test]
async fn what_is_guessed_first_is_no_password_and_a_new_one_ends_half_sign_ins() {
    let (_onestop, base) = started(&[]).await;
    let client = client();
    let person = Person {
        cookies: sign_in(&client, &base, "zhang-li").await,
        client: client.clone(),
        base: &base,
    };
    let (_, recovery) = person.enrol().await;
    let change = |new: &'static str| {
        let fields = [("old", PASSWORD), ("new", new), ("again", new)];
        let person = &person;
        async move {
            let changed = person.send("/account", "/account/password", &fields);
            changed.await.status()
        }
    };
    for weak in ["woaini1314520", "onestop2026", "zhang-li2026", "++++++++++"] {
        let status = change(weak).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
    }
    let half = half_in(&client, &base, "zhang-li").await;
    assert_eq!(
        change("teapot-under-the-bridge").await,
        StatusCode::SEE_OTHER
    );
    let late = give_code(&client, &base, &half, &recovery[0]).await;
    assert_eq!(late.status(), StatusCode::UNAUTHORIZED);
}
