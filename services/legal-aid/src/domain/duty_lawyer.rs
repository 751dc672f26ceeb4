//! A duty lawyer's help (值班律师法律帮助, 法律援助法 art. 30, 37): a light matter. It is asked for and given; nothing is reviewed
//! or assigned, and no file is kept of it.

use onestop_matter::domain::{Context, Matter};
use onestop_proto::{
    legal_aid::{Event, GiveHelp, HelpGiven, HelpRequested, OrganNotice, Rejection},
    matter,
};

use super::{
    LegalAidRules,
    assignment::{for_one_side, licence},
    end_step, require_texts,
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
) -> Result<Vec<Event>, Rejection> {
    if give.kinds.is_empty() {
        let field = "kinds".to_owned();
        return Err(matter::Rejection::Incomplete { field }.into());
    }
    require_texts(&[("firm", &give.firm), ("licence", &give.licence)])?;
    let licence = licence(&give.licence)?;
    for_one_side(matter, licence.as_str(), context)?;
    let given = HelpGiven {
        kinds: give.kinds.clone(),
        firm: give.firm.clone(),
        licence: licence.into(),
    };
    Ok(end_step(matter, given).collect())
}
