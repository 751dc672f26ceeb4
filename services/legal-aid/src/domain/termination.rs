//! The early end (终止), and objections to it or to a refusal (异议), art. 48, 49.

use onestop_matter::domain::{
    Bureau, Context, Matter, deciding_bureau, require_document_numbers, start_at,
};
use onestop_proto::legal_aid::{
    Approval, DecideObjection, Objected, ObjectionDecided, Rejection, Ruling, Step, Terminated,
    TerminationReason,
};

use super::{
    Decision, LegalAidRules, application::require_above_line, end_step, grounds::check_termination,
    means, organ, other_lawyer,
};

/// The justice bureau's decision: 5 days, art. 49.
const OBJECTION: &str = "legal-aid.objection";

/// The agency informs the organ that notified it of the end: a defender of one's own ends a notified defence, and the organ has to
/// know who defends (art. 27, 48).
pub(super) fn terminate(
    matter: &Matter<LegalAidRules>,
    reason: TerminationReason,
    approval: Option<Approval>,
    context: &Context<'_>,
) -> Decision {
    check_termination(matter, reason, context.directory)?;
    if reason == TerminationReason::MeansChanged {
        means::require_tested(matter, context)?;
        require_change(matter)?;
    }
    let terminated = Terminated {
        reason,
        open_dates: matter.critical_dates.open(),
        decided_by: approval.is_none().then(|| context.actor.staff.clone()),
        approval,
    };
    let told = organ::tell_of_end(matter, context);
    Ok(end_step(matter, terminated)
        .chain(told)
        .chain(other_lawyer::left(matter))
        .collect())
}

/// Aid that was given first ends for means that were found to be above the line, and not without a finding (art. 44, 48); after the
/// grant, which had one, means have changed since.
fn require_change(matter: &Matter<LegalAidRules>) -> Result<(), Rejection> {
    if matter.step == Step::UrgentFirst {
        return require_above_line(matter);
    }
    Ok(())
}

/// The clock is the bureau's own, from the day on which the objection was made.
pub(super) fn object(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Decision {
    let Bureau { unit, division } = deciding_bureau(matter, context.directory)?;
    let decision = start_at::<LegalAidRules>(OBJECTION, division, context);
    let objected = Objected {
        bureau: Some(unit),
        bureau_division: Some(division),
    };
    Ok(vec![objected.into(), decision])
}

/// Refuses a person who took part in what the objection is against: one person may decide for the agency in one post and for the
/// bureau in another.
pub(super) fn require_other_person(
    matter: &Matter<LegalAidRules>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let staff = &context.actor.staff;
    if matter.details.decided_by.contains(staff) {
        let staff = staff.clone();
        return Err(Rejection::OwnDecision { staff });
    }
    Ok(())
}

/// What must be corrected is referred again by the window, which has the case to do again, also after it has closed it.
pub(super) fn decide_objection(
    matter: &Matter<LegalAidRules>,
    decide: &DecideObjection,
    context: &Context<'_>,
) -> Decision {
    require_other_person(matter, context)?;
    require_document_numbers(&[("letter", &decide.letter)])?;
    let decided = ObjectionDecided {
        ruling: decide.ruling,
        letter: decide.letter.clone(),
    };
    // What is corrected begins anew: the organ is no longer informed of its former end.
    let untold = match decide.ruling {
        Ruling::Correct => organ::end_is_void(matter),
        Ruling::Uphold => None,
    };
    Ok(end_step(matter, decided).chain(untold).collect())
}
