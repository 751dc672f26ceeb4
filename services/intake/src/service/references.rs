//! Looks up what a command names besides its case.

use onestop_chassis::{Failure, store::Reads};
use onestop_proto::{
    actor::Actor,
    case::{Command, Merge, MergeReason},
    ids::{CaseId, EventId},
    time::Timestamp,
};
use tokio::sync::MutexGuard;

use super::Intake;
use crate::{
    domain::{Applicants, Case, Joined, Reference, may_hear_of},
    read::register,
    streams::{CASE_RULES, case_stream},
};

/// What a command names.
pub(super) enum Named {
    /// Something that does not change any more.
    Fixed(Reference),
    /// The applicants of the case itself, as they are when it is decided.
    Applicants { of: CaseId },
    /// A case, which may change until the decision is appended.
    Case {
        into: CaseId,
        is_earlier: bool,
        ours: CaseId,
        applicants: Applicants,
    },
}

impl Intake {
    /// What a command names, as the decision sees it: what it reads of another case is guarded.
    pub(super) fn reference(
        &self,
        named: &Named,
        state: Option<&Case>,
        reads: &Reads<'_>,
    ) -> Reference {
        match named {
            Named::Fixed(reference) => reference.clone(),
            Named::Applicants { of } => {
                let applicant = state.and_then(|case| self.applicant_of(*of, case));
                applicant.map_or(Reference::None, |applicant| {
                    Reference::Applicant(Box::new(applicant))
                })
            }
            Named::Case {
                into,
                is_earlier,
                ours,
                applicants,
            } => match reads.load(&case_stream(*into), &CASE_RULES) {
                Some(other) => Reference::Case {
                    other: Box::new(other),
                    is_earlier: *is_earlier,
                    ours: *ours,
                    applicants: *applicants,
                },
                None => Reference::None,
            },
        }
    }

    /// Waits for the commands before this one that say how many people ask together, and until the register includes them: of
    /// two that make a group of a case together the later one sees the people of both, and the supervisor is told of them once.
    async fn turn_of_groups(&self) -> Result<MutexGuard<'_, ()>, Failure> {
        let turn = self.groups.lock().await;
        self.register.shows_all(&self.store).await?;
        Ok(turn)
    }

    pub(super) fn resolve(
        &self,
        command: &Command,
        case: CaseId,
        actor: &Actor,
    ) -> Result<Named, Failure> {
        if let Command::Correct(correct) = command {
            return self.resolve_event(correct.event, case).map(Named::Fixed);
        }
        if let Command::Merge(merge) = command {
            return self.resolve_case(merge, case, actor);
        }
        if let Command::RequestReferral(_) = command {
            return Ok(Named::Applicants { of: case });
        }
        Ok(Named::Fixed(Reference::None))
    }

    /// The case that another is merged into, if the actor may know of it: for others there is none.
    fn resolve_case(&self, merge: &Merge, case: CaseId, actor: &Actor) -> Result<Named, Failure> {
        let into = merge.into;
        let loaded = self.store.load(&case_stream(into), &CASE_RULES)?;
        let directory = self.directory.get();
        if !loaded.is_some_and(|(other, _)| may_hear_of(&other, actor, &directory)) {
            return Ok(Named::Fixed(Reference::None));
        }
        let (Some(theirs), Some(ours)) = (self.opened_at(into)?, self.opened_at(case)?) else {
            return Ok(Named::Fixed(Reference::None));
        };
        let is_earlier = (theirs, into) < (ours, case);
        let applicants = match merge.reason {
            MergeReason::Duplicate => self.persons.compare(case, into)?,
            MergeReason::SameMatter => Applicants::Others,
        };
        Ok(Named::Case {
            into,
            is_earlier,
            ours: case,
            applicants,
        })
    }

    /// Those of the cases that were merged into the case that goes on, or into the one that is merged, each with what was merged
    /// into it before; with the turn to add to them.
    pub(super) async fn joined(
        &self,
        command: &Command,
        case: CaseId,
    ) -> Result<(Option<MutexGuard<'_, ()>>, Joined), Failure> {
        let waiting = if let Command::Merge(merge) = command {
            vec![merge.into, case]
        } else if let Command::Correct(_) = command {
            vec![case]
        } else {
            return Ok((None, Joined::default()));
        };
        let turn = self.turn_of_groups().await?;
        Ok((Some(turn), self.joined_to(waiting)?))
    }

    fn joined_to(&self, mut waiting: Vec<CaseId>) -> Result<Joined, Failure> {
        let mut joined = Joined::default();
        while let Some(into) = waiting.pop() {
            let here = self
                .register
                .look_up(|rows| register::merged_into(rows, into))?;
            for merged in here {
                let loaded = self.store.load(&case_stream(merged), &CASE_RULES)?;
                joined = loaded.map_or(joined, |(merged, _)| joined.with(&merged));
                waiting.push(merged);
            }
        }
        Ok(joined)
    }

    /// When a case was opened, by the log: the register may not have it yet.
    fn opened_at(&self, case: CaseId) -> Result<Option<Timestamp>, Failure> {
        let history = self.store.history(&case_stream(case))?;
        Ok(history.first().map(|opened| opened.time))
    }

    /// The log keeps events under ids of its own: an event is looked for among those of its case.
    fn resolve_event(&self, event: EventId, case: CaseId) -> Result<Reference, Failure> {
        let history = self.store.history(&case_stream(case))?;
        let is_of_case = history.iter().any(|known| known.id == event);
        Ok(if is_of_case {
            Reference::EventOfCase
        } else {
            Reference::None
        })
    }
}
