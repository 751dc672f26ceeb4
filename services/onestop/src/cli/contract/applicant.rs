//! The persons of a case, and what the window must see to, as options of `case open` and `case correct`.

use onestop_proto::{
    case::{AgentKind, Care, DocumentKind, Guardian, LegalCapacity, SpokenLanguage},
    typed::half_width,
};
use serde_json::{Value, json};

use super::field::{Field, day, flag, option};

fn text(flag: &'static str, help: &'static str, path: &str) -> Field {
    option::<String>(flag, help).at(path)
}

/// The name of the first person.
pub(super) fn name(help: &'static str) -> Field {
    text("name", help, "applicant.people.0.name")
}

/// The persons of a case, besides the name of the first.
#[rustfmt::skip]
pub(super) fn applicant() -> Vec<Field> {
    vec![
        text("phone", "Telephone", "applicant.people.0.phone"),
        text("summary", "What happened, in the citizen's words", "applicant.summary").default(""),
        text("document-number", "Number of the identity card, of the passport, …", "applicant.people.0.document.number")
            .value_name("NUMBER"),
        option::<DocumentKind>("document", "Which document: identity-card, old-identity-card, passport, residence-permit, hmt-residence-permit, permanent-residence-card, hmt-travel-permit, taiwan-travel-permit, credit-code, other, none")
            .at("applicant.people.0.document.kind").value_name("KIND"),
        text("address", "Where the person lives", "applicant.people.0.address"),
        day("birth", "Date of birth, where no identity number says it")
            .at("applicant.people.0.birth").value_name("DAY"),
        option::<LegalCapacity>("capacity", "What a grown person lacks of the capacity for civil acts: limited, none")
            .at("applicant.people.0.capacity"),
        text("with", "A further person who asks; may be repeated", "applicant.people.+.name").many().value_name("NAME"),
        text("respondent", "Another party to the dispute; may be repeated, others name them by this order", "applicant.respondents.+.name")
            .many().value_name("NAME"),
        text("respondent-phone", "The telephone of the first other party", "applicant.respondents.0.phone")
            .requires("respondent").value_name("PHONE"),
        text("respondent-address", "Where the first other party lives", "applicant.respondents.0.address")
            .requires("respondent").value_name("ADDRESS"),
        text("agent", "Who speaks for them (代理人)", "applicant.agent.name").requires("authority").value_name("NAME"),
        option::<AgentKind>("agent-kind", "In what capacity: statutory, legal-representative (of a company), entrusted, kin, community")
            .at("applicant.agent.kind").default("entrusted").value_name("KIND"),
        option::<Guardian>("guardian", "Which guardian a statutory agent is: spouse, parent, child, near-relative, approved")
            .at("applicant.agent.guardian").requires("agent"),
        text("agent-phone", "The agent's telephone", "applicant.agent.phone").requires("agent").value_name("PHONE"),
        text("agent-document-number", "The number of the agent's identity card", "applicant.agent.document.number")
            .requires("agent").value_name("NUMBER"),
        text("authority", "What the agent's authority rests on: kinship, a letter of attorney", "applicant.agent.authority")
            .requires("agent"),
    ]
}

/// Who stays unnamed has an empty name. Drops an agent without a name; a document's number without a kind is that of an identity card.
pub(super) fn finish_applicant(applicant: &mut Value) {
    if let Some(first) = applicant.pointer_mut("/people/0")
        && first["anonymous"] == json!(true)
    {
        first["name"] = json!("");
    }
    if applicant.pointer("/agent/name").is_none()
        && let Some(applicant) = applicant.as_object_mut()
    {
        applicant.remove("agent");
    }
    for place in ["/people/0/document", "/agent/document"] {
        let Some(document) = applicant.pointer_mut(place) else {
            continue;
        };
        if document["kind"].is_null() {
            let number = half_width(document["number"].as_str().unwrap_or_default());
            document["kind"] = json!(kind_of(number.trim()));
        }
    }
}

/// The kind of document of a number without a kind.
fn kind_of(number: &str) -> DocumentKind {
    if number.len() == 15 {
        DocumentKind::OldIdentityCard
    } else {
        DocumentKind::IdentityCard
    }
}

/// What the window must see to.
#[rustfmt::skip]
pub(super) fn needs() -> Vec<Field> {
    vec![
        option::<Care>("care", "Special care: minor, elderly, disabled, migrant-worker, woman, serviceman; may be repeated")
            .many().at("needs.care"),
        option::<SpokenLanguage>("speaks", "The language that is spoken, if it is not Mandarin: dai, yi, hani, burmese, sign, …")
            .at("needs.language").value_name("LANGUAGE"),
        flag("interpreter", "An interpreter is needed (需要翻译)").at("needs.interpreter"),
        flag("home-visit", "The citizen cannot come: a clerk goes there (上门服务)").at("needs.home_visit"),
    ]
}
