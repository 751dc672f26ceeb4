//! Visibility: which staff may see a case.
//!
//! intake, referral and the specialists ask [`Directory::may_see_any`] about one case. The journal and the gateway select many:
//! `Visibility` there is the same rule as a filter.

use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    ids::UnitId,
};

use crate::Directory;

impl Directory {
    /// Whether `actor` may see what concerns these units and divisions: staff of one of the units, supervisors
    /// and auditors of a division that contains one of the divisions. The system role sees nothing.
    pub fn may_see_any<'a>(
        &self,
        actor: &Actor,
        units: impl IntoIterator<Item = &'a UnitId>,
        divisions: impl IntoIterator<Item = DivisionCode>,
    ) -> bool {
        match actor.role {
            Role::Clerk | Role::Specialist | Role::UnitAdministrator => {
                units.into_iter().any(|unit| *unit == actor.unit)
            }
            Role::Supervisor | Role::Auditor => {
                let mut divisions = divisions.into_iter();
                divisions.any(|there| self.oversees(actor, there))
            }
            Role::System => false,
        }
    }

    /// The division that a supervisor or auditor of a unit oversees. A body outside the bureau (外部机构), such as a police
    /// station, oversees none: it works its own cases alone.
    #[must_use]
    pub fn overseen_by(&self, unit: &UnitId) -> Option<DivisionCode> {
        let unit = self.unit(unit).filter(|unit| !unit.is_outside());
        unit.map(|unit| unit.division)
    }

    /// Whether a unit has posts of this role. Supervisors and auditors are of units of the bureau: those of a body outside it
    /// would oversee nothing. A unit that the directory does not know has none either.
    #[must_use]
    pub fn has_role(&self, unit: &UnitId, role: Role) -> bool {
        match role {
            Role::Supervisor | Role::Auditor => self.overseen_by(unit).is_some(),
            Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::System => true,
        }
    }

    /// Whether the division that the actor's unit oversees contains `division`, or its successor if it is of before.
    #[must_use]
    pub fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        let own = self.overseen_by(&actor.unit);
        let present = self.present_division(division);
        own.is_some_and(|own| own.contains(present))
    }

    /// Whether the actor oversees every site: a supervisor or auditor of a division that contains them all.
    #[must_use]
    pub fn oversees_all(&self, actor: &Actor) -> bool {
        let sees_division = match actor.role {
            Role::Supervisor | Role::Auditor => true,
            Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::System => false,
        };
        let own = self.overseen_by(&actor.unit).filter(|_| sees_division);
        let mut sites = self.sites();
        own.is_some_and(|own| sites.all(|site| own.contains(site.division)))
    }
}
