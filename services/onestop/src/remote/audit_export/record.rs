//! One act, as a line of the export.

use onestop_gateway::accounts::AccountChange;
use onestop_proto::{
    contract, envelope::Envelope, raw_json::RawJson, text::Words, time::Timestamp,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The version of the fields.
const FORMAT: &str = "onestop-audit/1";
/// The source of changes of accounts, which are in no log of a service.
const ACCOUNTS: &str = "/onestop/gateway/accounts";
/// Their type.
const ACCOUNT_CHANGED: &str = "cn.onestop.account.changed.v1";
/// The fields of an event that are exported: ids, numbers and words of a list. A text that a person wrote is none of them.
const DETAILS: [&str; 17] = [
    "kinds",
    "way",
    "file",
    "among",
    "search",
    "holder",
    "span",
    "limit",
    "basis",
    "event",
    "source",
    "epoch",
    "instead_of",
    "by",
    "until",
    "requested_by",
    "site",
];

/// One act.
#[derive(Serialize)]
pub(super) struct Record<'a> {
    format: &'static str,
    source: String,
    position: Option<u64>,
    /// The incarnation of that log.
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<Uuid>,
    act: &'a str,
    title: Words,
    /// When it happened, and when it was recorded.
    time: Timestamp,
    pub(super) recorded: Timestamp,
    staff: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    /// The case, or the account that was changed.
    subject: String,
    /// The division that the act concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    division: Option<String>,
    /// Whose key has proven who it was, with which token.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Uuid>,
    details: Value,
}

impl<'a> Record<'a> {
    pub(super) fn of_event(event: &'a Envelope) -> Self {
        let act = event.event_type.as_str();
        let title = contract::title(act);
        let untitled = || Words::untranslated(act);
        Self {
            format: FORMAT,
            source: event.source.to_string(),
            position: event.position(),
            epoch: Some(event.epoch),
            act,
            title: title.map_or_else(untitled, Words::from),
            time: event.time,
            recorded: event.recordedtime,
            staff: event.actor.staff.to_string(),
            role: Some(event.actor.role.to_string()),
            unit: Some(event.actor.unit.to_string()),
            subject: event.subject.to_string(),
            division: Some(event.division.to_string()),
            issuer: event.issuer.as_ref().map(ToString::to_string),
            token: event.tokenid,
            details: details(&event.data),
        }
    }

    pub(super) fn of_account(change: &AccountChange) -> Self {
        Self {
            format: FORMAT,
            source: ACCOUNTS.to_owned(),
            position: Some(change.position),
            epoch: None,
            act: ACCOUNT_CHANGED,
            title: Words {
                zh: "账号变更".to_owned(),
                en: "Account changed".to_owned(),
            },
            time: change.at,
            recorded: change.at,
            staff: change.by.clone(),
            role: None,
            unit: None,
            subject: change.staff.to_string(),
            division: None,
            issuer: None,
            token: None,
            details: json!({ "what": change.what }),
        }
    }
}

/// Those fields of an event's data that are exported.
fn details(data: &RawJson) -> Value {
    let fields: Map<String, Value> = serde_json::from_str(data.text()).unwrap_or_default();
    let known = fields
        .into_iter()
        .filter(|(name, _)| DETAILS.contains(&name.as_str()));
    Value::Object(known.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_a_person_wrote_are_left_out() {
        let data =
            r#"{ "kinds": ["identity"], "way": "find", "reason": "岩温来电询问", "among": 2 }"#;
        let data: RawJson = serde_json::from_str(data).unwrap();
        let wanted = json!({ "kinds": ["identity"], "way": "find", "among": 2 });
        assert_eq!(details(&data), wanted);
    }
}
