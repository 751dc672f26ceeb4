//! The table of dated acts, `dated_acts.csv`: more time that was approved before or after the end of a limit (审批), and acts that
//! were entered late from paper (补录). Counted by another program, as `due_days.csv` was: chinesecalendar 1.11.0 and a few lines of
//! Python. Each row names its law.

use onestop_proto::clock::{Clock, ClockStarted, Extension, Limit};
use serde::Deserialize;

use crate::{built_in, code, day, moment};

#[derive(Debug, Deserialize)]
struct Row {
    note: String,
    from: String,
    days: u32,
    kind: String,
    /// By how many days it can be extended.
    extension: Option<u32>,
    /// The day on which another person approved that.
    approved: Option<String>,
    /// The day on which it was done, by the paper.
    done: String,
    entered: String,
    /// Whether the approval came in time.
    extended: Option<String>,
    due: String,
    late_on_paper: u32,
    late_by_record: u32,
    law: String,
    place: Option<String>,
}

impl Row {
    fn clock(&self) -> Clock {
        let place = code(self.place.as_deref().unwrap_or("53"));
        let review = "legal-aid.review".parse().unwrap();
        let from = moment(&format!("{} 09:30:00", self.from));
        let here = built_in().limit(&review, place, from.china_date()).unwrap();
        let extension = self.extension.map(|days| Extension {
            days,
            times: 1,
            approver: "负责人".to_owned(),
        });
        let limit = Limit {
            days: self.days,
            kind: self.kind.parse().unwrap(),
            basis: self.law.clone(),
            extension,
            ..here
        };
        Clock::started(&ClockStarted {
            step: review,
            due: built_in().due(&limit, from),
            limit,
            at: Some(from),
        })
    }

    /// What the row says otherwise than the directory.
    fn differs(&self) -> Option<String> {
        let mut clock = self.clock();
        let mut extended = None;
        if let Some(approved) = &self.approved {
            let now = moment(&format!("{approved} 10:00:00"));
            let in_time = clock.extension(now).is_ok();
            extended = Some(if in_time { "yes" } else { "no" });
            if in_time {
                let by = "li-hua".parse().unwrap();
                let more = built_in().extend_clock(&clock, by, String::new());
                clock = clock.extended(&more.unwrap());
            }
        }
        let late = |on: &str| {
            let at = moment(&format!("{on} 11:00:00"));
            let count = built_in().days_of_clock(&clock, at);
            count.unwrap().late
        };
        let found = (
            extended,
            clock.due.day,
            late(&self.done),
            late(&self.entered),
        );
        let said = (
            self.extended.as_deref(),
            day(&self.due),
            self.late_on_paper,
            self.late_by_record,
        );
        (found != said).then(|| format!("{}: {found:?} and not {said:?}", self.note))
    }
}

#[test]
fn approvals_and_late_entries_as_another_program_counts_them() {
    let mut rows = csv::Reader::from_reader(include_str!("dated_acts.csv").as_bytes());
    let rows: Vec<Row> = rows.deserialize().map(Result::unwrap).collect();
    for row in &rows {
        let named = ["第", "规则", "承诺"]
            .iter()
            .any(|word| row.law.contains(word));
        assert!(named, "{}: no law", row.note);
    }
    let wrong: Vec<String> = rows.iter().filter_map(Row::differs).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let count = |wanted: fn(&Row) -> bool| rows.iter().filter(|row| wanted(row)).count();
    let approvals = count(|row| row.approved.is_some());
    let entered_late = count(|row| row.entered > row.done);
    // In time on paper, and late by the record: who is measured does not mend the measure.
    let hidden = count(|row| row.late_on_paper == 0 && row.late_by_record > 0);
    assert_eq!((approvals, entered_late, hidden), (26, 18, 9));
}
