//! A duty lawyer's help (值班律师法律帮助, 法律援助法 art. 30, 37): a light matter. It is asked for and given; nothing is reviewed
//! or assigned, and no file is kept of it.

use onestop_matter::domain::{Context, Matter, require_any};
use onestop_proto::{
    field_problems::both,
    legal_aid::{Event, GiveHelp, HelpGiven, HelpRequested, OrganNotice, Rejection},
};

use super::{
    Decision, LegalAidRules,
    assignment::{for_one_side, lawyer},
    end_step,
};

/// Help is asked for, by an organ's letter or by the person.
pub(super) fn requested(notice: Option<&OrganNotice>) -> Event {
    let notice = notice.cloned();
    HelpRequested { notice }.into()
}

/// What was done is named: at least one thing.
pub(super) fn give(
    matter: &Matter<LegalAidRules>,
    give: &GiveHelp,
    context: &Context<'_>,
) -> Decision {
    let kinds = require_any("kinds", &give.kinds).map_err(Rejection::from);
    let ((), licence) = both(kinds, lawyer(&give.firm, &give.licence))?;
    for_one_side(matter, licence.as_str(), context)?;
    let given = HelpGiven {
        kinds: give.kinds.clone(),
        firm: give.firm.clone(),
        licence: licence.into(),
    };
    Ok(end_step(matter, given).collect())
}
