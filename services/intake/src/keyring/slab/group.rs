//! A group of changes that become durable together, by one `fdatasync` for each slab that they touch.

use std::{collections::HashSet, io};

use onestop_proto::ids::CaseId;

use super::{
    KeyringError, Open, Slabs, Stored, bytes_of,
    file::Slab,
    index::Place,
    slab_path,
    slot::{self, CaseBytes, Slot, SlotBytes},
};
use crate::keyring::error::at;

/// A change of what is stored for a case.
#[derive(Debug)]
pub(in crate::keyring) enum Change {
    /// A case gets this key, wrapped, unless it has one or had one.
    Make { case: CaseId, wrapped: Vec<u8> },
    /// A case has this key, wrapped, whatever it had, unless that was destroyed.
    Put { case: CaseId, wrapped: Vec<u8> },
    /// The key of a case is destroyed.
    Erase { case: CaseId },
}

impl Change {
    pub(super) fn case(&self) -> CaseId {
        match self {
            Self::Make { case, .. } | Self::Put { case, .. } | Self::Erase { case } => *case,
        }
    }
}

/// Changes that are written together: each is of a case of its own.
#[derive(Debug, Default)]
pub(in crate::keyring) struct Group {
    changes: Vec<Change>,
    cases: HashSet<CaseId>,
}

impl Group {
    /// Whether the group has a change of that case already: a further one belongs to the next group.
    pub(super) fn touches(&self, change: &Change) -> bool {
        self.cases.contains(&change.case())
    }

    pub(in crate::keyring) fn add(&mut self, change: Change) {
        self.cases.insert(change.case());
        self.changes.push(change);
    }

    pub(super) fn len(&self) -> usize {
        self.changes.len()
    }
}

/// Why a group was not carried out.
#[derive(Debug)]
pub(in crate::keyring) enum CommitError {
    /// There is no room for it. Nothing was written.
    NoRoom(KeyringError),
    /// It is not known what of it is durable: a failed sync may have dropped what it should have written.
    Unknown(KeyringError),
}

/// The slots that a group writes.
#[derive(Default)]
struct Plan {
    /// Slots that no reader looks at yet, in the order of their places.
    fresh: Vec<(Place, SlotBytes)>,
    over: Vec<(Place, SlotBytes)>,
    /// Where the fresh ones will be found.
    found: Vec<(CaseBytes, Place)>,
}

impl Slabs {
    /// Carries a group out. What it answers, change by change, is durable: what is stored for the case now.
    ///
    /// # Errors
    /// If it was not carried out. After [`CommitError::Unknown`], nothing may be written until the slabs are opened
    /// again.
    pub(in crate::keyring) fn commit(
        &self,
        group: &Group,
    ) -> Result<Vec<Result<Stored, KeyringError>>, CommitError> {
        let mut plan = Plan::default();
        let mut next = self.read().next;
        let answers = group
            .changes
            .iter()
            .map(|change| self.plan(change, &mut plan, &mut next))
            .collect();
        self.reserve(&plan).map_err(CommitError::NoRoom)?;
        let open = self.read();
        open.write_fresh(&plan).map_err(CommitError::Unknown)?;
        drop(open);
        if !plan.over.is_empty() {
            // No reader sees a slot that is half overwritten.
            let open = self.write();
            for (place, bytes) in &plan.over {
                open.write_at(*place, bytes).map_err(CommitError::Unknown)?;
            }
        }
        self.read().sync(&plan).map_err(CommitError::Unknown)?;
        let mut open = self.write();
        open.next = next;
        for (case, place) in &plan.found {
            open.index.add(case, *place);
        }
        Ok(answers)
    }

    fn plan(
        &self,
        change: &Change,
        plan: &mut Plan,
        next: &mut Place,
    ) -> Result<Stored, KeyringError> {
        let case = bytes_of(change.case());
        let mut put = |bytes| {
            plan.fresh.push((*next, bytes));
            plan.found.push((case, *next));
            *next = next.next();
        };
        match change {
            Change::Make { case: id, wrapped } => match self.find(*id) {
                Ok(Some(stored)) => Ok(stored),
                // A damaged slot of a case that is only being opened was never acknowledged.
                Ok(None) | Err(KeyringError::Damaged { .. }) => {
                    put(slot::key(case, wrapped));
                    Ok(Stored::Key(wrapped.clone()))
                }
                Err(error) => Err(error),
            },
            Change::Put { case: id, wrapped } => {
                let slots = self.read().slots(*id)?;
                let is_erased = |(_, slot): &(Place, Slot)| matches!(slot, Slot::Erased { .. });
                if slots.iter().any(is_erased) {
                    return Ok(Stored::Erased);
                }
                let bytes = slot::key(case, wrapped);
                if slots.is_empty() {
                    put(bytes);
                }
                plan.over
                    .extend(slots.into_iter().map(|(place, _)| (place, bytes)));
                Ok(Stored::Key(wrapped.clone()))
            }
            Change::Erase { case: id } => {
                let slots = self.read().slots(*id)?;
                let erased = slot::erased(case);
                if slots.is_empty() {
                    put(erased);
                }
                let over = slots.into_iter().map(|(place, _)| (place, erased));
                plan.over.extend(over);
                Ok(Stored::Erased)
            }
        }
    }

    /// Makes room for the slots of a plan.
    fn reserve(&self, plan: &Plan) -> Result<(), KeyringError> {
        for (place, _) in &plan.fresh {
            let has_room = self.read().has_room(*place);
            if !has_room {
                self.write().make_room(*place)?;
            }
        }
        Ok(())
    }
}

impl Open {
    fn has_room(&self, place: Place) -> bool {
        let slab = self.slabs.get(place.slab() as usize);
        slab.is_some_and(|slab| slab.holds(place.slot()))
    }

    fn make_room(&mut self, place: Place) -> Result<(), KeyringError> {
        if place.slab() as usize >= self.slabs.len() {
            let path = slab_path(&self.folder, place.slab());
            let slab = Slab::create(path.clone()).map_err(at(&path))?;
            self.slabs.push(slab);
        }
        let path = self.path(place);
        match self.slabs.get_mut(place.slab() as usize) {
            Some(slab) => slab.reserve(place.slot()).map_err(at(&path)),
            None => Err(at(&path)(io::Error::other("it is not open"))),
        }
    }

    /// Writes what follows one another in one call.
    fn write_fresh(&self, plan: &Plan) -> Result<(), KeyringError> {
        for run in plan.fresh.chunk_by(|(one, _), (other, _)| {
            one.slab() == other.slab() && one.slot() + 1 == other.slot()
        }) {
            if let Some((first, _)) = run.first() {
                let bytes: Vec<u8> = run.iter().flat_map(|(_, bytes)| *bytes).collect();
                self.write_at(*first, &bytes)?;
            }
        }
        Ok(())
    }

    fn write_at(&self, place: Place, bytes: &[u8]) -> Result<(), KeyringError> {
        let path = self.path(place);
        match self.slabs.get(place.slab() as usize) {
            Some(slab) => slab.write(place.slot(), bytes).map_err(at(&path)),
            None => Err(at(&path)(io::Error::other("it is not open"))),
        }
    }

    fn sync(&self, plan: &Plan) -> Result<(), KeyringError> {
        let places = plan.fresh.iter().chain(&plan.over);
        let touched: HashSet<u32> = places.map(|(place, _)| place.slab()).collect();
        for slab in touched {
            if let Some(slab) = self.slabs.get(slab as usize) {
                slab.sync().map_err(at(slab.path()))?;
            }
        }
        Ok(())
    }
}
