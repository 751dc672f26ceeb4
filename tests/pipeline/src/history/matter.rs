//! What a specialist writes of a case, by its own rules.

use onestop_chassis::store::{EventMeta, Rules};
use onestop_legal_aid::domain::LegalAidRules;
use onestop_matter::domain::{
    Context, Matter, SpecialistRules, Trigger, address, decide, evolve, possible, react,
};
use onestop_mediation::domain::MediationRules;
use onestop_notarization::domain::NotarizationRules;
use onestop_proto::{
    actor::{Actor, Role},
    case::Stage,
    command::CommandType,
    envelope::Envelope,
    legal_aid::{self, ExemptGroup},
    mediation, notarization, referral,
    rejection::Explain,
};

use super::{
    life::{Life, staff},
    record::Decided,
    services::Writer,
};

/// The commands by which a specialist ends its work.
pub(super) trait Ending: SpecialistRules {
    const WRITER: Writer;

    /// In the order in which they are sent.
    fn commands(random: &mut fastrand::Rng) -> Vec<Self::Command>;

    /// The draft of a decision and its approval, where two people decide.
    fn by_two_people(_: &Self::Command) -> Option<Vec<Self::Command>> {
        None
    }
}

impl Ending for LegalAidRules {
    const WRITER: Writer = Writer::LegalAid;

    /// Three of four applications are withdrawn, so that a case has as many events as it was found to have.
    fn commands(random: &mut fastrand::Rng) -> Vec<Self::Command> {
        use legal_aid::{
            Archive, Assign, Conclude, Contract, DetermineMeans, Grant, SubmitFile,
            WithdrawApplication,
        };
        if random.u32(0..4) > 0 {
            return vec![WithdrawApplication {}.into()];
        }
        let means = DetermineMeans::exempt(ExemptGroup::MigrantWorker, "工资卡流水");
        let assign = Assign {
            firm: "云南普洱茶城律师事务所".to_owned(),
            licence: "15308202110123456".to_owned(),
            years: None,
        };
        let agreement = "（2026）普援协字第1号".to_owned();
        let file = "（2026）普援卷字第1号".to_owned();
        vec![
            means.into(),
            Grant {}.into(),
            assign.into(),
            Contract { agreement }.into(),
            Conclude {}.into(),
            SubmitFile { file }.into(),
            Archive { subsidy_fen: 0 }.into(),
        ]
    }

    fn by_two_people(command: &legal_aid::Command) -> Option<Vec<legal_aid::Command>> {
        use legal_aid::{ApproveDecision, Command, DraftArchive};
        let Command::Archive(archive) = command else {
            return None;
        };
        let subsidy_fen = archive.subsidy_fen;
        let draft = DraftArchive { subsidy_fen };
        Some(vec![draft.into(), ApproveDecision {}.into()])
    }
}

impl Ending for NotarizationRules {
    const WRITER: Writer = Writer::Notarization;

    fn commands(_: &mut fastrand::Rng) -> Vec<Self::Command> {
        let reason = notarization::RefusalReason::NotProven;
        vec![notarization::Refuse { reason }.into()]
    }

    fn by_two_people(command: &notarization::Command) -> Option<Vec<notarization::Command>> {
        use notarization::{ApproveDecision, Command, DraftRefusal};
        let Command::Refuse(refuse) = command else {
            return None;
        };
        let reason = refuse.reason;
        let draft = DraftRefusal { reason };
        Some(vec![draft.into(), ApproveDecision {}.into()])
    }
}

impl Ending for MediationRules {
    const WRITER: Writer = Writer::Mediation;

    fn commands(_: &mut fastrand::Rng) -> Vec<Self::Command> {
        let reason = mediation::Exclusion::InProceedings;
        let file = "（2026）调卷字第1号".to_owned();
        vec![
            mediation::NotAccept { reason }.into(),
            mediation::Archive { file }.into(),
        ]
    }
}

impl Life<'_> {
    /// The specialist hears that its unit accepted the case, and works on it to the end.
    pub(super) fn matter<L: Ending>(&mut self, cause: &Envelope, accepted: &referral::Accepted) {
        let trigger = Trigger::from(accepted);
        let actor = Actor::system(&L::service(), accepted.to.clone());
        let meta = EventMeta::from_event(cause, &L::WRITER.source(), actor);
        self.hear();
        let (matter, _) = self.matter_decides::<L>(None, &meta, |before, context| {
            react(before, &trigger, context)
        });
        let mut matter = matter;
        for command in L::commands(&mut self.random) {
            let commands = self.by_those_who_may(matter.as_ref(), command);
            for (command, person) in commands.into_iter().zip(self.plan.seed..) {
                self.later();
                let worker = staff(Role::Specialist, &accepted.to, person);
                let meta = self.command(worker, &command);
                let (after, told) = self.matter_decides::<L>(matter, &meta, |before, context| {
                    decide(before, &command, context)
                });
                matter = after;
                self.end_custody(&told);
            }
        }
    }

    /// A command, or the draft and the approval of the same, each by another person.
    fn by_those_who_may<L: Ending>(
        &self,
        matter: Option<&Matter<L>>,
        command: L::Command,
    ) -> Vec<L::Command> {
        let alone = matter.is_none_or(|matter| {
            let service = Actor::system(&L::service(), matter.unit.clone());
            let context = Context::at(self.now, &service, self.directory);
            possible(matter, &context).contains(&command.name())
        });
        let two_people = L::by_two_people(&command).filter(|_| !alone);
        two_people.unwrap_or_else(|| vec![command])
    }

    fn matter_decides<L: Ending>(
        &mut self,
        matter: Option<Matter<L>>,
        meta: &EventMeta,
        decide: impl Fn(Option<&Matter<L>>, &Context<'_>) -> Result<Vec<L::Event>, L::Rejection>,
    ) -> (Option<Matter<L>>, Vec<Envelope>) {
        let rules: Rules<Matter<L>, L::Event> = Rules {
            evolve: evolve::<L>,
            address: address::<L>,
        };
        let context = Context::at(self.now, &meta.actor, self.directory);
        let decided = decide(matter.as_ref(), &context);
        let events = decided.unwrap_or_else(|refused| panic!("{}", refused.rejected()));
        let decided = Decided::fold(matter, &events, &rules);
        let told = self.write(L::WRITER, meta, decided.events);
        (decided.state, told)
    }

    /// Referral takes custody back when the work is done, intake notes the result, and the window closes the case.
    fn end_custody(&mut self, told: &[Envelope]) {
        for event in told {
            let written = self.referral_hears(event);
            // That the unit undertakes the work ends nothing.
            if !written.iter().any(is_completion) {
                continue;
            }
            self.intake_hears(&written);
            let now = self.now;
            self.close(Stage::ResultBack);
            // What the unit still has to do goes on beside the window's work.
            self.now = now;
        }
    }
}

fn is_completion(event: &Envelope) -> bool {
    let event = event.raw().parse::<referral::Event>();
    matches!(event, Ok(referral::Event::Completed(_)))
}
