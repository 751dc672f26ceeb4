//! What intake writes of a case. Its rules are private to it: its events are made here from the contract.

use onestop_chassis::store::EventMeta;
use onestop_proto::{
    actor::Actor,
    case::{self, Channel, Grade, Needs, Open, Stage, WindowAction},
    envelope::{Address, Envelope, RawEvent},
    ids::ServiceItem,
    narrowed,
    referral::{self, ReferralSubject},
};

use super::{life::Life, persons, services::Writer};

narrowed! {
    /// What the window learns of custody.
    enum NewsForWindow of referral { Accepted, Completed }
}

impl Life<'_> {
    /// The window takes the case down.
    pub(super) fn open(&mut self) -> Vec<Envelope> {
        let plan = self.plan;
        let applicant = persons::applicant(&mut self.random);
        let key = self.keys.make(self.case, &applicant, &mut self.random);
        let action = if plan.item == ServiceItem::consultation() {
            WindowAction::Answer
        } else {
            WindowAction::Refer
        };
        let open = Open {
            request: action,
            ..Open::new(
                plan.item.clone(),
                plan.topic.clone(),
                plan.window.division,
                applicant,
            )
        };
        let clear = serde_json::to_vec(&open.applicant).unwrap();
        let mut meta = self.command(self.clerk(), &case::Command::from(open));
        meta.commandhash = key.keyed_hash(&meta.commandhash);
        let code = query_code(&mut self.random);
        let opened = case::Opened {
            text_key: None,
            people: None,
            respondents: None,
            number: plan.number.clone(),
            site: plan.window.site.clone(),
            window: plan.window.id.clone(),
            window_division: plan.window.division,
            item: plan.item.clone(),
            topic: plan.topic.clone(),
            place: plan.window.division,
            channel: Channel::Window,
            applicant: key.seal(&clear, &mut self.random),
            urgent: false,
            opposed_to: None,
            notice: None,
            related: Vec::new(),
            needs: Needs::default(),
            query_code: Some(key.seal(code.as_bytes(), &mut self.random)),
            short_code: None,
            warnings: Vec::new(),
        };
        let mut events = vec![case::Event::from(opened)];
        if action == WindowAction::Refer {
            let (item, topic) = (plan.item.clone(), plan.topic.clone());
            events.push(case::Event::from(case::ReferralRequested {
                number: plan.number.clone(),
                subject: ReferralSubject::new(item, topic, plan.window.division),
            }));
        }
        self.key = Some(key);
        self.intake_writes(&meta, &events)
    }

    /// The events of a case are addressed to the unit that has custody.
    fn intake_writes(&mut self, meta: &EventMeta, events: &[case::Event]) -> Vec<Envelope> {
        let mut addressed = Vec::new();
        for event in events {
            if let case::Event::HolderNoted(noted) = event {
                self.holder = (noted.holder.clone(), noted.holder_division);
            }
            if let case::Event::ResultNoted(_) = event {
                self.holder = (self.plan.window.id.clone(), self.plan.window.division);
            }
            let address = Address {
                unit: self.holder.0.clone(),
                division: self.holder.1,
                item: Some(self.plan.item.clone()),
            };
            addressed.push((RawEvent::from_event(event).unwrap(), address));
        }
        self.write(Writer::Intake, meta, addressed)
    }

    /// The window answers, and closes the case.
    pub(super) fn answer(&mut self) {
        self.later();
        let text = "可以先申请调解，也可以申请仲裁";
        let key = self.key.as_ref().unwrap();
        let sealed = key.seal(text.as_bytes(), &mut self.random);
        let command = case::AnswerCitizen {
            answer: text.to_owned(),
        };
        let mut meta = self.command(self.clerk(), &case::Command::from(command));
        let key = self.key.as_ref().unwrap();
        meta.commandhash = key.keyed_hash(&meta.commandhash);
        self.intake_writes(&meta, &[case::Answered { answer: sealed }.into()]);
        self.close(Stage::Answered);
    }

    pub(super) fn intake_hears(&mut self, events: &[Envelope]) {
        for event in events {
            let event_of_referral = event.raw().parse::<referral::Event>().unwrap();
            let Some(news) = NewsForWindow::of(&event_of_referral) else {
                continue;
            };
            let heard = match news {
                NewsForWindow::Accepted(accepted) => case::Event::from(case::HolderNoted {
                    handoff: accepted.handoff,
                    holder: accepted.to.clone(),
                    holder_division: accepted.to_division,
                }),
                NewsForWindow::Completed(completed) => case::Event::from(case::ResultNoted {
                    unit: completed.from.clone(),
                    outcome: completed.outcome,
                }),
            };
            let actor = Actor::system(&case::service(), self.plan.window.id.clone());
            let meta = EventMeta::from_event(event, &Writer::Intake.source(), actor);
            self.hear();
            self.intake_writes(&meta, &[heard]);
        }
    }

    /// Closes the case; six citizens of ten rate it.
    pub(super) fn close(&mut self, after: Stage) {
        self.later();
        let meta = self.command(self.clerk(), &case::Command::from(case::Close {}));
        let (directory, window) = (self.directory, self.plan.window);
        let step = "intake.reopen".parse().unwrap();
        let limit = directory.limit(&step, window.division, self.now.china_date());
        let closed = case::Closed {
            after,
            reopen_until: limit.map(|limit| directory.due(&limit, self.now).at),
            open_needs: Vec::new(),
        };
        let told = self.intake_writes(&meta, &[closed.into()]);
        for event in &told {
            self.referral_hears(event);
        }
        if self.random.u32(0..10) < 6 {
            self.later();
            let grade = Grade::Satisfied;
            let command = case::Command::from(case::Rate { grade });
            let meta = self.command(self.clerk(), &command);
            self.intake_writes(&meta, &[case::Rated { grade }.into()]);
        }
    }
}

/// Eight signs, the last of which checks the others.
fn query_code(random: &mut fastrand::Rng) -> String {
    const SIGNS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let mut values: Vec<usize> = std::iter::repeat_with(|| random.usize(..31))
        .take(7)
        .collect();
    let weighted = values.iter().zip(1..).map(|(value, weight)| value * weight);
    values.push(weighted.sum::<usize>() % 31);
    values
        .iter()
        .map(|value| char::from(SIGNS[*value]))
        .collect()
}
