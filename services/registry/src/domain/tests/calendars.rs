//! Days off make limits in working days end later: no bureau declares them for its own place.

use onestop_proto::registry::{ApproveChange, DeclareDaysOff};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// Whose bureaus send, the wider first.
const BUREAUS: [&str; 3] = ["53", "5308", COUNTY];
/// The places that fix days off, with how many of the bureaus are wider.
const PLACES: [(&str, usize); 2] = [("5308", 1), (COUNTY, 2)];

fn commands(place: &'static str) -> impl Strategy<Value = (usize, Command)> {
    let id = site(place).id.clone();
    let days_off = (0_i64..12, 0_i64..4, select(vec!["火把节", "县庆"]));
    let declared = {
        let site = id.clone();
        days_off.prop_map(move |(after, length, holiday)| {
            let from = day(TODAY).saturating_add(after.days());
            let declared = DeclareDaysOff {
                site: site.clone(),
                holiday: holiday.to_owned(),
                from,
                until: from.saturating_add(length.days()),
                basis: "政府通知".to_owned(),
            };
            Command::from(declared)
        })
    };
    let approved = (1_u32..5).prop_map(move |proposal| {
        let site = id.clone();
        ApproveChange { site, proposal }.into()
    });
    (0..BUREAUS.len(), prop_oneof![declared, approved])
}

fn sent() -> impl Strategy<Value = ((&'static str, usize), Vec<(usize, Command)>)> {
    select(PLACES.to_vec())
        .prop_flat_map(|place| vec(commands(place.0), 1..16).prop_map(move |sent| (place, sent)))
}

proptest! {
    #[test]
    fn days_off_of_a_place_are_those_that_a_wider_bureau_has_decided(
        ((place, wider), sent) in sent()
    ) {
        let senders = BUREAUS.map(|place| actor("supervisor", place, "bureau"));
        let mut recorded = Recorded::default();
        let mut decided = Vec::new();
        for (by, command) in sent {
            let before = recorded.0.as_ref().map_or(0, |changes| changes.days_off().len());
            // Some are refused: who may not, what waits already, what changes nothing.
            let accepted = recorded.send(&senders[by], command).is_ok();
            let after = recorded.0.as_ref().map_or(&[][..], SiteChanges::days_off);
            prop_assert!(after.len() == before || accepted && by < wider, "by {}", BUREAUS[by]);
            decided.extend_from_slice(&after[before..]);
        }
        let directory = recorded.directory(&site(place).id);
        let division = site(place).division;
        for after in 0..25_i64 {
            let on = day(TODAY).saturating_add(after.days());
            let by_files = DIRECTORY.day_off(on, Some(division)).is_some();
            let is_declared = decided.iter().any(|one| one.from <= on && on <= one.until);
            let is_off = directory.day_off(on, Some(division)).is_some();
            prop_assert_eq!(is_off, by_files || is_declared, "on {}", on);
        }
    }
}
