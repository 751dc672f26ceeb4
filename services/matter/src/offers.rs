//! What can be done with a matter, as its view lists it.

use onestop_chassis::Failure;
use onestop_proto::{actor::Actor, ids::CaseId, query::Requester, time::Timestamp};

use crate::{
    domain::{
        Context, Matter, SpecialistRules, available, available_late, possible, possible_late,
    },
    matter_store::MatterStore,
    streams,
};

/// The names of commands that a view lists.
#[derive(Debug)]
pub(crate) struct Offers {
    /// For each person.
    pub(crate) possible: Vec<String>,
    /// For the actor who asks.
    pub(crate) available: Vec<String>,
    /// For that actor, or for each person where a program asks, as of an earlier moment alone.
    pub(crate) late_entries: Vec<String>,
}

impl<L: SpecialistRules> MatterStore<L> {
    /// What can be done with a matter now, and what of it the actor who asks may do.
    pub(crate) fn offers(
        &self,
        case: CaseId,
        matter: &Matter<L>,
        (requester, now): (Requester<'_>, Timestamp),
    ) -> Result<Offers, Failure> {
        let acted = self.acted(&matter.opposing)?;
        let acted_in = |other: CaseId| acted.get(&other).cloned().unwrap_or_default();
        let directory = self.directory.get();
        let service = Actor::system(&L::service(), matter.unit.clone());
        let asker = match requester {
            Requester::Actor(actor) => Some(actor),
            Requester::ProgramOfSite(_) | Requester::Program => None,
        };
        let context = Context {
            acted_in: &acted_in,
            ..Context::at(now, asker.unwrap_or(&service), &directory)
        };
        let available = match asker {
            Some(_) => available(matter, &context),
            None => Vec::new(),
        };
        Ok(Offers {
            possible: owned(&possible(matter, &context)),
            available: owned(&available),
            late_entries: owned(&self.late_entries(case, matter, (asker, &context))?),
        })
    }

    /// What may be entered as of an earlier moment. What a person did since is looked up where there is something to enter.
    fn late_entries(
        &self,
        case: CaseId,
        matter: &Matter<L>,
        (asker, context): (Option<&Actor>, &Context<'_>),
    ) -> Result<Vec<&'static str>, Failure> {
        if possible_late(matter, context).is_empty() {
            return Ok(Vec::new());
        }
        let (_, latest_act) = self.latest_act(&streams::stream(case))?;
        let context = Context {
            latest_act,
            ..*context
        };
        Ok(match asker {
            Some(_) => available_late(matter, &context),
            None => possible_late(matter, &context),
        })
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
