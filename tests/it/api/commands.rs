//! Commands over HTTP: done once, decided on what was seen, read after they were written.

use data_encoding::{BASE64, HEXLOWER};
use onestop_proto::{case::PIECE, ids::CommandId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Web, body, header, key, open, refused, started};
use crate::{journeys::VILLAGE, test_user::DIRECTORY};

#[tokio::test]
async fn commands_are_done_once_and_decisions_rest_on_what_was_seen() {
    let onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    let first = key();
    let opened = clerk.open(first).await;
    assert_eq!(opened.status(), StatusCode::CREATED);
    let tag = header(&opened, "etag");
    let position = header(&opened, "position");
    let place = header(&opened, "location");
    let accepted = body(opened).await;
    let case = accepted["case"].as_str().unwrap().to_owned();
    assert_eq!(place, format!("/api/v1/cases/{case}"));

    repeated_command_does_nothing(&clerk, first, &accepted).await;
    what_was_written_is_read(&clerk, &accepted, (&tag, &position)).await;
    stale_decision_is_refused(&clerk, &case).await;
    pages_follow_each_other(&clerk).await;
    drop(onestop);
}

/// A photo as telephones take it, piece by piece; only the address of pieces takes as much, and says how much.
#[tokio::test]
async fn a_file_of_a_site_larger_than_other_bodies_is_sent_in_pieces() {
    let onestop = started().await;
    let administrator = Web::sign_in(&onestop, "guan-li").await;
    let site = DIRECTORY.site_at(VILLAGE.parse().unwrap()).unwrap();
    let mut photo = b"\xff\xd8\xff\xe0 hall".to_vec();
    photo.resize(PIECE + 1_000, b'.');
    let hash = HEXLOWER.encode(&Sha256::digest(&photo));
    let piece_address = "/services/registry/attach-piece";
    for (number, piece) in photo.chunks(PIECE).enumerate() {
        let data = json!({
            "site": site.id, "hash": hash, "piece": number, "data": BASE64.encode(piece),
        });
        let taken = administrator.post(piece_address, key(), &data).send().await;
        assert_eq!(taken.unwrap().status(), StatusCode::OK, "piece {number}");
    }
    let attach = json!({
        "site": site.id, "kind": "photo", "hash": hash, "size": photo.len(),
        "media_type": "image/jpeg", "name": "大厅.jpg",
    });
    let attach_address = "/services/registry/attach-evidence";
    let attached = administrator.post(attach_address, key(), &attach).send();
    assert_eq!(attached.await.unwrap().status(), StatusCode::OK);
    let larger = json!({ "data": "x".repeat(PIECE / 4 * 7) });
    let document = administrator.ask(Method::GET, "/openapi.json").send().await;
    let document = body(document.unwrap()).await;
    for address in [piece_address, attach_address] {
        let asked = administrator.post(address, key(), &larger);
        let limit = refused(asked, 413, "too-large").await["details"]["limit"].clone();
        let said = &document["paths"][address]["post"]["requestBody"]["description"];
        assert_eq!(*said, json!(format!("At most {limit} bytes")), "{address}");
    }
}

/// Sent again: the first answer again, and nothing else was done.
async fn repeated_command_does_nothing(clerk: &Web, first: CommandId, accepted: &Value) {
    let again = clerk.open(first).await;
    assert_eq!(again.status(), StatusCode::OK);
    let again = body(again).await;
    assert_eq!(
        (&again["case"], &again["answer"]),
        (&accepted["case"], &json!("repeated"))
    );
    let mut other = open();
    other["topic"] = json!("divorce-property");
    refused(clerk.post("/cases", first, &other), 409, "key-reused").await;
}

/// One reads what one wrote, by id and by number; the answer says on what a decision would rest.
async fn what_was_written_is_read(clerk: &Web, accepted: &Value, (tag, position): (&str, &str)) {
    let number = accepted["number"].as_str().unwrap();
    let read = clerk
        .get(&format!("/cases/{number}"))
        .header("after", position)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (read.status(), header(&read, "etag")),
        (StatusCode::OK, tag.to_owned())
    );
    let case = accepted["case"].as_str().unwrap();
    let head = clerk
        .get(&format!("/cases/{case}/head?after={position}"))
        .send()
        .await
        .unwrap();
    assert_eq!(body(head).await["row"]["number"], number);
}

/// A stale revision is refused; the current one is accepted.
async fn stale_decision_is_refused(clerk: &Web, case: &str) {
    let withdraw = format!("/cases/{case}/intake/withdraw");
    let whole = json!({});
    let stale = clerk
        .post(&withdraw, key(), &whole)
        .header("if-match", "\"99\"");
    let problem = refused(stale, 412, "stale-revision").await;
    assert_eq!(problem["details"]["expected"], 99);

    let seen = clerk.get(&format!("/cases/{case}")).send().await.unwrap();
    let tag = header(&seen, "etag");
    let right = clerk.post(&withdraw, key(), &whole);
    let withdrawn = right.header("if-match", &tag).send().await.unwrap();
    assert_eq!(withdrawn.status(), StatusCode::OK);
    assert_ne!(header(&withdrawn, "etag"), tag);
    // By that very decision it has moved on.
    let again = clerk.post(&withdraw, key(), &whole);
    let problem = refused(again.header("if-match", &tag), 412, "stale-revision").await;
    assert_eq!(format!("\"{}\"", problem["details"]["expected"]), tag);
}

/// A page of one is followed by the next, without a case twice.
async fn pages_follow_each_other(clerk: &Web) {
    body(clerk.open(key()).await).await;
    let last = clerk.open(key()).await;
    let position = header(&last, "position");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = clerk.get(&format!("/cases?limit=1&after={position}{cursor}"));
        let page = body(page.send().await.unwrap()).await;
        seen.push(page["rows"][0]["number"].as_str().unwrap().to_owned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
        assert!(seen.len() < 4, "{seen:?}");
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3);
}
