//! The operations of the interface itself: the stream of events, webhooks, the document.

use schemars::schema_for;
use serde_json::Value;

use super::webhook::{
    EmptyBody, RegisterWebhook, RegisteredWebhook, ReplayWebhook, Webhook, Webhooks,
};

/// One operation that no service answers.
pub(super) struct Own {
    pub(super) id: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    /// The body: its name among the components, and its schema.
    pub(super) body: Option<(&'static str, Value)>,
    /// What comes back, by status.
    pub(super) answers: Vec<(u16, Answer)>,
    /// Refusals of its own, by status.
    pub(super) refusals: &'static [u16],
}

pub(super) enum Answer {
    Nothing,
    Json(&'static str, Value),
}

/// Those of webhooks.
pub(super) fn webhooks() -> Vec<Own> {
    let one = || ("webhook", schema_for!(Webhook).to_value());
    let json = |(name, schema)| Answer::Json(name, schema);
    let registered = || {
        (
            "webhook.registered",
            schema_for!(RegisteredWebhook).to_value(),
        )
    };
    let nothing = || Some(("webhook.nothing", schema_for!(EmptyBody).to_value()));
    vec![
        Own {
            id: "webhooks.list",
            method: "get",
            path: "/webhooks",
            zh: "本单位的事件推送",
            en: "The unit's webhooks",
            body: None,
            answers: vec![(
                200,
                json(("webhook.list", schema_for!(Webhooks).to_value())),
            )],
            refusals: &[],
        },
        Own {
            id: "webhooks.register",
            method: "post",
            path: "/webhooks",
            zh: "登记事件推送",
            en: "Register a webhook. Its secret is told this once",
            body: Some(("webhook.register", schema_for!(RegisterWebhook).to_value())),
            answers: vec![(201, json(registered())), (200, json(registered()))],
            refusals: &[409],
        },
        Own {
            id: "webhooks.show",
            method: "get",
            path: "/webhooks/{webhook}",
            zh: "一个事件推送",
            en: "A webhook: how far it is, and why it fails",
            body: None,
            answers: vec![(200, json(one()))],
            refusals: &[404],
        },
        Own {
            id: "webhooks.remove",
            method: "delete",
            path: "/webhooks/{webhook}",
            zh: "删除事件推送",
            en: "Remove a webhook",
            body: None,
            answers: vec![(204, Answer::Nothing)],
            refusals: &[404],
        },
        Own {
            id: "webhooks.retry",
            method: "post",
            path: "/webhooks/{webhook}/retry",
            zh: "立即重试推送",
            en: "Try again now, and go on if it was parked",
            body: nothing(),
            answers: vec![(200, json(one()))],
            refusals: &[404],
        },
        Own {
            id: "webhooks.skip",
            method: "post",
            path: "/webhooks/{webhook}/skip",
            zh: "略过推送不成的事件",
            en: "Skip the event at which it is parked, and go on",
            body: nothing(),
            answers: vec![(200, json(one()))],
            refusals: &[404, 409],
        },
        Own {
            id: "webhooks.replay",
            method: "post",
            path: "/webhooks/{webhook}/replay",
            zh: "从某处起重新推送",
            en: "Send again from a position",
            body: Some(("webhook.replay", schema_for!(ReplayWebhook).to_value())),
            answers: vec![(200, json(one()))],
            refusals: &[404],
        },
    ]
}
