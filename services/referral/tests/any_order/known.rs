//! The cases as they are held in memory, and what the rules say to whatever is asked.

use onestop_chassis::store::{Cursor, EventMeta};
use onestop_directory::Directory;
use onestop_proto::{
    actor::Actor,
    ids::{CaseId, UnitId},
    referral::{CustodyStage, Event, Rejection},
    rejection::{CommonRejection, Explain, Rejected},
    time::Timestamp,
};
use onestop_referral::domain::{
    Context, Custody, Holding, decide, decide_prompt, evolve, next_moment, to_correct,
};

use crate::asked::Asked;

/// A case as it is held in memory.
pub(crate) struct Case {
    pub(crate) id: CaseId,
    pub(crate) window: UnitId,
    pub(crate) custody: Option<(Custody, u64)>,
}

impl Case {
    pub(crate) fn stage(&self) -> Option<CustodyStage> {
        let (custody, _) = self.custody.as_ref()?;
        Some(custody.stage())
    }
}

/// Something that is asked, ready to be sent.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) case: usize,
    pub(crate) meta: EventMeta,
    pub(crate) asked: Asked,
    /// How far another's log is heard with it.
    pub(crate) cursor: Option<Cursor>,
}

/// All that a decision rests on besides the log.
pub(crate) struct Known {
    pub(crate) directory: Directory,
    pub(crate) cases: Vec<Case>,
    pub(crate) now: Timestamp,
}

impl Known {
    /// What the rules say to it, and custody then.
    pub(crate) fn foretold(&self, sent: &Sent) -> Result<(Vec<Event>, Custody), Rejected> {
        let custody = self.cases[sent.case].custody.as_ref();
        if let (Some(expected), Some((_, actual))) = (sent.meta.expected_revision, custody)
            && expected != *actual
        {
            let actual = *actual;
            return Err(CommonRejection::StaleRevision { expected, actual }.rejected());
        }
        let custody = custody.map(|(custody, _)| custody);
        let decided = self.decided(custody, sent);
        let events = decided.map_err(|rejection| rejection.rejected())?;
        if events.is_empty() {
            return Err(CommonRejection::NothingToDo {}.rejected());
        }
        let after = events.iter().fold(custody.cloned(), evolve).unwrap();
        Ok((events, after))
    }

    pub(crate) fn decided(
        &self,
        custody: Option<&Custody>,
        sent: &Sent,
    ) -> Result<Vec<Event>, Rejection> {
        let load = |unit: &UnitId| self.load(unit);
        let opposing = |named| self.opposing(sent.case, named);
        let actor: &Actor = &sent.meta.actor;
        let context = Context {
            now: self.now,
            actor,
            handoff: sent.meta.command.handoff(),
            directory: &self.directory,
            load: &load,
            opposing: &opposing,
        };
        match (&sent.asked, custody) {
            (Asked::Command(command), Some(custody)) => decide(custody, command, &context),
            (Asked::Command(_), None) => Ok(Vec::new()),
            (Asked::Prompt(prompt), custody) => decide_prompt(custody, prompt, &context),
        }
    }

    /// When the timer has something to tell of a case.
    pub(crate) fn next_moment(&self, case: usize) -> Option<Timestamp> {
        let (custody, _) = self.cases[case].custody.as_ref()?;
        next_moment(custody, &self.directory)
    }

    /// Whether a new calendar moves a last day of a case.
    pub(crate) fn to_correct(&self, case: usize) -> bool {
        let custody = self.cases[case].custody.as_ref();
        custody.is_some_and(|(custody, _)| to_correct(custody, &self.directory))
    }

    fn load(&self, unit: &UnitId) -> u32 {
        let with = self.cases.iter().filter(|case| match &case.custody {
            Some((custody, _)) => match &custody.holding {
                Holding::Unit { unit: holder, .. } => holder == unit,
                Holding::Offered { to, .. } => to == unit,
                Holding::Window { .. } | Holding::Disputed { .. } => false,
            },
            None => false,
        });
        u32::try_from(with.count()).unwrap()
    }

    /// The units with a part in the cases of the other side: that which this one names, those that name it.
    fn opposing(&self, case: usize, named: Option<CaseId>) -> Vec<(CaseId, UnitId)> {
        let this = self.cases[case].id;
        let known = self.cases.iter().filter_map(|other| {
            let (custody, _) = other.custody.as_ref()?;
            let names_this = custody.errand.as_ref()?.opposed_to == Some(this);
            (names_this || named == Some(other.id)).then_some((other.id, custody))
        });
        known
            .flat_map(|(id, custody)| custody.held.iter().map(move |unit| (id, unit.clone())))
            .collect()
    }
}
