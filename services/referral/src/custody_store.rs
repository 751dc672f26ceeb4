//! The one writer of custody: load → decide → append.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use onestop_chassis::{
    CommandResult, Failure,
    projection::{Projection, ProjectionError},
    store::{Batch, EventMeta, Reads, Store},
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::{
    acting_person::ActingPerson,
    actor::{Actor, Role},
    ids::{CaseId, CaseRef, UnitId},
    query::{CustodyView, Requester},
    referral::Command,
    rejection::{CommonRejection, Explain},
    time::Timestamp,
};

use crate::{
    domain::{self, Context, Custody, Dated, Trigger, decide, may_see},
    opposing_parties::OpposingParties,
    read::{
        custody_tables::{self, CustodyTables},
        pending::Pending,
        view,
    },
    streams::{RULES, stream},
};

pub(crate) struct CustodyStore {
    pub(crate) store: Store,
    pub(crate) directory: CurrentDirectory,
    pub(crate) index: Projection<CustodyTables>,
    pub(crate) opposing: OpposingParties,
}

impl CustodyStore {
    /// Custody of a case and its revision, if the case is known.
    pub(crate) fn load(&self, case: CaseId) -> Result<Option<(Custody, u64)>, Failure> {
        Ok(self.store.load(&stream(case), &RULES)?)
    }

    /// Custody of a case for an actor who has, had or was offered a part in it: a unit from which the case was just taken learns
    /// so. For all others there is no such case.
    pub(crate) fn visible(&self, case: CaseId, actor: &Actor) -> Result<Custody, Failure> {
        let found = self.load(case)?.map(|(custody, _)| custody);
        let shown = found.filter(|custody| may_see(custody, actor, &self.directory.get()));
        shown.ok_or_else(|| unknown_case(case))
    }

    pub(crate) async fn command(
        &self,
        case: CaseId,
        meta: &EventMeta,
        command: &Command,
    ) -> CommandResult {
        let custody = self.visible(case, &meta.actor)?;
        if let Some(named) = custody.subject.and_then(|subject| subject.opposed_to) {
            self.opposing.note(case, named).await;
        }
        let mut meta = self.store.sealing(meta.clone(), custody.text_key);
        let latest_act = self.latest_act(case, &mut meta)?;
        let meta = &meta;
        // Held until the append: no further case of the other party comes in between.
        let known = self.opposing.known().await;
        let stream = stream(case);
        let decide = |custody: Option<&Custody>, now, reads: &Reads<'_>| {
            let others =
                |named: Option<CaseId>| self.others(case, known.of(case).chain(named), reads);
            let load = |unit: &UnitId| reads.take(self.load_of(unit));
            let dated = Dated {
                happened_at: meta.occurred_at.unwrap_or(now),
                latest_act,
                late_entry: meta.late_entry.as_ref(),
            };
            self.with_context(meta, (now, dated), &load, &others, |context| {
                custody.map_or(Ok(Vec::new()), |custody| decide(custody, command, context))
            })
        };
        let done = self
            .store
            .execute_reading(&stream, meta, None, &RULES, decide);
        Ok(done.await?.0)
    }

    /// When the latest act of a person on custody happened, for one that is entered late. What the service does by rule is no
    /// act. The decision rests on the events that were read.
    fn latest_act(&self, case: CaseId, meta: &mut EventMeta) -> Result<Option<Timestamp>, Failure> {
        if meta.occurred_at.is_none() {
            return Ok(None);
        }
        let history = self.store.history(&stream(case))?;
        let revision = (history.len() as u64).checked_sub(1);
        meta.expected_revision = meta.expected_revision.or(revision);
        let acts = history
            .iter()
            .filter(|event| event.actor.role != Role::System);
        Ok(acts.map(|event| event.time).max())
    }

    /// Custody of the opposing party's cases: of those that are given, and those that the index knows.
    fn others(
        &self,
        case: CaseId,
        given: impl Iterator<Item = CaseId>,
        reads: &Reads<'_>,
    ) -> Vec<(CaseId, Custody)> {
        let known = reads.take(self.opposed(case));
        let others: BTreeSet<CaseId> = given.chain(known).collect();
        let found = others.into_iter();
        let found = found.map(|other| Some((other, reads.load(&stream(other), &RULES)?)));
        found.flatten().collect()
    }

    pub(crate) async fn react(
        &self,
        case: CaseId,
        meta: &EventMeta,
        trigger: &Trigger,
    ) -> CommandResult {
        let stream = stream(case);
        let decide = |custody: Option<&Custody>, now, reads: &Reads<'_>| {
            let others = |named: Option<CaseId>| self.others(case, named.into_iter(), reads);
            let load = |unit: &UnitId| reads.take(self.load_of(unit));
            let when = (now, Dated::at(now));
            self.with_context(meta, when, &load, &others, |context| {
                domain::react(custody, trigger, context)
            })
        };
        let done = self
            .store
            .execute_reading(&stream, meta, None, &RULES, decide);
        Ok(done.await?.0)
    }

    /// Custody of a case after the decisions of a batch.
    pub(crate) fn load_in<'a>(
        &self,
        batch: &'a mut Batch,
        case: CaseId,
    ) -> Result<Option<&'a Custody>, Failure> {
        Ok(batch.load(&stream(case), &RULES)?)
    }

    /// Adds to a batch what follows from a trigger that happened at a moment.
    pub(crate) fn react_in(
        &self,
        batch: &mut Batch,
        (case, happened_at): (CaseId, Timestamp),
        meta: &EventMeta,
        trigger: &Trigger,
    ) -> Result<(), Failure> {
        let decide = |custody: Option<&Custody>, now, batch: &Batch| {
            let pending = Pending::of(batch);
            let others = |named| {
                let mut known = batch.take(self.opposing(case, named));
                pending.update(&mut known, case, named);
                known
            };
            let load = |unit: &UnitId| pending.load(unit, batch.take(self.load_of(unit)));
            // The clock of another machine may be ahead.
            let when = (now, Dated::at(happened_at.min(now)));
            self.with_context(meta, when, &load, &others, |context| {
                domain::react(custody, trigger, context)
            })
        };
        batch.execute(&stream(case), meta, &RULES, decide)
    }

    /// Waits until the index includes everything in the log.
    pub(crate) async fn catch_up_index(&self) {
        if let Some(last) = self.store.log().head().count.checked_sub(1) {
            self.index.wait_for(last).await;
        }
    }

    /// Custody of the opposing party's cases for what follows from another service's event: that is an offer, or who acts. Who
    /// takes an offer up is decided by a command.
    fn opposing(
        &self,
        case: CaseId,
        named: Option<CaseId>,
    ) -> Result<Vec<(CaseId, Custody)>, Failure> {
        let others: BTreeSet<CaseId> = self.opposed(case)?.into_iter().chain(named).collect();
        let mut found = Vec::new();
        for other in others {
            if let Some((custody, _)) = self.load(other)? {
                found.push((other, custody));
            }
        }
        Ok(found)
    }

    /// The opposing party's cases, as far as the tables have them.
    pub(crate) fn opposed(&self, case: CaseId) -> Result<BTreeSet<CaseId>, ProjectionError> {
        self.index
            .look_up(|rows| custody_tables::opposed(rows, case))
    }

    /// How many cases a unit has to answer or to work on.
    fn load_of(&self, unit: &UnitId) -> Result<u32, ProjectionError> {
        self.index
            .look_up(|rows| Ok(custody_tables::load(rows, unit)?))
    }

    fn with_context<T>(
        &self,
        meta: &EventMeta,
        (now, dated): (Timestamp, Dated<'_>),
        load: &dyn Fn(&UnitId) -> u32,
        others: &dyn Fn(Option<CaseId>) -> Vec<(CaseId, Custody)>,
        decide: impl FnOnce(&Context<'_>) -> T,
    ) -> T {
        let opposing = |named: Option<CaseId>| units_of(others(named));
        let acting = |named: Option<CaseId>| people_of(others(named));
        decide(&Context {
            now,
            dated,
            actor: &meta.actor,
            handoff: meta.command.handoff(),
            directory: &self.directory.get(),
            load,
            opposing: &opposing,
            acting: &acting,
        })
    }

    /// The view of custody. To an actor who may not see the case it does not exist, nor to a site's program if its window is
    /// elsewhere.
    pub(crate) fn view(
        &self,
        case: CaseId,
        requester: Requester<'_>,
    ) -> Result<CustodyView, Failure> {
        let directory = self.directory.get();
        let is_visible = |custody: &Custody| match requester {
            Requester::Actor(actor) => may_see(custody, actor, &directory),
            Requester::ProgramOfSite(within) => {
                within.contains(directory.present_division(custody.window_division))
            }
            Requester::Program => true,
        };
        let found = self.load(case)?.filter(|(custody, _)| is_visible(custody));
        let (custody, revision) = found.ok_or_else(|| unknown_case(case))?;
        let now = self.store.clock().now();
        let Requester::Actor(actor) = requester else {
            return Ok(view::custody(case, (custody, revision), now));
        };
        let (available, addressees) = self.offering(case, actor, |context| {
            let available = domain::available(&custody, context);
            let addressees = domain::addressees(&custody, &available, context);
            (available, addressees)
        })?;
        Ok(CustodyView {
            available: available.into_iter().map(str::to_owned).collect(),
            addressees,
            ..view::custody(case, (custody, revision), now)
        })
    }

    /// What an actor could do now. What is known of the other side's cases is looked up where something rests on it.
    fn offering<T>(
        &self,
        case: CaseId,
        actor: &Actor,
        offer: impl FnOnce(&Context<'_>) -> T,
    ) -> Result<T, Failure> {
        let now = self.store.clock().now();
        let failed = RefCell::new(None);
        // Once, however many units are tried.
        let found = RefCell::new(BTreeMap::new());
        let others = |named: Option<CaseId>| -> Vec<(CaseId, Custody)> {
            let mut found = found.borrow_mut();
            let look_up = || {
                let others = self.opposing(case, named);
                others.unwrap_or_else(|error| {
                    failed.replace(Some(error));
                    Vec::new()
                })
            };
            found.entry(named).or_insert_with(look_up).clone()
        };
        let directory = self.directory.get();
        let offered = offer(&Context {
            now,
            dated: Dated::at(now),
            actor,
            // Nothing begins: what is decided here is not recorded.
            handoff: self.store.clock().command().handoff(),
            directory: &directory,
            load: &|_| 0,
            opposing: &|named| units_of(others(named)),
            acting: &|named| people_of(others(named)),
        });
        match failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(offered),
        }
    }

    /// The commands that an actor may send to a case; none for a case that the actor may not see, or without an actor.
    pub(crate) fn available(
        &self,
        case: CaseId,
        actor: Option<&Actor>,
    ) -> Result<Vec<&'static str>, Failure> {
        let (Some((custody, _)), Some(actor)) = (self.load(case)?, actor) else {
            return Ok(Vec::new());
        };
        if !may_see(&custody, actor, &self.directory.get()) {
            return Ok(Vec::new());
        }
        self.offering(case, actor, |context| domain::available(&custody, context))
    }
}

/// The units with a part in cases.
fn units_of(cases: Vec<(CaseId, Custody)>) -> Vec<(CaseId, UnitId)> {
    let of_each = cases.into_iter().flat_map(|(case, custody)| {
        let units = custody.participants.into_iter();
        units.map(move |unit| (case, unit))
    });
    of_each.collect()
}

/// The people who act in cases.
fn people_of(cases: Vec<(CaseId, Custody)>) -> Vec<(CaseId, ActingPerson)> {
    let of_each = cases.into_iter().flat_map(|(case, custody)| {
        let people = custody.acting.into_iter();
        people.map(move |person| (case, person))
    });
    of_each.collect()
}

fn unknown_case(case: CaseId) -> Failure {
    let case = CaseRef::Id(case);
    CommonRejection::UnknownCase { case }.rejected().into()
}

#[cfg(test)]
mod tests;
