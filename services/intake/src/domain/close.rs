//! The end of a case: the citizen's rating (好差评), close (办结), archive (归档).

use onestop_proto::case::{Archived, Closed, Event, Rate, Rated, Rejection};

use super::{Case, Context, Standing, window::own};

pub(super) fn rate(
    case: &Case,
    rate: &Rate,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    own(case, context)?;
    if let Some(grade) = case.rated {
        return Err(Rejection::AlreadyRated { grade });
    }
    let (Standing::ResultBack | Standing::Answered | Standing::Closed) = case.standing else {
        return Err(case.not_now());
    };
    Ok(vec![Event::from(Rated { grade: rate.grade })])
}

pub(super) fn close(case: &Case, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    own(case, context)?;
    let (Standing::ResultBack | Standing::Answered | Standing::Withdrawn) = case.standing else {
        return Err(case.not_now());
    };
    Ok(vec![Event::from(Closed {
        after: case.stage(),
    })])
}

pub(super) fn archive(case: &Case, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    own(case, context)?;
    let Standing::Closed = case.standing else {
        return Err(case.not_now());
    };
    Ok(vec![Event::from(Archived {})])
}
