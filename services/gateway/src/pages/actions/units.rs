//! The units that the form of a command offers: those that the service accepts there. Pure.

use onestop_directory::{NotificationChannel, Unit};
use onestop_proto::ids::UnitId;

/// Whether the form of a command offers this unit, where `holder` has the case. A body outside is handed a matter and takes no
/// part.
pub(super) fn offers(command: &str, unit: &Unit, holder: &UnitId) -> bool {
    let reads_worklist = unit.notification_channel == NotificationChannel::Here;
    match command {
        "hand-over" => !reads_worklist,
        "invite" => reads_worklist && unit.id != *holder,
        "designate" => reads_worklist,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use onestop_directory::Directory;

    use super::*;

    #[test]
    fn no_form_offers_a_unit_that_the_service_refuses() {
        let directory = Directory::built_in().unwrap();
        let county = directory.site_at("530821".parse().unwrap()).unwrap();
        let units = directory.units_of(county);
        let unit = |kind: &str| {
            let mut all = units.iter();
            all.find(|unit| unit.kind.as_str() == kind).unwrap()
        };
        let (agency, court) = (unit("legal-aid"), unit("court"));
        let offered = |command: &str| {
            let offered = units
                .iter()
                .filter(|unit| offers(command, unit, &agency.id));
            offered.map(|unit| &unit.id).collect::<Vec<_>>()
        };
        let (invited, handed) = (offered("invite"), offered("hand-over"));
        assert!(!invited.contains(&&agency.id) && !invited.contains(&&court.id));
        assert!(invited.contains(&&unit("notarization").id));
        assert!(handed.contains(&&court.id) && !handed.contains(&&agency.id));
        assert!(!offered("designate").contains(&&court.id));
    }
}
