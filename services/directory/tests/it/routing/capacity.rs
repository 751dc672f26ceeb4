//! Full units, and days on which no unit works the item.

use super::*;
use crate::sites::described;

/// The candidates of a route of legal aid from the village, with the county's agency holding so many.
fn held(directory: &Directory, load: u32, on: &str, urgency: Urgency) -> (Route, Option<String>) {
    let county = unit(directory, "530821", "legal-aid");
    let query = Query {
        on,
        urgency,
        load: &|unit| if *unit == county { load } else { 0 },
        ..Query::default()
    };
    let route = route(directory, &query).unwrap();
    let why = route.candidates[0].why.clone();
    (route, why.map(|why| why.en))
}

#[test]
fn a_full_unit_is_passed_over_unless_it_is_urgent() {
    let directory = described();
    let (below, _) = held(&directory, 1, "2026-03-04", Urgency::Ordinary);
    assert_eq!(
        verdicts(&below),
        [(2, Verdict::Chosen), (3, Verdict::Farther)]
    );
    let (full, why) = held(&directory, 2, "2026-03-04", Urgency::Ordinary);
    assert_eq!(
        verdicts(&full),
        [(2, Verdict::AtCapacity), (3, Verdict::Chosen)]
    );
    assert_eq!(why.as_deref(), Some("holds 2 cases, and can hold 2"));
    let (urgent, _) = held(&directory, 2, "2026-03-04", Urgency::Urgent);
    assert_eq!(
        verdicts(&urgent),
        [(2, Verdict::Chosen), (3, Verdict::Farther)]
    );
}

#[test]
fn a_case_waits_with_the_nearest_where_nobody_works_it_that_day() {
    let directory = described();
    // The county works on Saturday 14 February, which is worked, and so does the prefecture.
    let (worked, _) = held(&directory, 0, "2026-02-14", Urgency::Ordinary);
    assert_eq!(verdicts(&worked)[0], (2, Verdict::Chosen));
    let (sunday, why) = held(&directory, 0, "2026-03-08", Urgency::Ordinary);
    assert_eq!(
        verdicts(&sunday),
        [(2, Verdict::Chosen), (3, Verdict::NotOfferedThatDay)]
    );
    assert_eq!(why.as_deref(), Some("offered on Mon, Tue, Wed, Thu, Fri"));
    assert_eq!(
        sunday.rule.en,
        "nobody works the item that day: the nearest, on its next day"
    );
}

#[test]
fn the_next_site_up_has_it_where_the_nearest_does_not_offer_it_that_day() {
    let tuesdays = "\n[[site]]\ndivision = \"530821\"\n[[site.offer]]\nitems = [\"legal-aid\"]\nweekdays = [\"tue\"]\n";
    let directory = Folder::small()
        .append("sites.toml", tuesdays)
        .load()
        .unwrap();
    let (wednesday, why) = held(&directory, 0, "2026-03-04", Urgency::Urgent);
    assert_eq!(
        verdicts(&wednesday),
        [(2, Verdict::NotOfferedThatDay), (3, Verdict::Chosen)]
    );
    assert_eq!(why.as_deref(), Some("offered on Tue"));
    let (tuesday, _) = held(&directory, 0, "2026-03-03", Urgency::Ordinary);
    assert_eq!(verdicts(&tuesday)[0], (2, Verdict::Chosen));
}

#[test]
fn where_all_are_full_the_nearest_has_it() {
    let full = |division: &str| {
        format!(
            "\n[[site]]\ndivision = \"{division}\"\n[[site.unit]]\nkind = \"legal-aid\"\ncapacity = 1\n"
        )
    };
    let directory = Folder::small()
        .append("sites.toml", &(full("530821") + &full("5308")))
        .load()
        .unwrap();
    let query = Query {
        load: &|_| 9,
        ..Query::default()
    };
    let route = route(&directory, &query).unwrap();
    assert_eq!(
        verdicts(&route),
        [(2, Verdict::Chosen), (3, Verdict::AtCapacity)]
    );
    assert_eq!(
        route.rule.en,
        "all have as many cases as they can hold: the nearest of them"
    );
}
