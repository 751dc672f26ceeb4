//! Missing papers in each phase (公证法 art. 30: the time of supplementing does not count, after acceptance either).

use super::*;

fn came() -> ReceiveSupplement {
    ReceiveSupplement {
        materials: vec!["property-title".parse().unwrap()],
    }
}

fn standing(history: &[Event]) -> (Step, String) {
    let matter = state(history).unwrap();
    let due = matter.clock().unwrap().due.day.to_string();
    (matter.step, due)
}

/// 公证法 art. 30: accepted on 3 March, the certificate is due on the 24th; from the 10th to the 16th it stood still for four
/// working days.
#[test]
fn papers_are_asked_for_after_acceptance_and_the_clock_stands_still() {
    let world = world();
    let mut history = world.after(&accepted());
    assert_eq!(
        standing(&history),
        (Step::Accepted, "2026-03-24".to_owned())
    );
    let asked = world.when(&history, "2026-03-10 10:00:00", title_missing());
    history.extend(asked.unwrap());
    assert_eq!(state(&history).unwrap().step, Step::Supplement);
    history.extend(world.when(&history, "2026-03-16 10:00:00", came()).unwrap());
    assert_eq!(
        standing(&history),
        (Step::Accepted, "2026-03-30".to_owned())
    );
    // 一次性告知: everything that is missing is named at once, in each phase.
    let again = world.when(&history, "2026-03-17 10:00:00", title_missing());
    let told_once = Rejection::Matter(matter::Rejection::ToldOnce {});
    assert_eq!(again.unwrap_err(), told_once);
}

#[test]
fn a_notice_before_acceptance_takes_none_away_after_it() {
    let world = world();
    let before = [title_missing(), came().into()];
    let history = world.after(&[&before[..], &accepted()[..]].concat());
    let asked = world.when(&history, "2026-03-10 10:00:00", title_missing());
    assert!(asked.is_ok(), "{asked:?}");
}

/// A window that takes the papers in ends the wait after acceptance too.
#[test]
fn a_window_takes_papers_in_after_acceptance() {
    let world = world();
    let mut history = world.after(&accepted());
    let asked = world.when(&history, "2026-03-10 10:00:00", title_missing());
    history.extend(asked.unwrap());
    let papers = Trigger::PapersReceived {
        materials: vec!["property-title".parse().unwrap()],
    };
    let context = world.context("2026-03-16 10:00:00");
    history.extend(react(state(&history).as_ref(), &papers, &context).unwrap());
    assert_eq!(
        standing(&history),
        (Step::Accepted, "2026-03-30".to_owned())
    );
}

/// A log from before papers were asked for after acceptance is read as it was.
#[test]
fn an_old_matter_goes_back_to_its_examination() {
    let world = world();
    let history = world.after(&[title_missing(), came().into()]);
    assert_eq!(state(&history).unwrap().step, Step::Examination);
    let old = r#"{"type":"cn.onestop.notarization.issued.v1","data":{"certificate":"1"}}"#;
    let old: Event = serde_json::from_str(old).unwrap();
    let issued = state(&[history, vec![old]].concat()).unwrap();
    assert_eq!(issued.details.issued_at, None);
}
