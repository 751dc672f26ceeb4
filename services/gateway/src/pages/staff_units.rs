//! The units that the form of an account offers. Pure.

use onestop_directory::Directory;
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::UnitId,
};

use super::shell::Page;
use crate::{core::db::staff::Staff, identity::four_eyes::looks_after};

/// The units that the form of an account offers: all that an administrator looks after. Above a county those are too many
/// for one list: it has those of the place and of the places right below it.
pub(super) fn offered_units(
    administrator: &Staff,
    own: DivisionCode,
    directory: &Directory,
) -> Vec<(UnitId, String)> {
    let is_listed = |place: DivisionCode| match own.tier() {
        Tier::Province | Tier::Prefecture => place == own || place.parent() == Some(own),
        Tier::County | Tier::Township | Tier::Village => own.contains(place),
    };
    let sites = directory.sites().filter(|site| is_listed(site.division));
    let units = sites.flat_map(|site| directory.units_of(site));
    let units = units.filter(|unit| looks_after(administrator, &unit.id, directory));
    units
        .map(|unit| (unit.id.clone(), unit.name.clone()))
        .collect()
}

/// The units that a form offers, with those that it shows as chosen: an account of a unit further below, such as a village's
/// window, stays in its unit when its name is changed.
pub(super) fn with_chosen(
    mut listed: Vec<(UnitId, String)>,
    chosen: [&str; 2],
    page: &Page<'_>,
) -> Vec<(UnitId, String)> {
    for unit in chosen.iter().filter_map(|id| id.parse::<UnitId>().ok()) {
        if !listed.iter().any(|(id, _)| *id == unit) {
            let name = page.unit(&unit);
            listed.push((unit, name));
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use onestop_proto::actor::Role;

    use super::*;

    /// The bureau of a county has the centres beside it and the windows of its villages in the list.
    #[test]
    fn the_units_of_a_form_are_those_that_its_user_looks_after() {
        let directory = Directory::built_in().unwrap();
        let unit = |place: &str, kind: &str| {
            let place: DivisionCode = place.parse().unwrap();
            directory.unit_at(place, &kind.parse().unwrap()).unwrap()
        };
        let bureau = unit("530821", "bureau");
        let administrator = Staff::new(
            "guan-li".parse().unwrap(),
            "管理",
            Role::UnitAdministrator,
            bureau.id.clone(),
        );
        let offered = offered_units(&administrator, bureau.division, &directory);
        let has = |place, kind| offered.iter().any(|(id, _)| *id == unit(place, kind).id);
        for (place, kind) in [
            ("530821", "bureau"),
            ("530821", "legal-aid"),
            ("530821", "window"),
            ("530821", "notarization"),
            ("530821", "mediation"),
            ("530821101", "window"),
            ("530821101201", "window"),
        ] {
            assert!(has(place, kind), "{place} {kind}");
        }
        assert!(!has("530821", "court"));
    }
}
