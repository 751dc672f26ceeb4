//! What happens at the window between opening and closing: material, an answer, a referral, a
//! withdrawal, and what is heard from referral.

use onestop_proto::{
    case::{
        Answered, CameBack, Event, HolderNoted, MaterialReceived, ReceiveMaterial,
        ReferralRequested, Rejection, RequestReferral, ResultNoted, Withdrawn,
    },
    referral::RecallReason,
};

use super::{Case, Context, Heard, Standing, open::offered};

/// Only the window that took the case acts on it here.
pub(super) fn own(case: &Case, context: &Context<'_>) -> Result<(), Rejection> {
    if context.actor.unit == case.opened.window {
        Ok(())
    } else {
        Err(Rejection::NotYourCase {
            window: case.opened.window.clone(),
            unit: context.actor.unit.clone(),
        })
    }
}

pub(super) fn answer(case: &Case, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    own(case, context)?;
    let Standing::AtWindow = case.standing else {
        return Err(case.not_now());
    };
    Ok(vec![Event::from(Answered {
        answer: context.sealed.clone(),
    })])
}

/// Any window may take material in (首问负责): the citizen need not go back to the first.
pub(super) fn receive_material(
    case: &Case,
    receive: &ReceiveMaterial,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let at_a_window = context
        .directory
        .unit(&context.actor.unit)
        .is_some_and(|unit| unit.kind.as_str() == onestop_directory::WINDOW);
    if !at_a_window {
        return Err(Rejection::UnknownWindow {
            unit: context.actor.unit.clone(),
        });
    }
    if receive.materials.is_empty() || receive.materials.iter().any(|m| m.copies == 0) {
        return Err(Rejection::Incomplete {
            field: "materials".to_owned(),
            problem: "至少一件，份数不为零 / at least one, in at least one copy".to_owned(),
        });
    }
    let (Standing::AtWindow | Standing::Referred { .. }) = case.standing else {
        return Err(case.not_now());
    };
    Ok(vec![Event::from(MaterialReceived {
        materials: receive.materials.clone(),
    })])
}

/// Back to routing: because nobody took the case, or because what came of it does not help enough.
pub(super) fn request_referral(
    case: &Case,
    request: &RequestReferral,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    own(case, context)?;
    let place = request.place.unwrap_or(case.opened.place);
    if context.directory.division(place).is_none() {
        return Err(Rejection::UnknownDivision { division: place });
    }
    let (Standing::AtWindow | Standing::ResultBack) = case.standing else {
        return Err(case.not_now());
    };
    let about = request.other.as_ref().unwrap_or(&case.about);
    offered(about, place, context)?;
    Ok(vec![Event::from(ReferralRequested {
        number: case.opened.number.clone(),
        item: about.item.clone(),
        topic: about.topic.clone(),
        place,
        urgent: case.opened.urgent,
        opposed_to: case.opened.opposed_to,
    })])
}

/// While a case is referred, custody decides (see the service); here the window alone does.
pub(super) fn withdraw(case: &Case, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    own(case, context)?;
    let (Standing::AtWindow | Standing::Answered) = case.standing else {
        return Err(case.not_now());
    };
    Ok(vec![Event::from(Withdrawn {
        reason: RecallReason::CitizenWithdrew,
    })])
}

/// What follows from something heard. A case that has gone past it refuses, and nothing happens.
pub(super) fn heard(case: &Case, heard: &Heard) -> Result<Vec<Event>, Rejection> {
    match (&case.standing, heard) {
        // A window that found nobody may ask its supervisor: the case is on its way again.
        (Standing::Referred { .. }, _) | (Standing::AtWindow, Heard::BackAtWindow { .. }) => {}
        _ => return Err(case.not_now()),
    }
    let event = match heard {
        Heard::Holder {
            handoff,
            holder,
            division,
        } => Event::from(HolderNoted {
            handoff: *handoff,
            holder: holder.clone(),
            holder_division: *division,
        }),
        Heard::BackAtWindow { handoff } => Event::from(HolderNoted {
            handoff: *handoff,
            holder: case.opened.window.clone(),
            holder_division: case.opened.window_division,
        }),
        Heard::NobodyFound => Event::from(CameBack {}),
        Heard::Recalled {
            reason: RecallReason::CitizenWithdrew,
        } => Event::from(Withdrawn {
            reason: RecallReason::CitizenWithdrew,
        }),
        Heard::Recalled {
            reason: RecallReason::WindowError,
        } => Event::from(CameBack {}),
        Heard::Result { unit, outcome } => Event::from(ResultNoted {
            unit: unit.clone(),
            outcome: *outcome,
        }),
    };
    Ok(vec![event])
}
