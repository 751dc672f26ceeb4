//! Which cases an actor sees in lists and notifications: those of its own unit and, as a supervisor or auditor,
//! those of its division. The services check it again.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    ids::UnitId,
};

use super::notifications::Notification;

#[derive(Debug, Clone)]
pub(crate) struct Visibility {
    unit: UnitId,
    /// The division that the actor sees as a whole.
    division: Option<DivisionCode>,
}

/// Whether a role sees a division, not only its unit.
pub(crate) fn sees_division(role: Role) -> bool {
    match role {
        Role::Supervisor | Role::Auditor => true,
        Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::System => false,
    }
}

impl Visibility {
    pub(crate) fn of(actor: &Actor, directory: &Directory) -> Self {
        let own = directory.overseen_by(&actor.unit);
        Self {
            unit: actor.unit.clone(),
            division: own.filter(|_| sees_division(actor.role)),
        }
    }

    /// Whether the actor sees the work of a unit.
    pub(crate) fn includes_unit(&self, unit: &UnitId, directory: &Directory) -> bool {
        let division = directory.unit(unit).map(|unit| unit.division);
        self.unit == *unit
            || division.is_some_and(|division| self.includes_division(division, directory))
    }

    pub(crate) fn includes(&self, notification: &Notification, directory: &Directory) -> bool {
        notification.unit == self.unit || self.includes_division(notification.division, directory)
    }

    /// Whether the actor sees the cases of a division, or of one of before by its successor.
    fn includes_division(&self, division: DivisionCode, directory: &Directory) -> bool {
        let present = directory.present_division(division);
        self.division.is_some_and(|own| own.contains(present))
    }
}
