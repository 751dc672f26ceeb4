//! Given–when–then on the events of a case.

use onestop_directory::{Directory, WINDOW};
use onestop_proto::{
    case::{
        AnswerCitizen, Answered, Applicant, Archive, Channel, Ciphertext, Close, Closed, Command,
        Event, Grade, HolderNoted, Needs, Open, Opened, Rate, Rated, ReferralRequested, Rejection,
        ResultNoted, Stage, Withdraw, Withdrawn,
    },
    division::DivisionCode,
    ids::{CaseNumber, UnitId},
    referral::{Outcome, RecallReason},
    time::Timestamp,
};

mod applicants;
mod calendar;
mod drawn;
mod mending;
mod properties;
mod ratings;

use super::{Case, Context, Found, Heard, Standing, decide, decide_heard, evolve};

/// 新塘村, in 宁洱镇 of 宁洱县.
const TOWN: &str = "530821101000";
const HANDOFF: &str = "019ab0c4-8000-7000-8000-00000000000a";

struct World {
    directory: Directory,
    window: UnitId,
    agency: UnitId,
    number: CaseNumber,
}

fn world() -> World {
    let directory = Directory::built_in().unwrap();
    let unit = |code: &str, kind: &str| {
        directory
            .unit_at(code.parse().unwrap(), &kind.parse().unwrap())
            .unwrap()
            .id
            .clone()
    };
    let (window, agency) = (unit(TOWN, WINDOW), unit("530821", "legal-aid"));
    let number = format!("{}-261123-001", window.site()).parse().unwrap();
    World {
        directory,
        window,
        agency,
        number,
    }
}

impl World {
    fn opened(&self) -> Event {
        Event::from(Opened {
            number: self.number.clone(),
            site: self.window.site().parse().unwrap(),
            window: self.window.clone(),
            window_division: TOWN.parse().unwrap(),
            item: "legal-aid".parse().unwrap(),
            topic: "labour-pay".parse().unwrap(),
            place: TOWN.parse().unwrap(),
            channel: Channel::Window,
            applicant: Ciphertext("sealed".to_owned()),
            urgent: false,
            opposed_to: None,
            related: Vec::new(),
            needs: Needs::default(),
            query_code: None,
            warnings: Vec::new(),
        })
    }

    fn requested(&self) -> Event {
        Event::from(ReferralRequested {
            number: self.number.clone(),
            item: "legal-aid".parse().unwrap(),
            topic: "labour-pay".parse().unwrap(),
            place: TOWN.parse().unwrap(),
            urgent: false,
            opposed_to: None,
        })
    }

    fn accepted_by_agency(&self) -> Heard {
        Heard::Holder {
            handoff: HANDOFF.parse().unwrap(),
            holder: self.agency.clone(),
            division: "530821".parse().unwrap(),
        }
    }

    fn with_agency(&self) -> Event {
        Event::from(HolderNoted {
            handoff: HANDOFF.parse().unwrap(),
            holder: self.agency.clone(),
            holder_division: "530821".parse().unwrap(),
        })
    }

    fn result(&self) -> Event {
        Event::from(ResultNoted {
            unit: self.agency.clone(),
            outcome: Outcome::Granted,
        })
    }

    fn given(&self, events: &[Event]) -> Given<'_> {
        let case = events.iter().fold(None, evolve);
        Given {
            world: self,
            case,
            unit: self.window.clone(),
            found: Found::Nothing,
            now: "2026-11-23 09:30:00",
        }
    }

    fn given_case(&self, case: Case) -> Given<'_> {
        Given {
            case: Some(case),
            ..self.given(&[])
        }
    }
}

struct Given<'a> {
    world: &'a World,
    case: Option<Case>,
    unit: UnitId,
    found: Found,
    now: &'static str,
}

impl Given<'_> {
    fn by(self, unit: &UnitId) -> Self {
        Self {
            unit: unit.clone(),
            ..self
        }
    }

    fn at(self, now: &'static str) -> Self {
        Self { now, ..self }
    }

    fn with(self, found: Found) -> Self {
        Self { found, ..self }
    }

    fn when(self, command: impl Into<Command>) -> Result<Vec<Event>, Rejection> {
        let actor = format!("clerk/zhang-li@{}", self.unit).parse().unwrap();
        let now: Timestamp = self.now.parse().unwrap();
        let sealed = Ciphertext("sealed".to_owned());
        let context = Context {
            now,
            occurred_at: None,
            actor: &actor,
            directory: &self.world.directory,
            number: &self.world.number,
            sealed: &sealed,
            query_code: None,
            found: &self.found,
        };
        decide(self.case.as_ref(), &command.into(), &context)
    }

    fn when_heard(self, heard: &Heard) -> Result<Vec<Event>, Rejection> {
        decide_heard(self.case.as_ref(), heard)
    }
}

fn open(item: &str, topic: &str, place: &str) -> Open {
    Open::new(
        item.parse().unwrap(),
        topic.parse().unwrap(),
        place.parse::<DivisionCode>().unwrap(),
        Applicant::named("岩温"),
    )
}

#[test]
fn opening_takes_the_case_down_and_asks_for_referral() {
    let world = world();
    let events = world
        .given(&[])
        .when(open("legal-aid", "labour-pay", TOWN))
        .unwrap();
    assert_eq!(events, [world.opened(), world.requested()]);
}

#[test]
fn an_unknown_place_is_refused_by_its_code() {
    let world = world();
    let refused = world
        .given(&[])
        .when(open("legal-aid", "labour-pay", "530821999"))
        .unwrap_err();
    assert_eq!(
        refused,
        Rejection::UnknownDivision {
            division: "530821999".parse().unwrap()
        }
    );
}

#[test]
fn an_item_that_nobody_offers_is_refused_with_those_that_are() {
    let world = world();
    let refused = world
        .given(&[])
        .when(open("arbitration", "labour-pay", TOWN))
        .unwrap_err();
    let Rejection::ItemNotOffered { offered, .. } = refused else {
        panic!("{refused:?}")
    };
    assert!(offered.contains("legal-aid"), "{offered}");
}

#[test]
fn an_unknown_topic_is_refused_with_the_known_ones() {
    let world = world();
    let refused = world
        .given(&[])
        .when(open("legal-aid", "weather", TOWN))
        .unwrap_err();
    let Rejection::UnknownTopic { topics, .. } = refused else {
        panic!("{refused:?}")
    };
    assert!(topics.contains("labour-pay"), "{topics}");
}

#[test]
fn a_unit_that_is_no_window_opens_nothing() {
    let world = world();
    let refused = world
        .given(&[])
        .by(&world.agency)
        .when(open("legal-aid", "labour-pay", TOWN))
        .unwrap_err();
    assert_eq!(
        refused,
        Rejection::UnknownWindow {
            unit: world.agency.clone()
        }
    );
}

#[test]
fn nobody_asks_without_a_name() {
    let world = world();
    let mut nameless = open("legal-aid", "labour-pay", TOWN);
    nameless.applicant.people[0].name = "  ".to_owned();
    let refused = world.given(&[]).when(nameless).unwrap_err();
    assert!(
        matches!(refused, Rejection::Incomplete { field, .. } if field == "applicant.people[0].name")
    );
}

#[test]
fn the_window_is_told_who_has_the_case_and_what_came_of_it() {
    let world = world();
    let told = world
        .given(&[world.opened(), world.requested()])
        .when_heard(&world.accepted_by_agency());
    assert_eq!(told.unwrap(), [world.with_agency()]);
    let result = Heard::Result {
        unit: world.agency.clone(),
        outcome: Outcome::Granted,
    };
    let told = world
        .given(&[world.opened(), world.requested(), world.with_agency()])
        .when_heard(&result);
    assert_eq!(told.unwrap(), [world.result()]);
}

#[test]
fn a_case_is_rated_once_closed_and_archived() {
    let world = world();
    let history = [
        world.opened(),
        world.requested(),
        world.with_agency(),
        world.result(),
    ];
    let rate = Rate {
        grade: Grade::VerySatisfied,
    };
    let rated = Event::from(Rated {
        grade: Grade::VerySatisfied,
    });
    assert_eq!(
        world.given(&history).when(rate.clone()).unwrap(),
        std::slice::from_ref(&rated)
    );
    let mut history = history.to_vec();
    history.push(rated);
    assert_eq!(
        world.given(&history).when(rate).unwrap_err(),
        Rejection::AlreadyRated {
            grade: Grade::VerySatisfied
        },
    );
    let closed = Event::from(Closed {
        after: Stage::ResultBack,
        // Thirty days after 23 November, at their end.
        reopen_until: Some("2026-12-24 00:00:00".parse().unwrap()),
    });
    assert_eq!(
        world.given(&history).when(Close {}).unwrap(),
        std::slice::from_ref(&closed)
    );
    history.push(closed);
    assert_eq!(world.given(&history).when(Archive {}).unwrap().len(), 1);
}

#[test]
fn a_case_that_is_elsewhere_is_not_closed_here() {
    let world = world();
    let history = [world.opened(), world.requested(), world.with_agency()];
    let refused = world.given(&history).when(Close {}).unwrap_err();
    assert_eq!(
        refused,
        Rejection::NotNow {
            stage: Stage::Referred,
            holder: world.agency.clone()
        },
    );
}

#[test]
fn a_question_is_answered_at_the_window_and_closed() {
    let world = world();
    let answer = AnswerCitizen {
        answer: "可以申请仲裁".to_owned(),
    };
    let answered = Event::from(Answered {
        answer: Ciphertext("sealed".to_owned()),
    });
    assert_eq!(
        world.given(&[world.opened()]).when(answer).unwrap(),
        std::slice::from_ref(&answered)
    );
    let closed = world
        .given(&[world.opened(), answered])
        .when(Close {})
        .unwrap();
    assert_eq!(
        closed,
        [Event::from(Closed {
            after: Stage::Answered,
            reopen_until: Some("2026-12-24 00:00:00".parse().unwrap()),
        })]
    );
}

#[test]
fn a_withdrawal_at_the_window_is_the_windows_own() {
    let world = world();
    let withdrawn = Event::from(Withdrawn {
        reason: RecallReason::CitizenWithdrew,
    });
    assert_eq!(
        world.given(&[world.opened()]).when(Withdraw {}).unwrap(),
        std::slice::from_ref(&withdrawn)
    );
    let recalled = Heard::Recalled {
        reason: RecallReason::CitizenWithdrew,
    };
    let heard = world
        .given(&[world.opened(), world.requested()])
        .when_heard(&recalled);
    assert_eq!(heard.unwrap(), [withdrawn]);
}

#[test]
fn another_windows_case_is_left_alone() {
    let world = world();
    let other = world
        .directory
        .unit_at("530821".parse().unwrap(), &WINDOW.parse().unwrap())
        .unwrap()
        .id
        .clone();
    let refused = world
        .given(&[world.opened()])
        .by(&other)
        .when(Withdraw {})
        .unwrap_err();
    assert_eq!(
        refused,
        Rejection::NotYourCase {
            window: world.window.clone(),
            unit: other
        }
    );
}
