//! Corrections, merging, what is told once, receipts.

use onestop_proto::{
    case::{
        AttachmentAdded, Correct, CorrectionReason, Material, MediaType, Merge, MergeObstacle,
        MergeReason, NoticeGiven, NotifyOnce, ReceiveMaterial,
    },
    ids::Topic,
};

use super::*;

fn correct() -> Correct {
    Correct {
        event: HANDOFF.parse().unwrap(),
        reason: CorrectionReason::Mistyped,
        applicant: None,
        needs: None,
        place: None,
        topic: None,
    }
}

fn wages() -> Topic {
    "wage-record".parse().unwrap()
}

#[test]
fn a_correction_names_an_event_of_the_case_and_what_it_should_have_said() {
    let world = world();
    let history = [world.opened()];
    let mended = Correct {
        applicant: Some(Applicant::named("玉香")),
        topic: Some("labour-relation".parse().unwrap()),
        ..correct()
    };
    let refused = world.given(&history).when(mended.clone()).unwrap_err();
    assert_eq!(
        refused,
        Rejection::NoSuchEvent {
            event: HANDOFF.parse().unwrap()
        }
    );
    let nothing = world.given(&history).with(Found::Event).when(correct());
    assert_eq!(nothing.unwrap_err(), Rejection::NothingCorrected {});

    let unknown = Correct {
        topic: Some("weather".parse().unwrap()),
        ..correct()
    };
    let refused = world.given(&history).with(Found::Event).when(unknown);
    assert!(matches!(refused, Err(Rejection::UnknownTopic { .. })));

    let place: DivisionCode = "530821".parse().unwrap();
    let moved = Correct {
        place: Some(place),
        ..correct()
    };
    let events = world
        .given(&history)
        .with(Found::Event)
        .when(moved.clone())
        .unwrap();
    let case = evolve(history.iter().fold(None, evolve), &events[0]).unwrap();
    assert_eq!(case.place, place);
    assert_eq!(
        case.opened.place,
        TOWN.parse().unwrap(),
        "what was written stays"
    );

    // Once routing has gone by it, it is no longer corrected here.
    let referred = [world.opened(), world.requested()];
    let refused = world.given(&referred).with(Found::Event).when(moved);
    assert!(matches!(refused, Err(Rejection::NotNow { .. })));
}

#[test]
fn the_later_case_is_merged_into_the_earlier() {
    let world = world();
    let merge = || Merge {
        into: HANDOFF.parse().unwrap(),
        reason: MergeReason::Duplicate,
    };
    let other = |events: &[Event], is_earlier| Found::Case {
        other: Box::new(events.iter().fold(None, evolve).unwrap()),
        is_earlier,
    };
    let tried = |found| world.given(&[world.opened()]).with(found).when(merge());
    let refused = |found| {
        let Err(Rejection::CannotMerge { why, .. }) = tried(found) else {
            panic!("it was merged, or refused for another reason")
        };
        why
    };
    assert_eq!(refused(Found::Nothing), MergeObstacle::Unknown);
    let open = [world.opened()];
    assert_eq!(refused(other(&open, false)), MergeObstacle::Later);

    let merged = tried(other(&open, true)).unwrap();
    let case = merged
        .iter()
        .fold(open.iter().fold(None, evolve), evolve)
        .unwrap();
    assert_eq!(case.stage(), Stage::Merged);
    // Nothing more is done there, and nothing is merged into it.
    let over = [world.opened(), merged[0].clone()];
    assert!(world.given(&over).when(Close {}).is_err());
    assert_eq!(refused(other(&over, true)), MergeObstacle::Over);
}

#[test]
fn what_is_missing_is_told_once() {
    let world = world();
    let notify = |missing: &[Topic]| NotifyOnce {
        missing: missing.to_vec(),
    };
    let given = world
        .given(&[world.opened()])
        .when(notify(&[wages(), wages()]));
    let given = given.unwrap();
    assert_eq!(
        given,
        [Event::from(NoticeGiven {
            missing: vec![wages()]
        })]
    );
    let history = [world.opened(), given[0].clone()];
    let again = world
        .given(&history)
        .when(notify(&["judgment".parse().unwrap()]));
    assert!(matches!(again, Err(Rejection::NoticeGivenBefore { .. })));

    let brought = ReceiveMaterial {
        materials: vec![Material {
            kind: wages(),
            copies: 1,
            files: Vec::new(),
        }],
    };
    let brought = world.given(&history).when(brought).unwrap();
    let case = history.iter().chain(&brought).fold(None, evolve).unwrap();
    assert_eq!(case.notice, Some(Vec::new()));
}

#[test]
fn receipts_are_numbered_and_name_files_of_the_case() {
    let world = world();
    let hash = "a".repeat(64);
    let receive = || ReceiveMaterial {
        materials: vec![Material {
            kind: wages(),
            copies: 2,
            files: vec![hash.parse().unwrap()],
        }],
    };
    let refused = world.given(&[world.opened()]).when(receive()).unwrap_err();
    assert!(matches!(refused, Rejection::NoSuchAttachment { .. }));
    let file = Event::from(AttachmentAdded {
        hash: hash.parse().unwrap(),
        size: 1,
        media_type: MediaType::Pdf,
        kind: wages(),
        name: Ciphertext("sealed".to_owned()),
    });
    let mut history = vec![world.opened(), file];
    for number in 1..=3 {
        let received = world.given(&history).when(receive()).unwrap();
        let Event::MaterialReceived(receipt) = &received[0] else {
            panic!("{received:?}")
        };
        assert_eq!(receipt.receipt, Some(number));
        history.extend(received);
    }
}
