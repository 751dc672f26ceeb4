//! Finds a case, and shows it to those who may know of it.

use onestop_chassis::{Failure, client::ClientError};
use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    envelope::Source,
    ids::{CaseId, CaseRef},
    query::{CaseView, CustodyQuery},
    referral,
    rejection::{CommonRejection, Explain, RejectionKind},
};

use super::Intake;
use crate::{
    domain::{Case, available, may_know, offered},
    loaded_case::LoadedCase,
    personal::erasure_offer::REQUEST,
    read::{
        register,
        view::{Surroundings, case_view},
    },
    streams::{CASE_RULES, case_stream},
};

/// Whether an actor may know of a case, by what intake knows.
type Visibility = fn(&Case, &Actor, &Directory) -> bool;

impl Intake {
    /// The case that people named.
    pub(super) fn load(&self, case_ref: &CaseRef) -> Result<LoadedCase, Failure> {
        let key = self.directory.get().case_key(case_ref);
        let key = key.ok_or_else(|| unknown_case(case_ref))?;
        let case = register::find(&self.register, &key)?;
        let case = case.ok_or_else(|| unknown_case(case_ref))?;
        let loaded = self.store.load(&case_stream(case), &CASE_RULES)?;
        let (state, revision) = loaded.ok_or_else(|| unknown_case(case_ref))?;
        Ok(LoadedCase {
            case,
            state,
            revision,
        })
    }

    /// Waits until the register has a case that people named by a number or a short code, if the log may have it.
    ///
    /// # Errors
    /// If the register falls behind the log.
    pub(super) async fn await_named(&self, case_ref: &CaseRef) -> Result<(), Failure> {
        let named = self.directory.get().case_key(case_ref);
        let found = named.map(|key| register::find(&self.register, &key));
        if let Some(None) = found.transpose()? {
            self.register.shows_all(&self.store).await?;
        }
        Ok(())
    }

    /// The view of a case. Without an actor the operator asks.
    pub(super) async fn view(
        &self,
        loaded: LoadedCase,
        actor: Option<&Actor>,
    ) -> Result<CaseView, Failure> {
        let case = loaded.case;
        let registered = || {
            self.register.look_up(|rows| {
                let opened_at = register::opened_at(rows, case)?;
                let short_code = register::short_code(rows, case)?;
                Ok((opened_at, short_code, register::merged_into(rows, case)?))
            })
        };
        let (mut opened_at, mut short_code, mut merged_here) = registered()?;
        if opened_at.is_none() {
            // The log has the case: its row is written a moment later.
            self.register.shows_all(&self.store).await?;
            (opened_at, short_code, merged_here) = registered()?;
        }
        let now = self.store.clock().now();
        let directory = self.directory.get();
        let possible = offered(&loaded.state, now, &directory);
        let mut available = actor.map_or_else(Vec::new, |actor| {
            available(&loaded.state, now, actor, &directory)
        });
        if let Some(actor) = actor {
            let offers = self.persons.offers_erasure(&loaded, actor, &self.client);
            available.extend(offers.await?.then_some(REQUEST));
        }
        let around = Surroundings {
            possible: possible.into_iter().map(str::to_owned).collect(),
            available: available.into_iter().map(str::to_owned).collect(),
            opened_at: opened_at.ok_or_else(|| unknown_case(&CaseRef::Id(case)))?,
            short_code,
            attachments: self.attachments_of(&loaded, actor),
            holder_known_at: self.sources.known_at(&Source::main(referral::service())),
            merged_here,
        };
        Ok(case_view(loaded, around))
    }

    /// The commands that an actor may send to a case; none for a case that the actor may not know of, or without an
    /// actor.
    pub(super) fn available(
        &self,
        case: CaseId,
        actor: Option<&Actor>,
    ) -> Result<Vec<&'static str>, Failure> {
        let loaded = self.store.load(&case_stream(case), &CASE_RULES)?;
        let (Some((state, _)), Some(actor)) = (loaded, actor) else {
            return Ok(Vec::new());
        };
        if !may_know(&state, actor, &self.directory.get()) {
            return Ok(Vec::new());
        }
        let now = self.store.clock().now();
        Ok(available(&state, now, actor, &self.directory.get()))
    }

    /// Refuses an actor who may not know of a case, as if there were no such case. A unit that intake does not
    /// know in the case, such as one that was offered it, may be known to referral.
    pub(super) async fn authorize(
        &self,
        case_ref: &CaseRef,
        actor: &Actor,
        visibility: Visibility,
    ) -> Result<LoadedCase, Failure> {
        let loaded = self.load(case_ref)?;
        if visibility(&loaded.state, actor, &self.directory.get()) {
            return Ok(loaded);
        }
        let query = CustodyQuery { case: loaded.case };
        match self.client.ask(actor.clone().into(), &query).await {
            Ok(_) => Ok(loaded),
            Err(ClientError::Rejected(refused)) if refused.kind != RejectionKind::Unavailable => {
                Err(unknown_case(case_ref))
            }
            Err(away) => Err(away.into_rejected().into()),
        }
    }
}

pub(super) fn unknown_case(case_ref: &CaseRef) -> Failure {
    let case = case_ref.clone();
    CommonRejection::UnknownCase { case }.rejected().into()
}
