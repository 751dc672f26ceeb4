//! Routing (分流): jurisdiction first, then the nearest unit up the tree, then load; and the offer that follows. The
//! event keeps every candidate and the version of the directory, so that the decision can be explained years later.
//! What the two sides of a dispute have to do with it is in `sides`.

use onestop_directory::{NoRoute, RouteQuery};
use onestop_proto::{
    clock::Stop,
    division::DivisionCode,
    ids::UnitId,
    referral::{
        Arbiter, Event, ExternalBodyResponsible, Offered, Rejection, ReturnReason, Routed,
        Unroutable, designate_step,
    },
    routing::{Candidate, Excluded, ExclusionReason, Route, Urgency, Verdict},
    time::Timestamp,
};

use super::{
    Context, Decision,
    arbiter::arbiter,
    checks::is_external_body,
    clocks::{self, Referred},
    custody::{Custody, Holding, ReferralSubject},
    evolve::evolve,
    sides::{excluded, prefer_unit_of_both},
};

/// Routes a case that its window refers, for the first time or anew.
pub(super) fn request(
    custody: &Custody,
    subject: &ReferralSubject,
    context: &Context<'_>,
) -> Decision {
    match &custody.holding {
        Holding::Window | Holding::Unroutable => {}
        Holding::Disputed(dispute) => {
            let supervisor = dispute.supervisor.clone();
            return Err(Rejection::InDispute { supervisor });
        }
        Holding::Offered(_) | Holding::Unit(_) => {
            return Err(Rejection::NotHolder {
                holder: custody.holder().clone(),
                since: custody.since(),
                unit: context.actor.unit.clone(),
            });
        }
    }
    let left_out = LeftOut {
        sent_away: still_refusing(custody, subject),
        lapsed: Vec::new(),
    };
    // The search that found no unit is over.
    let stopped = clocks::stop(custody, designate_step(), Stop::Left);
    let routed = route(
        custody,
        (subject, Some(context.happened_at())),
        &left_out,
        context,
    );
    Ok(stopped.into_iter().chain(routed).collect())
}

/// Units that are not asked again.
struct LeftOut {
    sent_away: Vec<UnitId>,
    /// They let its offer lapse, in the search under way.
    lapsed: Vec<UnitId>,
}

/// A new request looks at every unit again, apart from those that refused exactly what is asked: it is not theirs, or they
/// may not have it. A unit that was full or closed may take it now, and one that did not answer has refused nothing.
fn still_refusing(custody: &Custody, subject: &ReferralSubject) -> Vec<UnitId> {
    let asks_the_same = |before: &ReferralSubject| {
        (&before.item, &before.topic, before.place)
            == (&subject.item, &subject.topic, subject.place)
    };
    if !custody.subject.as_ref().is_some_and(asks_the_same) {
        return Vec::new();
    }
    let passes = |unit: &UnitId| {
        let mut refusals = custody.refusals.iter();
        let refusal = refusals.find(|refusal| refusal.unit == *unit);
        refusal.is_some_and(|refusal| match refusal.reason {
            ReturnReason::NoCapacity | ReturnReason::UnitClosed => true,
            ReturnReason::NotInJurisdiction
            | ReturnReason::WrongItem
            | ReturnReason::ConflictOfInterest => false,
        })
    };
    let refusing = custody.sent_away_by.iter().filter(|unit| !passes(unit));
    refusing.cloned().collect()
}

/// Routes the case again after an event by which a unit has sent it away; `place` is the responsible place where
/// another than before is named. One of another province is kept and told, and no unit here is responsible for it: whether
/// that is so, the next unit up the tree of the place known before says.
pub(super) fn route_again(
    custody: &Custody,
    event: &Event,
    place: Option<DivisionCode>,
    context: &Context<'_>,
) -> Vec<Event> {
    let Some(after) = evolve(Some(custody.clone()), event) else {
        return Vec::new();
    };
    let Some(subject) = &after.subject else {
        return Vec::new();
    };
    let place = place.filter(|place| context.directory.is_listed(*place));
    let subject = ReferralSubject {
        place: place.unwrap_or(subject.place),
        ..subject.clone()
    };
    let left_out = LeftOut {
        sent_away: after.sent_away_by.clone(),
        lapsed: after.lapsed.clone(),
    };
    route(&after, (&subject, None), &left_out, context)
}

/// `requested_at` is when the window asked for it; nothing where it is routed again.
fn route(
    custody: &Custody,
    (subject, requested_at): (&ReferralSubject, Option<Timestamp>),
    left_out: &LeftOut,
    context: &Context<'_>,
) -> Vec<Event> {
    let lapsed = left_out.lapsed.iter().map(|unit| Excluded {
        unit: unit.clone(),
        reason: ExclusionReason::Lapsed,
    });
    let mut excluded = excluded(custody, subject, context);
    excluded.extend(lapsed);
    let query = RouteQuery {
        item: &subject.item,
        topic: &subject.topic,
        place: subject.place,
        place_kind: None,
        on: context.now.china_date(),
        organ: subject.notice.as_ref().map(|notice| notice.organ),
        sent_away: &left_out.sent_away,
        excluded: &excluded,
        urgency: if subject.urgent {
            Urgency::Urgent
        } else {
            Urgency::Ordinary
        },
        load: context.load,
    };
    match context.directory.route(&query) {
        Ok(mut route) => {
            give_reasons(&mut route.candidates, custody);
            if let Some(language) = subject.language {
                let directory = context.directory;
                directory.prefer_speakers(&mut route, language, query.on);
            }
            prefer_unit_of_both(&mut route, (custody, subject), context);
            offer(custody, (subject, requested_at), route, context)
        }
        Err(mut none) => {
            give_reasons(&mut none.candidates, custody);
            unroutable(custody, (subject, requested_at), none, context)
        }
    }
}

/// What is referred; a first request is of an application that custody does not know yet.
fn referred<'a>(
    custody: &Custody,
    (subject, requested_at): (&'a ReferralSubject, Option<Timestamp>),
) -> Referred<'a> {
    let times = custody.application_of(subject, requested_at);
    Referred { subject, times }
}

/// Adds to each candidate that sent the case away why it did.
fn give_reasons(candidates: &mut [Candidate], custody: &Custody) {
    for candidate in candidates {
        let mut refusals = custody.refusals.iter();
        let refusal = refusals.find(|refusal| refusal.unit == candidate.unit);
        if candidate.verdict == Verdict::SentAway
            && let Some(refusal) = refusal
        {
            candidate.why = Some(refusal.reason.text().into());
        }
    }
}

/// The window keeps the case, and the supervisor above all who were considered is to designate one: by itself, with the
/// clock of a designation.
fn unroutable(
    custody: &Custody,
    (subject, requested_at): (&ReferralSubject, Option<Timestamp>),
    none: NoRoute,
    context: &Context<'_>,
) -> Vec<Event> {
    let referred = referred(custody, (subject, requested_at));
    let NoRoute {
        candidates,
        directory,
        ..
    } = none;
    let considered: Vec<UnitId> = candidates.iter().map(|one| one.unit.clone()).collect();
    let supervisor = arbiter(&considered, subject.place, context.directory);
    let clock =
        supervisor.map(|bureau| clocks::start_designation(referred, bureau.division, context));
    let unroutable = Event::from(Unroutable {
        subject: subject.clone(),
        requested_at,
        former: custody.former_application(subject, requested_at),
        candidates,
        directory,
        arbiter: supervisor.map(|bureau| Arbiter {
            dispute: context.handoff,
            supervisor: bureau.id.clone(),
            supervisor_division: bureau.division,
        }),
    });
    std::iter::once(unroutable)
        .chain(clock.map(Event::from))
        .collect()
}

/// Offers the case to the chosen unit. A case for an external body stays with its window, which hands it over.
fn offer(
    custody: &Custody,
    (subject, requested_at): (&ReferralSubject, Option<Timestamp>),
    route: Route,
    context: &Context<'_>,
) -> Vec<Event> {
    let to = route.chosen.clone();
    let chosen = context.directory.unit(&to);
    let to_division = chosen.map_or(subject.place, |unit| unit.division);
    let routed = Event::from(Routed {
        subject: subject.clone(),
        requested_at,
        former: custody.former_application(subject, requested_at),
        route,
    });
    if chosen.is_some_and(is_external_body) {
        let responsible = ExternalBodyResponsible {
            to,
            to_division,
            holder: custody.window.clone(),
            at: context.happened_at(),
        };
        return vec![routed, responsible.into()];
    }
    let referred = referred(custody, (subject, requested_at));
    let clock = clocks::start_answer(referred, to_division, context);
    let offered = Offered {
        handoff: context.handoff,
        from: custody.window.clone(),
        to,
        to_division,
        item: subject.item.clone(),
        topic: subject.topic.clone(),
        place: subject.place,
        number: custody.number.clone(),
        until: clock.due.at,
        urgent: subject.urgent,
        designated_by: None,
    };
    vec![routed, offered.into(), clock.into()]
}
