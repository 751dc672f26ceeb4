//! The next input: half of the time the rarest command at the case's stage, or one that leads to a rare stage, so that
//! a run of some length covers everything; else a plausible command, or any.

use onestop_chassis::store::{Cursor, EventMeta, SourcePosition};
use onestop_proto::{
    actor::{Actor, Role},
    command::{CommandType, Request},
    ids::{CaseId, CaseRef},
    referral::{Command, CustodyStage},
};
use onestop_referral::domain::{Trigger, possible};

use crate::{
    commands::actor,
    inputs::{Input, TRIGGERS},
    model::{Case, Sent},
    run::{Run, source},
};

/// How frequency something is made up anew, with other words and other units, until it would be done.
const TRIES: u32 = 8;

impl Run {
    /// A command or a trigger; mostly a request for a referral, where no unit has the case or is offered it.
    pub(crate) fn any_input(&mut self, case: usize) -> Sent {
        let of_four = match self.model.cases[case].stage() {
            Some(CustodyStage::AtWindow) => 3,
            Some(_) | None => 1,
        };
        if self.rng.u8(..4) < of_four {
            return self.trigger(case);
        }
        self.command(case)
    }

    pub(crate) fn command(&mut self, case: usize) -> Sent {
        let least = self.rng.bool().then(|| self.rarest(case));
        least
            .flatten()
            .unwrap_or_else(|| self.any_command(case, None))
    }

    /// Of the commands that the rules accept, the one that was carried out least at the case's stage.
    fn rarest(&mut self, case: usize) -> Option<Sent> {
        let (custody, _) = self.model.cases[case].custody.clone()?;
        let mut names = possible(&custody, self.model.now);
        self.rng.shuffle(&mut names);
        let mut accepted_by_rules = Vec::new();
        for name in names {
            for _ in 0..TRIES {
                let (actor, command) = self.people.one(name, &custody, &mut self.rng);
                let sent = self.sent(case, actor, command, None);
                if let Ok((_, after)) = self.model.expected(&sent) {
                    let frequency =
                        self.coverage
                            .frequency(custody.stage(), name, (&after, self.model.now));
                    accepted_by_rules.push((frequency, sent));
                    break;
                }
            }
        }
        let least = accepted_by_rules
            .into_iter()
            .min_by_key(|(frequency, _)| *frequency);
        least.map(|(_, sent)| sent)
    }

    pub(crate) fn any_command(&mut self, case: usize, expected_revision: Option<u64>) -> Sent {
        let (custody, revision) = self.model.cases[case].custody.clone().unwrap();
        let (actor, command) = self.people.command(&custody, self.model.now, &mut self.rng);
        let looked = self.rng.bool().then_some(revision);
        self.sent(case, actor, command, expected_revision.or(looked))
    }

    fn sent(
        &mut self,
        case: usize,
        actor: Actor,
        command: Command,
        expected_revision: Option<u64>,
    ) -> Sent {
        let request = Request {
            id: self.key(),
            actor,
            case: Some(CaseRef::Id(self.model.cases[case].id)),
            expected_revision,
            occurred_at: None,
            late_entry: None,
            traceparent: None,
            data: command.data().unwrap(),
            proven: None,
        };
        let read = Command::parse(command.name(), request.data.clone()).unwrap();
        assert_eq!(read, command, "as it travels");
        Sent {
            case,
            meta: EventMeta::from_request(command.name(), &request, self.model.cases[case].id),
            input: Input::Command(command),
            cursor: None,
        }
    }

    pub(crate) fn trigger(&mut self, case: usize) -> Sent {
        let live = self.live.iter().filter(|other| **other != case);
        let others: Vec<CaseId> = live.map(|other| self.model.cases[*other].id).collect();
        let mut names = TRIGGERS;
        self.rng.shuffle(&mut names);
        if self.rng.bool()
            && let Some(stage) = self.model.cases[case].stage()
        {
            let mut accepted_by_rules = Vec::new();
            for name in names {
                let trigger = self.people.trigger(name, &others, &mut self.rng);
                let sent = self.trigger_input(case, trigger);
                if let Ok((_, after)) = self.model.expected(&sent) {
                    let frequency = self
                        .coverage
                        .frequency(stage, name, (&after, self.model.now));
                    accepted_by_rules.push((frequency, sent));
                }
            }
            let least = accepted_by_rules
                .into_iter()
                .min_by_key(|(frequency, _)| *frequency);
            if let Some((_, sent)) = least {
                return sent;
            }
        }
        let trigger = self.people.trigger(names[0], &others, &mut self.rng);
        self.trigger_input(case, trigger)
    }

    /// As the service does on hearing an event, or when a moment has come.
    pub(crate) fn trigger_input(&mut self, case: usize, trigger: Trigger) -> Sent {
        let Case {
            id,
            window,
            custody,
        } = &self.model.cases[case];
        let unit = match (&trigger, custody) {
            (Trigger::WorkConcluded { .. }, Some((custody, _))) => custody.holder().clone(),
            _ => window.clone(),
        };
        let (id, source) = (*id, source("intake"));
        let cursor = (trigger != Trigger::TimerFired).then(|| {
            let (next, hash_prefix) = (self.handled + 1, None);
            Cursor::new(
                &source,
                self.store().log().epoch(),
                SourcePosition { next, hash_prefix },
            )
        });
        Sent {
            case,
            meta: EventMeta::from_timer(self.key(), id, actor(Role::System.as_str(), &unit)),
            input: Input::Trigger(trigger),
            cursor,
        }
    }
}
