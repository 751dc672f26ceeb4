//! What a case is referred for. The window asks for it, and referral routes it.

use serde::{Deserialize, Serialize};

use crate::{
    case::SpokenLanguage,
    division::DivisionCode,
    ids::{CaseId, ServiceItem, Topic},
    organ_notice::OrganNotice,
};

choices! {
    /// Why an application that had ended goes on: statutory clocks count on from its first receipt.
    pub enum Resumption {
        /// The citizen takes the withdrawal back.
        WithdrawalTakenBack = "withdrawal-taken-back", "群众不再撤销申请", "the citizen takes the withdrawal back";
        /// The window had closed the case by mistake.
        ClosedByMistake = "closed-by-mistake", "误办结", "closed by mistake";
    }
}

/// What a case is referred for: in events its fields stand among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReferralSubject {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// Whether it cannot wait (紧急): units on duty are offered it first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The language of the citizen, where it is not Mandarin: of equally near units one that speaks it is offered the case first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<SpokenLanguage>,
    /// The case of the other side, where both came (利益冲突): its units are excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opposed_to: Option<CaseId>,
    /// The organ's letter that opened the case (办案机关公函); nothing where a citizen asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<OrganNotice>,
    /// How many other parties the case's file names (被申请人人数); nothing where it names none, and in events from before it was
    /// kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondents: Option<u32>,
    /// How many people ask (申请人数); nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// Why the case was opened again, where the window goes on with an application that had ended; nothing of a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Resumption>,
}

impl ReferralSubject {
    /// What is not urgent, of a case without another side, a letter or other parties.
    pub const fn new(item: ServiceItem, topic: Topic, place: DivisionCode) -> Self {
        Self {
            item,
            topic,
            place,
            urgent: false,
            language: None,
            opposed_to: None,
            notice: None,
            respondents: None,
            people: None,
            resumed: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::case::ReferralRequested;

    #[test]
    fn its_fields_stand_among_those_of_an_event() {
        let text = r#"{"number":"s4k2m9qxa-261123-001","item":"legal-aid","topic":"labour-pay","place":"530821000000","urgent":true,"respondents":2,"people":3}"#;
        let requested: ReferralRequested = serde_json::from_str(text).unwrap();
        assert_eq!(requested.subject.respondents, Some(2));
        assert_eq!(serde_json::to_string(&requested).unwrap(), text);
    }
}
