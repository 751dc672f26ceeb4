//! No sequence of commands, at whatever moments, lets the data of a case be erased before the law's last day: checked against a
//! reckoning of its own over the events.

use std::sync::LazyLock;

use jiff::ToSpan;
use onestop_proto::{
    case::{
        About, AnswerCitizen, Archive, Ciphertext, Close, Command, Grade, Merge, MergeReason, Rate,
        Reopen, ReopenGround, RequestReferral, Withdraw,
    },
    ids::ServiceItem,
    referral::Outcome,
};
use onestop_testing::approved_late_entry;
use proptest::prelude::*;

use super::*;
use crate::domain::{
    Applicants, Case, Context, Joined, Reference, Standing, Trigger, decide, react,
    test_support::redo,
};

/// The bureau has confirmed a period for every item: ten years from closing, and five from archiving.
static APPROVED: LazyLock<World> = LazyLock::new(|| {
    let period = |item: &str, years: i64, from: &str| {
        format!(
            "\n[[retention]]\nitems = [\"{item}\"]\nyears = {years}\nfrom = \"{from}\"\nbasis = \"测试保管期限表\"\n\
             valid_from = 2020-01-01\nstatus = \"local-promise\"\n"
        )
    };
    // The start that was taken for mediation counts from closing: it is confirmed too.
    let rules = [
        period("legal-aid", 10, "closed"),
        period("mediation", 1, "closed"),
        period("mediation", 5, "archived"),
    ];
    World {
        directory: Directory::built_in_with("retention.toml", &rules.concat()).unwrap(),
        ..world()
    }
});
static UNCONFIRMED: LazyLock<World> = LazyLock::new(world);

/// One act, so many days after the one before, entered so many days after it happened.
type Act = (u8, i64, i64);

fn refer(item: &str, topic: &str) -> Command {
    let about = About {
        item: item.parse().unwrap(),
        topic: topic.parse().unwrap(),
    };
    Command::from(RequestReferral {
        place: None,
        other: Some(about),
    })
}

fn command(number: u8) -> Option<Command> {
    Some(match number {
        0 => AnswerCitizen {
            answer: "答复".to_owned(),
        }
        .into(),
        1 => refer("mediation", "neighbours"),
        2 => refer("legal-aid", "labour-pay"),
        3 => Withdraw {}.into(),
        4 | 5 => Close {}.into(),
        6 => Reopen {
            reason: ReopenGround::NotCarriedOut,
        }
        .into(),
        7 => Archive {}.into(),
        8 => Merge {
            into: HANDOFF.parse().unwrap(),
            reason: MergeReason::SameMatter,
        }
        .into(),
        9 => Rate {
            grade: Grade::Dissatisfied,
        }
        .into(),
        10 => redo().into(),
        _ => return None,
    })
}

fn trigger(number: u8, world: &World) -> Trigger {
    match number {
        11 | 12 => world.accepted_by_agency(),
        13 => Trigger::NoUnitAvailable,
        14 => Trigger::CorrectionOrdered,
        _ => Trigger::Completed {
            unit: world.agency.clone(),
            outcome: Outcome::Granted,
        },
    }
}

/// The events of an act of the window or of referral; none if it is refused.
fn act(
    world: &World,
    history: &History,
    (number, happened): (u8, Timestamp),
    now: Timestamp,
) -> Vec<Event> {
    let case = folded(history);
    let latest = history.iter().map(|(_, at)| *at).max();
    let Some(command) = command(number) else {
        return react(Some(&case), &trigger(number, world)).unwrap_or_default();
    };
    let actor = world.actor("clerk/zhang-li@530821101");
    let other = history.first().map(|(event, _)| event);
    let reference = Reference::Case {
        other: Box::new(evolve(None, other.unwrap()).unwrap()),
        is_earlier: true,
        ours: "019ab0c4-8000-7000-8000-0000000000c1".parse().unwrap(),
        applicants: Applicants::Others,
    };
    let context = Context {
        now,
        occurred_at: (happened != now).then_some(happened),
        latest_act: latest,
        late_entry: Some(approved_late_entry()),
        actor: &actor,
        directory: &world.directory,
        number: Some(&world.number),
        sealed: &Ciphertext("sealed".to_owned()),
        query_code: None,
        short_code: None,
        text_key: None,
        reference: &reference,
        joined: Joined::default(),
    };
    decide(Some(&case), &command, &context).unwrap_or_default()
}

fn folded(history: &History) -> Case {
    let events = history.iter().map(|(event, _)| event);
    events.fold(None, evolve).unwrap()
}

/// What the law says of a case: its own reckoning, from the events alone.
#[derive(Debug, Default)]
struct Reckoned {
    items: Vec<String>,
    referred: Option<Timestamp>,
    closed: Option<Timestamp>,
    archived: Option<Timestamp>,
}

impl Reckoned {
    fn of(history: &History) -> Self {
        let mut found = Self::default();
        let name = |item: &ServiceItem| item.as_str().to_owned();
        for (event, at) in history {
            #[allow(
                clippy::wildcard_enum_match_arm,
                reason = "a test looks for few events"
            )]
            match event {
                Event::Opened(opened) => found.items.push(name(&opened.item)),
                Event::ReferralRequested(requested) => {
                    found.items.push(name(&requested.subject.item));
                    found.referred = found.referred.max(Some(*at));
                }
                Event::HolderNoted(_) => found.referred = found.referred.max(Some(*at)),
                Event::Closed(_) | Event::Merged(_) => found.closed = Some(*at),
                Event::Archived(_) => found.archived = Some(*at),
                Event::Reopened(_) => (found.closed, found.archived) = (None, None),
                _ => {}
            }
        }
        found
    }

    fn was(&self, item: &str) -> bool {
        self.items.iter().any(|one| one == item)
    }

    /// The last day of all periods; nothing while one of them has not begun.
    fn last_day(&self, standing: &Standing) -> Option<Date> {
        let years = |from: Timestamp, years: i64| from.china_date().saturating_add(years.years());
        let closed = self.closed?;
        let mut last = closed.china_date().yesterday().unwrap();
        if let Some(referred) = self.referred {
            last = last.max(years(referred, 3));
        }
        if self.was("legal-aid") {
            last = last.max(years(closed, 10));
        }
        if self.was("mediation") {
            let is_merged = matches!(standing, Standing::Merged { .. });
            let archived = if is_merged { closed } else { self.archived? };
            last = last.max(years(closed, 1)).max(years(archived, 5));
        }
        Some(last)
    }
}

/// Checks what is erased, and when, at one point of a history.
fn check(history: &History) {
    let case = folded(history);
    let erases = |world: &World, day: Date| {
        let day = day.to_string();
        world.erase(history, SUPERVISOR, &day).is_ok()
    };
    let is_merged = matches!(case.standing, Standing::Merged { .. });
    let is_over = is_merged || matches!(case.standing, Standing::Closed | Standing::Archived);
    let reckoned = Reckoned::of(history);
    let far: Date = "2095-01-01".parse().unwrap();
    if reckoned.was("legal-aid") || reckoned.was("mediation") {
        assert!(
            !erases(&UNCONFIRMED, far),
            "an unconfirmed period: {reckoned:?}"
        );
    }
    if !is_over || case.redo_clock().is_some() {
        assert!(!erases(&APPROVED, far), "{:?}", case.standing);
        return;
    }
    let Some(last) = reckoned.last_day(&case.standing) else {
        assert!(!erases(&APPROVED, far), "not begun: {reckoned:?}");
        return;
    };
    // A question that was answered at the window is kept until its purpose is achieved.
    let has_period = reckoned
        .closed
        .is_some_and(|closed| last >= closed.china_date());
    if has_period {
        assert!(
            !erases(&APPROVED, last),
            "before {last} is over: {reckoned:?}"
        );
    }
    assert!(
        erases(&APPROVED, last.tomorrow().unwrap()),
        "after {last}: {reckoned:?}"
    );
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec((0_u8..18, 0_i64..40, 0_i64..5), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_sequence_lets_retention_end_early(item in 0_usize..3, tried in acts()) {
        let item = ["consultation", "legal-aid", "mediation"][item];
        let world = &*APPROVED;
        let mut now = moment("2026-11-23 09:30:00");
        let mut history = vec![(world.opened_for(item), now)];
        for (number, ahead, late) in tried {
            now = now.plus_seconds(ahead * 24 * 3600);
            let happened = now.plus_seconds(-late * 24 * 3600);
            let events = act(world, &history, (number, happened), now);
            history.extend(events.into_iter().map(|event| (event, happened)));
        }
        check(&history);
    }
}

/// A case of which a file was made for one item does not get the shorter period of the item that it is referred for next.
#[test]
fn the_period_of_an_earlier_item_goes_on() {
    let world = &*APPROVED;
    let mut history = world.closed("2026-12-01 10:00:00", "2026-12-10 10:00:00");
    let at = moment("2026-12-20 10:00:00");
    history.push((event("reopened", &json!({ "reason": "new-facts" })), at));
    let asked = json!({
        "number": world.number, "item": "consultation", "topic": "family", "place": TOWN, "urgent": false,
    });
    history.push((event("referral-requested", &asked), at));
    history.push((event("came-back", &json!({})), at));
    history.push((event("answered", &json!({ "answer": "sealed" })), at));
    history.push((event("closed", &json!({ "after": "answered" })), at));
    let refused = world.erase(&history, SUPERVISOR, "2030-01-02");
    let Err(Rejection::Retained { years, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(years, 10);
    assert!(world.erase(&history, SUPERVISOR, "2036-12-21").is_ok());
}

/// 档案法: a period from archiving has not ended where nothing was archived; nor by an archiving that was undone.
#[test]
fn a_period_that_has_not_begun_has_not_ended() {
    let world = &*APPROVED;
    let mut history = world.closed("2026-12-01 10:00:00", "2026-12-10 10:00:00");
    history[0].0 = world.opened_for("mediation");
    let not_begun = |history: &History| {
        let refused = world.erase(history, SUPERVISOR, "2095-01-01");
        let Err(Rejection::RetentionNotBegun { from, years, .. }) = &refused else {
            panic!("{refused:?}")
        };
        assert_eq!((*from, *years), (RetainedFrom::Archived, 5));
    };
    not_begun(&history);
    let at = moment("2026-12-20 10:00:00");
    history.push((event("archived", &json!({})), at));
    assert!(world.erase(&history, SUPERVISOR, "2036-12-11").is_ok());
    history.push((
        event("reopened", &json!({ "reason": "correction-ordered" })),
        at,
    ));
    history.push((event("answered", &json!({ "answer": "sealed" })), at));
    history.push((event("closed", &json!({ "after": "answered" })), at));
    not_begun(&history);
}

/// A place where a unit had the case may keep its file for longer than the window's.
#[test]
fn every_place_that_had_the_case_has_its_rule() {
    let longer = "\n[[retention]]\nitems = [\"consultation\"]\nyears = 30\nfrom = \"closed\"\nbasis = \"测试保管期限表\"\n\
                  valid_from = 2020-01-01\nstatus = \"local-promise\"\nplace = \"5301\"\n";
    let world = World {
        directory: Directory::built_in_with("retention.toml", longer).unwrap(),
        ..world()
    };
    let mut history = world.answered("2026-11-23 09:30:00");
    let noted = json!({ "handoff": HANDOFF, "holder": world.agency, "holder_division": "5301" });
    history.insert(
        1,
        (event("holder-noted", &noted), moment("2026-11-23 09:30:00")),
    );
    let refused = world.erase(&history, SUPERVISOR, "2030-01-01");
    let Err(Rejection::Retained { years, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(years, 30);
}

/// 网络数据安全管理条例 art. 12: of whom the record of a handing over speaks must be known as long as it is kept.
#[test]
fn the_record_of_a_handing_over_goes_before_an_erasure() {
    let world = world();
    let history = world.answered("2026-11-23 09:30:00");
    let command = request();
    let on = |now| {
        let sent = Sent {
            command: &command,
            by: SUPERVISOR,
            now,
            hand: Hand::Person,
            instruction: None,
            disclosed_until: Some("2029-11-23".parse().unwrap()),
        };
        world.decide(&history, &sent)
    };
    let last_day = "2029-11-23".parse().unwrap();
    let refused = on("2029-11-23 09:00:00");
    assert_eq!(refused, Err(Rejection::DisclosureKept { last_day }));
    assert!(on("2029-11-24 09:00:00").is_ok());
}
