//! 兼职身份: one person, one sign-in, several posts. Each session and token is for one of them and ends with it, and the posts
//! of one person are one hand.

use reqwest::{Response, StatusCode, header};

use super::{
    STAFF,
    access::{ends, live, staff},
    between, client,
    four_eyes::{PAGE, ask, confirm, person},
    second_factor::Person,
    sign_in, started,
};
use crate::journeys::VILLAGE;

const SWITCH: &str = "/account/post";

/// The value of the post that the head of a page offers besides the one in use.
fn other_post(page: &str) -> String {
    let (_, offered) = page
        .split_once("id=\"post-in-use\"")
        .unwrap_or_else(|| panic!("{page}"));
    let (_, offered) = offered.split_once("</option>").unwrap();
    between(offered, "value=\"", "\"").to_owned()
}

impl Person<'_> {
    async fn switch(&self, to: &str) -> Response {
        self.send("/account", SWITCH, &[("post", to)]).await
    }

    /// The same person, in the session that goes on in the other post.
    async fn in_other_post(&self) -> Self {
        let account = self.page("/account").await.text().await.unwrap();
        let switched = self.switch(&other_post(&account)).await;
        assert_eq!(switched.status(), StatusCode::SEE_OTHER);
        let cookie = switched.headers()[header::SET_COOKIE].to_str().unwrap();
        Self {
            cookies: cookie.split(';').next().unwrap().to_owned(),
            client: self.client.clone(),
            base: self.base,
        }
    }

    async fn make_token(&self) -> String {
        let fields = [("name", "trial"), ("days", "30"), ("scope", "read")];
        let made = self.send("/account", "/account/tokens", &fields).await;
        let made = made.text().await.unwrap();
        format!("Bearer {}", between(&made, "<code>", "</code>"))
    }

    async fn asks_with(&self, token: &str) -> StatusCode {
        let asked = self.client.get(format!("{}/api/v1/cases", self.base));
        let answer = asked.header(header::AUTHORIZATION, token).send().await;
        answer.unwrap().status()
    }
}

#[tokio::test]
async fn a_person_goes_on_in_another_post_until_it_is_removed() {
    let (onestop, base) = started(&[]).await;
    let administers = ["--role", "unit-administrator", "--unit", VILLAGE];
    let post = |verb: &'static str| {
        let command = [&["post", verb, "zhang-li"][..], &administers].concat();
        let command = [&command[..], &["--reason", "所里只有两个人"]].concat();
        staff(&onestop, &command);
    };
    let clerk = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    let page = clerk.page("/account").await.text().await.unwrap();
    assert!(!page.contains("post-in-use"), "one post needs no choice");
    post("add");
    // The sessions of the other posts go on.
    assert_eq!(clerk.page("/staff").await.status(), StatusCode::FORBIDDEN);
    let foreign = clerk.switch("supervisor@s4k2m9qxa.bureau").await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    let as_clerk = clerk.make_token().await;
    let stream = live(&base, &clerk.cookies).await;

    let administrator = clerk.in_other_post().await;
    assert!(ends(stream).await, "the stream of the post before");
    let before = clerk.page("/worklist").await;
    assert_eq!(before.status(), StatusCode::SEE_OTHER, "the cookie before");
    let page = administrator.page("/staff").await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    assert!(page.contains("改以单位管理员身份办理"), "{page}");
    let as_administrator = administrator.make_token().await;
    // The next sign-in leads to the same post.
    let next = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    assert_eq!(next.page("/staff").await.status(), StatusCode::OK);

    let stream = live(&base, &administrator.cookies).await;
    post("remove");
    assert!(ends(stream).await, "the stream of a removed post");
    let ended = administrator.page("/worklist").await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        administrator.asks_with(&as_administrator).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(administrator.asks_with(&as_clerk).await, StatusCode::OK);
    let again = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    assert_eq!(again.page("/worklist").await.status(), StatusCode::OK);
    assert_eq!(again.page("/staff").await.status(), StatusCode::FORBIDDEN);
}

/// What a person asks for as an administrator they do not confirm as the supervisor above.
#[tokio::test]
async fn one_persons_posts_are_one_hand() {
    let (onestop, base) = started(&[]).await;
    let [_, administrator, ..] = STAFF;
    let first = person(&onestop, &base, administrator).await;
    let colleague = ["he-jun", "何军", "unit-administrator", VILLAGE];
    let second = person(&onestop, &base, colleague).await;
    let oversees = [
        "post",
        "add",
        "guan-li",
        "--role",
        "supervisor",
        "--unit",
        "530821.bureau",
        "--reason",
        "所里只有两个人",
    ];
    staff(&onestop, &oversees);
    let asked = ask(&first, "reset-password", "zhang-li").await;
    assert_eq!(asked, StatusCode::SEE_OTHER);
    let above = first.in_other_post().await;
    assert_eq!(above.page(PAGE).await.status(), StatusCode::OK);
    let same = confirm(&above).await;
    assert_eq!(same.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(confirm(&second).await.status(), StatusCode::OK);
}

/// The pages of an administrator: one hand for a clerk's further post, two for one with power.
#[tokio::test]
async fn an_administrator_gives_and_takes_posts() {
    let (onestop, base) = started(&[]).await;
    let [_, administrator, ..] = STAFF;
    let first = person(&onestop, &base, administrator).await;
    let colleague = ["he-jun", "何军", "unit-administrator", VILLAGE];
    let second = person(&onestop, &base, colleague).await;
    let page = first.page("/staff").await.text().await.unwrap();
    let unit = between(
        &page,
        "id=\"post-unit\" name=\"unit\"><option value=\"",
        "\"",
    )
    .to_owned();
    let change = |act: &'static str, role: &'static str, reason: &'static str| {
        let (first, unit) = (&first, unit.as_str());
        async move {
            let fields = [
                ("id", "zhang-li"),
                ("act", act),
                ("role", role),
                ("unit", unit),
                ("reason", reason),
            ];
            first.send("/staff", "/staff/posts", &fields).await.status()
        }
    };
    let done = StatusCode::SEE_OTHER;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!(change("add-post", "specialist", "").await, done);
    assert_eq!(change("add-post", "specialist", "").await, refused);
    assert_eq!(change("add-post", "unit-administrator", "").await, refused);
    let asked = change("add-post", "unit-administrator", "only-two-of-us").await;
    assert_eq!(asked, done);
    let alone = confirm(&first).await;
    assert_eq!(alone.status(), refused);
    assert_eq!(confirm(&second).await.status(), done);
    let page = first.page("/staff").await.text().await.unwrap();
    assert!(page.contains("增加身份：单位管理员"), "{page}");
    assert_eq!(change("remove-post", "specialist", "").await, done);
    assert_eq!(change("remove-post", "specialist", "").await, refused);
}
