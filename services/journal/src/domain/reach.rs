//! Who may see which cases.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    ids::UnitId,
    ledger::Rejection,
};

use super::dossier::Dossier;

/// What somebody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The cases that a unit takes part in, or took part in.
    Unit(UnitId),
    /// The cases with a window or a holder in a division.
    Area(DivisionCode),
}

impl Reach {
    /// What an actor may see: staff the cases of their unit, supervisors and auditors those of their unit's
    /// division.
    ///
    /// # Errors
    /// If it is nothing: for a rule that a service follows, and for a unit that is not in the directory.
    pub fn of(actor: &Actor, directory: &Directory) -> Result<Self, Rejection> {
        match actor.role {
            Role::Clerk | Role::Specialist | Role::UnitAdministrator => {
                Ok(Self::Unit(actor.unit.clone()))
            }
            Role::Supervisor | Role::Auditor => {
                let unit = directory.unit(&actor.unit);
                let unit = unit.ok_or_else(|| Rejection::UnknownUnit {
                    unit: actor.unit.clone(),
                })?;
                Ok(Self::Area(unit.division))
            }
            Role::System => Err(Rejection::NotForRole { role: actor.role }),
        }
    }

    /// Whether a case is among them.
    #[must_use]
    pub fn holds(&self, dossier: &Dossier) -> bool {
        match self {
            Self::Unit(unit) => dossier.has_part(unit),
            Self::Area(code) => dossier
                .divisions()
                .into_iter()
                .any(|division| code.contains(division)),
        }
    }
}
