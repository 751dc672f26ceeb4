//! A node that was made from a backup gives out nothing of a person before it knows who was erased since.

use std::{fs, time::Duration};

use onestop_chassis::clock::SystemClock;
use onestop_intake::erasures::{ErasureList, LaterErasures, Restored};
use onestop_proto::{
    case::{SERVICE, TrackQuery},
    ids::{CaseId, CaseRef},
    personal::{ApplicantQuery, PersonSearchQuery},
};

use crate::support::{World, new_key, open};

/// How long the list may take until it is asked again.
const LIMIT: Duration = Duration::from_secs(30);

impl World {
    /// The name of a case's applicant, or the refusal.
    async fn name_of(&self, case: CaseId) -> Result<String, String> {
        let query = ApplicantQuery {
            case: CaseRef::Id(case),
            reason: None,
        };
        let opened = self.ask(&query).await.map_err(|refused| refused.code)?;
        Ok(opened.applicant.people[0].name.clone())
    }
}

fn awaited() -> Restored {
    Restored {
        backup: SystemClock.now(),
        restored: SystemClock.now(),
        listed: None,
        erasures: LaterErasures::Awaited,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_person_is_given_out_before_the_list_was_asked() {
    let mut world = World::new().await;
    let mut cases = Vec::new();
    for (name, phone) in [("岩温", "13800138000"), ("李扎拉", "13711112222")] {
        let opened = world.send(new_key(), None, open(name, phone)).await;
        cases.push(opened.unwrap());
    }
    let (erased, kept) = (&cases[0], &cases[1]);
    let intake = world.data().join(SERVICE);
    awaited().write(&intake).unwrap();
    let witness = world.data().join("witness");
    world.name_list(witness.join("erasures.jsonl"));
    let world = world.restarted().await;

    let refused = Err("erasures-awaited".to_owned());
    assert_eq!(world.name_of(erased.case).await, refused);
    assert_eq!(world.name_of(kept.case).await, refused);
    let find = PersonSearchQuery {
        phone: Some("13800138000".to_owned()),
        ..PersonSearchQuery::default()
    };
    assert_eq!(world.ask(&find).await.unwrap_err().code, "erasures-awaited");
    let track = TrackQuery {
        number: kept.number.clone().map(CaseRef::Number).unwrap(),
        code: kept.query_code.clone().unwrap(),
        texts: Vec::new(),
    };
    assert_eq!(
        world.ask(&track).await.unwrap_err().code,
        "erasures-awaited"
    );
    let another = world
        .send(new_key(), None, open("王敏", "13500000000"))
        .await;
    assert_eq!(another.unwrap_err().code, "erasures-awaited");
    assert!(!witness.exists(), "no list begins by itself");

    // The list comes.
    fs::create_dir(&witness).unwrap();
    let list = witness.join("erasures.jsonl");
    ErasureList::enter(&list, &[erased.case], SystemClock.now()).unwrap();
    let asked = async {
        while world.name_of(kept.case).await == refused {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT, asked).await.unwrap();
    assert_eq!(world.name_of(kept.case).await, Ok("李扎拉".to_owned()));
    assert_eq!(world.name_of(erased.case).await, Err("key-gone".to_owned()));
    world.ask(&track).await.unwrap();
    let state = Restored::read(&intake).unwrap().unwrap().erasures;
    assert!(matches!(state, LaterErasures::Applied { head, .. } if head.entries == 1));

    // And it stays so.
    let world = world.restarted().await;
    assert_eq!(world.name_of(kept.case).await, Ok("李扎拉".to_owned()));
    assert_eq!(world.name_of(erased.case).await, Err("key-gone".to_owned()));
}
