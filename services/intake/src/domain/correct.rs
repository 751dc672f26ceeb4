//! Mending what was taken down: correction (更正) and merging (合并). Nothing that was written changes; a
//! new event names what it mends.

use onestop_proto::case::{
    About, Correct, Corrected, Event, Merge, MergeObstacle, Merged, Rejection,
};

use super::{Case, Context, Found, Standing, applicant, open, rating};

pub(super) fn correct(
    case: &Case,
    correct: &Correct,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let Found::Event = context.found else {
        return Err(Rejection::NoSuchEvent {
            event: correct.event,
        });
    };
    let Correct {
        event,
        reason,
        applicant,
        needs,
        place,
        topic,
    } = correct;
    if applicant.is_none() && needs.is_none() && place.is_none() && topic.is_none() {
        return Err(Rejection::NothingCorrected {});
    }
    if place.is_some() || topic.is_some() {
        // What routing went by is corrected before it goes by it.
        let (Standing::AtWindow | Standing::ResultBack) = case.standing else {
            return Err(case.not_now());
        };
        let about = About {
            item: case.about.item.clone(),
            topic: topic.clone().unwrap_or_else(|| case.about.topic.clone()),
        };
        open::offered_at(&about, place.unwrap_or(case.place), context)?;
    }
    let known = match applicant {
        Some(applicant) => Some(applicant::check(applicant, context)?),
        None => None,
    };
    Ok(vec![Event::from(Corrected {
        corrects: *event,
        reason: *reason,
        applicant: applicant.as_ref().map(|_| context.sealed.clone()),
        needs: needs.clone(),
        place: *place,
        topic: topic.clone(),
        warnings: known.map(|known| known.warnings).unwrap_or_default(),
    })])
}

/// The later case is merged into the earlier: whoever was asked first stays responsible (首问负责). So no
/// two cases can be merged into each other either.
pub(super) fn merge(
    case: &Case,
    merge: &Merge,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let cannot = |why| Rejection::CannotMerge {
        into: merge.into,
        why,
    };
    let Found::Case { other, is_earlier } = context.found else {
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
        .chain(rating::stopped_by_leaving(case))
        .collect())
}
