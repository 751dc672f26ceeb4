//! Merging a case into an earlier one (合并): the window that was asked first stays responsible (首问负责). So
//! no two cases can be merged into each other either. What goes on is the same matter, and never the opposing party's; and a
//! complaint is settled in the case that it is about.

use onestop_proto::case::{Merge, MergeObstacle, MergeReason, Merged, Rejection};

use crate::domain::{Applicants, Case, Context, Decision, Reference, Standing, group, redo_clock};

pub(super) fn decide(case: &Case, merge: &Merge, context: &Context<'_>) -> Decision {
    let number = match context.reference {
        Reference::Case { other, .. } => Some(&other.opened.number),
        Reference::None | Reference::EventOfCase | Reference::Applicant(_) => None,
    };
    let cannot = |why| Rejection::CannotMerge {
        into: merge.into,
        number: number.cloned(),
        why,
    };
    redo_clock::check_no_redo_pending(case)?;
    if case.holds_complaint {
        return Err(cannot(MergeObstacle::Complaint));
    }
    let Reference::Case {
        other,
        is_earlier,
        ours,
        applicants,
    } = context.reference
    else {
        return Err(cannot(MergeObstacle::Unknown));
    };
    let (ours_opposes, theirs_opposes) = (case.opened.opposed_to, other.opened.opposed_to);
    if ours_opposes == Some(merge.into) || theirs_opposes == Some(*ours) {
        return Err(cannot(MergeObstacle::OpposingSide));
    }
    if !is_earlier {
        return Err(cannot(MergeObstacle::Later));
    }
    check_same_matter(case, other, merge.reason, *applicants).map_err(cannot)?;
    check_not_over(other).map_err(cannot)?;
    let merged = Merged {
        into: merge.into,
        number: other.opened.number.clone(),
        reason: merge.reason,
    };
    let told = match merge.reason {
        MergeReason::Duplicate => None,
        MergeReason::SameMatter => group::report_merged(case, other, context),
    };
    Ok(std::iter::once(merged.into()).chain(told).collect())
}

/// Refuses a case of another item or topic, and as a duplicate one of other people.
fn check_same_matter(
    case: &Case,
    other: &Case,
    reason: MergeReason,
    applicants: Applicants,
) -> Result<(), MergeObstacle> {
    if other.about.item != case.about.item {
        return Err(MergeObstacle::OtherItem);
    }
    if other.about.topic != case.about.topic {
        return Err(MergeObstacle::OtherTopic);
    }
    match (reason, applicants) {
        (MergeReason::Duplicate, Applicants::Others) => Err(MergeObstacle::OtherPeople),
        (MergeReason::Duplicate, Applicants::Same) | (MergeReason::SameMatter, _) => Ok(()),
    }
}

/// Refuses a case in which nothing goes on.
fn check_not_over(other: &Case) -> Result<(), MergeObstacle> {
    match other.standing {
        Standing::Archived | Standing::Merged { .. } => Err(MergeObstacle::Over),
        Standing::AtWindow
        | Standing::Referred { .. }
        | Standing::HandedOver { .. }
        | Standing::ResultBack
        | Standing::Answered
        | Standing::Withdrawn
        | Standing::Closed => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Close, Event, MergeReason, Stage};

    use super::*;
    use crate::domain::{evolve, test_support::*};

    const OURS: &str = "019ab0c4-8000-7000-8000-0000000000c1";

    #[test]
    fn the_later_case_is_merged_into_the_earlier() {
        let world = world();
        let merge = || Merge {
            into: HANDOFF.parse().unwrap(),
            reason: MergeReason::Duplicate,
        };
        let other = |events: &[Event], is_earlier| Reference::Case {
            other: Box::new(events.iter().fold(None, evolve).unwrap()),
            is_earlier,
            ours: OURS.parse().unwrap(),
            applicants: Applicants::Same,
        };
        let tried = |found| world.after(&[world.opened()]).with(found).when(merge());
        let refused = |found| {
            let Err(Rejection::CannotMerge { why, .. }) = tried(found) else {
                panic!("it was merged, or refused for another reason")
            };
            why
        };
        assert_eq!(refused(Reference::None), MergeObstacle::Unknown);
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
        assert!(world.after(&over).when(Close {}).is_err());
        assert_eq!(refused(other(&over, true)), MergeObstacle::Over);
    }

    /// 首问负责: what goes on in the other case is the same person's same matter, or many people's one matter.
    #[test]
    fn a_case_of_other_people_or_of_the_other_side_is_not_merged_into() {
        let world = world();
        let obstacle = |reason, applicants, change: fn(&mut Case)| {
            let mut other = evolve(None, &world.opened()).unwrap();
            change(&mut other);
            let found = Reference::Case {
                other: Box::new(other),
                is_earlier: true,
                ours: OURS.parse().unwrap(),
                applicants,
            };
            let into = HANDOFF.parse().unwrap();
            let merge = Merge { into, reason };
            match world.after(&[world.opened()]).with(found).when(merge) {
                Err(Rejection::CannotMerge { why, .. }) => Some(why),
                other => {
                    assert!(other.is_ok(), "{other:?}");
                    None
                }
            }
        };
        let same: fn(&mut Case) = |_| {};
        let (duplicate, many) = (MergeReason::Duplicate, MergeReason::SameMatter);
        let others = Applicants::Others;
        assert_eq!(obstacle(duplicate, Applicants::Same, same), None);
        assert_eq!(obstacle(many, others, same), None);
        let refused = obstacle(duplicate, others, same);
        assert_eq!(refused, Some(MergeObstacle::OtherPeople));
        let refused = obstacle(many, others, |other| {
            other.about.topic = "some-other-topic".parse().unwrap();
        });
        assert_eq!(refused, Some(MergeObstacle::OtherTopic));
        let refused = obstacle(many, others, |other| {
            other.opened.opposed_to = Some(OURS.parse().unwrap());
        });
        assert_eq!(refused, Some(MergeObstacle::OpposingSide));
    }

    /// 政务服务“好差评”: a bad rating is put right in the case that it is about, and does not vanish in another.
    #[test]
    fn a_bad_rating_does_not_vanish_in_another_case() {
        let world = world();
        let mut case = evolve(None, &world.opened()).unwrap();
        case.holds_complaint = true;
        let found = Reference::Case {
            other: Box::new(evolve(None, &world.opened()).unwrap()),
            is_earlier: true,
            ours: OURS.parse().unwrap(),
            applicants: Applicants::Same,
        };
        let merge = Merge {
            into: HANDOFF.parse().unwrap(),
            reason: MergeReason::Duplicate,
        };
        let refused = world.at_case(case).with(found).when(merge).unwrap_err();
        let Rejection::CannotMerge { why, .. } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(why, MergeObstacle::Complaint);
    }
}
