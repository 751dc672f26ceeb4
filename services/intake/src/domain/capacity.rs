//! Which persons can apply, and which need an agent (民法典 art. 17-23, 法律援助法 art. 40).

use onestop_proto::{
    case::{Agent, AgentKind, Applicant, DocumentKind, Person, Rejection, Warning},
    ids::ServiceItem,
};

use super::field_problem::incomplete;

/// Below, a child has no capacity for civil acts (民法典 art. 20).
const LIMITED_CAPACITY: i16 = 8;
/// From then on a person has full capacity (民法典 art. 17, 18).
const FULL_CAPACITY: i16 = 18;

/// Ages in full years, where a document or the person says them.
pub(super) struct Ages {
    pub(super) people: Vec<Option<i16>>,
    pub(super) agent: Option<i16>,
}

/// Checks that each applicant can apply, or has an agent who can. Advice is open to everyone.
///
/// # Errors
/// The field that is missing, or the person who cannot be what they are written down as.
pub(super) fn check(
    applicant: &Applicant,
    item: &ServiceItem,
    ages: &Ages,
) -> Result<Option<Warning>, Rejection> {
    if let Some(agent) = &applicant.agent {
        check_agent(agent, ages.agent)?;
    }
    if *item == ServiceItem::consultation() {
        return Ok(None);
    }
    check_bodies(applicant, item)?;
    let youngest = ages.people.iter().flatten().min();
    match (youngest, &applicant.agent) {
        (Some(..LIMITED_CAPACITY), agent) => {
            check_statutory(agent.as_ref(), item)?;
            Ok(None)
        }
        (Some(..FULL_CAPACITY), None) => Ok(Some(Warning::MinorAlone)),
        (Some(_) | None, _) => Ok(None),
    }
}

/// A statutory agent has full capacity (民法典 art. 23: the guardian), as has every other agent.
fn check_agent(agent: &Agent, age: Option<i16>) -> Result<(), Rejection> {
    if age.is_some_and(|age| age < FULL_CAPACITY) {
        return Err(incomplete(
            "applicant.agent",
            "代理人须具有完全民事行为能力，未成年人不能担任（民法典第十七条、第二十三条） / \
             an agent has full capacity: a minor cannot be one (Civil Code art. 17, 23)",
        ));
    }
    let is_body = agent
        .document
        .as_ref()
        .is_some_and(|shown| shown.kind == DocumentKind::CreditCode);
    match (agent.kind, is_body) {
        (AgentKind::Statutory | AgentKind::Kin, true) => Err(incomplete(
            "applicant.agent",
            "法定代理人、近亲属须为自然人 / a statutory agent or kin is a natural person",
        )),
        (AgentKind::Statutory | AgentKind::Kin, false)
        | (AgentKind::Entrusted | AgentKind::Community, _) => Ok(()),
    }
}

/// A child below eight acts through the statutory agent and cannot entrust another agent; kin may apply for legal aid where a
/// guardian harms the child (法律援助法 art. 40), a community that is the guardian may too (民法典 art. 32).
fn check_statutory(agent: Option<&Agent>, item: &ServiceItem) -> Result<(), Rejection> {
    let may = agent.is_some_and(|agent| match agent.kind {
        AgentKind::Statutory | AgentKind::Community => true,
        AgentKind::Kin => *item == ServiceItem::legal_aid(),
        AgentKind::Entrusted => false,
    });
    if may {
        return Ok(());
    }
    Err(incomplete(
        "applicant.agent",
        "不满八周岁的未成年人由法定代理人代理，不能自行委托他人（民法典第二十条、第二十三条） / \
         a child below eight acts through the statutory agent, and can entrust nobody (Civil Code art. 20, 23)",
    ))
}

fn is_body(person: &Person) -> bool {
    let shown = person.document.as_ref();
    shown.is_some_and(|shown| shown.kind == DocumentKind::CreditCode)
}

/// A company or body asks through a person; legal aid is for natural persons.
fn check_bodies(applicant: &Applicant, item: &ServiceItem) -> Result<(), Rejection> {
    let Some(index) = applicant.people.iter().position(is_body) else {
        return Ok(());
    };
    if *item == ServiceItem::legal_aid() {
        return Err(incomplete(
            &format!("applicant.people[{index}].document.kind"),
            "法律援助的申请人是自然人（法律援助法第三十一条） / legal aid is for natural persons (art. 31)",
        ));
    }
    let natural = applicant.people.iter().any(|person| !is_body(person));
    if applicant.agent.is_none() && !natural {
        return Err(incomplete(
            "applicant.agent",
            "填写法定代表人或者代理人 / name its legal representative or agent",
        ));
    }
    Ok(())
}
