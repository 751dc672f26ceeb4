//! Of which units the user may record something: the page offers those, as the registry decides.

use onestop_directory::{Directory, Unit, WINDOW};
use onestop_proto::{
    actor::{Actor, Role},
    division::Tier,
};

use super::fields::{Change, Field};

/// The units of a site that the actor keeps: a supervisor all of the division, an administrator their own, and the administrator of
/// the site's window those of the bureau.
pub(super) fn kept<'u>(units: &'u [Unit], actor: &Actor, directory: &Directory) -> Vec<&'u Unit> {
    let own = directory.unit(&actor.unit);
    let is_window_of = |unit: &Unit| {
        let is_window = |own: &Unit| own.site == unit.site && own.kind.as_str() == WINDOW;
        !unit.is_outside() && own.is_some_and(is_window)
    };
    let keeps = |unit: &&Unit| match actor.role {
        Role::Supervisor => directory.oversees(actor, unit.division),
        Role::UnitAdministrator => actor.unit == unit.id || is_window_of(unit),
        Role::Clerk | Role::Specialist | Role::Auditor | Role::System => false,
    };
    units.iter().filter(keeps).collect()
}

/// The changes of a site of a tier that the keeper of these units makes. What is of the whole site is recorded by the keeper of its window.
pub(super) fn offered(kept: &[&Unit], tier: Tier) -> Vec<Change> {
    let keeps_window = kept.iter().any(|unit| unit.kind.as_str() == WINDOW);
    let is_of_unit = |change: &Change| {
        let mut fields = change.fields().iter();
        fields.any(|field| matches!(field, Field::Unit))
    };
    let mut changes = Change::all();
    changes.retain(|change| {
        let is_kept = keeps_window || (is_of_unit(change) && !kept.is_empty());
        is_kept && change.is_recorded_at(tier)
    });
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_is_offered_what_the_registry_takes_from_them() {
        let directory = Directory::built_in().unwrap();
        let site = directory.site_at("530821".parse().unwrap()).unwrap();
        let units = directory.units_of(site);
        let unit = |kind: &str| {
            let mut all = units.iter();
            all.find(|unit| unit.kind.as_str() == kind).unwrap()
        };
        let by = |role: &str, kind: &str| {
            let actor: Actor = format!("{role}/guan-li@{}", unit(kind).id).parse().unwrap();
            kept(units, &actor, &directory)
        };
        // The bureau's administrator keeps the bureau, not the opening hours of the site.
        let bureau = by("unit-administrator", "bureau");
        assert_eq!(bureau, [unit("bureau")]);
        let commands = |kept: &[&Unit]| -> Vec<_> {
            let changes = offered(kept, Tier::County).into_iter();
            changes.map(|change| change.command()).collect()
        };
        assert!(commands(&bureau).contains(&"change-contact"));
        assert!(!commands(&bureau).contains(&"set-hours"));
        let window = by("unit-administrator", "window");
        assert!(window.contains(&unit("legal-aid")) && !window.contains(&unit("court")));
        assert!(commands(&window).contains(&"set-hours"));
        assert!(by("supervisor", "bureau").contains(&unit("court")));
        assert_eq!(commands(&by("clerk", "window")), Vec::<&str>::new());
        // Prefectures and counties fix days off.
        let has_days_off = |tier| {
            let mut all = offered(&window, tier).into_iter();
            all.any(|change| change.command() == "declare-days-off")
        };
        assert!(has_days_off(Tier::Prefecture) && has_days_off(Tier::County));
        // The province and prefectures set the line of means.
        let has_means_line = |tier| {
            let mut all = offered(&window, tier).into_iter();
            all.any(|change| change.command() == "set-means-line")
        };
        assert!(has_means_line(Tier::Province) && has_means_line(Tier::Prefecture));
        assert!(!has_means_line(Tier::County) && !has_means_line(Tier::Village));
        for tier in [Tier::Province, Tier::Township, Tier::Village] {
            assert!(!has_days_off(tier), "{tier:?}");
        }
    }
}
