//! From the application to acceptance: both sides must want mediation, each party for itself (人民调解法 art. 3, 17).

use onestop_matter::domain::{Context, Matter, end_step, start};
use onestop_proto::{
    matter,
    mediation::{
        Accepted, Consent as ConsentOf, Consented, CountRespondents, Event, NotAccept, NotAccepted,
        Party, PartyRefused, RefuseByParty, Rejection, RespondentDeclined, RespondentsCounted,
    },
    query::RecordedPerson,
    referral::ApplicantsCorrected,
};

use super::{Consent, Decision, Details, MediationRules, Respondents};

/// From acceptance to an agreement or a failure: usually one month.
const CONCLUDE: &str = "mediation.conclude";
/// As many as an application takes down of one side.
const MOST_PEOPLE: u32 = 100;

/// The other parties whom the case's file names: the window took them down, and mediation does not ask again. A dispute has one
/// at least.
pub(super) fn named(received: &matter::Received) -> Respondents {
    Respondents::of_file(in_file(received.respondents))
}

fn in_file(respondents: Option<u32>) -> u32 {
    respondents.unwrap_or(1).clamp(1, MOST_PEOPLE)
}

/// The window corrected whom the file names: each of the other parties has to agree (人民调解法 art. 3, 17), and so does whom the
/// mediators found besides.
pub(super) fn corrected(
    matter: &Matter<MediationRules>,
    corrected: ApplicantsCorrected,
) -> Vec<Event> {
    let known = &matter.details.respondents;
    let in_file = in_file(corrected.respondents);
    if in_file == known.named() {
        return Vec::new();
    }
    let counted = RespondentsCounted {
        count: known.corrected(in_file).total(),
        in_file: Some(in_file),
    };
    vec![counted.into()]
}

/// Who joins later is asked for consent as the others were.
pub(super) fn count(matter: &Matter<MediationRules>, count: &CountRespondents) -> Decision {
    let known = matter.details.respondents.total();
    let count = count.count;
    if !(1..=MOST_PEOPLE).contains(&count) {
        return Err(matter::Rejection::OutOfRange {
            field: "count".to_owned(),
            least: 1,
            most: MOST_PEOPLE,
        }
        .into());
    }
    if count < known {
        return Err(Rejection::FewerRespondents { count: known });
    }
    let counted = RespondentsCounted {
        count,
        in_file: None,
    };
    let more = (count > known).then(|| counted.into());
    Ok(more.into_iter().collect())
}

/// The applicants agreed by applying; every other party has to agree.
pub(super) fn consent(matter: &Matter<MediationRules>, consent: &ConsentOf) -> Decision {
    let (party, person) = (consent.party, consent.person);
    if party == Party::Applicant {
        return Ok(Vec::new());
    }
    let number = respondent(matter, person)?;
    Ok(match matter.details.respondents.answer_of(number) {
        Consent::Awaited | Consent::Declined => vec![Consented { party, person }.into()],
        Consent::Agreed => Vec::new(),
    })
}

/// The refusal of a side ends mediation, and that of its last party; where others are left, it goes on with them.
pub(super) fn refuse(matter: &Matter<MediationRules>, refuse: &RefuseByParty) -> Decision {
    let (party, person) = (refuse.party, refuse.person);
    if let (Party::Respondent, Some(_)) = (party, person) {
        let number = respondent(matter, person)?;
        let known = &matter.details.respondents;
        if known.answer_of(number) == Consent::Declined {
            return Ok(Vec::new());
        }
        let others = (1..=known.total()).filter(|other| *other != number);
        let mut left = others.filter(|other| known.answer_of(*other) != Consent::Declined);
        if left.next().is_some() {
            let person = number;
            return Ok(vec![RespondentDeclined { person }.into()]);
        }
    }
    let refused = PartyRefused {
        party,
        person,
        open_dates: matter.critical_dates.open(),
    };
    Ok(end_step(matter, refused).collect())
}

pub(super) fn not_accept(matter: &Matter<MediationRules>, not: &NotAccept) -> Vec<Event> {
    let not_accepted = NotAccepted {
        reason: not.reason,
        open_dates: matter.critical_dates.open(),
    };
    end_step(matter, not_accepted).collect()
}

/// Acceptance ends the examination and starts the clock of mediation.
pub(super) fn accept(matter: &Matter<MediationRules>, context: &Context<'_>) -> Decision {
    require_consent(matter)?;
    let conclude = start(CONCLUDE, matter, context);
    Ok(end_step(matter, Accepted {}).chain([conclude]).collect())
}

/// Whether a command fits what the other parties answered: a dispute is accepted once they agree, and no consent is asked for
/// where all have agreed.
pub(super) fn fits(matter: &Matter<MediationRules>, command: &str) -> bool {
    match command {
        "accept" | "agree-in-writing" | "agree-orally" => require_consent(matter).is_ok(),
        "consent" => {
            let mut answers = matter.details.respondents.answers();
            answers.any(|answer| answer != Consent::Agreed)
        }
        _ => true,
    }
}

/// Who has agreed, and who has refused.
pub(super) fn recorded(details: &Details) -> Vec<RecordedPerson> {
    let known = &details.respondents;
    let answered = |answer: Consent| {
        let places = (1..=known.total()).filter(move |person| known.answer_of(*person) == answer);
        places.collect::<Vec<u32>>()
    };
    let agreed = RecordedPerson::all("consent", answered(Consent::Agreed));
    let declined = RecordedPerson::all("refuse-by-party", answered(Consent::Declined));
    agreed.chain(declined).collect()
}

/// That every other party has answered, and one at least agreed.
pub(super) fn require_consent(matter: &Matter<MediationRules>) -> Result<(), Rejection> {
    let mut answers = matter.details.respondents.answers();
    if answers.clone().any(|answer| answer == Consent::Awaited)
        || !answers.any(|answer| answer == Consent::Agreed)
    {
        return Err(Rejection::ConsentFirst {});
    }
    Ok(())
}

/// Which other party is meant; the only one need not be named.
pub(super) fn respondent(
    matter: &Matter<MediationRules>,
    person: Option<u32>,
) -> Result<u32, Rejection> {
    let count = matter.details.respondents.total();
    match person {
        None if count == 1 => Ok(1),
        None => Err(Rejection::WhichRespondent { count }),
        Some(person) if (1..=count).contains(&person) => Ok(person),
        Some(person) => Err(Rejection::NoSuchParty { person, count }),
    }
}

/// Refuses a term of the agreement that obliges a party who refused.
pub(super) fn bound_party(
    matter: &Matter<MediationRules>,
    party: Party,
    person: Option<u32>,
) -> Result<(), Rejection> {
    match party {
        // Only the case's file says how many apply together.
        Party::Applicant => match person {
            Some(person) if !(1..=MOST_PEOPLE).contains(&person) => {
                let count = MOST_PEOPLE;
                Err(Rejection::NoSuchParty { person, count })
            }
            Some(_) | None => Ok(()),
        },
        Party::Respondent => {
            let person = respondent(matter, person)?;
            match matter.details.respondents.answer_of(person) {
                Consent::Declined => Err(Rejection::PartyDeclined { person }),
                Consent::Awaited | Consent::Agreed => Ok(()),
            }
        }
    }
}
