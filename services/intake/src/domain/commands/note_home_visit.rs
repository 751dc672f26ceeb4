//! Noting a visit to the citizen's home (上门服务).

use onestop_proto::case::{Event, HomeVisited, NoteHomeVisit};

pub(super) fn decide(visit: &NoteHomeVisit) -> Vec<Event> {
    vec![Event::from(HomeVisited {
        purpose: visit.purpose,
    })]
}
