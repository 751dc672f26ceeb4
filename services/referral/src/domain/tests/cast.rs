//! The units that take part in the exploration of all states, and what they send.

use std::collections::BTreeSet;

use onestop_proto::{
    command::CommandType,
    referral::{
        AnswerSupervision, Complete, DeclineInvitation, DisclosedData, DisclosureBasis,
        ExternalAnswer, GrantExtension, HandOver, HandoverPurpose, Invite, Join, Reassign, Recall,
        RecallReason, RecordExternalReply, RefuseExtension, Release, ReportPart, RequestExtension,
        Supervise,
    },
};

use crate::domain::test_support::*;

fn text() -> String {
    "事由".to_owned()
}

/// The units that have to do with a case that units of one kind work.
pub(super) struct Cast {
    pub(super) window: UnitId,
    pub(super) county: UnitId,
    pub(super) prefecture: UnitId,
    notary: UnitId,
    mediation: UnitId,
    police: UnitId,
    bureau: UnitId,
    /// That of the province, above the other one.
    above: UnitId,
}

impl Cast {
    pub(super) fn of(world: &World, kind: &str) -> Self {
        Self {
            window: world.window.clone(),
            county: world.unit(COUNTY, kind),
            prefecture: world.unit(PREFECTURE, kind),
            notary: world.unit(COUNTY, "notarization"),
            mediation: world.unit(COUNTY, "mediation"),
            police: world.unit(COUNTY, "police"),
            bureau: world.bureau(PREFECTURE),
            above: world.bureau("53"),
        }
    }

    pub(super) fn actors(&self) -> Vec<Actor> {
        let specialists = [
            &self.county,
            &self.prefecture,
            &self.notary,
            &self.mediation,
        ];
        let specialists = specialists.map(|unit| as_role("specialist", unit));
        let clerk = as_role("clerk", &self.window);
        let supervisors = [&self.bureau, &self.above].map(|unit| as_role("supervisor", unit));
        [clerk]
            .into_iter()
            .chain(specialists)
            .chain(supervisors)
            .collect()
    }

    /// A sample of every command, or more.
    pub(super) fn commands(&self) -> Vec<Command> {
        let mut commands = self.handoff_commands();
        commands.extend(self.further_commands());
        for unit in [&self.notary, &self.mediation] {
            let (unit, task, why) = (unit.clone(), text(), text());
            commands.push(
                Release {
                    unit: unit.clone(),
                    why,
                }
                .into(),
            );
            commands.push(Invite { unit, task }.into());
        }
        for from in [&self.county, &self.prefecture] {
            let (from, why) = (from.clone(), text());
            commands.push(Reassign { from, why }.into());
        }
        let names: BTreeSet<&str> = commands.iter().map(CommandType::name).collect();
        let all: BTreeSet<&str> = Command::NAMES.iter().copied().collect();
        assert_eq!(names, all, "a sample of every command");
        commands
    }

    fn handoff_commands(&self) -> Vec<Command> {
        let (handoff, reason, belongs_to) = (handoff(1), ReturnReason::NoCapacity, None);
        vec![
            Accept { handoff }.into(),
            Decline {
                handoff,
                reason,
                belongs_to,
            }
            .into(),
            Return { reason, belongs_to }.into(),
            Recall {
                reason: RecallReason::CitizenWithdrew,
            }
            .into(),
            Complete {
                outcome: Outcome::Granted,
            }
            .into(),
            Dispute {
                reason: DisputeReason::NotOurs,
                why: text(),
            }
            .into(),
            Designate {
                to: self.county.clone(),
                why: text(),
            }
            .into(),
        ]
    }

    fn further_commands(&self) -> Vec<Command> {
        vec![
            RequestExtension { reason: text() }.into(),
            GrantExtension {}.into(),
            RefuseExtension { why: text() }.into(),
            Supervise {
                instruction: text(),
            }
            .into(),
            AnswerSupervision { answer: text() }.into(),
            Join {}.into(),
            DeclineInvitation {
                reason: ReturnReason::NoCapacity,
            }
            .into(),
            ReportPart { report: text() }.into(),
            HandOver {
                to: self.police.clone(),
                purpose: HandoverPurpose::Report,
                data: vec![DisclosedData::Facts],
                basis: DisclosureBasis::Statute { law: text() },
                materials: Vec::new(),
                keep_years: None,
            }
            .into(),
            RecordExternalReply {
                handover: None,
                answer: ExternalAnswer::Done,
                letter: None,
                on: None,
            }
            .into(),
        ]
    }
}
