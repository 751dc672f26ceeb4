//! The cases in memory, and what the rules decide on each input.

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
    Context, Custody, Dated, decide, evolve, needs_correction, next_moment, react,
};

use crate::inputs::Input;

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

/// An input, ready to be sent.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) case: usize,
    pub(crate) meta: EventMeta,
    pub(crate) input: Input,
    /// The position in another service's log that is written with it.
    pub(crate) cursor: Option<Cursor>,
}

/// All that a decision rests on besides the log.
pub(crate) struct Model {
    pub(crate) directory: Directory,
    pub(crate) cases: Vec<Case>,
    pub(crate) now: Timestamp,
}

impl Model {
    /// What the rules say to it, and custody then.
    pub(crate) fn expected(&self, sent: &Sent) -> Result<(Vec<Event>, Custody), Rejected> {
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
            dated: Dated::at(self.now),
            actor,
            handoff: sent.meta.command.handoff(),
            directory: &self.directory,
            load: &load,
            opposing: &opposing,
            acting: &|_| Vec::new(),
        };
        match (&sent.input, custody) {
            (Input::Command(command), Some(custody)) => decide(custody, command, &context),
            (Input::Command(_), None) => Ok(Vec::new()),
            (Input::Trigger(trigger), custody) => react(custody, trigger, &context),
        }
    }

    /// When the timer has something to tell of a case.
    pub(crate) fn next_moment(&self, case: usize) -> Option<Timestamp> {
        let (custody, _) = self.cases[case].custody.as_ref()?;
        next_moment(custody, &self.directory)
    }

    /// Whether a new calendar moves a last day of a case.
    pub(crate) fn needs_correction(&self, case: usize) -> bool {
        let custody = self.cases[case].custody.as_ref();
        custody.is_some_and(|(custody, _)| needs_correction(custody, &self.directory))
    }

    fn load(&self, unit: &UnitId) -> u32 {
        let with = self.cases.iter().filter(|case| match &case.custody {
            Some((custody, _)) => custody.active_unit() == Some(unit),
            None => false,
        });
        u32::try_from(with.count()).unwrap()
    }

    /// The units with a part in the cases of the other side: that which this one names, those that name it.
    fn opposing(&self, case: usize, named: Option<CaseId>) -> Vec<(CaseId, UnitId)> {
        let this = self.cases[case].id;
        let model = self.cases.iter().filter_map(|other| {
            let (custody, _) = other.custody.as_ref()?;
            let names_this = custody.subject.as_ref()?.opposed_to == Some(this);
            (names_this || named == Some(other.id)).then_some((other.id, custody))
        });
        model
            .flat_map(|(id, custody)| {
                custody
                    .participants
                    .iter()
                    .map(move |unit| (id, unit.clone()))
            })
            .collect()
    }
}
