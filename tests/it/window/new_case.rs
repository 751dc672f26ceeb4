//! The form of a registration.

use reqwest::StatusCode;

use super::{
    VILLAGE, client,
    second_factor::{Person, form_urlencoded},
    sign_in, started,
};

/// What only the number itself can tell is told with what the form tells, each beside its field.
#[tokio::test]
async fn a_wrong_number_is_told_together_with_what_is_missing() {
    let (_onestop, base) = started(&[]).await;
    let clerk = Person {
        cookies: sign_in(&client(), &base, "zhang-li").await,
        client: client(),
        base: &base,
    };
    let [co_applicant, other] = ["李四", "？？"].map(form_urlencoded);
    let fields = [
        ("do", "submit"),
        ("item", "legal-aid"),
        ("topic", "legal-aid/labour-pay"),
        ("place", VILLAGE),
        ("document_kind", "identity-card"),
        ("document_number", "110105194912310021"),
        ("other-0-name", co_applicant.as_str()),
        ("other-0-paper", "530821199001010010"),
        ("respondent-0-name", other.as_str()),
    ];
    let refused = clerk.send("/cases/new", "/cases/new", &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.text().await.unwrap();
    for field in [
        "href=\"#name\"",
        "href=\"#document_number\"",
        "href=\"#other-0-paper\"",
        "href=\"#respondent-0-name\"",
    ] {
        assert!(refused.contains(field), "{field}: {refused}");
    }
    assert!(refused.contains("第2人证件号码有误"), "{refused}");
    assert!(!refused.contains("第1人"), "{refused}");
}

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
