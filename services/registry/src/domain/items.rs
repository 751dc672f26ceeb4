//! Items that move in at a site (事项进驻), and out again.

use onestop_directory::{ChangeApprover, RecordKind, SiteChanges};
use onestop_proto::registry::{
    Event, ItemMovedIn, ItemMovedOut, MoveItemIn, MoveItemOut, ProposedChange, Rejection,
};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    first_day, known_item, known_site,
    permission::check_keeper,
    proposal::{Decider, decided_or_proposed_to},
    wider::{binds_more, refuse_decided},
    window_of, with_recorded,
};

/// By what a place's own bureau decides about what moves in.
const OWN_BUREAU: &str = "事项进驻由本级确定";
/// By what the tier above decides about what moves out.
const TIER_ABOVE: &str = "事项撤出由上一级确定";

pub(super) fn move_in(
    changes: Option<&SiteChanges>,
    command: &MoveItemIn,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    let from = first_day(command.from, site.division, context);
    let item = known_item(&command.item, context.directory);
    refuse_all([fault(&item), fault(&from)])?;
    let (item, from) = (item?, from?);
    let known = with_recorded(context, &site.id, changes);
    let recorded = changes.and_then(|changes| changes.moved_in(&item.id, from));
    let binds = recorded.is_some_and(|recorded| binds_more(recorded.decided_by, context));
    let is_in = known.has_moved_in(&item.id, site.division, from);
    if known.lists_item(site, item, from) || is_in && !binds {
        return Err(Rejection::NothingChanges {});
    }
    let moved = ItemMovedIn {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        item: item.id.clone(),
        from,
        decided_by: context.own_division(),
    };
    let by_rule = (ChangeApprover::Bureau, OWN_BUREAU);
    let decider = Decider::of(RecordKind::MoveItemIn, by_rule, window, context);
    let change = ProposedChange::ItemMovedIn(moved);
    decided_or_proposed_to(decider, changes, change, window, context)
}

pub(super) fn move_out(
    changes: Option<&SiteChanges>,
    command: &MoveItemOut,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    let from = first_day(command.from, site.division, context)?;
    let known = with_recorded(context, &site.id, changes);
    if !known.has_moved_in(&command.item, site.division, from) {
        return Err(Rejection::NotMovedIn {
            item: command.item.clone(),
            item_name: context.directory.item_label(&command.item),
        });
    }
    let moved = ItemMovedOut {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        item: command.item.clone(),
        from,
        decided_by: context.own_division(),
    };
    let by_rule = (ChangeApprover::TierAbove, TIER_ABOVE);
    let decider = Decider::of(RecordKind::MoveItemOut, by_rule, window, context);
    let change = ProposedChange::ItemMovedOut(moved);
    let events = decided_or_proposed_to(decider, changes, change, window, context)?;
    // A proposal is checked again when a bureau approves it.
    if let [event @ Event::ItemMovedOut(_)] = events.as_slice() {
        let after = SiteChanges::evolve(changes.cloned(), event);
        let stays = after.moved_in(&command.item, from);
        refuse_decided(stays.and_then(|stays| stays.decided_by), context)?;
    }
    Ok(events)
}
