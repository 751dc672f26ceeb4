//! What a standby asks its leader, and what it does with the answer.

use std::{cmp::Ordering, time::Duration};

use tracing::warn;

use super::{Added, Replica, Standby};
use crate::{
    runtime::in_place::in_place,
    standby::{
        message::{LeaderState, Question, Refused, decode, signed},
        progress::StandbyRefused,
        sidecar::MissingFile,
        standby_subject,
        takeover::{Step, Takeover},
    },
};

/// How long the leader may take to answer; it waits half a second for something new.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

impl<R: Replica> Standby<'_, R> {
    /// Asks for what comes next, and adds it to the copy.
    pub(super) async fn ask(&mut self) -> anyhow::Result<Step> {
        let has_begun = self.replica.question(self.id, 0).is_some();
        let answered = if has_begun {
            self.change().await
        } else {
            self.request(&Question::Hello).await
        };
        let Some((state, bytes)) = answered else {
            return Ok(self.silent());
        };
        if !self.is_from_leader(&state)? {
            return Ok(self.silent());
        }
        if !has_begun {
            in_place(|| self.replica.begin(&state, &bytes))?;
        } else if !bytes.is_empty() && self.add(&state, bytes).await? == Added::No {
            return Ok(Takeover::silent());
        }
        Ok(self.answered(&state))
    }

    /// Whether an answer is the newest leader's, and brings something.
    ///
    /// # Errors
    /// [`StandbyRefused`] if what the leader has is something else.
    fn is_from_leader(&self, state: &LeaderState) -> Result<bool, StandbyRefused> {
        if !self.rules.accepts(state.term) {
            warn!(
                term = state.term,
                "an outdated leader answers: what it sends is not taken"
            );
            return Ok(false);
        }
        let own = || self.own.to_string();
        match &state.refused {
            Some(Refused::Unsure | Refused::NoStandby) => return Ok(false),
            Some(Refused::NotProven) => return Err(StandbyRefused::NotProven { own: own() }),
            Some(Refused::Differs(why)) => {
                return Err(StandbyRefused::Differs {
                    own: own(),
                    place: self.replica.place(),
                    why: why.clone(),
                });
            }
            None => {}
        }
        self.replica.check(state)?;
        Ok(true)
    }

    /// The whole of what comes next, put together of its parts; without bytes if nothing is new.
    async fn change(&self) -> Option<(LeaderState, Vec<u8>)> {
        let mut bytes = Vec::new();
        loop {
            let question = self.replica.question(self.id, bytes.len() as u64)?;
            let (state, part) = self.request(&question).await?;
            if state.refused.is_some() || state.length == 0 {
                return Some((state, Vec::new()));
            }
            if part.is_empty() {
                return None;
            }
            bytes.extend_from_slice(&part);
            match (bytes.len() as u64).cmp(&state.length) {
                Ordering::Equal => return Some((state, bytes)),
                Ordering::Less => {}
                Ordering::Greater => return None,
            }
        }
    }

    async fn request(&self, question: &Question) -> Option<(LeaderState, Vec<u8>)> {
        let subject = standby_subject(&self.own);
        let question = question.to_bytes();
        let headers = signed(self.bus.issuer(), &subject, &question);
        let client = self.bus.client();
        let asked = client.request_with_headers(subject, headers, question.into());
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, asked)
            .await
            .ok()?
            .ok()?;
        match decode(&answer.payload) {
            Ok((state, part)) => Some((state, part.to_vec())),
            Err(error) => {
                warn!(error = format!("{error:#}"), "an answer is not understood");
                None
            }
        }
    }

    /// Adds a change, once what goes with it is on the disk: the copy never has a change without it.
    ///
    /// # Errors
    /// If one of them cannot be written, or is none of the leader's.
    async fn add(&mut self, state: &LeaderState, bytes: Vec<u8>) -> anyhow::Result<Added> {
        let Some(files) = in_place(|| self.replica.prepare(state, bytes))? else {
            return Ok(Added::No);
        };
        for file in files {
            if self.fetch(&file).await? == Added::No {
                return Ok(Added::No);
            }
        }
        in_place(|| self.replica.apply())
    }

    /// Asks for a file, part by part.
    async fn fetch(&mut self, file: &MissingFile) -> anyhow::Result<Added> {
        let mut from = 0;
        while from < file.length {
            let question = Question::File {
                from,
                name: file.name.clone(),
            };
            let Some((state, part)) = self.request(&question).await else {
                return Ok(Added::No);
            };
            let reached = from + part.len() as u64;
            let is_next = !part.is_empty() && state.length == file.length && reached <= file.length;
            if !self.is_from_leader(&state)? || !is_next {
                return Ok(Added::No);
            }
            in_place(|| self.replica.receive(file, from, &part))?;
            from = reached;
        }
        Ok(Added::Yes)
    }
}
