//! A limit that is paused for so many months at most (公证程序规则, 复查: six).

use onestop_proto::{
    clock::{DueChange, DueHistory},
    reckoning::{DueQuery, Standstill},
};

use crate::{built_in, code, day, folder::Folder, moment};

/// A review that was asked for on Monday 9 March 2026, thirty days; when it is due after it stood still.
fn review(pauses: &[(&str, &str)]) -> String {
    let pause = pauses.iter().map(|(from, to)| Standstill {
        from: moment(from),
        to: moment(to),
    });
    let reckoned = built_in().reckon_due(&DueQuery {
        step: "notarization.review".parse().unwrap(),
        at: code("530821"),
        from: moment("2026-03-09 10:00:00"),
        pause: pause.collect(),
        extend: Vec::new(),
    });
    reckoned.unwrap().due.day.to_string()
}

#[test]
fn the_calendar_answers_with_six_months_at_most() {
    assert_eq!(review(&[]), "2026-04-08");
    assert_eq!(
        review(&[("2026-03-12 10:00:00", "2026-03-20 10:00:00")]),
        "2026-04-16"
    );
    // 12 March to 12 September and no longer.
    assert_eq!(
        review(&[("2026-03-12 10:00:00", "2027-03-12 10:00:00")]),
        "2026-10-09"
    );
    // All pauses together.
    let two = [
        ("2026-03-12 10:00:00", "2026-05-12 10:00:00"),
        ("2026-05-13 10:00:00", "2027-05-13 10:00:00"),
    ];
    assert_eq!(review(&two), "2026-10-09");
}

#[test]
fn the_months_are_kept_with_the_limit_and_bind_each_pause() {
    let step = "notarization.review".parse().unwrap();
    let limit = built_in()
        .limit(&step, code("530821"), day("2026-03-09"))
        .unwrap();
    assert_eq!(limit.pause_months, Some(6));
    let stood = DueChange::StoodStill {
        from: moment("2026-03-12 10:00:00"),
        to: moment("2026-09-12 10:00:00"),
    };
    let since = moment("2026-10-01 10:00:00");
    // Nothing is left of them: it is not paused again.
    let history = DueHistory {
        since: moment("2026-03-09 10:00:00"),
        changes: vec![stood],
    };
    assert_eq!(limit.pause_ends(since, &history.changes), Some(since));
}

/// A lower tier pauses nothing for longer, and one that says nothing has the months of the wider one.
#[test]
fn a_longer_pause_is_looser_and_one_unsaid_is_the_wider_ones() {
    let standard = |place: &str, months: &str| {
        format!(
            "\n[[standard]]\nstep = \"trial.step\"\ndays = 30\nkind = \"calendar\"\nbasis = \"试验\"\n\
             valid_from = 2026-01-01\nstatus = \"unconfirmed\"\npauses = [\"supplement\"]\n{place}{months}\n"
        )
    };
    let wide = standard("", "pause_months = 6\n");
    let with = |narrow: &str| {
        let narrow = standard("place = \"530821\"\n", narrow);
        Folder::small().append("standards.toml", &format!("{wide}{narrow}"))
    };
    let months = |narrow: &str| {
        let directory = with(narrow).load().unwrap();
        let step = "trial.step".parse().unwrap();
        let limit = directory.limit(&step, code("530821"), day("2026-03-09"));
        limit.unwrap().pause_months
    };
    assert_eq!(months("pause_months = 3\n"), Some(3));
    assert_eq!(months(""), Some(6));
    let refusal = with("pause_months = 7\n").refusal();
    assert!(refusal.contains("6 month"), "{refusal}");
}

/// What is paused has an end: every limit that is shipped and pauses says for how many months at most.
#[test]
fn no_limit_that_is_shipped_stands_still_for_ever() {
    let unbounded = built_in().standards().filter(|standard| {
        !standard.limit.pauses.is_empty() && standard.limit.pause_months.is_none()
    });
    let steps: Vec<&str> = unbounded.map(|standard| standard.step.as_str()).collect();
    assert!(steps.is_empty(), "{steps:?}");
}
