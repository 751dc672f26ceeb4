//! The table of dated cases, `due_days.csv`: due days from 2023 to 2027, counted by another program. The PyPI package
//! chinesecalendar 1.11.0 told which days were worked, and lunar_python the festivals of 2027, for which there is no notice yet; the
//! local days off were added from the notices, and a few lines of Python counted. Each row says what it is about, and by which law;
//! a note that begins with `provisional` is of a last day that a notice may still move.

use onestop_proto::{
    clock::{Certainty, DueChange, DueHistory, Limit},
    time::Timestamp,
};
use serde::Deserialize;

use crate::{built_in, code, day, moment};

#[derive(Debug, Deserialize)]
struct Row {
    note: String,
    from: String,
    days: u32,
    kind: String,
    due: String,
    law: String,
    place: String,
    paused: String,
    resumed: String,
}

impl Row {
    /// A limit of this length where the case is, so that the local days off count.
    fn limit(&self) -> Limit {
        let place = if self.place.is_empty() {
            "53"
        } else {
            &self.place
        };
        let step = "legal-aid.review".parse().unwrap();
        let here = built_in()
            .limit(&step, code(place), day("2026-03-04"))
            .unwrap();
        Limit {
            days: self.days,
            kind: self.kind.parse().unwrap(),
            basis: self.law.clone(),
            ..here
        }
    }

    /// Whether it rests on days off that no notice has announced (全国年节及纪念日放假办法 art. 2, 4).
    fn is_provisional(&self) -> bool {
        self.note.starts_with("provisional")
    }

    fn history(&self) -> DueHistory {
        let at = |day: &str| moment(&format!("{day} 09:30:00"));
        let still = |from: Timestamp| DueChange::StoodStill {
            from,
            to: at(&self.resumed),
        };
        let paused = (!self.paused.is_empty()).then(|| at(&self.paused));
        DueHistory {
            since: at(&self.from),
            changes: paused.map(still).into_iter().collect(),
        }
    }
}

/// Whether a law is named by its article; the rule of days off as a whole, and the rules' chapter on reviews.
fn is_named(law: &str) -> bool {
    let kinds = ["民法典第", "法第", "规定第", "规则第", "办法第"];
    let by_article = law.ends_with('条') && kinds.iter().any(|kind| law.contains(kind));
    by_article || ["全国年节及纪念日放假办法", "公证程序规则（复查）"].contains(&law)
}

#[test]
fn due_days_as_another_program_counts_them() {
    let mut rows = csv::Reader::from_reader(include_str!("due_days.csv").as_bytes());
    let rows: Vec<Row> = rows.deserialize().map(Result::unwrap).collect();
    let mut wrong = Vec::new();
    for row in &rows {
        assert!(
            row.law.split('；').all(is_named),
            "{}: {}",
            row.note,
            row.law
        );
        let reckoned = built_in().reckon(&row.limit(), &row.history());
        let is_provisional = reckoned.due.certainty == Certainty::Provisional;
        if reckoned.due.day != day(&row.due) || (row.is_provisional() && !is_provisional) {
            wrong.push(format!("{row:?}: {}", reckoned.due.day));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let count = |wanted: fn(&Row) -> bool| rows.iter().filter(|row| wanted(row)).count();
    let local = count(|row| !row.place.is_empty());
    let paused = count(|row| !row.paused.is_empty());
    let provisional = count(Row::is_provisional);
    let counts = (rows.len(), local, paused, provisional);
    assert_eq!(counts, (282, 60, 36, 16));
}

/// The reasons, day by day: what `onestop directory due` prints.
#[test]
fn each_skipped_day_has_its_reason() {
    let step = "legal-aid.review".parse().unwrap();
    let from = moment("2025-04-07 09:30:00");
    let limit = built_in()
        .limit(&step, code("532801"), from.china_date())
        .unwrap();
    let still = DueChange::StoodStill {
        from: moment("2025-04-08 09:30:00"),
        to: moment("2025-04-09 09:30:00"),
    };
    let history = DueHistory {
        since: from,
        changes: vec![still],
    };
    let reckoned = built_in().reckon(&limit, &history);
    assert_eq!(reckoned.due.day, day("2025-04-17"));
    let reasons = reckoned.skipped.iter();
    let reasons: Vec<(String, &str)> = reasons
        .map(|skipped| (skipped.day.to_string(), skipped.why.en.as_str()))
        .collect();
    let festival = "local day off (泼水节（傣历新年）)";
    let expected = [
        ("2025-04-07", "the day of the event does not count"),
        ("2025-04-09", "the limit stood still"),
        ("2025-04-15", festival),
        ("2025-04-16", festival),
    ];
    assert_eq!(reasons, expected.map(|(day, why)| (day.to_owned(), why)));
}
