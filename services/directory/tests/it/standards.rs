//! Which limit holds where and when.

use onestop_directory::{Directory, Relation, Status};
use onestop_proto::clock::DayKind;

use crate::{built_in, code, day, folder::Folder};

fn days(directory: &Directory, step: &str, place: &str, on: &str) -> Option<u32> {
    directory
        .limit(&step.parse().unwrap(), code(place), day(on))
        .map(|limit| limit.days)
}

/// Each step of the shipped file, with its limit and how sure that is.
#[rustfmt::skip]
const SHIPPED: [(&str, u32, DayKind, Status); 52] = [
    ("critical-date.limitation", 36, DayKind::Month, Status::Unconfirmed),
    ("critical-date.labour-arbitration", 12, DayKind::Month, Status::Unconfirmed),
    ("critical-date.labour-suit", 15, DayKind::Calendar, Status::Unconfirmed),
    ("critical-date.civil-appeal", 15, DayKind::Calendar, Status::Unconfirmed),
    ("critical-date.civil-ruling-appeal", 10, DayKind::Calendar, Status::Unconfirmed),
    ("critical-date.criminal-appeal", 10, DayKind::Calendar, Status::Unconfirmed),
    ("critical-date.criminal-ruling-appeal", 5, DayKind::Calendar, Status::Unconfirmed),
    ("critical-date.administrative-review", 60, DayKind::Calendar, Status::Statute),
    ("critical-date.administrative-suit", 6, DayKind::Month, Status::Unconfirmed),
    ("critical-date.administrative-appeal", 15, DayKind::Calendar, Status::Unconfirmed),
    ("critical-date.administrative-ruling-appeal", 10, DayKind::Calendar, Status::Unconfirmed),
    ("critical-date.enforcement", 24, DayKind::Month, Status::Unconfirmed),
    ("referral.late-entry", 30, DayKind::Calendar, Status::Unconfirmed),
    ("referral.bureau-late-entry", 3, DayKind::Calendar, Status::Unconfirmed),
    ("intake.phone-late-entry", 3, DayKind::Calendar, Status::Unconfirmed),
    ("intake.late-entry-reason", 1, DayKind::Working, Status::Unconfirmed),
    ("intake.late-entry-approval", 7, DayKind::Calendar, Status::Unconfirmed),
    ("intake.late-entry", 30, DayKind::Calendar, Status::Unconfirmed),
    ("legal-aid.late-entry", 30, DayKind::Calendar, Status::Unconfirmed),
    ("notarization.late-entry", 30, DayKind::Calendar, Status::Unconfirmed),
    ("mediation.late-entry", 30, DayKind::Calendar, Status::Unconfirmed),
    ("referral.accept", 2, DayKind::Working, Status::Unconfirmed),
    ("legal-aid.review", 7, DayKind::Calendar, Status::Statute),
    ("legal-aid.assign", 3, DayKind::Calendar, Status::Statute),
    ("notarization.examine", 3, DayKind::Working, Status::Unconfirmed),
    ("notarization.issue", 15, DayKind::Working, Status::Statute),
    ("legal-aid.contract", 5, DayKind::Calendar, Status::Statute),
    ("legal-aid.assign-notified", 3, DayKind::Calendar, Status::Statute),
    ("legal-aid.submit-file", 30, DayKind::Calendar, Status::Unconfirmed),
    ("legal-aid.check-file", 30, DayKind::Calendar, Status::Unconfirmed),
    ("legal-aid.objection", 5, DayKind::Calendar, Status::Statute),
    ("notarization.ask-review", 12, DayKind::Month, Status::Statute),
    ("notarization.review", 30, DayKind::Calendar, Status::Statute),
    ("notarization.carry-out-review", 10, DayKind::Calendar, Status::Statute),
    ("referral.work", 5, DayKind::Working, Status::Unconfirmed),
    ("referral.designate", 2, DayKind::Working, Status::Unconfirmed),
    ("referral.report", 3, DayKind::Working, Status::Unconfirmed),
    ("mediation.accept", 3, DayKind::Working, Status::Unconfirmed),
    ("mediation.conclude", 1, DayKind::Month, Status::Statute),
    ("legal-aid.inform-organ", 3, DayKind::Calendar, Status::Statute),
    ("legal-aid.other-lawyer", 5, DayKind::Calendar, Status::Unconfirmed),
    ("legal-aid.inform-organ-applied", 3, DayKind::Calendar, Status::Unconfirmed),
    ("notarization.ask-review-most", 240, DayKind::Month, Status::Statute),
    ("notarization.party-cause", 6, DayKind::Month, Status::Unconfirmed),
    ("legal-aid.inform-organ-end", 3, DayKind::Calendar, Status::Unconfirmed),
    ("mediation.ask-court", 30, DayKind::Calendar, Status::Statute),
    ("intake.legal-aid", 15, DayKind::Working, Status::Unconfirmed),
    ("intake.notarization", 20, DayKind::Working, Status::Unconfirmed),
    ("intake.mediation", 1, DayKind::Month, Status::Unconfirmed),
    ("intake.consultation", 3, DayKind::Working, Status::Unconfirmed),
    ("intake.redo", 15, DayKind::Working, Status::Unconfirmed),
    ("intake.reopen", 30, DayKind::Calendar, Status::Unconfirmed),
];

#[test]
fn the_shipped_limits() {
    for (step, days, kind, status) in SHIPPED {
        let step = step.parse().unwrap();
        let standard = built_in()
            .standard(&step, code("530821101201"), day("2026-03-04"))
            .unwrap();
        assert_eq!(
            (standard.limit.days, standard.limit.kind, standard.status),
            (days, kind, status)
        );
        assert!(!standard.limit.basis.is_empty());
    }
    assert_eq!(built_in().standards().count(), SHIPPED.len());
    assert_eq!(
        days(built_in(), "legal-aid.review", "5308", "2021-12-31"),
        None
    );
    assert_eq!(
        days(built_in(), "weddings.hold", "5308", "2026-03-04"),
        None
    );
}

#[test]
fn the_nearest_layer_that_is_valid_on_the_day() {
    let layer = |place: &str, days: u32, from: &str, to: &str| {
        format!(
            "\n[[standard]]\nstep = \"legal-aid.review\"\ndays = {days}\nkind = \"calendar\"\nbasis = \"承诺\"\n\
             status = \"local-promise\"\nplace = \"{place}\"\nvalid_from = {from}\nvalid_to = {to}\n"
        )
    };
    let directory = Folder::small()
        .append(
            "standards.toml",
            &layer("530821", 4, "2026-02-01", "2026-02-28"),
        )
        .append(
            "standards.toml",
            &layer("5308", 5, "2026-01-01", "2026-06-30"),
        )
        .append(
            "standards.toml",
            &layer("530821", 5, "2026-03-01", "2026-06-30"),
        )
        .load()
        .unwrap();
    let review = |place: &str, on: &str| days(&directory, "legal-aid.review", place, on).unwrap();
    assert_eq!(review("530821101201", "2025-12-31"), 7);
    assert_eq!(review("530821101201", "2026-01-01"), 5);
    assert_eq!(review("530821101201", "2026-02-28"), 4);
    assert_eq!(review("530821101201", "2026-03-01"), 5);
    assert_eq!(review("530822", "2026-02-28"), 5);
    assert_eq!(review("53", "2026-02-28"), 7);
    assert_eq!(review("530821", "2026-07-01"), 7);
}

#[test]
fn calendar_days_may_stand_below_as_many_working_days() {
    let stricter = "\n[[standard]]\nstep = \"referral.accept\"\ndays = 2\nkind = \"calendar\"\nbasis = \"承诺\"\n\
                    status = \"local-promise\"\nplace = \"5308\"\nvalid_from = 2026-01-01\n";
    assert!(
        Folder::small()
            .append("standards.toml", stricter)
            .load()
            .is_ok()
    );
}

/// What a person asks who changed a limit for one county: what holds now, and what became of the others.
#[test]
fn what_holds_and_what_stands_beside_it() {
    let county = "\n[[standard]]\nstep = \"legal-aid.review\"\ndays = 5\nkind = \"calendar\"\nbasis = \"承诺\"\n\
                  status = \"local-promise\"\nplace = \"530821\"\nvalid_from = 2026-06-01\nvalid_to = 2026-11-30\n";
    let later = county
        .replace("days = 5", "days = 4")
        .replace("2026-06-01", "2026-12-01")
        .replace("valid_to = 2026-11-30\n", "");
    let directory = Folder::small()
        .append("standards.toml", &(county.to_owned() + &later))
        .load()
        .unwrap();
    let holding = |place: &str, on: &str| {
        let step = "legal-aid.review".parse().unwrap();
        let holding = directory.holding(&step, code(place), day(on));
        let others = holding.others.iter();
        let others: Vec<_> = others
            .map(|(standard, relation)| (standard.limit.days, *relation))
            .collect();
        (holding.standard.map(|standard| standard.limit.days), others)
    };
    let all = [(7, Relation::Wider), (5, Relation::Former)];
    assert_eq!(
        holding("530821101201", "2026-12-01"),
        (Some(4), all.to_vec())
    );
    let before = [(7, Relation::Wider), (4, Relation::Coming)];
    assert_eq!(holding("530821", "2026-06-01"), (Some(5), before.to_vec()));
    assert_eq!(holding("530822", "2026-12-01"), (Some(7), Vec::new()));
    let coming = [7, 5, 4].map(|days| (days, Relation::Coming));
    assert_eq!(holding("530821", "2021-01-01"), (None, coming.to_vec()));
}
