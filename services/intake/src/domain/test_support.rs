//! Given–when–then on the events of a case.

use onestop_directory::{Directory, WINDOW};
use onestop_proto::{
    actor::Actor,
    case::{
        Answered, Applicant, Channel, Ciphertext, Command, Correct, CorrectionReason, Event, Grade,
        HolderNoted, Needs, Open, Opened, Plaintext, Rate, Redo, ReferralRequested, ResultNoted,
    },
    division::DivisionCode,
    ids::{CaseNumber, Topic, UnitId},
    late_entry::LateEntry,
    referral::{Outcome, ReferralSubject},
    time::Timestamp,
};
use onestop_testing::approved_late_entry;
use serde_json::json;

use super::{Case, Context, Decision, Joined, Reference, Trigger, decide, evolve, react};

/// 新塘村, in 宁洱镇 of 宁洱县.
pub(crate) const TOWN: &str = "530821101000";
pub(crate) const HANDOFF: &str = "019ab0c4-8000-7000-8000-00000000000a";

pub(crate) struct World {
    pub(crate) directory: Directory,
    pub(crate) window: UnitId,
    pub(crate) agency: UnitId,
    pub(crate) number: CaseNumber,
}

pub(crate) fn world() -> World {
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

/// A correction of what was mistyped, which says nothing yet.
pub(crate) fn correction() -> Correct {
    Correct {
        event: HANDOFF.parse().unwrap(),
        reason: CorrectionReason::Mistyped,
        applicant: None,
        needs: None,
        place: None,
        topic: None,
    }
}

impl World {
    pub(crate) fn opened(&self) -> Event {
        self.opened_for("legal-aid")
    }

    pub(crate) fn opened_for(&self, item: &str) -> Event {
        Event::from(Opened {
            text_key: None,
            people: Some(1),
            respondents: None,
            number: self.number.clone(),
            site: self.window.site().parse().unwrap(),
            window: self.window.clone(),
            window_division: TOWN.parse().unwrap(),
            item: item.parse().unwrap(),
            topic: "labour-pay".parse().unwrap(),
            place: TOWN.parse().unwrap(),
            channel: Channel::Window,
            applicant: Ciphertext("sealed".to_owned()),
            urgent: false,
            opposed_to: None,
            notice: None,
            related: Vec::new(),
            needs: Needs::default(),
            query_code: None,
            short_code: None,
            warnings: Vec::new(),
        })
    }

    pub(crate) fn requested(&self) -> Event {
        Event::from(ReferralRequested {
            number: self.number.clone(),
            subject: ReferralSubject {
                people: Some(1),
                ..ReferralSubject::new(
                    "legal-aid".parse().unwrap(),
                    "labour-pay".parse().unwrap(),
                    TOWN.parse().unwrap(),
                )
            },
        })
    }

    pub(crate) fn accepted_by_agency(&self) -> Trigger {
        Trigger::Accepted {
            handoff: HANDOFF.parse().unwrap(),
            holder: self.agency.clone(),
            division: "530821".parse().unwrap(),
        }
    }

    pub(crate) fn with_agency(&self) -> Event {
        Event::from(HolderNoted {
            handoff: HANDOFF.parse().unwrap(),
            holder: self.agency.clone(),
            holder_division: "530821".parse().unwrap(),
        })
    }

    pub(crate) fn result(&self) -> Event {
        Event::from(ResultNoted {
            unit: self.agency.clone(),
            outcome: Outcome::Granted,
        })
    }

    /// A unit by its division's code, or by that and its kind.
    pub(crate) fn unit(&self, text: &str) -> UnitId {
        let (code, kind) = text.split_once('.').unwrap_or((text, WINDOW));
        let unit = self
            .directory
            .unit_at(code.parse().unwrap(), &kind.parse().unwrap());
        unit.unwrap().id.clone()
    }

    pub(crate) fn actor(&self, text: &str) -> Actor {
        let (who, unit) = text.split_once('@').unwrap();
        format!("{who}@{}", self.unit(unit)).parse().unwrap()
    }

    /// A case that the county's agency has accepted.
    pub(crate) fn referred(&self) -> Case {
        let events = [self.opened(), self.with_agency()];
        events.iter().fold(None, evolve).unwrap()
    }

    /// A case that was answered, and rated badly at half past nine on 23 November.
    pub(crate) fn rated_badly(&self) -> Vec<Event> {
        let mut history = vec![self.opened(), answered()];
        let rated = self
            .after(&history)
            .when(rate(Grade::Dissatisfied))
            .unwrap();
        history.extend(rated);
        history
    }

    pub(crate) fn after(&self, events: &[Event]) -> Scenario<'_> {
        let case = events.iter().fold(None, evolve);
        Scenario {
            world: self,
            case,
            unit: self.window.clone(),
            reference: Reference::None,
            joined: Joined::default(),
            now: "2026-11-23 09:30:00",
            occurred_at: None,
            latest_act: None,
            late_entry: Some(approved_late_entry().clone()),
        }
    }

    pub(crate) fn at_case(&self, case: Case) -> Scenario<'_> {
        Scenario {
            case: Some(case),
            ..self.after(&[])
        }
    }
}

pub(crate) struct Scenario<'a> {
    pub(crate) world: &'a World,
    pub(crate) case: Option<Case>,
    pub(crate) unit: UnitId,
    pub(crate) reference: Reference,
    pub(crate) joined: Joined,
    pub(crate) now: &'static str,
    pub(crate) occurred_at: Option<Timestamp>,
    pub(crate) latest_act: Option<Timestamp>,
    pub(crate) late_entry: Option<LateEntry>,
}

impl Scenario<'_> {
    pub(crate) fn by(self, unit: &UnitId) -> Self {
        Self {
            unit: unit.clone(),
            ..self
        }
    }

    pub(crate) fn at(self, now: &'static str) -> Self {
        Self { now, ..self }
    }

    /// Entered from paper, after another act.
    pub(crate) fn happened_at(self, occurred: &str, latest_act: &str) -> Self {
        Self {
            occurred_at: Some(occurred.parse().unwrap()),
            latest_act: Some(latest_act.parse().unwrap()),
            ..self
        }
    }

    pub(crate) fn because(self, late_entry: Option<LateEntry>) -> Self {
        Self { late_entry, ..self }
    }

    pub(crate) fn joined_by(self, joined: Joined) -> Self {
        Self { joined, ..self }
    }

    pub(crate) fn with(self, reference: Reference) -> Self {
        Self { reference, ..self }
    }

    pub(crate) fn when(self, command: impl Into<Command>) -> Decision {
        let actor = format!("clerk/zhang-li@{}", self.unit).parse().unwrap();
        let now: Timestamp = self.now.parse().unwrap();
        let sealed = Ciphertext("sealed".to_owned());
        let context = Context {
            now,
            occurred_at: self.occurred_at,
            latest_act: self.latest_act,
            late_entry: self.late_entry.as_ref(),
            actor: &actor,
            directory: &self.world.directory,
            number: Some(&self.world.number),
            sealed: &sealed,
            query_code: None,
            short_code: None,
            text_key: None,
            reference: &self.reference,
            joined: self.joined,
        };
        decide(self.case.as_ref(), &command.into(), &context)
    }

    pub(crate) fn when_triggered(self, trigger: &Trigger) -> Decision {
        react(self.case.as_ref(), trigger)
    }
}

pub(crate) fn open(item: &str, topic: &str, place: &str) -> Open {
    Open::new(
        item.parse().unwrap(),
        topic.parse().unwrap(),
        place.parse::<DivisionCode>().unwrap(),
        Applicant::named("岩温"),
    )
}

pub(crate) fn answered() -> Event {
    Event::from(Answered {
        answer: Ciphertext("sealed".to_owned()),
    })
}

pub(crate) fn rate(grade: Grade) -> Rate {
    Rate { grade }
}

pub(crate) fn redo() -> Redo {
    Redo {
        measure: Plaintext("当面致歉".to_owned()),
    }
}

pub(crate) fn wages() -> Topic {
    "wage-record".parse().unwrap()
}

pub(crate) fn event(kind: &str, data: &serde_json::Value) -> Event {
    let event = json!({ "type": format!("cn.onestop.case.{kind}.v1"), "data": data });
    serde_json::from_value(event).unwrap()
}
