//! What is asked next: half of the time what was done least where the case stands, or leads to where few cases
//! stood, so that a run of some length does everything; else what somebody might ask, or anything by anybody.

use onestop_chassis::store::{Cursor, EventMeta, SourcePosition};
use onestop_proto::{
    actor::{Actor, Role},
    command::{CommandType, Request},
    ids::{CaseId, CaseRef},
    referral::{Command, CustodyStage},
};
use onestop_referral::domain::{Prompt, possible};

use crate::{
    asked::{Asked, PROMPTS, actor},
    known::{Case, Sent},
    run::{Run, source},
};

/// How often something is made up anew, with other words and other units, until it would be done.
const TRIES: u32 = 8;

impl Run {
    /// A command, or what is heard; mostly that a referral is wanted, where nobody is asked.
    pub(crate) fn something(&mut self, case: usize) -> Sent {
        let of_four = match self.known.cases[case].stage() {
            Some(CustodyStage::AtWindow) => 3,
            Some(_) | None => 1,
        };
        if self.rng.u8(..4) < of_four {
            return self.prompt(case);
        }
        self.command(case)
    }

    pub(crate) fn command(&mut self, case: usize) -> Sent {
        let least = self.rng.bool().then(|| self.least_done(case));
        least
            .flatten()
            .unwrap_or_else(|| self.any_command(case, None))
    }

    /// The command that was done least where the case stands, of those that would be done.
    fn least_done(&mut self, case: usize) -> Option<Sent> {
        let (custody, _) = self.known.cases[case].custody.clone()?;
        let mut names = possible(&custody);
        self.rng.shuffle(&mut names);
        let mut would_be_done = Vec::new();
        for name in names {
            for _ in 0..TRIES {
                let by_whom = self.people.one(name, &custody, &mut self.rng);
                let sent = self.sent(case, by_whom, None);
                if let Ok((_, after)) = self.known.foretold(&sent) {
                    let often = self.seen.often(custody.stage(), name, &after);
                    would_be_done.push((often, sent));
                    break;
                }
            }
        }
        let least = would_be_done.into_iter().min_by_key(|(often, _)| *often);
        least.map(|(_, sent)| sent)
    }

    pub(crate) fn any_command(&mut self, case: usize, expected_revision: Option<u64>) -> Sent {
        let (custody, revision) = self.known.cases[case].custody.clone().unwrap();
        let by_whom = self.people.command(&custody, &mut self.rng);
        let looked = self.rng.bool().then_some(revision);
        self.sent(case, by_whom, expected_revision.or(looked))
    }

    fn sent(
        &mut self,
        case: usize,
        (actor, command): (Actor, Command),
        expected_revision: Option<u64>,
    ) -> Sent {
        let request = Request {
            id: self.key(),
            actor,
            case: Some(CaseRef::Id(self.known.cases[case].id)),
            expected_revision,
            occurred_at: None,
            traceparent: None,
            data: command.data().unwrap(),
        };
        let read = Command::parse(command.name(), request.data.clone()).unwrap();
        assert_eq!(read, command, "as it travels");
        Sent {
            case,
            meta: EventMeta::from_request(command.name(), &request, self.known.cases[case].id),
            asked: Asked::Command(command),
            cursor: None,
        }
    }

    pub(crate) fn prompt(&mut self, case: usize) -> Sent {
        let live = self.live.iter().filter(|other| **other != case);
        let others: Vec<CaseId> = live.map(|other| self.known.cases[*other].id).collect();
        let mut names = PROMPTS;
        self.rng.shuffle(&mut names);
        if self.rng.bool()
            && let Some(stage) = self.known.cases[case].stage()
        {
            let mut would_be_done = Vec::new();
            for name in names {
                let prompt = self.people.prompt(name, &others, &mut self.rng);
                let sent = self.hearing(case, prompt);
                if let Ok((_, after)) = self.known.foretold(&sent) {
                    let often = self.seen.often(stage, name, &after);
                    would_be_done.push((often, sent));
                }
            }
            let least = would_be_done.into_iter().min_by_key(|(often, _)| *often);
            if let Some((_, sent)) = least {
                return sent;
            }
        }
        let prompt = self.people.prompt(names[0], &others, &mut self.rng);
        self.hearing(case, prompt)
    }

    /// As the service does on hearing an event, or when a moment has come.
    pub(crate) fn hearing(&mut self, case: usize, prompt: Prompt) -> Sent {
        let Case {
            id,
            window,
            custody,
        } = &self.known.cases[case];
        let unit = match (&prompt, custody) {
            (Prompt::Finished { .. }, Some((custody, _))) => custody.holder().clone(),
            _ => window.clone(),
        };
        let (id, source) = (*id, source("intake"));
        let cursor = (prompt != Prompt::TimeComes).then(|| {
            let (next, hash_prefix) = (self.heard + 1, None);
            Cursor::new(
                &source,
                self.store().log().epoch(),
                SourcePosition { next, hash_prefix },
            )
        });
        Sent {
            case,
            meta: EventMeta::from_timer(self.key(), id, actor(Role::System.as_str(), &unit)),
            asked: Asked::Prompt(prompt),
            cursor,
        }
    }
}
