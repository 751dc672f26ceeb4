//! Commands and triggers with their senders: mostly plausible ones, sometimes any.

use std::collections::BTreeSet;

use fastrand::Rng;
use onestop_directory::{Directory, WINDOW};
use onestop_proto::{
    actor::Actor,
    command::CommandType,
    division::DivisionCode,
    ids::{CaseId, HandoffId, UnitId},
    referral::{
        Accept, AnswerSupervision, Command, Complete, Decline, DeclineInvitation, Designate,
        DisclosedData, DisclosureBasis, Dispute, DisputeReason, ExternalAnswer, GrantExtension,
        HandOver, HandoverPurpose, Invite, Join, Outcome, Reassign, Recall, RecallReason,
        RecordExternalReply, RefuseExtension, Release, ReportPart, RequestExtension, Return,
        ReturnReason, SUPERVISOR, Supervise,
    },
    time::Timestamp,
};
use onestop_referral::domain::{Custody, ReferralSubject, Trigger, possible};

use crate::inputs::TRIGGERS;

const PLACES: [&str; 6] = [
    "530821101201",
    "530821101",
    "530821",
    "530802",
    "5308",
    "53",
];
const KINDS: [&str; 7] = [
    WINDOW,
    "legal-aid",
    "notarization",
    "mediation",
    SUPERVISOR,
    "police",
    "court",
];
/// A unit that the directory does not have.
const UNKNOWN: &str = "s4k2m9qxa.window";
/// The item without a law, and so without clocks, of its own is listed three times.
const SUBJECTS: [(&str, &str); 8] = [
    ("legal-aid", "labour-pay"),
    ("legal-aid", "domestic-violence"),
    ("notarization", "will"),
    ("mediation", "neighbours"),
    ("consultation", "labour"),
    ("consultation", "labour"),
    ("consultation", "labour"),
    ("other-body", "lawsuit"),
];

/// The units and places that have to do with the cases.
pub(crate) struct People {
    units: Vec<UnitId>,
    supervisors: Vec<UnitId>,
    places: Vec<DivisionCode>,
}

impl People {
    pub(crate) fn of(directory: &Directory) -> Self {
        let places: Vec<DivisionCode> = PLACES.iter().map(|code| code.parse().unwrap()).collect();
        assert!(directory.unit(&UNKNOWN.parse().unwrap()).is_none());
        let at = |kind: &str| -> Vec<UnitId> {
            let kind = kind.parse().unwrap();
            let found = places
                .iter()
                .filter_map(|code| directory.unit_at(*code, &kind));
            found.map(|unit| unit.id.clone()).collect()
        };
        Self {
            units: KINDS.iter().flat_map(|kind| at(kind)).collect(),
            supervisors: at(SUPERVISOR),
            places,
        }
    }

    fn unit(&self, rng: &mut Rng) -> UnitId {
        if rng.u8(..) < 4 {
            return UNKNOWN.parse().unwrap();
        }
        rng.choice(&self.units).unwrap().clone()
    }

    /// Mostly one that works what the case is about.
    fn worker(&self, custody: &Custody, rng: &mut Rng) -> UnitId {
        let works_it = |unit: &&UnitId| {
            let subject = custody.subject.as_ref();
            let kind = unit.as_str().rsplit('.').next();
            subject.is_some_and(|subject| kind == Some(subject.item.as_str()))
        };
        let workers: Vec<&UnitId> = self.units.iter().filter(works_it).collect();
        match rng.choice(&workers) {
            Some(worker) if rng.u8(..4) > 0 => (*worker).clone(),
            Some(_) | None => self.unit(rng),
        }
    }

    fn place(&self, rng: &mut Rng) -> DivisionCode {
        *rng.choice(&self.places).unwrap()
    }

    /// A command and its sender: mostly a possible one.
    pub(crate) fn command(
        &self,
        custody: &Custody,
        now: Timestamp,
        rng: &mut Rng,
    ) -> (Actor, Command) {
        let mut all = self.one_of_each(custody, rng);
        if rng.u8(..) < 200 {
            let can = possible(custody, now);
            let name = *rng.choice(&can).unwrap();
            all.retain(|command| command.name() == name);
        }
        let command = all.swap_remove(rng.usize(..all.len()));
        (self.sender(custody, &command, rng), command)
    }

    pub(crate) fn one(&self, name: &str, custody: &Custody, rng: &mut Rng) -> (Actor, Command) {
        let mut all = self.one_of_each(custody, rng);
        all.retain(|command| command.name() == name);
        let command = all.remove(0);
        (self.sender(custody, &command, rng), command)
    }

    fn one_of_each(&self, custody: &Custody, rng: &mut Rng) -> Vec<Command> {
        let handoff = handoff(custody, rng);
        let belongs_to = (rng.u8(..4) == 0).then(|| self.place(rng));
        let reason = *rng.choice(ReturnReason::ALL).unwrap();
        let mut commands: Vec<Command> = vec![
            Accept { handoff }.into(),
            Decline {
                handoff,
                reason,
                belongs_to,
            }
            .into(),
            Return { reason, belongs_to }.into(),
            Recall {
                reason: *rng.choice(RecallReason::ALL).unwrap(),
            }
            .into(),
            Complete {
                outcome: *rng.choice(Outcome::ALL).unwrap(),
            }
            .into(),
            Dispute {
                reason: *rng.choice(DisputeReason::ALL).unwrap(),
                why: text(rng),
            }
            .into(),
            Designate {
                to: self.worker(custody, rng),
                why: text(rng),
            }
            .into(),
        ];
        commands.extend(self.further_commands(custody, rng));
        let names: BTreeSet<&str> = commands.iter().map(CommandType::name).collect();
        let contract: BTreeSet<&str> = Command::NAMES.iter().copied().collect();
        assert_eq!(names, contract, "one of each");
        commands
    }

    fn further_commands(&self, custody: &Custody, rng: &mut Rng) -> Vec<Command> {
        let reason = *rng.choice(ReturnReason::ALL).unwrap();
        let co_units: Vec<UnitId> = custody.co_units.iter().map(|co| co.unit.clone()).collect();
        let co_unit = rng.choice(&co_units).cloned();
        let active = custody.active_unit().cloned();
        let active = active.unwrap_or_else(|| self.unit(rng));
        vec![
            RequestExtension { reason: text(rng) }.into(),
            GrantExtension {}.into(),
            RefuseExtension { why: text(rng) }.into(),
            Supervise {
                instruction: text(rng),
            }
            .into(),
            AnswerSupervision { answer: text(rng) }.into(),
            Invite {
                unit: self.unit(rng),
                task: text(rng),
            }
            .into(),
            Join {}.into(),
            DeclineInvitation { reason }.into(),
            ReportPart { report: text(rng) }.into(),
            Release {
                unit: co_unit.clone().unwrap_or_else(|| self.unit(rng)),
                why: text(rng),
            }
            .into(),
            Reassign {
                from: co_unit.filter(|_| rng.bool()).unwrap_or(active),
                why: text(rng),
            }
            .into(),
            HandOver {
                to: self.unit(rng),
                purpose: *rng.choice(HandoverPurpose::ALL).unwrap(),
                data: vec![*rng.choice(DisclosedData::ALL).unwrap()],
                basis: DisclosureBasis::Statute { law: text(rng) },
                materials: Vec::new(),
                keep_years: (rng.bool()).then(|| rng.u8(2..6)),
            }
            .into(),
            RecordExternalReply {
                handover: rng.choice(&custody.handovers).map(|of| of.handed.handover),
                answer: *rng.choice(ExternalAnswer::ALL).unwrap(),
                letter: rng.bool().then(|| text(rng)),
                on: None,
            }
            .into(),
        ]
    }

    /// Mostly a unit whose task it is.
    fn sender(&self, custody: &Custody, command: &Command, rng: &mut Rng) -> Actor {
        let addressee = custody.active_unit().unwrap_or_else(|| custody.holder());
        let (role, unit) = match command {
            Command::Accept(_)
            | Command::Decline(_)
            | Command::Dispute(_)
            | Command::RequestExtension(_) => ("specialist", addressee.clone()),
            Command::Recall(_) => ("clerk", custody.window.clone()),
            Command::Return(_)
            | Command::Complete(_)
            | Command::AnswerSupervision(_)
            | Command::Invite(_)
            | Command::Release(_)
            | Command::HandOver(_)
            | Command::RecordExternalReply(_) => ("specialist", custody.holder().clone()),
            Command::Join(_) | Command::DeclineInvitation(_) | Command::ReportPart(_) => {
                let open: Vec<_> = custody.open_co_units().collect();
                let unit = rng.choice(&open).map(|co| co.unit.clone());
                ("specialist", unit.unwrap_or_else(|| self.unit(rng)))
            }
            Command::Designate(_)
            | Command::GrantExtension(_)
            | Command::RefuseExtension(_)
            | Command::Supervise(_)
            | Command::Reassign(_) => {
                ("supervisor", rng.choice(&self.supervisors).unwrap().clone())
            }
        };
        if rng.u8(..) < 32 {
            return actor(role, &self.unit(rng));
        }
        actor(role, &unit)
    }

    pub(crate) fn trigger(&self, name: &str, others: &[CaseId], rng: &mut Rng) -> Trigger {
        match name {
            "intake.referral-requested" => {
                let (item, topic) = *rng.choice(&SUBJECTS).unwrap();
                Trigger::ReferralRequested(ReferralSubject {
                    respondents: None,
                    people: None,
                    resumed: None,
                    item: item.parse().unwrap(),
                    topic: topic.parse().unwrap(),
                    place: self.place(rng),
                    urgent: rng.u8(..5) == 0,
                    language: None,
                    opposed_to: rng.choice(others).copied().filter(|_| rng.u8(..5) == 0),
                    notice: None,
                })
            }
            "intake.closed" => Trigger::CaseEnded,
            "concluded" => Trigger::WorkConcluded {
                outcome: *rng.choice(Outcome::ALL).unwrap(),
            },
            "time" => Trigger::TimerFired,
            other => panic!("'{other}' is not one of {TRIGGERS:?}"),
        }
    }
}

pub(crate) fn actor(role: &str, unit: &UnitId) -> Actor {
    // A supervisor is another person than those who work for units.
    let staff = if role == "supervisor" { "he" } else { "wang" };
    format!("{role}/{staff}@{unit}").parse().unwrap()
}

/// The open offer; sometimes one that has ended, or none that ever was.
fn handoff(custody: &Custody, rng: &mut Rng) -> HandoffId {
    let open = custody.offer().map(|offer| offer.handoff);
    let ended = rng.choice(&custody.past_offers).map(|ended| ended.handoff);
    let none = || "019ab0c4-8000-7000-8000-ffffffffffff".parse().unwrap();
    if rng.u8(..8) == 0 {
        return ended.unwrap_or_else(none);
    }
    open.or(ended).unwrap_or_else(none)
}

/// A text; sometimes empty, sometimes too long.
fn text(rng: &mut Rng) -> String {
    match rng.u8(..) {
        0..4 => "  ".to_owned(),
        4..8 => "长".repeat(501),
        _ => "事由".to_owned(),
    }
}
