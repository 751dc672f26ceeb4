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

    /// Whether the division of the actor's unit contains `division`, or its successor if it is of before.
    #[must_use]
    pub fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        let own = self.unit(&actor.unit);
        let present = self.present_division(division);
        own.is_some_and(|own| own.division.contains(present))
    }

    /// Whether the actor oversees every site: a supervisor or auditor of a division that contains them all.
    #[must_use]
    pub fn oversees_all(&self, actor: &Actor) -> bool {
        let sees_division = match actor.role {
            Role::Supervisor | Role::Auditor => true,
            Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::System => false,
        };
        let own = self.unit(&actor.unit).filter(|_| sees_division);
        let mut sites = self.sites();
        own.is_some_and(|own| sites.all(|site| own.division.contains(site.division)))
    }
}
