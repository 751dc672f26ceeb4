//! Subjects. The subject hierarchy is the administrative hierarchy: a unit subscribes to, and is
//! permitted, exactly its jurisdiction.
//!
//! | subject | what travels there |
//! |---|---|
//! | `evt.<service>.<happened>.<item>.<pp>.<cc>.<dd>.<ttt>.<vvv>` | events, by the division of the unit addressed |
//! | `cmd.<service>.<command>` | commands, request–reply |
//! | `qry.<service>.<question>` | questions, request–reply |

use crate::{
    actor::ServiceName,
    division::{DivisionCode, Tier},
    envelope::happened,
    ids::ServiceItem,
};

/// Everything that any service publishes.
pub const ALL_EVENTS: &str = "evt.>";

/// The subject of one event; `item` is `none` where it concerns none.
#[must_use]
pub fn event(service: &ServiceName, event_type: &str, item: &str, at: DivisionCode) -> String {
    format!(
        "evt.{service}.{}.{item}.{}",
        happened(event_type),
        at.segments().join(".")
    )
}

/// Every event of one service.
#[must_use]
pub fn events_of(service: &ServiceName) -> String {
    format!("evt.{service}.>")
}

/// What happened, for one item, to the units of one division and of all divisions in it.
#[must_use]
pub fn watch(service: &str, happened: &str, item: &ServiceItem, within: DivisionCode) -> String {
    let segments = within.segments();
    let depth = within.tier() as usize + 1;
    let mut subject = format!(
        "evt.{service}.{happened}.{item}.{}",
        segments[..depth].join(".")
    );
    if within.tier() != Tier::Village {
        subject.push_str(".>");
    }
    subject
}

/// The subject of a command.
#[must_use]
pub fn command(service: &ServiceName, name: &str) -> String {
    format!("cmd.{service}.{name}")
}

/// The subject of a question.
#[must_use]
pub fn query(service: &ServiceName, name: &str) -> String {
    format!("qry.{service}.{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_travels_on_its_division() {
        let referral: ServiceName = "referral".parse().unwrap();
        let county = "530821".parse().unwrap();
        assert_eq!(
            event(
                &referral,
                "cn.onestop.referral.offered.v1",
                "legal-aid",
                county
            ),
            "evt.referral.offered.legal-aid.53.08.21.000.000",
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
            "evt.referral.offered.legal-aid.53.08.21.101.001",
        );
    }
}
