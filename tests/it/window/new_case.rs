//! The form of a registration.

use reqwest::StatusCode;

use super::{
    VILLAGE, client,
    second_factor::{Person, form_urlencoded},
    sign_in, started,
};

#[tokio::test]
async fn an_invisible_name_is_told_together_with_everything_else() {
    let (_onestop, base) = started(&[]).await;
    let clerk = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    let name = form_urlencoded("\u{200b}\u{202e}");
    let fields = [
        ("do", "submit"),
        ("item", "legal-aid"),
        ("topic", "legal-aid/labour-pay"),
        ("place", VILLAGE),
        ("name", name.as_str()),
        ("phone", "12"),
    ];
    let refused = clerk.send("/cases/new", "/cases/new", &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    for field in ["href=\"#name\"", "href=\"#phone\""] {
        assert!(refused.contains(field), "{field}: {refused}");
    }
}
