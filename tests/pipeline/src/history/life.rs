//! A case while its events are made: its time, its keys, what was written of it.

use onestop_chassis::store::EventMeta;
use onestop_directory::{Directory, Unit};
use onestop_proto::{
    actor::{Actor, Role},
    command::{CommandType, Request},
    division::DivisionCode,
    envelope::{Address, Envelope, RawEvent},
    ids::{CaseId, CaseNumber, CaseRef, CommandId, ServiceItem, Topic, UnitId},
    time::Timestamp,
};
use onestop_referral::domain::Custody;
use onestop_testing::timeline::uuid_at;

use super::{
    keys::{CaseKey, Keys},
    record::{Written, record},
    services::Writer,
};

/// Microseconds until a service receives an event.
const HEARING: i64 = 4_000;
const MINUTE: i64 = 60;
/// No step takes longer: a clock that runs over days off alone announces something meanwhile.
const LONGEST: i64 = 8 * 60 * MINUTE;

/// What is known of a case before it is opened.
pub(super) struct Plan<'a> {
    pub(super) seed: u64,
    pub(super) at: Timestamp,
    pub(super) number: CaseNumber,
    pub(super) window: &'a Unit,
    pub(super) item: ServiceItem,
    pub(super) topic: Topic,
}

/// How far a case is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// By every service, to its end.
    Whole,
    /// By intake alone, which has just taken it down.
    Opened,
}

/// A case while its events are made.
pub(super) struct Life<'a> {
    pub(super) directory: &'a Directory,
    pub(super) keys: &'a Keys,
    pub(super) plan: &'a Plan<'a>,
    pub(super) random: fastrand::Rng,
    pub(super) case: CaseId,
    pub(super) now: Timestamp,
    pub(super) commands: u64,
    pub(super) written: Vec<Written>,
    /// What the case's text is sealed with, once the case is opened.
    pub(super) key: Option<CaseKey>,
    pub(super) custody: Option<Custody>,
    /// The unit that has the case, as intake knows it.
    pub(super) holder: (UnitId, DivisionCode),
}

impl<'a> Life<'a> {
    /// Everything that the services write of a case.
    pub(super) fn tell(
        directory: &'a Directory,
        keys: &'a Keys,
        plan: &'a Plan<'a>,
        extent: Extent,
    ) -> Vec<Written> {
        let mut life = Self {
            directory,
            keys,
            plan,
            random: fastrand::Rng::with_seed(plan.seed),
            case: CommandId::from_uuid(uuid_at(plan.at, plan.seed, 0)).case(),
            now: plan.at,
            commands: 0,
            written: Vec::new(),
            key: None,
            custody: None,
            holder: (plan.window.id.clone(), plan.window.division),
        };
        let opened = life.open();
        if extent == Extent::Opened {
            return life.written;
        }
        for event in &opened {
            life.referral_hears(event);
        }
        if life.plan.item == ServiceItem::consultation() {
            life.answer();
        } else if life.custody.as_ref().is_some_and(|it| it.offer().is_some()) {
            life.work();
        }
        life.written
    }

    /// The key of this case's next command.
    pub(super) fn command_key(&mut self) -> CommandId {
        let id = uuid_at(self.now, self.plan.seed, self.commands);
        self.commands += 1;
        CommandId::from_uuid(id)
    }

    /// Lets some time go by.
    pub(super) fn later(&mut self) {
        let seconds = self.random.i64(10 * MINUTE..LONGEST);
        let then = self.now.plus_seconds(seconds);
        self.custody_waits(then);
        self.now = then;
    }

    /// The time at which a service has received what was just written.
    pub(super) fn hear(&mut self) -> Timestamp {
        self.now = Timestamp::from_micros(self.now.as_micros() + HEARING);
        self.now
    }

    pub(super) fn clerk(&self) -> Actor {
        staff(Role::Clerk, &self.plan.window.id, self.plan.seed)
    }

    pub(super) fn command(&mut self, actor: Actor, command: &impl CommandType) -> EventMeta {
        let request = Request {
            id: self.command_key(),
            actor,
            case: Some(CaseRef::Id(self.case)),
            expected_revision: None,
            occurred_at: None,
            late_entry: None,
            traceparent: None,
            data: command.data().unwrap(),
            proven: None,
        };
        EventMeta::from_request(command.name(), &request, self.case)
    }

    /// Writes what a service decided; what the others hear.
    pub(super) fn write(
        &mut self,
        by: Writer,
        meta: &EventMeta,
        events: Vec<(RawEvent, Address)>,
    ) -> Vec<Envelope> {
        let (written, heard) = record(by, meta, self.now, events);
        self.written.push(written);
        heard
    }
}

pub(super) fn staff(role: Role, unit: &UnitId, seed: u64) -> Actor {
    Actor {
        role,
        staff: format!("staff-{}", seed % 4 + 1).parse().unwrap(),
        unit: unit.clone(),
    }
}
