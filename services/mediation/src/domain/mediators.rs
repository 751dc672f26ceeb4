//! The mediators (人民调解法 art. 13, 14, 19): people of the committee's roster, whether or not they have an account; none
//! who is recused from this dispute (人民调解工作若干规定, 回避), or acts for the other side in another service (律师法 art. 39).

use onestop_directory::RosterStanding;
use onestop_matter::domain::{Context, Matter, require_any, require_impartial};
use onestop_proto::{
    ids::StaffId,
    mediation::{
        ChallengeMediator, Event, MediatorChallenged, MediatorsNamed, NameMediators, Rejection,
    },
};

use super::{Decision, MediationRules};

pub(super) fn name(
    matter: &Matter<MediationRules>,
    name: &NameMediators,
    context: &Context<'_>,
) -> Decision {
    require_any("mediators", &name.mediators)?;
    for (index, mediator) in name.mediators.iter().enumerate() {
        let before = name.mediators.get(..index).unwrap_or_default();
        if before.contains(mediator) {
            let mediator = mediator.clone();
            return Err(Rejection::MediatorTwice { mediator });
        }
        check(matter, mediator, context)?;
    }
    Ok(vec![
        MediatorsNamed {
            mediators: name.mediators.clone(),
            named_by: name.named_by,
        }
        .into(),
    ])
}

/// Whether a person may mediate here on the day. A committee whose roster is not kept names whom it has.
fn check(
    matter: &Matter<MediationRules>,
    mediator: &StaffId,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    if matter.details.challenged.contains(mediator) {
        let mediator = mediator.clone();
        return Err(Rejection::MediatorStandsBack { mediator });
    }
    require_impartial(matter, mediator, context)?;
    let day = context.happened_at.china_date();
    let mediator = mediator.clone();
    match context
        .directory
        .roster_standing(&matter.unit, &mediator, day)
    {
        RosterStanding::NotKept | RosterStanding::Valid => Ok(()),
        RosterStanding::Unknown => {
            let unit = matter.unit.clone();
            Err(Rejection::NotOnRoster { mediator, unit })
        }
        RosterStanding::OtherDay => {
            let day = day.to_string();
            Err(Rejection::RosterPeriod { mediator, day })
        }
    }
}

/// A recusal holds for the whole dispute.
pub(super) fn challenge(
    matter: &Matter<MediationRules>,
    challenge: &ChallengeMediator,
) -> Vec<Event> {
    if matter.details.challenged.contains(&challenge.mediator) {
        return Vec::new();
    }
    vec![
        MediatorChallenged {
            mediator: challenge.mediator.clone(),
            challenge: challenge.challenge,
        }
        .into(),
    ]
}
