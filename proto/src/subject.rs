//! Subjects. The subject hierarchy is the administrative hierarchy: a unit subscribes to, and is
//! permitted, exactly its jurisdiction.
//!
//! | subject | what travels there |
//! |---|---|
//! | `evt.<service>.<happened>.<item>.<pp>.<cc>.<dd>.<ttt>.<vvv>.<instance>` | events, by the division of the unit addressed; last the instance whose log holds it |
//! | `cmd.<service>.<command>` | commands, request–reply, to whichever instance serves here |
//! | `cmd.<service>.<instance>.<command>` | the same, to one instance |
//! | `qry.<service>.<question>`, `qry.<service>.<instance>.<question>` | questions, request–reply, likewise |
//!
//! An event's subject ends in the instance so that a broker can permit a site to publish its own
//! events and no other's.

use crate::{
    actor::ServiceName,
    division::DivisionCode,
    envelope::{Envelope, Source, event_name},
    ids::ServiceItem,
};

/// Everything that any service publishes.
pub const ALL_EVENTS: &str = "evt.>";

/// The subject of one event; `item` is `none` where it concerns none.
pub fn event(source: &Source, event_type: &str, item: &str, at: DivisionCode) -> String {
    format!(
        "evt.{}.{}.{item}.{}.{}",
        source.service,
        event_name(event_type),
        at.segments().join("."),
        source.instance,
    )
}

impl Envelope {
    /// The subject on which it is published.
    pub fn wire_subject(&self) -> String {
        event(&self.source, &self.event_type, &self.item, self.division)
    }
}

/// Whether a subject is that of a command, be it of a service or of one instance.
pub fn is_command(subject: &str) -> bool {
    subject.starts_with("cmd.")
}

/// Every event of one service.
pub fn events_of(service: &ServiceName) -> String {
    format!("evt.{service}.>")
}

/// Every event of one instance of a service.
pub fn events_from(source: &Source) -> String {
    format!("evt.{}.*.*.*.*.*.*.*.{}", source.service, source.instance)
}

/// What happened, for one item, to the units of one division and of all divisions in it.
pub fn watch(service: &str, happened: &str, item: &ServiceItem, within: DivisionCode) -> String {
    let segments = within.segments();
    let depth = within.tier() as usize + 1;
    format!(
        "evt.{service}.{happened}.{item}.{}.>",
        segments[..depth].join(".")
    )
}

/// The subject of a command.
pub fn command(service: &ServiceName, name: &str) -> String {
    format!("cmd.{service}.{name}")
}

/// The subject of a question.
pub fn query(service: &ServiceName, name: &str) -> String {
    format!("qry.{service}.{name}")
}

/// The subject of a command to one instance.
pub fn command_at(source: &Source, name: &str) -> String {
    format!("cmd.{}.{}.{name}", source.service, source.instance)
}

/// The subject of a question to one instance.
pub fn query_at(source: &Source, name: &str) -> String {
    format!("qry.{}.{}.{name}", source.service, source.instance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_travels_on_its_division() {
        let referral: Source = "/onestop/referral/main".parse().unwrap();
        let county = "530821".parse().unwrap();
        assert_eq!(
            event(
                &referral,
                "cn.onestop.referral.offered.v1",
                "legal-aid",
                county
            ),
            "evt.referral.offered.legal-aid.53.08.21.000.000.main",
        );
    }

    #[test]
    fn a_unit_watches_its_division_and_all_below() {
        let item = ServiceItem::legal_aid();
        let county = "530821".parse().unwrap();
        let village = "530821101001".parse().unwrap();
        assert_eq!(
            watch("referral", "offered", &item, county),
            "evt.referral.offered.legal-aid.53.08.21.>"
        );
        assert_eq!(
            watch("referral", "offered", &item, village),
            "evt.referral.offered.legal-aid.53.08.21.101.001.>",
        );
    }
}
