//! Decisions that take two people: one requests, another decides before the deadline. The operator of the
//! machine may decide alone, with a reason. Pure.

use onestop_proto::{ids::StaffId, issuer::Hand, time::Timestamp, typed::says_nothing};

use crate::store::EventMeta;

/// Who requests or decides, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decider<'a> {
    pub(super) staff: &'a StaffId,
    pub(super) hand: Hand,
    pub(super) now: Timestamp,
    pub(super) hours: u32,
}

/// What is missing for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missing {
    /// No request is open.
    Request,
    /// The decider is the person who requested it.
    SecondPerson { by: StaffId },
}

impl<'a> Decider<'a> {
    pub(super) fn new(meta: &'a EventMeta, now: Timestamp, hours: u32) -> Self {
        Self {
            staff: &meta.actor.staff,
            hand: meta.hand(),
            now,
            hours,
        }
    }

    /// By when a second person decides on a request that is made now.
    pub(super) fn deadline(self) -> Timestamp {
        self.now.plus_seconds(i64::from(self.hours) * 3600)
    }

    /// The person whose open request is decided; none where the operator of the machine says why they decide alone.
    pub(super) fn requested_by(
        self,
        open: Option<&StaffId>,
        alone: Option<&str>,
    ) -> Result<Option<StaffId>, Missing> {
        let may_decide_alone =
            self.hand == Hand::Operator && alone.is_some_and(|why| !says_nothing(why));
        match open {
            Some(by) if by != self.staff => Ok(Some(by.clone())),
            _ if may_decide_alone => Ok(None),
            Some(by) => Err(Missing::SecondPerson { by: by.clone() }),
            None => Err(Missing::Request),
        }
    }
}
