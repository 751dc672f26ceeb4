//! What goes wrong: keys that come again, decisions on what no longer stands, two in the same instant, and
//! crashes.

use std::{future::poll_fn, mem::swap, pin::pin, task::Poll};

use onestop_eventlog::Direction;
use onestop_proto::{
    command::{AcceptedCommand, Execution},
    referral::Event,
    rejection::{CommonRejection, Explain, Rejected},
};
use onestop_referral::domain::Custody;

use crate::{
    held::as_remembered,
    known::Sent,
    run::{Run, open, source, stream},
};

/// What the rules said before it was sent.
type Foretold = Result<(Vec<Event>, Custody), Rejected>;
/// What the log did.
type Answered = Result<(AcceptedCommand, Custody), Rejected>;

impl Run {
    /// The same key again gets the first answer, whatever has come since.
    pub(crate) fn ask_again(&mut self) {
        let (sent, first) = self.rng.choice(&self.done).unwrap().clone();
        let before = self.store().log().head().count;
        let (again, state) = self.runtime.block_on(self.send(&sent)).unwrap();
        let answer = Execution::Repeated;
        assert_eq!(again, AcceptedCommand { answer, ..first });
        let held = self.known.cases[sent.case].custody.as_ref();
        assert_eq!(Some(&state), held.map(|(custody, _)| custody));
        assert_eq!(self.store().log().head().count, before);
        self.seen.repeated += 1;
    }

    /// A key that was used for something else is refused.
    pub(crate) fn use_a_key_again(&mut self, case: usize) {
        let mut sent = self.command(case);
        let used = &self.rng.choice(&self.done).unwrap().0.meta;
        if used.commandhash == sent.meta.commandhash {
            return;
        }
        sent.meta.command = used.command;
        let before = self.store().log().head().count;
        let refused = self.runtime.block_on(self.send(&sent)).unwrap_err();
        let command = sent.meta.command;
        assert_eq!(refused, CommonRejection::KeyReused { command }.rejected());
        assert_eq!(self.store().log().head().count, before);
        self.seen.reused += 1;
    }

    /// Somebody decides on what they saw, and the case has moved on.
    pub(crate) fn decide_on_what_was(&mut self, case: usize) {
        let (_, revision) = self.known.cases[case].custody.clone().unwrap();
        if let Some(seen) = revision.checked_sub(self.rng.u64(1..4)) {
            let sent = self.any_command(case, Some(seen));
            assert!(self.known.foretold(&sent).is_err());
            self.ask(&sent);
            self.seen.stale += 1;
        }
    }

    /// Two ask in the same instant: as if one had been first, and the other had asked then.
    pub(crate) fn ask_at_once(&mut self, case: usize) {
        let (one, other) = (self.command(case), self.command(case));
        let foretold = (self.known.foretold(&one), self.known.foretold(&other));
        let answered = self.both(&one, &other);
        // Who was first in the log was decided on what stood before.
        let position = |answered: &Answered| match answered {
            Ok((accepted, _)) => accepted.at.position,
            Err(_) => u64::MAX,
        };
        let one = (&one, foretold.0, answered.0);
        let other = (&other, foretold.1, answered.1);
        let (earlier, later) = if position(&other.2) < position(&one.2) {
            (other, one)
        } else {
            (one, other)
        };
        self.was_first(earlier);
        self.was_second(later);
    }

    /// Both under way at a time, each going on as soon as it can.
    fn both(&self, one: &Sent, other: &Sent) -> (Answered, Answered) {
        let (mut first, mut second) = (pin!(self.send(one)), pin!(self.send(other)));
        let (mut done_first, mut done_second) = (None, None);
        self.runtime.block_on(poll_fn(|context| {
            if done_first.is_none()
                && let Poll::Ready(done) = first.as_mut().poll(context)
            {
                done_first = Some(done);
            }
            if done_second.is_none()
                && let Poll::Ready(done) = second.as_mut().poll(context)
            {
                done_second = Some(done);
            }
            match (&done_first, &done_second) {
                (Some(_), Some(_)) => Poll::Ready(()),
                _ => Poll::Pending,
            }
        }));
        (done_first.unwrap(), done_second.unwrap())
    }

    fn was_first(&mut self, (sent, foretold, answered): (&Sent, Foretold, Answered)) {
        match (foretold, answered) {
            (Ok((events, after)), Ok((accepted, state))) => {
                assert_eq!(state, after, "the first: {:?}", sent.asked);
                self.take_down(sent, &events, (after, accepted));
                self.seen.races += 1;
            }
            (Err(foretold), Err(rejected)) => assert_eq!(rejected, foretold),
            (foretold, answered) => panic!("{:?}: {foretold:#?} {answered:#?}", sent.asked),
        }
    }

    /// It was decided on what stood before or, if that stood no longer when it was written, after.
    fn was_second(&mut self, (sent, before, answered): (&Sent, Foretold, Answered)) {
        let foretold = self.known.foretold(sent);
        match answered {
            Ok((accepted, state)) => {
                let (events, after) = foretold.unwrap();
                assert_eq!(state, after, "the second: {:?}", sent.asked);
                self.take_down(sent, &events, (after, accepted));
            }
            Err(rejected) => {
                let reasons = [before.err(), foretold.err()];
                assert!(reasons.contains(&Some(rejected)), "{:?}", sent.asked);
            }
        }
    }

    /// The process ends and starts again: every case under way is folded anew.
    pub(crate) fn crash(&mut self) {
        let before = self.store().log().head();
        self.starts_again();
        assert_eq!(self.store().log().head(), before);
        self.seen.crashes += 1;
        self.recovered();
    }

    /// The process ends while something is under way: it is done or it is not, and the same key settles it.
    pub(crate) fn crash_in_the_midst(&mut self, case: usize) {
        let sent = self.something(case);
        let before = self.store().log().head().count;
        let foretold = self.known.foretold(&sent);
        let written = self.rng.bool();
        if written {
            // As far as it goes without waiting: the log has it, and nobody was answered.
            let mut under_way = pin!(self.send(&sent));
            let once = poll_fn(|context| Poll::Ready(under_way.as_mut().poll(context).is_ready()));
            self.runtime.block_on(once);
        }
        self.starts_again();
        let after = self.store().log().head().count;
        let Ok((events, custody)) = foretold else {
            assert_eq!(after, before, "refused, and written: {:?}", sent.asked);
            return self.ask(&sent);
        };
        if after == before {
            self.seen.undone += 1;
            return self.ask(&sent);
        }
        assert!(written);
        assert_eq!(after, before + events.len() as u64, "half of it is there");
        let (mut accepted, _) = self.runtime.block_on(self.send(&sent)).unwrap();
        assert_eq!(accepted.answer, Execution::Repeated);
        accepted.answer = Execution::First;
        self.take_down(&sent, &events, (custody, accepted));
        self.seen.whole += 1;
        self.recovered();
    }

    /// On another calendar, it may be.
    fn starts_again(&mut self) {
        self.store = None;
        if self.rng.bool() {
            swap(&mut self.known.directory, &mut self.other);
        }
        self.store = Some(open(&self.folder));
    }

    /// What was heard and what came of it are on disk together.
    fn recovered(&self) {
        for case in &self.live {
            let case = &self.known.cases[*case];
            as_remembered(self.store(), &stream(case.id), case.custody.as_ref());
        }
        let log = self.store().log();
        let heard = log.cursor(&format!("heard{}:{}", source("intake"), log.epoch()));
        assert_eq!(heard, Some(self.heard));
        let records = log.read_all(0, Direction::Forward, usize::MAX).unwrap();
        let positions = records.iter().map(|record| record.position);
        assert!(positions.eq(0..log.head().count), "a gap in the log");
    }
}
