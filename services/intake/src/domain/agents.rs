//! Who cannot be the agent of a case: one of its own parties, a person who cannot act alone, and the agent of the other side
//! (民法典 art. 19–23, 168; 律师法 art. 39).

use onestop_proto::{
    case::{Agent, Applicant, Document, Person, Rejection},
    typed::{code_signs, half_width, is_invisible},
};

use super::field_problem::incomplete;

const AGENT: &str = "applicant.agent";

/// What tells a person from others, as it was taken down.
struct Identity {
    name: String,
    phone: Option<String>,
    document: Option<String>,
}

impl Identity {
    fn new(name: &str, phone: Option<&str>, document: Option<&Document>) -> Self {
        let signs = half_width(name);
        let signs = signs.chars();
        let document = document.and_then(|shown| shown.number.as_deref());
        let document = document.map(|number| code_signs(number).to_ascii_uppercase());
        Self {
            name: signs
                .filter(|sign| !sign.is_whitespace() && !is_invisible(*sign))
                .collect(),
            phone: phone.and_then(dialled),
            document: document.filter(|number| !number.is_empty()),
        }
    }

    fn of_agent(agent: &Agent) -> Self {
        Self::new(&agent.name, agent.phone.as_deref(), agent.document.as_ref())
    }

    fn of_person(person: &Person) -> Self {
        let document = person.document.as_ref();
        Self::new(&person.name, person.phone.as_deref(), document)
    }

    /// By their documents, where both showed one; else by the name, unless their telephones differ.
    fn is(&self, other: &Self) -> bool {
        if let (Some(one), Some(another)) = (&self.document, &other.document) {
            return one == another;
        }
        let apart = self.phone.is_some() && other.phone.is_some() && self.phone != other.phone;
        !self.name.is_empty() && self.name == other.name && !apart
    }

    fn has_phone_of(&self, other: &Self) -> bool {
        self.phone.is_some() && self.phone == other.phone
    }
}

/// The digits of a telephone; of a mobile one without the country's code.
fn dialled(phone: &str) -> Option<String> {
    let signs = half_width(phone);
    let digits: String = signs.chars().filter(char::is_ascii_digit).collect();
    let national = digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86"))
        .filter(|rest| rest.len() == 11);
    let national = national.map(str::to_owned).unwrap_or(digits);
    (!national.is_empty()).then_some(national)
}

/// Refuses an agent who is a party of the same case. Of several applicants one may represent the others (推选代表人), if that
/// person can act alone.
///
/// # Errors
/// That the agent is the other party, the only applicant, or one who cannot act alone.
pub(super) fn check_apart(
    applicant: &Applicant,
    acts_alone: impl Fn(usize, &Person) -> bool,
) -> Result<(), Rejection> {
    let Some(agent) = applicant.agent.as_ref().map(Identity::of_agent) else {
        return Ok(());
    };
    let of_other = applicant.respondents.iter().any(|other| {
        let other = Identity::new(&other.name, other.phone.as_deref(), None);
        agent.is(&other) || agent.has_phone_of(&other)
    });
    if of_other {
        return Err(incomplete(
            AGENT,
            "代理人与对方当事人是同一人，或者用同一电话，不得代理（民法典第一百六十八条）。请核对，或者另填代理人 / \
             the agent is the other party, or has the same telephone, and cannot act (Civil Code art. 168): check it, or name another",
        ));
    }
    let mut people = applicant.people.iter().enumerate();
    let same = people.find(|(_, person)| agent.is(&Identity::of_person(person)));
    match same {
        Some((index, person)) if !acts_alone(index, person) => Err(incomplete(
            AGENT,
            "代理人是申请人本人，本人不能独立办理，不能代理自己（民法典第十九条至第二十三条）。请填写监护人 / \
             the agent is the applicant, who cannot act alone (Civil Code art. 19-23): name the guardian",
        )),
        Some(_) if applicant.people.len() == 1 => Err(incomplete(
            AGENT,
            "代理人与申请人是同一人。本人办理的不填代理人 / \
             the agent is the applicant: a person who acts alone has no agent",
        )),
        Some(_) | None => Ok(()),
    }
}

/// Refuses an agent who acts for the other side, or is the other side, in a case that is named as the other side's.
///
/// # Errors
/// That one person would act for both (民法典 art. 168).
pub(crate) fn check_other_side(ours: &Applicant, theirs: &Applicant) -> Result<(), Rejection> {
    let acting = |applicant: &Applicant| applicant.agent.as_ref().map(Identity::of_agent);
    let asking = |applicant: &Applicant, agent: &Identity| {
        let mut people = applicant.people.iter();
        people.any(|person| agent.is(&Identity::of_person(person)))
    };
    let (our_agent, their_agent) = (acting(ours), acting(theirs));
    let both = match (&our_agent, &their_agent) {
        (Some(ours), Some(theirs)) => ours.is(theirs),
        (None, _) | (_, None) => false,
    };
    let crossed = our_agent.is_some_and(|agent| asking(theirs, &agent))
        || their_agent.is_some_and(|agent| asking(ours, &agent));
    if both || crossed {
        return Err(incomplete(
            AGENT,
            "同一人不得代理双方，对方当事人及其代理人不得代理本方（民法典第一百六十八条）。请另填代理人 / \
             one person does not act for both sides (Civil Code art. 168): name another agent",
        ));
    }
    Ok(())
}
