//! A case is known under every name as soon as its opening is answered, although its row is written a moment after its event.

use onestop_proto::{case::TrackQuery, ids::CaseRef, query::CaseQuery};

use crate::support::{World, new_key, open};

/// So often that a row which is late by a moment would be missed.
const TIMES: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_shown_by_its_id_as_soon_as_it_is_opened() {
    let world = World::new().await;
    for _ in 0..TIMES {
        let opened = world.send(new_key(), None, open("岩温", "13800138000"));
        let case = opened.await.unwrap().case;
        let query = CaseQuery {
            case: CaseRef::Id(case),
        };
        world.ask(&query).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_shown_by_its_number_and_its_short_code_as_soon_as_it_is_opened() {
    let world = World::new().await;
    for time in 0..TIMES {
        let opened = world.send(new_key(), None, open("岩温", "13800138000"));
        let opened = opened.await.unwrap();
        let number = CaseRef::Number(opened.number.unwrap());
        let short_code = CaseRef::ShortCode(opened.short_code.unwrap());
        let named = if time % 2 == 0 { number } else { short_code };
        let shown = world.ask(&CaseQuery { case: named }).await.unwrap();
        assert_eq!(shown.case, opened.case);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_opens_its_case_as_soon_as_it_is_given() {
    let world = World::new().await;
    for _ in 0..TIMES {
        let opened = world.send(new_key(), None, open("岩温", "13800138000"));
        let opened = opened.await.unwrap();
        let receipt = TrackQuery {
            number: CaseRef::Number(opened.number.unwrap()),
            code: opened.query_code.unwrap(),
            texts: Vec::new(),
        };
        let tracked = world.ask(&receipt).await.unwrap();
        assert_eq!(tracked.case, Some(opened.case));
    }
}
