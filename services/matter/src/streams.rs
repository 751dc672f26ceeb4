//! The streams of matters, and the rules by which their events are folded.

use onestop_chassis::store::Rules;
use onestop_proto::ids::CaseId;

use crate::domain::{Matter, SpecialistRules, address, evolve};

/// The prefix of the streams of matters.
pub(crate) const STREAMS: &str = "matter/";

pub(crate) fn stream(case: CaseId) -> String {
    format!("{STREAMS}{case}")
}

/// How the events of one specialist's matters are folded and addressed.
pub(crate) const fn rules<L: SpecialistRules>() -> Rules<Matter<L>, L::Event> {
    Rules {
        evolve: evolve::<L>,
        address: address::<L>,
    }
}
