//! From the application to the mediators: both parties must want mediation (人民调解法
//! art. 3, 17-19).

use onestop_matter::domain::{Context, Matter, start};
use onestop_proto::{
    matter,
    mediation::{
        Accepted, Consent as ConsentOf, Consented, Event, MediatorsNamed, NameMediators, NotAccept,
        NotAccepted, Party, PartyRefused, RefuseByParty, Rejection,
    },
};

use super::{Consent, MediationRules, end_step};

type Decision = Result<Vec<Event>, Rejection>;

/// From acceptance to an agreement or a failure: usually one month.
const CONCLUDE: &str = "mediation.conclude";

/// The applicant agreed by applying; the other party has to agree.
pub(super) fn consent(matter: &Matter<MediationRules>, consent: &ConsentOf) -> Decision {
    let party = consent.party;
    match (party, matter.details.consent) {
        (Party::Respondent, Consent::Awaited) => Ok(vec![Consented { party }.into()]),
        (Party::Applicant, _) | (Party::Respondent, Consent::Agreed) => Ok(Vec::new()),
    }
}

pub(super) fn refuse(matter: &Matter<MediationRules>, refuse: &RefuseByParty) -> Vec<Event> {
    let party = refuse.party;
    end_step(matter, PartyRefused { party }).collect()
}

pub(super) fn not_accept(matter: &Matter<MediationRules>, not: &NotAccept) -> Vec<Event> {
    let reason = not.reason;
    end_step(matter, NotAccepted { reason }).collect()
}

/// Acceptance ends the examination and starts the clock of mediation.
pub(super) fn accept(matter: &Matter<MediationRules>, context: &Context<'_>) -> Decision {
    let Consent::Agreed = matter.details.consent else {
        return Err(Rejection::ConsentFirst {});
    };
    let conclude = start(CONCLUDE, matter, context);
    Ok(end_step(matter, Accepted {}).chain([conclude]).collect())
}

pub(super) fn name_mediators(name: &NameMediators) -> Decision {
    if name.mediators.is_empty() {
        let field = "mediators".to_owned();
        return Err(matter::Rejection::Incomplete { field }.into());
    }
    Ok(vec![
        MediatorsNamed {
            mediators: name.mediators.clone(),
            named_by: name.named_by,
        }
        .into(),
    ])
}
