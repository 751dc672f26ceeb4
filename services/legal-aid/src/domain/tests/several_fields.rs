//! A command with several fields that are empty or wrong is refused once, and names all of them.

use onestop_proto::{
    legal_aid::{GiveHelp, PaperRemark},
    rejection::Explain,
};

use super::*;
use crate::domain::Decision;

/// The fields that a refusal names.
fn fields(refused: Decision) -> Vec<String> {
    let rejected = refused.unwrap_err().rejected();
    assert_eq!(rejected.code, "several", "{rejected:?}");
    let problems = rejected.details["problems"].as_array().unwrap().iter();
    let fields = problems.map(|problem| problem["field"].as_str().unwrap().to_owned());
    fields.collect()
}

fn nameless() -> Assign {
    Assign {
        firm: String::new(),
        licence: "\u{200b}".to_owned(),
        years: None,
    }
}

#[test]
fn the_firm_and_the_licence_are_both_named() {
    let world = world();
    let now = "2026-03-03 10:00:00";
    let granted = world.after(&[exempt(), Grant {}.into()]);
    let refused = world.when(&granted, now, nameless());
    assert_eq!(fields(refused), ["firm", "licence"]);

    let wrong = Assign {
        licence: "15308".to_owned(),
        ..nameless()
    };
    assert_eq!(
        fields(world.when(&granted, now, wrong)),
        ["firm", "licence"]
    );

    let assigned = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    let again = Reassign {
        firm: " ".to_owned(),
        licence: String::new(),
        years: None,
        reason: ReassignReason::Unable,
    };
    assert_eq!(
        fields(world.when(&assigned, now, again)),
        ["firm", "licence"]
    );

    let help = world.received_as("duty-lawyer-help", Some(court_notice()));
    let nothing = GiveHelp {
        kinds: Vec::new(),
        firm: String::new(),
        licence: String::new(),
    };
    let refused = world.when(&help, "2026-03-02 11:00:00", nothing);
    assert_eq!(fields(refused), ["kinds", "firm", "licence"]);
}

#[test]
fn what_is_empty_is_named_with_what_is_wrong() {
    let world = world();
    let now = "2026-03-03 10:00:00";
    let nothing = AskCooperation {
        agency: "不存在".to_owned(),
        letter: String::new(),
        last_day: Some("9999-12-31".parse().unwrap()),
    };
    let refused = world.when(&world.received(), now, nothing);
    assert_eq!(fields(refused), ["letter", "agency", "last_day"]);

    let paper = "id-card".parse().unwrap();
    let remark = PaperRemark {
        paper,
        remark: "正反面".to_owned(),
    };
    let notice = RequestSupplement {
        missing: Vec::new(),
        remarks: vec![remark],
        last_day: "2026-03-03".parse().unwrap(),
    };
    let refused = world.when(&world.received(), now, notice);
    assert_eq!(fields(refused), ["missing", "remarks", "last_day"]);

    let applied = world.received_as("defence-applied", None);
    let letter = TakeNotice {
        organ: Organ::Court,
        notice: " ".to_owned(),
        gravity: Gravity::Ordinary,
        received_on: Some("2026-03-04".parse().unwrap()),
        body: None,
    };
    let refused = world.when(&applied, now, letter);
    assert_eq!(fields(refused), ["notice", "received_on"]);

    let notified = world.then(
        applied,
        &[super::notice(Gravity::Ordinary), lawyer().into()],
    );
    let silent = InformOrgan {
        letter: String::new(),
        lawyer: None,
        contact: Some("\u{202e}".to_owned()),
    };
    let refused = world.when(&notified, "2026-03-04 10:00:00", silent);
    assert_eq!(fields(refused), ["letter", "lawyer", "contact"]);
}
