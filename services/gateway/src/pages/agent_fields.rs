//! The fields of an agent (代理人) and of the capacity that makes one needed: of a registration and of its correction.

use onestop_proto::{
    case::{Agent, AgentKind, Applicant, BODY_AGENT_MISSING, DocumentKind, authority_fault},
    field_names::both_languages,
    ids::ServiceItem,
};
use serde_json::Value;

use super::{
    person_rows::{check_name, check_phone},
    problems::Problems,
    shell::Page,
};
use crate::core::{
    command_schema::{Choice, choices},
    form_data::FormData,
};

/// The field of the name: without a name there is no agent.
const NAME: &str = "agent_name";

/// What the fields offer.
pub(super) struct AgentChoices {
    pub(super) kinds: Vec<Choice>,
    pub(super) guardians: Vec<Choice>,
    pub(super) capacities: Vec<Choice>,
}

impl AgentChoices {
    /// Those of a command that names applicants.
    pub(super) fn of(schema: &Value) -> Self {
        Self {
            kinds: choices(schema, "AgentKind"),
            guardians: choices(schema, "Guardian"),
            capacities: choices(schema, "LegalCapacity"),
        }
    }
}

/// Fills the fields with what was taken down.
pub(super) fn fill(typed: &mut FormData, applicant: &Applicant) {
    let capacity = applicant.people.first().and_then(|first| first.capacity);
    typed.set("capacity", capacity.map_or("", |one| one.as_str()));
    let agent = applicant.agent.as_ref();
    // What a form without an agent shows: its first choice.
    let kind = agent.map_or(AgentKind::Statutory, |agent| agent.kind);
    typed.set("agent_kind", kind.as_str());
    let guardian = agent.and_then(|agent| agent.guardian);
    typed.set("agent_guardian", guardian.map_or("", |one| one.as_str()));
    let phone = agent.and_then(|agent| agent.phone.clone());
    typed.set("agent_phone", phone.unwrap_or_default());
    typed.set(NAME, agent.map_or("", |agent| agent.name.as_str()));
    typed.set(
        "agent_authority",
        agent.map_or("", |agent| agent.authority.as_str()),
    );
}

/// The agent whom the fields name; what they do not ask stays as it was taken down.
pub(super) fn agent(typed: &FormData, before: Option<&Agent>) -> Option<Agent> {
    let name = typed.filled(NAME)?;
    let kind = typed.get("agent_kind").parse();
    Some(Agent {
        kind: kind.unwrap_or(AgentKind::Entrusted),
        guardian: typed.get("agent_guardian").parse().ok(),
        name: name.to_owned(),
        phone: typed.filled("agent_phone").map(str::to_owned),
        document: before.and_then(|before| before.document.clone()),
        authority: typed.get("agent_authority").to_owned(),
    })
}

/// Puts agent and capacity right. A form of before these fields says nothing of them.
pub(super) fn correct(applicant: &mut Applicant, typed: &FormData) {
    if !typed.names().any(|name| name == NAME) {
        return;
    }
    if let Some(first) = applicant.people.first_mut() {
        first.capacity = typed.get("capacity").parse().ok();
    }
    applicant.agent = agent(typed, applicant.agent.as_ref());
}

/// An agent needs a name beside the other fields.
pub(super) fn check(typed: &FormData, page: &Page<'_>, problems: &mut Problems) {
    let mut said = ["agent_phone", "agent_authority", "agent_guardian"].into_iter();
    if typed.filled(NAME).is_none() && said.any(|name| typed.filled(name).is_some()) {
        problems.add(NAME, page.i18n.t("new-problem-agent"));
    }
    check_name(NAME, typed, page, problems);
    check_phone("agent_phone", typed, page, problems);
    let named = agent(typed, None);
    let fault = named.and_then(|agent| authority_fault(agent.kind, &agent.authority));
    if let Some(fault) = fault {
        problems.add("agent_authority", page.i18n.words(&both_languages(fault)));
    }
}

/// Adds that no person acts for a company that asks alone for more than advice.
pub(super) fn check_body(
    item: Option<&ServiceItem>,
    typed: &FormData,
    page: &Page<'_>,
    problems: &mut Problems,
) {
    let is_body = typed.has("document_kind", DocumentKind::CreditCode.as_str());
    let applies = item.is_some_and(|item| *item != ServiceItem::consultation());
    let is_alone = !typed
        .names()
        .any(|name| name.starts_with("other-") && typed.filled(name).is_some());
    if is_body && applies && is_alone && typed.filled(NAME).is_none() {
        problems.add(NAME, page.i18n.words(&both_languages(BODY_AGENT_MISSING)));
    }
}

/// The form's field for a field of the command about an agent or the first person's capacity.
pub(super) fn field_of(path: &str) -> Option<&'static str> {
    if path == "applicant.people[0].capacity" {
        return Some("capacity");
    }
    let part = path.strip_prefix("applicant.agent")?;
    Some(match part {
        ".kind" => "agent_kind",
        ".guardian" => "agent_guardian",
        ".phone" => "agent_phone",
        ".authority" => "agent_authority",
        _ => NAME,
    })
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Guardian, LegalCapacity};

    use super::*;

    fn represented() -> Applicant {
        let mut applicant = Applicant::named("玉罕");
        applicant.agent = Some(Agent {
            kind: AgentKind::Statutory,
            guardian: Some(Guardian::Parent),
            name: "岩坎".to_owned(),
            phone: Some("13811112222".to_owned()),
            document: None,
            authority: "父女".to_owned(),
        });
        applicant
    }

    #[test]
    fn what_was_taken_down_of_an_agent_is_read_back() {
        let before = represented();
        let mut typed = FormData::default();
        fill(&mut typed, &before);
        let mut after = before.clone();
        correct(&mut after, &typed);
        assert!(after == before);
    }

    #[test]
    fn an_agent_is_added_and_taken_off_later() {
        let mut applicant = Applicant::named("玉罕");
        let typed = "agent_name=岩坎&agent_kind=statutory&agent_guardian=parent&agent_authority=父女&capacity=limited";
        correct(&mut applicant, &FormData::parse(typed));
        let agent = applicant.agent.as_ref().unwrap();
        assert_eq!(
            (agent.name.as_str(), agent.guardian),
            ("岩坎", Some(Guardian::Parent))
        );
        assert_eq!(applicant.people[0].capacity, Some(LegalCapacity::Limited));
        // A form of before says nothing of an agent.
        correct(&mut applicant, &FormData::parse("name=玉罕"));
        assert!(applicant.agent.is_some());
        correct(
            &mut applicant,
            &FormData::parse("agent_name=&agent_kind=statutory"),
        );
        assert!(applicant.agent.is_none());
    }

    #[test]
    fn a_field_of_an_agent_is_found_on_the_page() {
        assert_eq!(
            field_of("applicant.agent.authority"),
            Some("agent_authority")
        );
        assert_eq!(field_of("applicant.agent"), Some(NAME));
        assert_eq!(field_of("applicant.people[0].capacity"), Some("capacity"));
        assert_eq!(field_of("applicant.people[0].name"), None);
    }
}
