//! The cases that a command names beside its own: the other side's, and related ones. To an actor who does not see one it does
//! not exist, so that no entry here decides anything in a case of others.

use onestop_chassis::Failure;
use onestop_proto::{
    actor::Actor,
    case::{Applicant, Command},
    ids::{CaseId, CaseRef},
    rejection::Explain,
};

use super::{Intake, lookup::unknown_case};
use crate::domain::{Case, check_other_side, may_hear_of};

impl Intake {
    /// Refuses a command that names a case which the actor does not see, or one agent for both sides (民法典 art. 168).
    ///
    /// # Errors
    /// The refusal; that of a case that is not seen is the same as of one that does not exist.
    pub(super) fn check_named(
        &self,
        command: &Command,
        own: Option<&Case>,
        actor: &Actor,
    ) -> Result<(), Failure> {
        if let Command::Open(open) = command {
            for related in &open.related {
                self.seen(*related, actor)?;
            }
            if let Some(opposed) = open.opposed_to {
                let other = self.seen(opposed, actor)?;
                self.check_agents(&open.applicant, opposed, &other)?;
            }
        }
        if let Command::Correct(correct) = command
            && let Some(ours) = &correct.applicant
            && let Some(opposed) = own.and_then(|case| case.opened.opposed_to)
            && let Ok(other) = self.load(&CaseRef::Id(opposed))
        {
            self.check_agents(ours, opposed, &other.state)?;
        }
        Ok(())
    }

    /// A case that the actor's window took, holds or is above.
    fn seen(&self, case: CaseId, actor: &Actor) -> Result<Case, Failure> {
        let case_ref = CaseRef::Id(case);
        let found = self.load(&case_ref)?.state;
        if may_hear_of(&found, actor, &self.directory.get()) {
            return Ok(found);
        }
        Err(unknown_case(&case_ref))
    }

    /// What was erased, or cannot be read, is not compared.
    fn check_agents(&self, ours: &Applicant, opposed: CaseId, other: &Case) -> Result<(), Failure> {
        let clear = self.keyring.unseal(opposed, &other.applicant).ok();
        let theirs = clear.and_then(|clear| serde_json::from_slice::<Applicant>(&clear).ok());
        let checked = theirs.map_or(Ok(()), |theirs| check_other_side(ours, &theirs));
        checked.map_err(|refused| refused.rejected().into())
    }
}
