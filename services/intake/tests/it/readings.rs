//! Whatever intake shows of a person is recorded before: who, proven by which key, saw what.

use data_encoding::{BASE64, HEXLOWER};
use onestop_directory::Directory;
use onestop_proto::{
    case::{Attach, AttachPiece, AttachmentQuery, FileHash, MediaType, PIECE, Plaintext},
    envelope::Envelope,
    ids::{CaseId, CaseRef},
    issuer::ProvenBy,
    personal::{
        AccessRecordsQuery, AccessWay, ApplicantQuery, Event, PersonSearchQuery,
        PersonalDataAccessed, SimilarCasesQuery, VolumeSpan,
    },
};
use sha2::{Digest, Sha256};

use crate::support::{VILLAGE, World, new_key, open, person};

const PHONE: &str = "13800138000";

impl World {
    fn records(&self, case: CaseId) -> Vec<Envelope> {
        self.store().history(&format!("access/{case}")).unwrap()
    }

    /// What was recorded of a case since so many records.
    fn recorded_since(&self, case: CaseId, before: usize) -> Vec<PersonalDataAccessed> {
        let records = self.records(case).split_off(before);
        let opened =
            records
                .iter()
                .filter_map(|record| match record.raw().parse::<Event>().unwrap() {
                    Event::PersonalDataAccessed(opened) => Some(opened),
                    Event::VolumeExceeded(_) => None,
                });
        opened.collect()
    }

    /// Takes in a file of two pieces.
    async fn attach(&self, case: CaseId) -> FileHash {
        let bytes = vec![b'a'; PIECE + 1];
        let hash: FileHash = HEXLOWER.encode(&Sha256::digest(&bytes)).parse().unwrap();
        for (piece, bytes) in (0..).zip(bytes.chunks(PIECE)) {
            let (hash, data) = (hash.clone(), BASE64.encode(bytes));
            let piece = AttachPiece { hash, piece, data };
            self.send(new_key(), Some(case), piece).await.unwrap();
        }
        let attach = Attach {
            hash: hash.clone(),
            size: bytes.len() as u64,
            media_type: MediaType::Text,
            kind: "identity-card".parse().unwrap(),
            name: Plaintext("身份证.txt".to_owned()),
        };
        self.send(new_key(), Some(case), attach).await.unwrap();
        hash
    }

    /// Searches until the index is built.
    async fn find(&self, query: &PersonSearchQuery) -> Vec<CaseId> {
        loop {
            match self.ask(query).await {
                Ok(found) => return found.cases.into_iter().map(|found| found.case).collect(),
                Err(refused) => assert_eq!(refused.code, "still-reading", "{refused:?}"),
            }
            tokio::task::yield_now().await;
        }
    }
}

fn by_name() -> PersonSearchQuery {
    PersonSearchQuery {
        name: Some("岩温".to_owned()),
        ..PersonSearchQuery::default()
    }
}

fn applicant(case: CaseId) -> ApplicantQuery {
    ApplicantQuery {
        case: CaseRef::Id(case),
        reason: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_is_recorded_with_the_key_that_proved_the_reader() {
    let mut world = World::new().await;
    let opened = world.send(new_key(), None, open("岩温", PHONE)).await;
    let case = opened.unwrap().case;
    world.proven = Some(ProvenBy {
        issuer: "gateway/main".parse().unwrap(),
        token: uuid::Uuid::from_u128(7),
    });
    world.ask(&applicant(case)).await.unwrap();
    world.find(&by_name()).await;
    let similar = SimilarCasesQuery {
        applicant: person("岩温", PHONE),
        item: "consultation".parse().unwrap(),
        place: VILLAGE.parse().unwrap(),
    };
    assert_eq!(world.ask(&similar).await.unwrap().cases.len(), 1);

    let ways: Vec<_> = world
        .recorded_since(case, 0)
        .iter()
        .map(|it| it.way)
        .collect();
    let wanted = [AccessWay::Applicant, AccessWay::Find, AccessWay::Similar].map(Some);
    assert_eq!(ways, wanted);
    for record in world.records(case) {
        assert_eq!(
            record.issuer,
            world.proven.as_ref().map(|it| it.issuer.clone())
        );
        assert_eq!(record.tokenid, Some(uuid::Uuid::from_u128(7)));
        assert_eq!(record.actor, world.clerk);
    }
    // The case's own unit reads the record.
    let told = AccessRecordsQuery {
        case: CaseRef::Id(case),
    };
    let told = world.ask(&told).await.unwrap().readings;
    assert_eq!(told.len(), 3);
    assert!(
        told.iter()
            .all(|one| one.token.is_some() && one.issuer.is_some())
    );
}

/// A reader who begins with the second piece leaves a record as well; the pieces of one download share one.
#[tokio::test(flavor = "multi_thread")]
async fn any_piece_of_a_file_is_recorded() {
    let mut world = World::new().await;
    let opened = world.send(new_key(), None, open("岩温", PHONE)).await;
    let case = opened.unwrap().case;
    let hash = world.attach(case).await;
    let query = |piece| AttachmentQuery {
        case: CaseRef::Id(case),
        hash: hash.clone(),
        piece,
    };
    assert_eq!(world.ask(&query(1)).await.unwrap().piece, 1);
    let recorded = world.recorded_since(case, 0);
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].file.as_ref(), Some(&hash));
    assert_eq!(recorded[0].piece, Some(1));
    world.ask(&query(1)).await.unwrap();
    assert_eq!(world.records(case).len(), 1, "the record covers it");
    // From the beginning again is another reading, and so is another key.
    world.ask(&query(0)).await.unwrap();
    assert_eq!(world.records(case).len(), 2);
    world.proven = Some(ProvenBy {
        issuer: "operator/zhang-li".parse().unwrap(),
        token: uuid::Uuid::from_u128(8),
    });
    world.ask(&query(1)).await.unwrap();
    assert_eq!(world.records(case).len(), 3);
}

/// Several cases of one search are recorded with one commit: each in its own stream, none naming another.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_finds_several_cases_records_all_of_them_together() {
    let world = World::new().await;
    let mut cases = Vec::new();
    for _ in 0..3 {
        let opened = world.send(new_key(), None, open("岩温", PHONE)).await;
        cases.push(opened.unwrap().case);
    }
    let before = world.store().log().head().count;
    let mut found = world.find(&by_name()).await;
    found.sort();
    cases.sort();
    assert_eq!(found, cases);
    assert_eq!(world.store().log().head().count, before + 3);
    let mut searches = Vec::new();
    for case in &cases {
        let records = world.records(*case);
        assert_eq!(records.len(), 1);
        let recorded = world.recorded_since(*case, 0).remove(0);
        assert_eq!(recorded.among, Some(3));
        let text = records[0].data.text();
        assert!(cases.iter().all(|other| !text.contains(&other.to_string())));
        searches.push(recorded.search.unwrap());
    }
    searches.dedup();
    assert_eq!(searches.len(), 1);
}

/// More than the limit raises one alarm and stops no reader, also over a restart.
#[tokio::test(flavor = "multi_thread")]
async fn more_than_usual_is_told_once_and_stops_nobody() {
    let directory = Directory::built_in().unwrap();
    let limit = directory.reading_limits().per_hour;
    let mut world = World::new().await;
    let opened = world.send(new_key(), None, open("岩温", PHONE)).await;
    let case = opened.unwrap().case;
    let exceeded = |world: &World| {
        let records = world.records(case);
        let told =
            records
                .iter()
                .filter_map(|record| match record.raw().parse::<Event>().unwrap() {
                    Event::VolumeExceeded(exceeded) => Some(exceeded),
                    Event::PersonalDataAccessed(_) => None,
                });
        told.collect::<Vec<_>>()
    };
    // An hour may end while this runs: then it takes one more.
    for _ in 0..limit {
        world.ask(&applicant(case)).await.unwrap();
    }
    assert_eq!(exceeded(&world).len(), 0);
    world = world.restarted().await;
    let mut further = 0;
    while exceeded(&world).is_empty() {
        world.ask(&applicant(case)).await.unwrap();
        further += 1;
        assert!(further <= limit + 1, "it is never told");
    }
    let told = exceeded(&world);
    assert_eq!(told[0].span, VolumeSpan::Hour);
    assert_eq!(told[0].limit, limit);
    assert_eq!(told[0].unit, world.clerk.unit);
    assert!(further == 1 || further == limit + 1, "{further}");
    world.ask(&applicant(case)).await.unwrap();
    assert_eq!(exceeded(&world).len(), 1);
}

/// A reason that names the person is refused. That shows whether a name is theirs: so it is recorded too.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_tries_names_by_a_reason_unrecorded() {
    let mut world = World::new().await;
    let opened = world.send(new_key(), None, open("岩温香", PHONE)).await;
    let case = opened.unwrap().case;
    let supervisor = world.clerk.to_string().replace("clerk/", "supervisor/");
    world.clerk = supervisor.parse().unwrap();
    let query = ApplicantQuery {
        reason: Some("是不是岩温香".to_owned()),
        ..applicant(case)
    };
    assert_eq!(
        world.ask(&query).await.unwrap_err().code,
        "names-the-person"
    );
    let records = world.records(case);
    assert_eq!(records.len(), 1);
    assert!(records[0].data.text().contains("compared"));
    assert!(!records[0].data.text().contains("岩温香"));
}

impl World {
    /// What the last record of the log says of reading, and its envelope.
    fn last_reading(&self) -> (PersonalDataAccessed, Envelope) {
        let last = self.store().log().head().count - 1;
        let record = self.store().envelopes(last, 1).unwrap().remove(0);
        match record.raw().parse::<Event>().unwrap() {
            Event::PersonalDataAccessed(opened) => (opened, record),
            Event::VolumeExceeded(_) => panic!("the alarm is the last"),
        }
    }
}

/// That a person has no case is an answer too: it is recorded with who asked and why, and without the person.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_finds_nothing_is_recorded() {
    let mut world = World::new().await;
    world.proven = Some(ProvenBy {
        issuer: "gateway/main".parse().unwrap(),
        token: uuid::Uuid::from_u128(7),
    });
    let before = world.store().log().head().count;
    let query = PersonSearchQuery {
        reason: Some("核对来访登记".to_owned()),
        ..by_name()
    };
    assert_eq!(world.find(&query).await, []);
    assert_eq!(world.store().log().head().count, before + 1);
    let (opened, record) = world.last_reading();
    assert!(opened.is_of_no_case());
    assert_eq!(opened.way, Some(AccessWay::Find));
    assert_eq!(opened.reason.as_deref(), Some("核对来访登记"));
    assert_eq!(opened.holder, world.clerk.unit);
    assert_eq!(record.actor, world.clerk);
    assert_eq!(
        record.issuer,
        world.proven.as_ref().map(|it| it.issuer.clone())
    );
    assert_eq!(Some(record.subject.uuid()), opened.search);
    assert!(!record.data.text().contains("岩温"));
}

/// Guessing names counts, also where no name fits, and after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn searches_that_find_nothing_count_towards_the_limit() {
    let directory = Directory::built_in().unwrap();
    let limit = directory.reading_limits().per_hour;
    let mut world = World::new().await;
    let alarms = |world: &World| {
        let records = world.store().envelopes(0, 10_000).unwrap();
        let alarms = records.iter().filter(|record| {
            let event = record.raw().parse_if::<Event>().unwrap();
            matches!(event, Some(Event::VolumeExceeded(_)))
        });
        alarms.count()
    };
    for _ in 0..limit {
        assert_eq!(world.find(&by_name()).await, []);
    }
    assert_eq!(alarms(&world), 0);
    world = world.restarted().await;
    // An hour may end while this runs: then it takes as many once more.
    for _ in 0..=limit {
        world.find(&by_name()).await;
        if alarms(&world) > 0 {
            break;
        }
    }
    assert_eq!(alarms(&world), 1);
}
