//! A case is named by its number in either form, by its short code or its id, in any spelling, at every entrance: the API, the
//! pages, the command line and, by its number, the page for citizens.

use std::{convert::Infallible, process::Output};

use onestop_directory::Directory;
use onestop_proto::ids::short_code::ShortCode;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::{Web, body, form, header, key, refused, started};
use crate::{command_line::run, harness::Onestop};

/// What a case is called.
struct Names {
    id: String,
    number: String,
    official: String,
    code: String,
}

impl Names {
    /// The number in either form, as people type it.
    fn numbers(&self) -> Vec<String> {
        let plain = self.official.trim_end_matches('号');
        vec![
            self.number.clone(),
            self.number.to_uppercase().replace('-', "—"),
            full_width(&self.number),
            self.official.clone(),
            full_width(&self.official),
            plain.replace('〔', "［").replace('〕', "］"),
            plain
                .replace('〔', " (")
                .replace('〕', ") ")
                .replace('-', "–"),
            plain.replace('〔', "[").replace('〕', "]第"),
        ]
    }

    /// The short code, as people type it.
    fn codes(&self) -> Vec<String> {
        let code: ShortCode = self.code.parse().unwrap();
        let groups = code.in_groups();
        vec![self.code.clone(), full_width(&groups), groups]
    }
}

/// As a Chinese input method types it.
fn full_width(text: &str) -> String {
    let wide = |sign: char| match sign {
        '!'..='~' => char::from_u32(u32::from(sign) + 0xFEE0).unwrap(),
        ' ' => '\u{3000}',
        _ => sign,
    };
    text.chars().map(wide).collect()
}

fn printed(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn at_api(web: &Web, name: &str, case: &Names) {
    for (path, pointer) in [
        ("", "/case"),
        ("/head", "/row/case"),
        ("/replay", "/case"),
        ("/custody", "/case"),
    ] {
        let answer = web.get(&format!("/cases/{name}{path}")).send().await;
        let answer = body(answer.unwrap()).await;
        let found = answer.pointer(pointer).and_then(Value::as_str);
        assert_eq!(found, Some(case.id.as_str()), "{name}{path}: {answer}");
    }
}

async fn at_pages(web: &Web, name: &str, case: &Names) {
    for rest in ["", "/receipt?after=", "/who"] {
        let page = web.page(Method::GET, &format!("/cases/{name}{rest}"));
        let page = page.send().await.unwrap();
        if name == case.number {
            assert_eq!(page.status(), StatusCode::OK, "{rest}");
        } else {
            assert_eq!(page.status(), StatusCode::SEE_OTHER, "{name}{rest}");
            let to = format!("/cases/{}{rest}", case.number);
            assert_eq!(header(&page, "location"), to, "{name}");
        }
    }
}

fn at_command_line(onestop: &Onestop, name: &str, case: &Names) {
    for words in [["case", "show"], ["referral", "show"]] {
        let shown = printed(&run(
            Some(onestop),
            &[&words[..], &[name, "--json"]].concat(),
        ));
        assert_eq!(shown["case"], case.id.as_str(), "{words:?} {name}");
    }
    let replayed = printed(&run(Some(onestop), &["replay", name, "--json"]));
    assert_eq!(replayed["case"], case.id.as_str(), "{name}");
}

async fn at_track(web: &Web, name: &str, (case, code): (&Names, &str)) {
    let asked = form(
        web.page(Method::POST, "/track"),
        &[("number", name), ("code", code)],
    );
    let page = asked.send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&case.official), "{name}: {page}");
}

#[tokio::test]
async fn a_case_is_read_by_every_name_at_every_entrance() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let opened = body(clerk.open(key()).await).await;
    let text = |field: &str| opened[field].as_str().unwrap().to_owned();
    let directory = Directory::built_in().unwrap();
    let number = text("number").parse().unwrap();
    let case = Names {
        id: text("case"),
        number: text("number"),
        official: directory.official_number(&number).unwrap(),
        code: text("short_code"),
    };
    let offered = run(
        Some(&onestop),
        &["case", "wait", &case.id, "referral.offered"],
    );
    assert!(offered.status.success(), "{offered:?}");
    for name in case.numbers().iter().chain(&case.codes()) {
        at_api(&clerk, name, &case).await;
        at_pages(&clerk, name, &case).await;
        at_command_line(&onestop, name, &case);
    }
    let query_code = text("query_code");
    for name in case.numbers().into_iter().chain(case.codes()) {
        at_track(&clerk, &name, (&case, &query_code)).await;
    }
    // By themselves a number and a short code open nothing.
    for name in [&case.number, &case.code] {
        let fields = [("number", name.as_str()), ("code", "")];
        let asked = form(clerk.page(Method::POST, "/track"), &fields);
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    // A window of another county finds no such case by it, as by its number.
    let stranger = Web::sign_in(&onestop, "yang-fan").await;
    for name in [&case.code, &case.number] {
        refused(
            stranger.get(&format!("/cases/{name}/head")),
            404,
            "unknown-case",
        )
        .await;
    }
    // What people read of it begins with the official form and has the code.
    let page = clerk.page(Method::GET, &format!("/cases/{}", case.number));
    let page = page.send().await.unwrap().text().await.unwrap();
    let groups = case.codes().pop().unwrap();
    assert!(
        page.contains(&case.official) && page.contains(&groups),
        "{page}"
    );
    let shown = run(Some(&onestop), &["case", "show", &case.id]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(
        shown.starts_with(&case.official) && shown.contains(&groups),
        "{shown}"
    );
}

#[tokio::test]
async fn who_names_many_wrong_short_codes_waits() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let (case, after) = clerk.opened().await;
    let head = clerk.get(&format!("/cases/{case}/head?after={after}"));
    let head = body(head.send().await.unwrap()).await;
    let number = head["row"]["number"].as_str().unwrap();
    for _ in 0..20 {
        let wrong = ShortCode::first_free(key().case(), |_| Ok::<_, Infallible>(false));
        let asked = clerk.get(&format!("/cases/{}/head", wrong.unwrap()));
        refused(asked, 404, "unknown-case").await;
    }
    let code = head["row"]["short_code"].as_str().unwrap();
    refused(clerk.get(&format!("/cases/{code}/head")), 429, "too-often").await;
    let page = clerk.page(Method::GET, &format!("/cases/{code}"));
    let page = page.send().await.unwrap();
    assert_eq!(page.status(), StatusCode::TOO_MANY_REQUESTS);
    // By its number it is found as before, and another person has a budget of their own.
    let found = clerk.get(&format!("/cases/{number}/head")).send().await;
    assert_eq!(found.unwrap().status(), StatusCode::OK);
    let other = Web::sign_in(&onestop, "he-ping").await;
    let found = other.get(&format!("/cases/{code}/head")).send().await;
    assert_eq!(found.unwrap().status(), StatusCode::OK);
}
