//! A moment of a year for which no calendar is reckoned is refused by its own field.

use onestop_proto::reckoning::{DueQuery, Standstill};

use crate::{built_in, code, moment};

#[test]
fn a_year_outside_the_calendar_names_its_field() {
    let refused = |from: &str, pause: Option<(&str, &str)>| {
        let pause = pause.map(|(from, to)| Standstill {
            from: moment(from),
            to: moment(to),
        });
        let reckoned = built_in().reckon_due(&DueQuery {
            step: "notarization.review".parse().unwrap(),
            at: code("530821"),
            from: moment(from),
            pause: pause.into_iter().collect(),
            extend: Vec::new(),
        });
        reckoned.err().map(|refused| refused.field())
    };
    assert_eq!(refused("2026-03-09 10:00:00", None), None);
    for far in ["1900-01-01 10:00:00", "9999-12-30 10:00:00"] {
        assert_eq!(refused(far, None), Some("from"), "{far}");
    }
    let pause = ("2026-03-12 10:00:00", "9999-12-30 10:00:00");
    assert_eq!(refused("2026-03-09 10:00:00", Some(pause)), Some("pause"));
}
