//! The bounds of effective time: an act is entered when it happens, or afterwards from paper (补录), and then neither
//! before what it rests on nor so late that it can no longer be checked.

use jiff::civil::Date;
use onestop_directory::{DatedAct, LateEntryScope};
use onestop_proto::{late_entry::TimeRefusal, matter::Rejection, time::Timestamp};

use super::{Context, Matter, SpecialistRules};

/// Refuses a moment that an act cannot have, or that its author may not give it.
///
/// # Errors
/// That it is in the future, before what it rests on, or entered too late; that it says no reason, or that no other
/// person approved it.
pub(super) fn check<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let basis = matter.counted_from.max(context.latest_act);
    check_moment(matter, context.happened_at, basis, context)
}

/// Whether an act of that moment can still be entered, with a reason and an approval where the directory asks for them.
pub(super) fn is_taken<L: SpecialistRules>(matter: &Matter<L>, context: &Context<'_>) -> bool {
    match check(matter, context) {
        Ok(()) => true,
        Err(Rejection::Time(refused)) => match refused {
            TimeRefusal::Impossible { .. }
            | TimeRefusal::BeforeBasis { .. }
            | TimeRefusal::TooLate { .. } => false,
            TimeRefusal::ReasonMissing { .. }
            | TimeRefusal::ApprovalMissing { .. }
            | TimeRefusal::ApprovedByOneself { .. }
            | TimeRefusal::ApprovalNotGiven { .. }
            | TimeRefusal::NotAnApprover { .. }
            | TimeRefusal::NoOnePersonOffice { .. } => true,
        },
        Err(_) => false,
    }
}

/// What came on an earlier day than that of the act which records it is entered late, as paper of that day is (补录).
///
/// # Errors
/// That it is entered too late, says no reason, or that no other person approved it.
pub fn check_receipt<L: SpecialistRules>(
    matter: &Matter<L>,
    received_on: Date,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let end = Timestamp::end_of_china_day(received_on).plus_seconds(-1);
    check_moment(matter, end.min(context.happened_at), None, context)
}

fn check_moment<L: SpecialistRules>(
    matter: &Matter<L>,
    occurred: Timestamp,
    basis: Option<Timestamp>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let service = L::service();
    let act = DatedAct {
        occurred,
        now: context.now,
        basis,
        actor: context.actor,
        entry: context.late_entry,
    };
    let scope = LateEntryScope {
        service: service.as_str(),
        kind: None,
        place: matter.division,
    };
    context.directory.check_dated(&act, scope)?;
    Ok(())
}
