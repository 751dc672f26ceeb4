//! The free text of units: sealed to the public key of the case, opened for those who may see it, and recorded.

use onestop_chassis::{clock::SystemClock, texts::seal};
use onestop_proto::{
    case::{self, Open},
    free_text::sealed_texts,
    ids::{CaseId, CaseRef},
    legal_aid::{Gravity, Organ, OrganNotice},
    personal::{AccessWay, Event, PersonalDataKind, TextsQuery},
};

use crate::support::{VILLAGE, World, new_key, open, person};

const TEXT: &str = "请向岩温核实工资流水";

fn texts(case: CaseId, texts: &[&str]) -> TextsQuery {
    TextsQuery {
        case: CaseRef::Id(case),
        texts: texts.iter().map(|&text| text.to_owned()).collect(),
        late_entry: None,
    }
}

/// What another service makes of a text that is typed there: it has heard the key with the opening of the case.
fn sealed_elsewhere(world: &World, case: CaseId) -> String {
    let history = world.store().history(&format!("case/{case}")).unwrap();
    let opened = history
        .iter()
        .find_map(|event| match event.raw().parse::<case::Event>() {
            Ok(case::Event::Opened(opened)) => Some(opened),
            Ok(_) | Err(_) => None,
        });
    seal(&opened.unwrap().text_key.unwrap(), case, TEXT).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_opened_for_the_window_once_it_is_recorded() {
    let world = World::new().await;
    let opened = world
        .send(new_key(), None, open("岩温", "13987654321"))
        .await;
    let case = opened.unwrap().case;
    let sealed = sealed_elsewhere(&world, case);
    let other = world
        .send(new_key(), None, open("岩香", "13987654322"))
        .await;
    let of_another = sealed_elsewhere(&world, other.unwrap().case);

    let asked = texts(case, &[&sealed, "typed", &of_another]);
    for _ in 0..2 {
        let answer = world.ask(&asked).await.unwrap();
        assert!(!answer.gone);
        assert_eq!(answer.texts, [Some(TEXT.to_owned()), None, None]);
    }
    // The second reading is covered by the record of the first.
    let records = world.store().history(&format!("access/{case}")).unwrap();
    let ways: Vec<_> = records
        .iter()
        .map(|record| serde_json::from_str::<serde_json::Value>(record.data.text()).unwrap())
        .map(|data| data["way"].clone())
        .collect();
    assert_eq!(ways, [AccessWay::Texts.as_str()]);
}

/// An organ's letter opens the case of a person who is accused: its number leads to them.
fn open_by_letter(letter: &str) -> Open {
    let mut open = Open::new(
        "legal-aid".parse().unwrap(),
        "defence-notified".parse().unwrap(),
        VILLAGE.parse().unwrap(),
        person("岩温", "13987654321"),
    );
    open.notice = Some(OrganNotice {
        organ: Organ::Court,
        letter: letter.to_owned(),
        received_on: SystemClock.now().china_date(),
        gravity: Gravity::Ordinary,
        body: None,
    });
    open
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_an_organs_letter_is_sealed_in_every_event_that_says_it() {
    let world = World::new().await;
    let letter = "（2026）云0821刑初5号";
    let opened = world.send(new_key(), None, open_by_letter(letter)).await;
    let case = opened.unwrap().case;
    let history = world.store().history(&format!("case/{case}")).unwrap();
    let data: Vec<_> = history.iter().map(|event| event.data.text()).collect();
    assert!(data.iter().all(|data| !data.contains("刑初")), "{data:?}");
    let sealed: Vec<_> = data.iter().flat_map(|data| sealed_texts(data)).collect();
    assert_eq!(
        sealed.len(),
        2,
        "of the opening and of the referral: {data:?}"
    );

    let answer = world.ask(&texts(case, &sealed)).await.unwrap();
    assert_eq!(answer.texts, vec![Some(letter.to_owned()); 2]);
}

/// A reader would take it for a text that was sealed here.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_as_a_sealed_text_is_refused() {
    let world = World::new().await;
    let first = world
        .send(new_key(), None, open("岩温", "13987654321"))
        .await;
    let sealed = sealed_elsewhere(&world, first.unwrap().case);
    let refused = world.send(new_key(), None, open_by_letter(&sealed)).await;
    assert_eq!(refused.unwrap_err().code, "malformed");
}

/// An approver is shown what a colleague enters late once that is recorded: of its case, or where it opens one, of no case yet.
#[tokio::test(flavor = "multi_thread")]
async fn the_reading_of_a_late_entry_is_recorded_each_time() {
    let world = World::new().await;
    let opened = world
        .send(new_key(), None, open("岩温", "13987654321"))
        .await;
    let case = opened.unwrap().case;
    let entry = new_key();
    let asked = |case, entry| TextsQuery {
        late_entry: Some(entry),
        ..texts(case, &[])
    };
    let newest = || {
        let last = world.store().log().head().count - 1;
        let record = world.store().envelopes(last, 1).unwrap().remove(0);
        match record.raw().parse::<Event>().unwrap() {
            Event::PersonalDataAccessed(opened) => (opened, record.subject),
            Event::VolumeExceeded(_) => panic!("so few readings raise no alarm"),
        }
    };
    for _ in 0..2 {
        let before = world.store().log().head().count;
        world.ask(&asked(case, entry)).await.unwrap();
        assert_eq!(world.store().log().head().count, before + 1);
    }
    let (recorded, subject) = newest();
    assert_eq!((recorded.way, subject), (Some(AccessWay::LateEntry), case));
    assert_eq!(recorded.kinds, [PersonalDataKind::LateEntry]);

    world.ask(&asked(entry.case(), entry)).await.unwrap();
    let (recorded, subject) = newest();
    assert!(recorded.is_of_no_case());
    assert_eq!(recorded.holder, world.clerk.unit);
    assert_eq!(subject.uuid(), entry.uuid());
    // The case of another entry is none that this one opens.
    let refused = world.ask(&asked(new_key().case(), entry)).await;
    assert!(refused.is_err(), "{refused:?}");
}
