//! What referral writes of a case, by its own rules.

use onestop_chassis::store::{EventMeta, Rules};
use onestop_legal_aid::domain::LegalAidRules;
use onestop_mediation::domain::MediationRules;
use onestop_notarization::domain::NotarizationRules;
use onestop_proto::{
    acting_person::ActingPerson,
    actor::{Actor, Role},
    envelope::Envelope,
    referral,
    time::Timestamp,
};
use onestop_referral::{
    domain::{self as custody, Custody},
    policy,
};

use super::{
    life::{Life, staff},
    record::Decided,
    services::Writer,
};

const CUSTODY_RULES: Rules<Custody, referral::Event> = Rules {
    evolve: custody::evolve,
    address: custody::address,
};

impl Life<'_> {
    /// Referral hears an event; what it writes of it.
    pub(super) fn referral_hears(&mut self, event: &Envelope) -> Vec<Envelope> {
        let meaning = policy::meaning_of(event).unwrap();
        if !meaning.people.is_empty() {
            self.people_come(event, meaning.people);
        }
        let Some(trigger) = meaning.trigger else {
            return Vec::new();
        };
        let unit = match (&self.custody, &trigger) {
            (
                Some(custody),
                custody::Trigger::WorkUndertaken { .. } | custody::Trigger::WorkConcluded { .. },
            ) => custody.holder().clone(),
            (Some(custody), _) => custody.window.clone(),
            (None, _) => self.plan.window.id.clone(),
        };
        let actor = Actor::system(&referral::service(), unit);
        let meta = EventMeta::from_event(event, &Writer::Referral.source(), actor);
        self.hear();
        self.custody_decides(&meta, |before, context| {
            custody::react(before, &trigger, context)
        })
    }

    /// People come to act in the case, as referral takes it down.
    fn people_come(&mut self, event: &Envelope, people: Vec<ActingPerson>) {
        let unit = event.actor.unit.clone();
        let actor = Actor::system(&referral::service(), unit.clone());
        let meta = EventMeta {
            command: event.id.reaction_by("referral/engaged"),
            ..EventMeta::from_event(event, &Writer::Referral.source(), actor)
        };
        let engaged = custody::Trigger::PeopleEngaged { unit, people };
        self.hear();
        self.custody_decides(&meta, |before, context| {
            custody::react(before, &engaged, context)
        });
    }

    /// What the clocks of custody announce until then, as referral's timer writes it.
    pub(super) fn custody_waits(&mut self, until: Timestamp) {
        while let Some(custody) = &self.custody
            && let Some(moment) = custody::next_moment(custody, self.directory)
            && moment <= until
        {
            let actor = Actor::system(&referral::service(), custody.holder().clone());
            self.now = self.now.max(moment);
            let meta = EventMeta::from_timer(self.command_key(), self.case, actor);
            let written = self.custody_decides(&meta, |before, context| {
                custody::react(before, &custody::Trigger::TimerFired, context)
            });
            if written.is_empty() {
                return;
            }
        }
    }

    fn custody_decides(
        &mut self,
        meta: &EventMeta,
        decide: impl Fn(
            Option<&Custody>,
            &custody::Context<'_>,
        ) -> Result<Vec<referral::Event>, referral::Rejection>,
    ) -> Vec<Envelope> {
        let context = custody::Context {
            now: self.now,
            dated: custody::Dated::at(self.now),
            actor: &meta.actor,
            handoff: meta.command.handoff(),
            directory: self.directory,
            load: &|_| 0,
            opposing: &|_| Vec::new(),
            acting: &|_| Vec::new(),
        };
        // What custody has gone past decides on nothing, as in the service.
        let events = decide(self.custody.as_ref(), &context).unwrap_or_default();
        if events.is_empty() {
            return Vec::new();
        }
        let decided = Decided::fold(self.custody.take(), &events, &CUSTODY_RULES);
        self.custody = decided.state;
        self.write(Writer::Referral, meta, decided.events)
    }

    /// The unit accepts the case and works on it; the window closes it when the result is back.
    pub(super) fn work(&mut self) {
        self.later();
        let offer = self.custody.as_ref().and_then(Custody::offer).unwrap();
        let (handoff, to) = (offer.handoff, offer.to.clone());
        let accept = referral::Command::from(referral::Accept { handoff });
        let worker = staff(Role::Specialist, &to, self.plan.seed);
        let meta = self.command(worker, &accept);
        let told = self.custody_decides(&meta, |before, context| {
            custody::decide(before.unwrap(), &accept, context)
        });
        self.intake_hears(&told);
        let accepted = told[0].raw().parse::<referral::Event>().unwrap();
        let referral::Event::Accepted(accepted) = accepted else {
            unreachable!("an accepted offer begins with its acceptance")
        };
        let cause = &told[0];
        match self.plan.item.as_str() {
            "legal-aid" => self.matter::<LegalAidRules>(cause, &accepted),
            "notarization" => self.matter::<NotarizationRules>(cause, &accepted),
            _ => self.matter::<MediationRules>(cause, &accepted),
        }
    }
}
