//! What happens at the window between opening and closing: material, an answer, a referral, a
//! withdrawal, and what is heard from referral.

use onestop_directory::WINDOW;
use onestop_proto::{
    case::{
        Answered, CameBack, Event, FileHash, HolderNoted, HomeVisited, MaterialReceived,
        NoteHomeVisit, NoticeGiven, NotifyOnce, ReceiveMaterial, ReferralRequested, Rejection,
        RequestReferral, ResultNoted, Withdrawn,
    },
    ids::Topic,
    referral::RecallReason,
};

use super::{Case, Context, Heard, Standing, applicant::incomplete, open::offered_at};

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

/// Any window, for what the citizen may bring to the nearest one.
pub(super) fn any(context: &Context<'_>) -> Result<(), Rejection> {
    let unit = context.directory.unit(&context.actor.unit);
    if unit.is_some_and(|unit| unit.kind.as_str() == WINDOW) {
        Ok(())
    } else {
        Err(Rejection::UnknownWindow {
            unit: context.actor.unit.clone(),
        })
    }
}

pub(super) fn answer(context: &Context<'_>) -> Vec<Event> {
    vec![Event::from(Answered {
        answer: context.sealed.clone(),
    })]
}

/// Of what is missing a citizen is told once, and of all of it (一次性告知).
pub(super) fn notify_once(case: &Case, notify: &NotifyOnce) -> Result<Vec<Event>, Rejection> {
    if let Some(told) = &case.notice {
        let missing = told.iter().map(Topic::as_str).collect::<Vec<_>>();
        return Err(Rejection::NoticeGivenBefore {
            missing: missing.join(", "),
        });
    }
    if notify.missing.is_empty() {
        return Err(incomplete("missing", "至少一件 / at least one"));
    }
    let mut missing = Vec::new();
    for kind in &notify.missing {
        if !missing.contains(kind) {
            missing.push(kind.clone());
        }
    }
    Ok(vec![Event::from(NoticeGiven { missing })])
}

/// What the citizen brought, with the files made of it; the receipt is numbered (材料接收凭证).
pub(super) fn receive_material(
    case: &Case,
    receive: &ReceiveMaterial,
) -> Result<Vec<Event>, Rejection> {
    if receive.materials.is_empty() || receive.materials.iter().any(|m| m.copies == 0) {
        return Err(incomplete(
            "materials",
            "至少一件，份数不为零 / at least one, in at least one copy",
        ));
    }
    let of_case = |hash: &&FileHash| case.files.iter().any(|file| file.hash == **hash);
    let files = receive
        .materials
        .iter()
        .flat_map(|material| &material.files);
    if let Some(hash) = files.clone().find(|hash| !of_case(hash)) {
        return Err(Rejection::NoSuchAttachment { hash: hash.clone() });
    }
    Ok(vec![Event::from(MaterialReceived {
        materials: receive.materials.clone(),
        receipt: Some(case.receipts + 1),
    })])
}

pub(super) fn note_home_visit(visit: &NoteHomeVisit) -> Vec<Event> {
    vec![Event::from(HomeVisited {
        purpose: visit.purpose,
    })]
}

/// Back to routing: because nobody took the case, or because what came of it does not help enough.
pub(super) fn request_referral(
    case: &Case,
    request: &RequestReferral,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let place = request.place.unwrap_or(case.place);
    let about = request.other.as_ref().unwrap_or(&case.about);
    offered_at(about, place, context)?;
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
pub(super) fn withdraw() -> Vec<Event> {
    vec![Event::from(Withdrawn {
        reason: RecallReason::CitizenWithdrew,
    })]
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
