//! What is asked, and by whom: mostly what somebody might ask in earnest, sometimes anything.

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
};
use onestop_referral::domain::{Custody, Holding, Prompt, Wanted, possible};

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
/// That which has no law with clocks of its own stands thrice.
const ERRANDS: [(&str, &str); 8] = [
    ("legal-aid", "labour-pay"),
    ("legal-aid", "domestic-violence"),
    ("notarization", "will"),
    ("mediation", "neighbours"),
    ("consultation", "labour"),
    ("consultation", "labour"),
    ("consultation", "labour"),
    ("other-body", "lawsuit"),
];

/// What is heard of a case, by name, and that a moment has come.
pub(crate) const PROMPTS: [&str; 4] = [
    "intake.referral-requested",
    "intake.closed",
    "concluded",
    "time",
];

/// A command that somebody sends, or what is heard, or a moment that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    Command(Command),
    Prompt(Prompt),
}

impl Asked {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Command(command) => command.name(),
            Self::Prompt(prompt) => match prompt {
                Prompt::Opened { .. } => "intake.opened",
                Prompt::ReferralRequested(_) => "intake.referral-requested",
                Prompt::CaseEnded => "intake.closed",
                Prompt::Finished { .. } => "concluded",
                Prompt::TimeComes => "time",
            },
        }
    }
}

/// Everybody and every place that has to do with the cases.
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
            let errand = custody.errand.as_ref();
            let kind = unit.as_str().rsplit('.').next();
            errand.is_some_and(|errand| kind == Some(errand.item.as_str()))
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

    /// A command, and who sends it: of those that can be done, if one is asked for that can.
    pub(crate) fn command(&self, custody: &Custody, rng: &mut Rng) -> (Actor, Command) {
        let mut all = self.one_of_each(custody, rng);
        if rng.u8(..) < 200 {
            let can = possible(custody);
            let name = *rng.choice(&can).unwrap();
            all.retain(|command| command.name() == name);
        }
        let command = all.swap_remove(rng.usize(..all.len()));
        (self.sender(custody, &command, rng), command)
    }

    /// The command of that name, and who sends it.
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
        let co_units: Vec<UnitId> = custody.co_units.iter().map(|co| co.unit.clone()).collect();
        let co_unit = rng.choice(&co_units).cloned();
        let busy = match &custody.holding {
            Holding::Unit { unit, .. } => unit.clone(),
            Holding::Offered { to, .. } => to.clone(),
            Holding::Window { .. } | Holding::Disputed { .. } => self.unit(rng),
        };
        let commands: Vec<Command> = vec![
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
                why: words(rng),
            }
            .into(),
            Designate {
                to: self.worker(custody, rng),
                why: words(rng),
            }
            .into(),
            RequestExtension { reason: words(rng) }.into(),
            GrantExtension {}.into(),
            RefuseExtension { why: words(rng) }.into(),
            Supervise {
                instruction: words(rng),
            }
            .into(),
            AnswerSupervision { answer: words(rng) }.into(),
            Invite {
                unit: self.unit(rng),
                task: words(rng),
            }
            .into(),
            Join {}.into(),
            DeclineInvitation { reason }.into(),
            ReportPart { report: words(rng) }.into(),
            Release {
                unit: co_unit.clone().unwrap_or_else(|| self.unit(rng)),
                why: words(rng),
            }
            .into(),
            Reassign {
                from: co_unit.filter(|_| rng.bool()).unwrap_or(busy),
                why: words(rng),
            }
            .into(),
            HandOver {
                to: self.unit(rng),
                purpose: *rng.choice(HandoverPurpose::ALL).unwrap(),
                data: vec![*rng.choice(DisclosedData::ALL).unwrap()],
                basis: DisclosureBasis::Statute { law: words(rng) },
                materials: Vec::new(),
                keep_years: (rng.bool()).then(|| rng.u8(2..6)),
            }
            .into(),
            RecordExternalReply {
                handover: rng
                    .choice(&custody.handed_over)
                    .map(|of| of.handed.handover),
                answer: *rng.choice(ExternalAnswer::ALL).unwrap(),
                letter: rng.bool().then(|| words(rng)),
                on: None,
            }
            .into(),
        ];
        let names: BTreeSet<&str> = commands.iter().map(CommandType::name).collect();
        let contract: BTreeSet<&str> = Command::NAMES.iter().copied().collect();
        assert_eq!(names, contract, "one of each");
        commands
    }

    /// Mostly one of those whose task it is.
    fn sender(&self, custody: &Custody, command: &Command, rng: &mut Rng) -> Actor {
        let asked = match &custody.holding {
            Holding::Offered { to, .. } => to,
            Holding::Window { .. } | Holding::Disputed { .. } | Holding::Unit { .. } => {
                custody.holder()
            }
        };
        let (role, unit) = match command {
            Command::Accept(_)
            | Command::Decline(_)
            | Command::Dispute(_)
            | Command::RequestExtension(_) => ("specialist", asked.clone()),
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

    /// What is heard of a case, or that a moment has come.
    pub(crate) fn prompt(&self, name: &str, others: &[CaseId], rng: &mut Rng) -> Prompt {
        match name {
            "intake.referral-requested" => {
                let (item, topic) = *rng.choice(&ERRANDS).unwrap();
                Prompt::ReferralRequested(Wanted {
                    item: item.parse().unwrap(),
                    topic: topic.parse().unwrap(),
                    place: self.place(rng),
                    urgent: rng.u8(..5) == 0,
                    opposed_to: rng.choice(others).copied().filter(|_| rng.u8(..5) == 0),
                })
            }
            "intake.closed" => Prompt::CaseEnded,
            "concluded" => Prompt::Finished {
                outcome: *rng.choice(Outcome::ALL).unwrap(),
            },
            "time" => Prompt::TimeComes,
            other => panic!("'{other}' is not one of {PROMPTS:?}"),
        }
    }
}

pub(crate) fn actor(role: &str, unit: &UnitId) -> Actor {
    format!("{role}/wang@{unit}").parse().unwrap()
}

/// The open offer; sometimes one that has ended, or none that ever was.
fn handoff(custody: &Custody, rng: &mut Rng) -> HandoffId {
    let open = match &custody.holding {
        Holding::Offered { handoff, .. } => Some(*handoff),
        Holding::Window { .. } | Holding::Disputed { .. } | Holding::Unit { .. } => None,
    };
    let ended = rng.choice(&custody.ended).map(|ended| ended.handoff);
    let none = || "019ab0c4-8000-7000-8000-ffffffffffff".parse().unwrap();
    if rng.u8(..8) == 0 {
        return ended.unwrap_or_else(none);
    }
    open.or(ended).unwrap_or_else(none)
}

/// Something said; sometimes nothing, sometimes too much.
fn words(rng: &mut Rng) -> String {
    match rng.u8(..) {
        0..4 => "  ".to_owned(),
        4..8 => "长".repeat(501),
        _ => "事由".to_owned(),
    }
}
