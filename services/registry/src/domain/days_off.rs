//! Days off of a place (地方性假日): prefectures and counties fix them, and the tier above approves.

use jiff::{ToSpan, civil::Date};
use onestop_directory::{ChangeApprover, Directory, SiteChanges};
use onestop_proto::registry::{
    DaysOffDeclared, DeclareDaysOff, ProposedChange, Rejection, fixes_days_off,
};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    basis_of, known_site, period,
    permission::check_keeper,
    proposal::{Decider, decided_or_proposed_to},
    visible, window_of,
};

/// By what the tier above decides: a day off makes limits in working days end later.
const TIER_ABOVE: &str = "地方性假日由上一级确定（全国年节及纪念日放假办法第四条）";

pub(super) fn declare(
    changes: Option<&SiteChanges>,
    command: &DeclareDaysOff,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    if !fixes_days_off(site.division.tier()) {
        return Err(Rejection::DaysOffNotHere {});
    }
    let both = (Some(command.from), Some(command.until));
    let from = period(both, site.division, context);
    let (holiday, basis) = (holiday_of(&command.holiday), basis_of(&command.basis));
    let length = check_length(command.from, command.until);
    refuse_all([fault(&holiday), fault(&from), fault(&length), fault(&basis)])?;
    let declared = DaysOffDeclared {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        holiday: holiday?,
        from: from?,
        until: command.until,
        basis: basis?,
    };
    let mut known = changes.into_iter().flat_map(SiteChanges::days_off);
    let same = |one: &DaysOffDeclared| {
        (&one.holiday, one.from, one.until) == (&declared.holiday, declared.from, declared.until)
    };
    if known.any(same) {
        return Err(Rejection::NothingChanges {});
    }
    let decider = Decider::by(ChangeApprover::TierAbove, TIER_ABOVE);
    let change = ProposedChange::DaysOffDeclared(declared);
    decided_or_proposed_to(decider, changes, change, window, context)
}

fn holiday_of(text: &str) -> Result<String, Rejection> {
    let holiday = visible(text);
    if holiday.is_empty() {
        return Err(Rejection::HolidayUnnamed {});
    }
    Ok(holiday)
}

fn check_length(from: Date, until: Date) -> Result<(), Rejection> {
    let most_days = Directory::MOST_HOLIDAY_DAYS;
    // The first day is one of them.
    let last_day = from.saturating_add((i64::from(most_days) - 1).days());
    if until > last_day {
        return Err(Rejection::HolidayTooLong { most_days });
    }
    Ok(())
}
