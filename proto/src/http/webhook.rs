//! Webhooks (事件推送): the events of a unit, sent to its own systems. The gateway keeps them.
//!
//! What is sent is a CloudEvent in JSON structured mode, signed after Standard Webhooks
//! (<https://www.standardwebhooks.com>): the headers `webhook-id` (the event's id: a system that knows it has
//! had the event), `webhook-timestamp` and `webhook-signature` (`v1,` and the base64 of HMAC-SHA256 over
//! `<id>.<timestamp>.<body>`). The key is the part of the secret after `whsec_`, in base64.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    ids::{ServiceItem, UnitId},
    time::Timestamp,
};

/// A header of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageHeader {
    /// Its name.
    pub name: &'static str,
    /// The form of its value.
    pub pattern: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// The headers that sign what is sent.
pub const HEADERS: [MessageHeader; 3] = [
    MessageHeader {
        name: "webhook-id",
        pattern: "^[0-9a-f-]{36}$",
        text: "The id of the event: a system that knows it has had the event",
    },
    MessageHeader {
        name: "webhook-timestamp",
        pattern: "^[0-9]{1,12}$",
        text: "When it was sent, in seconds since 1970-01-01T00:00:00Z",
    },
    MessageHeader {
        name: "webhook-signature",
        pattern: "^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=)*$",
        text: "`v1,` and the signature in base64; several are separated by spaces",
    },
];

/// Where events are to be sent, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterWebhook {
    /// The address: `https://…`.
    #[schemars(length(min = 1, max = 2000))]
    pub url: String,
    /// Only these types, such as `cn.onestop.referral.offered.v1`; empty: all.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub types: Vec<String>,
    /// Only this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
    /// The first position in the journal that is sent; without it, what happens from now on.
    #[serde(
        default,
        deserialize_with = "a_position_or_none",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(max = 9_223_372_036_854_775_807_i64))]
    pub from: Option<u64>,
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// The unit whose events it sends.
    pub unit: UnitId,
    /// Where to.
    pub url: String,
    /// Only these types; empty: all.
    pub types: Vec<String>,
    /// Only this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The next position in the journal that is looked at: everything before it was delivered or skipped.
    pub position: u64,
    /// Whether it sends.
    pub state: WebhookState,
    /// Deliveries in a row that failed.
    pub failures: u32,
    /// Why the last one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// When the next is tried; nothing if at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_try_at: Option<Timestamp>,
}

choices! {
    /// Whether a webhook sends.
    pub enum WebhookState {
        Active = "active", "推送中", "sending";
        /// It failed too often: nothing is sent until an administrator retries it.
        Parked = "parked", "已搁置", "parked";
    }
}

/// A webhook that was registered. The secret is shown only once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RegisteredWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// What its messages are signed with; nothing when the same key registered it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// The webhooks of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Webhooks {
    /// In the order in which they were registered.
    pub webhooks: Vec<Webhook>,
}

/// Nothing else to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmptyBody {}

/// Send again, from a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayWebhook {
    /// The first position in the journal that is sent.
    #[serde(deserialize_with = "a_position")]
    #[schemars(range(max = 9_223_372_036_854_775_807_i64))]
    pub from: u64,
}

/// No log comes so far; what is kept of a webhook is a signed number.
const LAST: u64 = i64::MAX as u64;

fn a_position<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    within(u64::deserialize(deserializer)?)
}

fn a_position_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Option::deserialize(deserializer)?.map(within).transpose()
}

fn within<E: de::Error>(position: u64) -> Result<u64, E> {
    if position <= LAST {
        return Ok(position);
    }
    Err(E::custom(format_args!(
        "a position is wanted, {LAST} at most"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_position_is_beyond_what_is_kept() {
        let replay =
            |from: &str| serde_json::from_str::<ReplayWebhook>(&format!(r#"{{"from":{from}}}"#));
        assert_eq!(replay("9223372036854775807").unwrap().from, LAST);
        assert!(replay("9223372036854775808").is_err());
        let register = |rest: &str| {
            let text = format!(r#"{{"url":"https://law.example/"{rest}}}"#);
            serde_json::from_str::<RegisterWebhook>(&text)
        };
        assert_eq!(register("").unwrap().from, None);
        assert_eq!(register(r#","from":null"#).unwrap().from, None);
        assert_eq!(register(r#","from":7"#).unwrap().from, Some(7));
        assert!(register(r#","from":9223372036854775808"#).is_err());
    }
}
