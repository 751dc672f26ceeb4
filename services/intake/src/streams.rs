//! The streams of intake's log, and how their events are folded.

use onestop_chassis::store::Rules;
use onestop_proto::{
    case,
    envelope::Address,
    ids::CaseId,
    personal::{self, PersonalDataAccessed},
};

use crate::domain::{Case, address, evolve};

/// The rules of a case's stream.
pub(crate) const CASE_RULES: Rules<Case, case::Event> = Rules { evolve, address };

/// The rules of a case's access stream. Its state is the last event: no decision rests on it.
pub(crate) const ACCESS_RULES: Rules<PersonalDataAccessed, personal::Event> = Rules {
    evolve: |opened, event| match event {
        personal::Event::PersonalDataAccessed(opened) => Some(opened.clone()),
        personal::Event::VolumeExceeded(_) => opened,
    },
    address: |opened, event| match event {
        personal::Event::PersonalDataAccessed(_) => Address {
            unit: opened.holder.clone(),
            division: opened.holder_division,
            item: None,
        },
        // For the supervisor of the reader, whichever unit holds the case.
        personal::Event::VolumeExceeded(exceeded) => Address {
            unit: exceeded.unit.clone(),
            division: exceeded.division,
            item: None,
        },
    },
};

/// What the names of the streams of cases begin with.
pub(crate) const CASES: &str = "case/";

pub(crate) fn case_stream(case: CaseId) -> String {
    format!("{CASES}{case}")
}

/// What the names of the streams of readings begin with.
pub(crate) const ACCESSES: &str = "access/";

/// The stream that records who opened a case's personal data. It is apart from the case's own, so that reading
/// does not move the revision that a command expects.
pub(crate) fn access_stream(case: CaseId) -> String {
    format!("{ACCESSES}{case}")
}
