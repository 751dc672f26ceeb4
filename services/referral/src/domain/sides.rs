//! The two sides of a dispute (利益冲突). What binds is data of the item: for most, the people who act and not the unit; one
//! mediation has one committee; where units are bound, those with a part in one side's case stay out of the other's.

use std::collections::BTreeSet;

use onestop_directory::Sides;
use onestop_proto::{
    ids::{CaseId, UnitId},
    referral::Rejection,
    routing::{Candidate, Excluded, ExclusionReason, Route, Verdict},
    text::Text,
};

use super::{
    Context,
    custody::{Custody, ReferralSubject},
};

const ONE_UNIT: Text = Text {
    zh: "对方当事人的案件已由该单位办理，一起纠纷由一个单位办理",
    en: "it has the other side's case, and one unit has both",
};

fn sides(subject: &ReferralSubject, context: &Context<'_>) -> Sides {
    let item = context.directory.item(&subject.item);
    item.map_or(Sides::AnyUnit, |item| item.sides)
}

/// Where units are bound, one with a part in the opposing party's case may have none in this one.
pub(super) fn no_conflict_of_interest(
    custody: &Custody,
    unit: &UnitId,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let Some(subject) = &custody.subject else {
        return Ok(());
    };
    let opposing = opposing_units(subject, context);
    match opposing.into_iter().find(|(_, theirs)| theirs == unit) {
        Some((_, unit)) => Err(Rejection::ConflictOfInterest { unit }),
        None => Ok(()),
    }
}

/// The units with a part in the opposing party's cases, where that binds them.
fn opposing_units(subject: &ReferralSubject, context: &Context<'_>) -> Vec<(CaseId, UnitId)> {
    match sides(subject, context) {
        Sides::UnitsApart => (context.opposing)(subject.opposed_to),
        Sides::AnyUnit | Sides::OneUnit => Vec::new(),
    }
}

/// The opposing party's cases: those that this one names or named, and those that name it and have been taken up.
pub(super) fn opposing_cases(custody: &Custody, context: &Context<'_>) -> Vec<CaseId> {
    let named = custody.subject.as_ref();
    let taken_up = (context.opposing)(named.and_then(|subject| subject.opposed_to)).into_iter();
    let taken_up = taken_up.map(|(case, _)| case);
    let cases: BTreeSet<CaseId> = custody.opposed.iter().copied().chain(taken_up).collect();
    cases.into_iter().collect()
}

/// Units that may not have the case: those with a part in the opposing party's, and those that declared a conflict of
/// interest themselves.
pub(super) fn excluded(
    custody: &Custody,
    subject: &ReferralSubject,
    context: &Context<'_>,
) -> Vec<Excluded> {
    let opposing = opposing_units(subject, context).into_iter();
    let opposing = opposing.map(|(_, unit)| Excluded {
        unit,
        reason: ExclusionReason::OtherParty,
    });
    let declared = custody.conflicted.iter().map(|unit| Excluded {
        unit: unit.clone(),
        reason: ExclusionReason::Declared,
    });
    opposing.chain(declared).collect()
}

/// The unit that has the opposing party's case, where one unit has both and it has not sent this one away.
fn unit_of_both(
    custody: &Custody,
    subject: &ReferralSubject,
    context: &Context<'_>,
) -> Option<(CaseId, UnitId)> {
    let item = context.directory.item(&subject.item)?;
    match item.sides {
        Sides::OneUnit => {}
        Sides::AnyUnit | Sides::UnitsApart => return None,
    }
    let works_it = |unit: &UnitId| {
        let known = context.directory.unit(unit);
        known.is_some_and(|unit| item.is_work_of(&subject.topic, unit))
    };
    let is_out = |unit: &UnitId| {
        let sent_away = custody.sent_away_by.iter();
        let mut out = sent_away.chain(&custody.lapsed).chain(&custody.conflicted);
        out.any(|one| one == unit)
    };
    let opposing = (context.opposing)(subject.opposed_to).into_iter();
    let mut opposing = opposing.filter(|(_, unit)| works_it(unit) && !is_out(unit));
    opposing.next()
}

/// Sends the case to the unit that has the opposing party's, where one unit has both.
pub(super) fn prefer_unit_of_both(
    route: &mut Route,
    (custody, subject): (&Custody, &ReferralSubject),
    context: &Context<'_>,
) {
    let Some((_, unit)) = unit_of_both(custody, subject, context) else {
        return;
    };
    let Some(division) = context.directory.unit(&unit).map(|unit| unit.division) else {
        return;
    };
    if route.chosen == unit {
        return;
    }
    route.candidates.retain(|one| one.unit != unit);
    for candidate in &mut route.candidates {
        if candidate.verdict == Verdict::Chosen {
            candidate.verdict = Verdict::Farther;
        }
    }
    let present = context.directory.present_division(subject.place);
    let tiers = (0..).zip(present.chain());
    let mut tiers = tiers.filter(|(_, code)| code.contains(division));
    route.candidates.push(Candidate {
        unit: unit.clone(),
        division,
        distance: tiers.next().map_or(0, |(distance, _)| distance),
        load: (context.load)(&unit),
        verdict: Verdict::Chosen,
        why: Some(ONE_UNIT.into()),
    });
    route.chosen = unit;
    route.rule = ONE_UNIT.into();
}

/// Refuses a unit where another has the opposing party's case, and one unit has both. What a supervisor designates is the
/// supervisor's decision.
pub(super) fn one_unit_for_both(
    custody: &Custody,
    unit: &UnitId,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let subject = custody.subject.as_ref();
    let both = subject.and_then(|subject| unit_of_both(custody, subject, context));
    match both.filter(|(_, theirs)| theirs != unit) {
        Some((_, unit)) if custody.designated_by().is_none() => {
            Err(Rejection::OneUnitForBoth { unit })
        }
        Some(_) | None => Ok(()),
    }
}
