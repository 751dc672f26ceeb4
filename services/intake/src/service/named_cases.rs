//! The cases that a command names beside its own: the other side's, and related ones. To an actor who does not see one it does
//! not exist, so that no entry here decides anything in a case of others.

use onestop_chassis::Failure;
use onestop_proto::{
    actor::Actor,
    case::{Applicant, Command, FieldProblem, Open, Rejection},
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
            self.check_seen(open, actor)?;
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

    /// Refuses all cases that a new one names and the actor does not see, each at its field.
    fn check_seen(&self, open: &Open, actor: &Actor) -> Result<(), Failure> {
        let related = (0..).zip(&open.related);
        let related = related.map(|(place, case)| (format!("related[{place}]"), *case));
        let opposed = open.opposed_to.map(|case| ("opposed_to".to_owned(), case));
        let mut refused = Vec::new();
        for (field, case) in related.chain(opposed) {
            match self.seen(case, actor) {
                Ok(_) => {}
                Err(Failure::Rejected(rejected)) => refused.push((field, rejected)),
                Err(failed) => return Err(failed),
            }
        }
        if refused.len() < 2 {
            return refused
                .pop()
                .map_or(Ok(()), |(_, one)| Err(Failure::Rejected(one)));
        }
        let problems = refused.into_iter().map(|(field, rejected)| FieldProblem {
            field,
            message: rejected.message,
        });
        let problems = problems.collect();
        Err(Rejection::Several { problems }.rejected().into())
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

    /// Who asks in a case, as last corrected; nothing of what was erased, or cannot be read.
    pub(super) fn applicant_of(&self, of: CaseId, case: &Case) -> Option<Applicant> {
        let clear = self.keyring.unseal(of, &case.applicant).ok()?;
        serde_json::from_slice(&clear).ok()
    }

    /// What was erased, or cannot be read, is not compared.
    fn check_agents(&self, ours: &Applicant, opposed: CaseId, other: &Case) -> Result<(), Failure> {
        let theirs = self.applicant_of(opposed, other);
        let checked = theirs.map_or(Ok(()), |theirs| check_other_side(ours, &theirs));
        checked.map_err(|refused| refused.rejected().into())
    }
}
