//! The papers that a place asks for (所需材料): as many as wider places, or fewer.

use onestop_directory::{ChangeApprover, Directory, Item, RecordKind, SiteChanges, Unit};
use onestop_proto::{
    ids::Topic,
    registry::{Event, PapersSet, ProposedChange, Rejection, SetPapers},
};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    basis_of, known_item, known_site, period,
    permission::check_keeper,
    proposal::{Decider, decided_or_proposed_to},
    serving::once,
    wider::{binds_more, check_papers, refuse_decided},
    window_of, with_recorded,
};

/// By what a place's own bureau decides about papers that it asks for no longer.
const OWN_BUREAU: &str = "精简材料由本级确定";
/// By what the tier above decides about papers that a place asks for again.
const TIER_ABOVE: &str = "恢复已精简的材料，由上一级确定";

pub(super) fn set(
    changes: Option<&SiteChanges>,
    command: &SetPapers,
    context: &Context<'_>,
) -> Decision {
    let site = known_site(&command.site, context.directory)?;
    let window = window_of(site, context)?;
    check_keeper(window, context)?;
    let from = period((command.from, command.until), site.division, context);
    let (item, papers) = (matter(command, context), papers(command, context));
    let basis = basis_of(&command.basis);
    refuse_all([fault(&item), fault(&papers), fault(&basis), fault(&from)])?;
    let item = item?;
    let set = PapersSet {
        site: site.id.clone(),
        unit: window.id.clone(),
        division: site.division,
        item: item.id.clone(),
        topic: command.topic.clone(),
        papers: papers?,
        from: from?,
        until: command.until,
        basis: basis?,
        decided_by: context.own_division(),
    };
    let known = with_recorded(context, &site.id, changes);
    check_papers(&set, &known)?;
    let decider = decider(&set, window, (&known, context))?;
    let change = ProposedChange::PapersSet(set);
    let events = decided_or_proposed_to(decider, changes, change, window, context)?;
    // A proposal is checked again when a bureau approves it.
    if let [Event::PapersSet(set)] = events.as_slice() {
        check_let_go(changes, (set, item), context)?;
    }
    Ok(events)
}

/// Refuses a paper that a wider bureau has let go of at the same place.
fn check_let_go(
    changes: Option<&SiteChanges>,
    (set, item): (&PapersSet, &Item),
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let after = SiteChanges::evolve(changes.cloned(), &set.clone().into());
    let after = with_recorded(context, &set.site, Some(&after));
    let rules = after.papers_rules_at((item, set.topic.as_ref()), set.division, set.from);
    let lets_go = |rule: &&&PapersSet| {
        let mut papers = set.papers.iter();
        rule.division == set.division && papers.any(|paper| !rule.papers.contains(paper))
    };
    match rules.iter().find(lets_go) {
        Some(rule) => refuse_decided(rule.decided_by, context),
        None => Ok(()),
    }
}

/// Who decides: the place's own bureau about fewer papers, the tier above about more than the place asks for now.
fn decider(
    set: &PapersSet,
    window: &Unit,
    (known, context): (&Directory, &Context<'_>),
) -> Result<Decider, Rejection> {
    let item = known_item(&set.item, known)?;
    let topic = set.topic.as_ref();
    let asked = known.papers(item, topic, set.division, set.from);
    let more = set.papers.iter().any(|paper| !asked.contains(&paper));
    let by_strictness = if more {
        (ChangeApprover::TierAbove, TIER_ABOVE)
    } else {
        (ChangeApprover::Bureau, OWN_BUREAU)
    };
    let rules = known.papers_rules_at((item, topic), set.division, set.from);
    let own = rules.iter().find(|rule| rule.division == set.division);
    let repeats =
        own.is_none_or(|own| own.until == set.until && !binds_more(own.decided_by, context));
    if !more && asked.len() == set.papers.len() && repeats {
        return Err(Rejection::NothingChanges {});
    }
    Ok(Decider::of(
        RecordKind::SetPapers,
        by_strictness,
        window,
        context,
    ))
}

/// The item, if the directory knows it, and the topic if one is named.
fn matter<'a>(command: &SetPapers, context: &Context<'a>) -> Result<&'a Item, Rejection> {
    let item = known_item(&command.item, context.directory)?;
    match &command.topic {
        Some(topic) if item.topic(topic).is_none() => Err(Rejection::UnknownMatter {
            item: item.id.clone(),
            item_name: context.directory.item_label(&item.id),
        }),
        Some(_) | None => Ok(item),
    }
}

/// The papers, each once, if the directory knows them all.
fn papers(command: &SetPapers, context: &Context<'_>) -> Result<Vec<Topic>, Rejection> {
    let unknown = |paper: &&Topic| context.directory.material_name(paper).is_none();
    match command.papers.iter().find(unknown) {
        Some(paper) => Err(Rejection::UnknownPaper {
            paper: paper.clone(),
        }),
        None => Ok(once(&command.papers)),
    }
}
