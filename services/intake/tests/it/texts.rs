//! The free text of units: sealed to the public key of the case, opened for those who may see it, and recorded.

use onestop_chassis::texts::seal;
use onestop_proto::{
    case,
    ids::{CaseId, CaseRef},
    personal::{AccessWay, TextsQuery},
};

use crate::support::{World, new_key, open};

const TEXT: &str = "请向岩温核实工资流水";

fn texts(case: CaseId, texts: &[&str]) -> TextsQuery {
    TextsQuery {
        case: CaseRef::Id(case),
        texts: texts.iter().map(|&text| text.to_owned()).collect(),
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
