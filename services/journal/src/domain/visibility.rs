//! Which cases an actor may see.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    ids::UnitId,
    ledger::Rejection,
};

use super::dossier::Dossier;

/// The cases that an actor may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// The cases that a unit takes part in, or took part in.
    Unit(UnitId),
    /// The cases with a window or a holder in a division.
    Division(DivisionCode),
}

impl Visibility {
    /// The visibility of an actor: staff the cases of their unit, supervisors and auditors those of their unit's
    /// division.
    ///
    /// # Errors
    /// If the actor sees no case: a service itself, staff of a unit that is not in the directory, or a supervisor of a body
    /// outside the bureau.
    pub(crate) fn of(actor: &Actor, directory: &Directory) -> Result<Self, Rejection> {
        match actor.role {
            Role::Clerk | Role::Specialist | Role::UnitAdministrator => {
                Ok(Self::Unit(actor.unit.clone()))
            }
            Role::Supervisor | Role::Auditor => {
                let unit = directory.unit(&actor.unit);
                let unit = unit.ok_or_else(|| Rejection::UnknownUnit {
                    unit: actor.unit.clone(),
                })?;
                let overseen = directory.overseen_by(&unit.id);
                let nothing = Rejection::NotForRole { role: actor.role };
                overseen.map(Self::Division).ok_or(nothing)
            }
            Role::System => Err(Rejection::NotForRole { role: actor.role }),
        }
    }

    /// Whether the actor may see a case.
    pub(crate) fn includes(&self, dossier: &Dossier, directory: &Directory) -> bool {
        match self {
            Self::Unit(unit) => dossier.involves(unit),
            Self::Division(code) => {
                let present = dossier.present_divisions(directory);
                present.into_iter().any(|division| code.contains(division))
            }
        }
    }
}
