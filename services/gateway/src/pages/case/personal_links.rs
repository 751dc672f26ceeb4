//! Whom the page of a case leads to its personal data, and to the records of who opened it. Intake decides; a page has no
//! link to what intake would refuse.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    ids::UnitId,
    ledger::CaseRow,
};

use crate::{core::visibility::Visibility, identity::session::Session, pages::shell::Page};

impl Page<'_> {
    /// Whether the user may open the personal data of a case, its files included.
    pub(in crate::pages) fn may_open_persons(&self, row: &CaseRow) -> bool {
        let actor = self.session.map(Session::actor);
        let units = [&row.window, &row.holder];
        actor.is_some_and(|actor| opens_persons(&actor, units, &self.app.directory))
    }

    /// Whether the user may see who opened the personal data of a case.
    pub(in crate::pages) fn may_see_readings(&self, row: &CaseRow) -> bool {
        let actor = self.session.map(Session::actor);
        let units = [&row.window, &row.holder];
        actor.is_some_and(|actor| takes_part(&actor, units, &self.app.directory))
    }
}

fn opens_persons(actor: &Actor, units: [&UnitId; 2], directory: &Directory) -> bool {
    let has_right = match actor.role {
        Role::Clerk | Role::Specialist | Role::Supervisor | Role::Auditor => true,
        Role::UnitAdministrator | Role::System => false,
    };
    has_right && takes_part(actor, units, directory)
}

/// Whether the actor's unit is the window or the holder, or the actor oversees one of them.
fn takes_part(actor: &Actor, units: [&UnitId; 2], directory: &Directory) -> bool {
    let visibility = Visibility::of(actor, directory);
    let mut units = units.into_iter();
    units.any(|unit| visibility.includes_unit(unit, directory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_what_intake_would_show() {
        let directory = Directory::built_in().unwrap();
        let unit = |code: &str, kind: &str| {
            let unit = directory.unit_at(code.parse().unwrap(), &kind.parse().unwrap());
            unit.unwrap().id.clone()
        };
        let window = unit("530821101", "window");
        let holder = unit("530821", "legal-aid");
        let units = [&window, &holder];
        let actor = |role: &str, unit: &UnitId| -> Actor {
            format!("{role}/zhang-li@{unit}").parse().unwrap()
        };
        let may = |actor: &Actor| {
            let opens = opens_persons(actor, units, &directory);
            (opens, takes_part(actor, units, &directory))
        };
        for own in [&window, &holder] {
            assert_eq!(may(&actor("clerk", own)), (true, true));
            assert_eq!(may(&actor("specialist", own)), (true, true));
            assert_eq!(may(&actor("unit-administrator", own)), (false, true));
        }
        // A unit that does not hold the case any more.
        let former = unit("530821", "notarization");
        assert_eq!(may(&actor("specialist", &former)), (false, false));
        let bureau = unit("530821", "bureau");
        assert_eq!(may(&actor("supervisor", &bureau)), (true, true));
        assert_eq!(may(&actor("auditor", &bureau)), (true, true));
        let elsewhere = unit("530822", "bureau");
        assert_eq!(may(&actor("supervisor", &elsewhere)), (false, false));
    }
}
