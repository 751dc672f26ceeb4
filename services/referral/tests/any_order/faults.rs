//! Faults: repeated keys, stale revisions, races, crashes.

use std::{future::poll_fn, mem::swap, pin::pin, task::Poll};

use onestop_eventlog::Direction;
use onestop_proto::{
    command::{AcceptedCommand, Execution},
    referral::Event,
    rejection::{CommonRejection, Explain, Rejected},
};
use onestop_referral::domain::Custody;

use crate::{
    invariants::assert_replayed,
    model::Sent,
    run::{Run, open, source, stream},
};

/// What the rules said before it was sent.
type Expected = Result<(Vec<Event>, Custody), Rejected>;
/// What the log did.
type Answered = Result<(AcceptedCommand, Custody), Rejected>;

impl Run {
    /// The same key again gets the first answer, whatever has come since.
    pub(crate) fn repeat(&mut self) {
        let (sent, first) = self.rng.choice(&self.done).unwrap().clone();
        let before = self.store().log().head().count;
        let (again, state) = self.runtime.block_on(self.send(&sent)).unwrap();
        let answer = Execution::Repeated;
        assert_eq!(again, AcceptedCommand { answer, ..first });
        let remembered = self.model.cases[sent.case].custody.as_ref();
        assert_eq!(Some(&state), remembered.map(|(custody, _)| custody));
        assert_eq!(self.store().log().head().count, before);
        self.coverage.repeated += 1;
    }

    /// A key that was used for something else is refused.
    pub(crate) fn reuse_key(&mut self, case: usize) {
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
        self.coverage.reused += 1;
    }

    /// A command whose expected revision is stale.
    pub(crate) fn decide_on_stale_revision(&mut self, case: usize) {
        let (_, revision) = self.model.cases[case].custody.clone().unwrap();
        if let Some(stale) = revision.checked_sub(self.rng.u64(1..4)) {
            let sent = self.any_command(case, Some(stale));
            assert!(self.model.expected(&sent).is_err());
            self.execute(&sent);
            self.coverage.stale += 1;
        }
    }

    /// Two commands at once: as if one had come first, and the other after it.
    pub(crate) fn race(&mut self, case: usize) {
        let (one, other) = (self.command(case), self.command(case));
        let expected = (self.model.expected(&one), self.model.expected(&other));
        let answered = self.both(&one, &other);
        // Who was first in the log was decided on what stood before.
        let position = |answered: &Answered| match answered {
            Ok((accepted, _)) => accepted.at.position,
            Err(_) => u64::MAX,
        };
        let one = (&one, expected.0, answered.0);
        let other = (&other, expected.1, answered.1);
        let (earlier, later) = if position(&other.2) < position(&one.2) {
            (other, one)
        } else {
            (one, other)
        };
        self.check_first(earlier.0, earlier.1, earlier.2);
        self.check_second(later.0, later.1, later.2);
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

    fn check_first(&mut self, sent: &Sent, expected: Expected, answered: Answered) {
        match (expected, answered) {
            (Ok((events, after)), Ok((accepted, state))) => {
                assert_eq!(state, after, "the first: {:?}", sent.input);
                self.record(sent, &events, after, accepted);
                self.coverage.races += 1;
            }
            (Err(expected), Err(rejected)) => assert_eq!(rejected, expected),
            (expected, answered) => panic!("{:?}: {expected:#?} {answered:#?}", sent.input),
        }
    }

    /// It was decided on the state before the first or, if that was stale when it was written, after it.
    fn check_second(&mut self, sent: &Sent, before: Expected, answered: Answered) {
        let expected = self.model.expected(sent);
        match answered {
            Ok((accepted, state)) => {
                let (events, after) = expected.unwrap();
                assert_eq!(state, after, "the second: {:?}", sent.input);
                self.record(sent, &events, after, accepted);
            }
            Err(rejected) => {
                let reasons = [before.err(), expected.err()];
                assert!(reasons.contains(&Some(rejected)), "{:?}", sent.input);
            }
        }
    }

    /// The process ends and starts again: every case under way is folded anew.
    pub(crate) fn crash(&mut self) {
        let before = self.store().log().head();
        self.restart();
        assert_eq!(self.store().log().head(), before);
        self.coverage.crashes += 1;
        self.assert_recovered();
    }

    /// The process ends while something is under way: it is done or it is not, and the same key settles it.
    pub(crate) fn crash_during(&mut self, case: usize) {
        let sent = self.any_input(case);
        let before = self.store().log().head().count;
        let expected = self.model.expected(&sent);
        let written = self.rng.bool();
        if written {
            // As far as it goes without waiting: the log has it, and no answer was sent.
            let mut under_way = pin!(self.send(&sent));
            let once = poll_fn(|context| Poll::Ready(under_way.as_mut().poll(context).is_ready()));
            self.runtime.block_on(once);
        }
        self.restart();
        let after = self.store().log().head().count;
        let Ok((events, custody)) = expected else {
            assert_eq!(after, before, "refused, and written: {:?}", sent.input);
            return self.execute(&sent);
        };
        if after == before {
            self.coverage.undone += 1;
            return self.execute(&sent);
        }
        assert!(written);
        assert_eq!(after, before + events.len() as u64, "half of it is there");
        let (mut accepted, _) = self.runtime.block_on(self.send(&sent)).unwrap();
        assert_eq!(accepted.answer, Execution::Repeated);
        accepted.answer = Execution::First;
        self.record(&sent, &events, custody, accepted);
        self.coverage.whole += 1;
        self.assert_recovered();
    }

    /// On another calendar, it may be.
    fn restart(&mut self) {
        self.store = None;
        if self.rng.bool() {
            swap(&mut self.model.directory, &mut self.other);
        }
        self.store = Some(open(&self.folder));
    }

    /// The events handled and what followed from them are on disk together.
    fn assert_recovered(&self) {
        for case in &self.live {
            let case = &self.model.cases[*case];
            assert_replayed(self.store(), &stream(case.id), case.custody.as_ref());
        }
        let log = self.store().log();
        let handled = log.cursor(&format!("heard{}:{}", source("intake"), log.epoch()));
        assert_eq!(handled, Some(self.handled));
        let records = log.read_all(0, Direction::Forward, usize::MAX).unwrap();
        let positions = records.iter().map(|record| record.position);
        assert!(positions.eq(0..log.head().count), "a gap in the log");
    }
}
