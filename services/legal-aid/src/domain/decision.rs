//! Means, grant, refusal, assignment, conclusion (法律援助法 art. 31–48).

use onestop_proto::{
    clock::Stop,
    legal_aid::{
        Assign, Assigned, Concluded, DetermineMeans, Event, Granted, MeansDetermined, Refuse,
        Refused, Rejection, Step,
    },
};

use super::{Context, Matter, assignment_clock, start_clock};

pub(super) fn determine_means(
    matter: &Matter,
    determine: &DetermineMeans,
) -> Result<Vec<Event>, Rejection> {
    let Step::Review = matter.step else {
        return Err(matter.not_now());
    };
    Ok(vec![Event::from(MeansDetermined {
        means: determine.means,
    })])
}

/// The grant ends the review and starts the clock of the assignment.
pub(super) fn grant(matter: &Matter, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let Step::Review = matter.step else {
        return Err(matter.not_now());
    };
    if matter.means.is_none() {
        return Err(Rejection::MeansFirst {});
    }
    let mut events = vec![Event::from(Granted {})];
    events.extend(matter.stop_clock(Stop::Done));
    events.push(Event::from(start_clock(
        assignment_clock(),
        matter.division,
        context,
    )));
    Ok(events)
}

pub(super) fn refuse(matter: &Matter, refuse: &Refuse) -> Result<Vec<Event>, Rejection> {
    let (Step::Review | Step::Supplement) = matter.step else {
        return Err(matter.not_now());
    };
    let mut events = vec![Event::from(Refused {
        reason: refuse.reason,
    })];
    events.extend(matter.stop_clock(Stop::Done));
    Ok(events)
}

pub(super) fn assign(matter: &Matter, assign: &Assign) -> Result<Vec<Event>, Rejection> {
    let Step::Granted = matter.step else {
        return Err(matter.not_now());
    };
    for (field, value) in [("firm", &assign.firm), ("licence", &assign.licence)] {
        if value.trim().is_empty() {
            return Err(Rejection::Incomplete {
                field: field.to_owned(),
            });
        }
    }
    let assigned = Assigned {
        firm: assign.firm.clone(),
        licence: assign.licence.clone(),
    };
    let mut events = vec![Event::from(assigned)];
    events.extend(matter.stop_clock(Stop::Done));
    Ok(events)
}

pub(super) fn conclude(matter: &Matter) -> Result<Vec<Event>, Rejection> {
    let Step::Assigned = matter.step else {
        return Err(matter.not_now());
    };
    Ok(vec![Event::from(Concluded {})])
}
