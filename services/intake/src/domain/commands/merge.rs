//! Merging a case into an earlier one (合并): the window that was asked first stays responsible (首问负责). So
//! no two cases can be merged into each other either.

use onestop_proto::case::{Event, Merge, MergeObstacle, Merged, Rejection};

use crate::domain::{Case, Context, Reference, Standing, redo_clock};

pub(super) fn decide(
    case: &Case,
    merge: &Merge,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let cannot = |why| Rejection::CannotMerge {
        into: merge.into,
        why,
    };
    let Reference::Case { other, is_earlier } = context.reference else {
        return Err(cannot(MergeObstacle::Unknown));
    };
    if !is_earlier {
        return Err(cannot(MergeObstacle::Later));
    }
    if other.about.item != case.about.item {
        return Err(cannot(MergeObstacle::OtherItem));
    }
    match other.standing {
        Standing::Archived | Standing::Merged { .. } => {
            return Err(cannot(MergeObstacle::Over));
        }
        Standing::AtWindow
        | Standing::Referred { .. }
        | Standing::ResultBack
        | Standing::Answered
        | Standing::Withdrawn
        | Standing::Closed => {}
    }
    let merged = Event::from(Merged {
        into: merge.into,
        number: other.opened.number.clone(),
        reason: merge.reason,
    });
    Ok([merged]
        .into_iter()
        .chain(redo_clock::stop_on_merge(case))
        .collect())
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Close, MergeReason, Stage};

    use super::*;
    use crate::domain::{evolve, test_support::*};

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
}
