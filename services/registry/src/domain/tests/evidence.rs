use onestop_directory::PlanColumn;
use onestop_proto::{
    case::MediaType,
    registry::{
        AttachEvidence, AttachPiece, EvidenceKind, LARGEST_EVIDENCE, MOST_EVIDENCE,
        WithdrawEvidence, WithdrawnFile,
    },
};

use super::*;

fn photo(number: usize) -> AttachEvidence {
    AttachEvidence {
        site: site(PLANNED).id.clone(),
        kind: EvidenceKind::Photo,
        state: None,
        hash: format!("{number:064x}").parse().unwrap(),
        size: 4_000,
        media_type: MediaType::Jpeg,
        name: "大厅.jpg".to_owned(),
    }
}

fn document() -> AttachEvidence {
    AttachEvidence {
        kind: EvidenceKind::Document,
        state: Some(SiteState::Pilot),
        media_type: MediaType::Pdf,
        name: "批复.pdf".to_owned(),
        ..photo(7)
    }
}

#[test]
fn given_a_planned_site_when_files_are_added_then_they_are_recorded_with_the_state_that_they_show()
{
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    recorded.send(&county, photo(1)).unwrap();
    recorded.send(&county, document()).unwrap();
    let directory = recorded.directory(&site(PLANNED).id);
    let of = |kind| directory.evidence(site(PLANNED), kind, day(TODAY));
    assert_eq!(of(EvidenceKind::Photo)[0].state, SiteState::Planned);
    assert_eq!(of(EvidenceKind::Document)[0].state, SiteState::Pilot);
    let coverage = directory.coverage(PLANNED.parse().unwrap(), day(TODAY));
    let counted = coverage.unwrap().total.against(PlanColumn::Photographed);
    assert_eq!(counted, 1);
    let hash = photo(1).hash;
    assert_eq!(
        recorded.send(&county, photo(1)),
        Err(Rejection::AttachedBefore { hash })
    );
}

#[test]
fn given_a_file_of_the_wrong_kind_size_or_name_when_it_is_added_then_every_fault_is_named() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    let large = AttachEvidence {
        size: LARGEST_EVIDENCE + 1,
        ..photo(1)
    };
    assert!(matches!(
        recorded.send(&county, large),
        Err(Rejection::FileTooLarge { .. })
    ));
    let wrong = AttachEvidence {
        media_type: MediaType::Pdf,
        name: " ".to_owned(),
        ..photo(1)
    };
    let Err(Rejection::Several { problems }) = recorded.send(&county, wrong) else {
        panic!("both faults are refused")
    };
    let fields: Vec<_> = problems.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["media_type", "name"]);
}

#[test]
fn given_another_unit_when_it_sends_a_file_then_it_is_refused_before_its_first_piece_is_kept() {
    let clerk = actor("unit-administrator", "530821", "window");
    let context = Context {
        today: day(TODAY),
        actor: &clerk,
        directory: &DIRECTORY,
    };
    let piece = AttachPiece {
        site: site(PLANNED).id.clone(),
        hash: photo(1).hash,
        piece: 0,
        data: String::new(),
    };
    let refused = check_piece(None, &piece, &context);
    assert!(matches!(refused, Err(Rejection::NotYourSite { .. })));
}

#[test]
fn given_as_many_files_as_a_site_may_have_when_one_more_is_added_then_it_is_refused() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    for number in 0..MOST_EVIDENCE {
        recorded.send(&county, photo(number)).unwrap();
    }
    let count = MOST_EVIDENCE;
    assert_eq!(
        recorded.send(&county, photo(count)),
        Err(Rejection::TooManyFiles { count })
    );
}

#[test]
fn given_a_photo_that_shows_a_person_when_it_is_withdrawn_then_it_is_shown_no_more_and_may_come_again()
 {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    recorded.send(&county, photo(1)).unwrap();
    let withdraw = |reason: &str| WithdrawEvidence {
        site: site(PLANNED).id.clone(),
        hash: photo(1).hash,
        reason: reason.to_owned(),
    };
    assert_eq!(
        recorded.send(&county, withdraw(" ")),
        Err(Rejection::ReasonMissing {})
    );
    recorded.send(&county, withdraw("拍到了群众")).unwrap();
    let directory = recorded.directory(&site(PLANNED).id);
    let photos = directory.evidence(site(PLANNED), EvidenceKind::Photo, day(TODAY));
    assert!(photos.is_empty());
    let hash = photo(1).hash;
    assert_eq!(
        recorded.send(&county, withdraw("拍到了群众")),
        Err(Rejection::NoSuchEvidence { hash })
    );
    recorded.send(&county, photo(1)).unwrap();
}

/// A bureau's scan may be for two sites: it is stored once, and goes with the last that withdraws it.
#[test]
fn given_a_file_that_another_site_has_too_when_it_is_withdrawn_then_it_is_kept_for_that_one() {
    let (mut recorded, county) = (Recorded::default(), actor("supervisor", COUNTY, "bureau"));
    recorded.send(&county, document()).unwrap();
    let withdraw = Command::from(WithdrawEvidence {
        site: site(PLANNED).id.clone(),
        hash: document().hash,
        reason: "传错了".to_owned(),
    });
    let file = |directory: &Directory| {
        let context = Context {
            today: day(TODAY),
            actor: &county,
            directory,
        };
        match &decide(recorded.0.as_ref(), &withdraw, &context).unwrap()[..] {
            [Event::EvidenceWithdrawn(withdrawn)] => withdrawn.file,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(file(&DIRECTORY), Some(WithdrawnFile::Deleted));
    let other = AttachEvidence {
        site: site(COUNTY).id.clone(),
        ..document()
    };
    let mut of_county = Recorded::default();
    of_county.send(&county, other).unwrap();
    let both = of_county.directory(&site(COUNTY).id);
    assert_eq!(file(&both), Some(WithdrawnFile::KeptForAnotherSite));
}
