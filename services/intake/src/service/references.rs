//! Looks up what a command names besides its case.

use onestop_chassis::{Failure, store::recorded};
use onestop_proto::{
    case::{Command, Merge},
    ids::{CaseId, EventId},
};

use super::Intake;
use crate::{
    domain::Reference,
    streams::{CASE_RULES, case_stream},
};

impl Intake {
    pub(super) fn resolve(&self, command: &Command, case: CaseId) -> Result<Reference, Failure> {
        if let Command::Correct(correct) = command {
            return self.resolve_event(correct.event, case);
        }
        if let Command::Merge(merge) = command {
            return self.resolve_case(merge, case);
        }
        Ok(Reference::None)
    }

    fn resolve_case(&self, merge: &Merge, case: CaseId) -> Result<Reference, Failure> {
        let Some((other, _)) = self.store.load(&case_stream(merge.into), &CASE_RULES)? else {
            return Ok(Reference::None);
        };
        let opened = |case| self.register.read(|register| register.opened_at(case));
        let is_earlier = (opened(merge.into), merge.into) < (opened(case), case);
        Ok(Reference::Case {
            other: Box::new(other),
            is_earlier,
        })
    }

    fn resolve_event(&self, event: EventId, case: CaseId) -> Result<Reference, Failure> {
        let log = self.store.log();
        let broken = |error| Failure::Internal(anyhow::Error::new(error));
        let Some(position) = log.find(event.uuid()).map_err(broken)? else {
            return Ok(Reference::None);
        };
        let is_of_case = match &log.record(position).map_err(broken)? {
            Some(record) => recorded(record)?.case == case,
            None => false,
        };
        Ok(if is_of_case {
            Reference::EventOfCase
        } else {
            Reference::None
        })
    }
}
