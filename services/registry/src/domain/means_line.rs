//! The line of means of a place (经济困难标准): the province sets it, and leaves it to prefectures (法律援助法 art. 34).

use onestop_directory::{ChangeApprover, RecordKind, SiteChanges, decider_tier};
use onestop_proto::{
    legal_aid::MeansBase,
    registry::{Event, MeansLineSet, ProposedChange, Rejection, SetMeansLine, sets_means_line},
};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    basis_of, known_site, period,
    permission::check_keeper,
    proposal::{Decider, decided_or_proposed_to},
    wider::{binds_more, refuse_decided},
    window_of,
};

/// By what the place's own bureau decides.
const OWN_BUREAU: &str = "经济困难标准由本级确定（法律援助法第三十四条）";
/// The whole amount.
const WHOLE: u32 = 100;

pub(super) fn set(
    changes: Option<&SiteChanges>,
    command: &SetMeansLine,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    if !sets_means_line(site.division.tier()) {
        return Err(Rejection::MeansLineNotHere {});
    }
    let from = period((command.from, command.until), site.division, context);
    let basis = basis_of(&command.basis);
    let percent = command.base_percent.unwrap_or(WHOLE);
    let amount = if command.base_amount == 0 || percent == 0 {
        Err(Rejection::MeansLineOfNothing {})
    } else {
        Ok(command.base_amount)
    };
    refuse_all([fault(&amount), fault(&basis), fault(&from)])?;
    let set = MeansLineSet {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        residence: command.residence,
        base: command.base.unwrap_or(MeansBase::usual(command.residence)),
        base_amount: amount?,
        base_percent: percent,
        from: from?,
        until: command.until,
        basis: basis?,
        decided_by: context.own_division(),
    };
    let held = held(changes, &set);
    if held.is_some_and(|held| says_the_same(held, &set) && !binds_more(held.decided_by, context)) {
        return Err(Rejection::NothingChanges {});
    }
    let by_rule = (ChangeApprover::Bureau, OWN_BUREAU);
    let decider = Decider::of(RecordKind::SetMeansLine, by_rule, window, context);
    let change = ProposedChange::MeansLineSet(set);
    let events = decided_or_proposed_to(decider, changes, change, window, context)?;
    // A proposal is checked again when a bureau approves it.
    if let [Event::MeansLineSet(set)] = events.as_slice() {
        let wider =
            held.filter(|held| decider_tier(held.decided_by) < decider_tier(set.decided_by));
        refuse_decided(wider.and_then(|wider| wider.decided_by), context)?;
    }
    Ok(events)
}

/// The line that was recorded last for the same people, and holds on the first day of another.
fn held<'a>(changes: Option<&'a SiteChanges>, set: &MeansLineSet) -> Option<&'a MeansLineSet> {
    let known = changes.map_or(&[][..], SiteChanges::means_lines);
    known.iter().rev().find(|known| {
        known.residence == set.residence
            && known.from <= set.from
            && known.until.is_none_or(|until| set.from <= until)
    })
}

fn says_the_same(held: &MeansLineSet, set: &MeansLineSet) -> bool {
    let line = |one: &MeansLineSet| (one.base, one.base_amount, one.base_percent, one.until);
    line(held) == line(set)
}
