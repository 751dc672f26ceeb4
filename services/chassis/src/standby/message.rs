//! What travels between a leader, its standby, and the operator who asks for a switch.

use std::time::Duration;

use anyhow::{Context, bail};
use async_nats::{HeaderMap, Request, RequestErrorKind};
use onestop_eventlog::FollowPosition;
use onestop_proto::envelope::Source;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{copies::Followed, standby_subject};
use crate::{
    bus::{Bus, inbox},
    clock::SystemClock,
    identity::{self, Issuer},
};

/// The kinds of questions, their first byte.
const HELLO: u8 = 0;
const CHANGES: u8 = 1;
const SWITCH: u8 = 2;
const FILE: u8 = 3;
const BLOCKS: u8 = 4;

/// How long a leader may take to answer an operator.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// What a leader is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Question {
    /// Which log it has, and by what the standby sees whether it can use what goes with the log.
    Hello,
    /// What comes after a position.
    Changes {
        standby: Uuid,
        /// Bytes of that change that were received.
        received: u64,
        position: Box<FollowPosition>,
    },
    /// What comes after a version of a database.
    Blocks {
        standby: Uuid,
        /// Bytes of that change that were received.
        received: u64,
        /// The run of the leader that said which version it is; none counts for another run.
        run: Uuid,
        version: u64,
    },
    /// For a file that goes with the log.
    File {
        /// Bytes of it that were received.
        from: u64,
        name: Vec<u8>,
    },
    /// To hand its lease over to the standby.
    Switch,
}

impl Question {
    /// The standby that asks, if one does.
    pub(super) fn standby(&self) -> Option<Uuid> {
        match self {
            Question::Changes { standby, .. } | Question::Blocks { standby, .. } => Some(*standby),
            Question::Hello | Question::File { .. } | Question::Switch => None,
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Question::Hello => vec![HELLO],
            Question::Switch => vec![SWITCH],
            Question::Changes {
                standby,
                received,
                position,
            } => {
                let mut bytes = vec![CHANGES];
                bytes.extend_from_slice(standby.as_bytes());
                bytes.extend_from_slice(&received.to_be_bytes());
                bytes.extend_from_slice(&position.to_bytes());
                bytes
            }
            Question::Blocks {
                standby,
                received,
                run,
                version,
            } => {
                let mut bytes = vec![BLOCKS];
                bytes.extend_from_slice(standby.as_bytes());
                bytes.extend_from_slice(&received.to_be_bytes());
                bytes.extend_from_slice(run.as_bytes());
                bytes.extend_from_slice(&version.to_be_bytes());
                bytes
            }
            Question::File { from, name } => {
                let mut bytes = vec![FILE];
                bytes.extend_from_slice(&from.to_be_bytes());
                bytes.extend_from_slice(name);
                bytes
            }
        }
    }

    /// `None` if the bytes are anything else.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Question> {
        let (kind, rest) = bytes.split_first()?;
        match *kind {
            HELLO => rest.is_empty().then_some(Question::Hello),
            SWITCH => rest.is_empty().then_some(Question::Switch),
            CHANGES => {
                let (standby, rest) = rest.split_first_chunk::<16>()?;
                let (received, position) = rest.split_first_chunk::<8>()?;
                Some(Question::Changes {
                    standby: Uuid::from_bytes(*standby),
                    received: u64::from_be_bytes(*received),
                    position: Box::new(FollowPosition::from_bytes(position)?),
                })
            }
            BLOCKS => {
                let (standby, rest) = rest.split_first_chunk::<16>()?;
                let (received, rest) = rest.split_first_chunk::<8>()?;
                let (run, rest) = rest.split_first_chunk::<16>()?;
                let version: &[u8; 8] = rest.try_into().ok()?;
                Some(Question::Blocks {
                    standby: Uuid::from_bytes(*standby),
                    received: u64::from_be_bytes(*received),
                    run: Uuid::from_bytes(*run),
                    version: u64::from_be_bytes(*version),
                })
            }
            FILE => {
                let (from, name) = rest.split_first_chunk::<8>()?;
                Some(Question::File {
                    from: u64::from_be_bytes(*from),
                    name: name.to_vec(),
                })
            }
            _ => None,
        }
    }
}

/// The headers of a question, with the proof of who asks it.
pub(super) fn signed(issuer: Option<&Issuer>, subject: &str, question: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let token = issuer.and_then(|issuer| issuer.token(subject, question, None));
    if let Some(token) = token {
        headers.insert(identity::HEADER, token);
    }
    headers
}

/// Why a leader does not answer a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Refused {
    /// It is not sure of its lease.
    Unsure,
    /// No standby that has everything follows it.
    NoStandby,
    /// It is not proven that the one who asks may.
    NotProven,
    /// The standby is no copy of its log.
    Differs(String),
}

/// What a leader says of itself with every answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LeaderState {
    /// Under which it decides.
    pub(super) term: u64,
    pub(super) epoch: Uuid,
    /// Records of its log.
    pub(super) count: u64,
    /// Whether its answers count on the standby that asks.
    pub(super) followed: Followed,
    /// The public key of its log's checkpoints.
    pub(super) key: String,
    /// Bytes of the change or the file of which this brings a part; 0 if nothing is new, or the file is gone.
    pub(super) length: u64,
    /// Bytes at the end of those that are no part of the change, and go with it.
    #[serde(default)]
    pub(super) sidecar: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<Refused>,
}

/// An answer: length of the state as JSON (4 bytes, big-endian), the state, a part of the change.
pub(super) fn encode(state: &LeaderState, part: &[u8]) -> anyhow::Result<Vec<u8>> {
    let state = serde_json::to_vec(state)?;
    let length = u32::try_from(state.len())?;
    let mut bytes = Vec::with_capacity(4 + state.len() + part.len());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&state);
    bytes.extend_from_slice(part);
    Ok(bytes)
}

/// Takes an answer apart.
pub(super) fn decode(bytes: &[u8]) -> anyhow::Result<(LeaderState, &[u8])> {
    let whole = bytes.split_first_chunk::<4>();
    let (length, rest) = whole.context("the answer is cut short")?;
    let length = usize::try_from(u32::from_be_bytes(*length))?;
    let parts = rest.split_at_checked(length);
    let (state, part) = parts.context("the answer is cut short")?;
    let state = serde_json::from_slice(state).context("the answer cannot be read")?;
    Ok((state, part))
}

/// Asks the leader of an instance to hand over to its standby, over a connection with the operator's key; the operator's
/// issuer signs it. Returns the term that ends.
///
/// # Errors
/// If it does not answer, or no standby follows it closely.
pub async fn request_switch(
    bus: &Bus,
    issuer: Option<&Issuer>,
    own: &Source,
) -> anyhow::Result<u64> {
    let (subject, question) = (standby_subject(own), Question::Switch.to_bytes());
    let headers = signed(issuer, &subject, &question);
    // A gateway may answer in the inbox of its own key alone; the operator's key listens everywhere.
    let inbox = format!(
        "{}.{}",
        inbox(&own.service, &own.instance),
        SystemClock.uuid()
    );
    let request = Request::new()
        .headers(headers)
        .payload(question.into())
        .inbox(inbox);
    let asked = bus.client().send_request(subject, request);
    let answer = match tokio::time::timeout(ANSWER_TIMEOUT, asked).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) if error.kind() == RequestErrorKind::NoResponders => {
            bail!("{own} answers no standby: it does not run, or its setting 'standby' is none")
        }
        Ok(Err(error)) => return Err(error).with_context(|| format!("{own} does not answer")),
        Err(_) => bail!("{own} does not answer"),
    };
    let (state, _) = decode(&answer.payload)?;
    match state.refused {
        None => Ok(state.term),
        Some(Refused::Unsure) => bail!("{own} is not sure that it decides: see 'onestop doctor'"),
        Some(Refused::NotProven) => bail!(
            "{own} does not take it from this key: name the operator's own with --nats-key (desk.nk, with desk.issuer beside it)"
        ),
        Some(Refused::NoStandby) => bail!(
            "no standby of {own} has everything that it has: start 'onestop standby', or wait until 'onestop doctor' says that it follows"
        ),
        Some(Refused::Differs(why)) => bail!("{own} refuses: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> LeaderState {
        LeaderState {
            term: 3,
            epoch: Uuid::from_u128(9),
            count: 12,
            followed: Followed::Yes,
            key: "a key".to_owned(),
            length: 5,
            sidecar: 2,
            refused: Some(Refused::Differs("at 4".to_owned())),
        }
    }

    #[test]
    fn an_answer_is_read_as_it_was_written_and_a_short_one_is_refused() {
        let bytes = encode(&state(), b"part").unwrap();
        assert_eq!(decode(&bytes).unwrap(), (state(), &b"part"[..]));
        for length in 0..bytes.len() - 4 {
            assert!(decode(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn a_question_is_read_as_it_was_written_and_others_are_not_taken() {
        let questions = [Question::Hello, Question::Switch];
        for question in questions {
            let bytes = question.to_bytes();
            assert_eq!(Question::from_bytes(&bytes), Some(question));
            assert_eq!(Question::from_bytes(&[bytes[0], 0]), None);
        }
        let file = Question::File {
            from: 512,
            name: b"a file".to_vec(),
        };
        assert_eq!(Question::from_bytes(&file.to_bytes()), Some(file));
        let blocks = Question::Blocks {
            standby: Uuid::from_u128(3),
            received: 4_096,
            run: Uuid::from_u128(9),
            version: 12,
        };
        let bytes = blocks.to_bytes();
        assert_eq!(Question::from_bytes(&bytes), Some(blocks));
        assert_eq!(Question::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Question::from_bytes(&[FILE; 8]), None);
        assert_eq!(Question::from_bytes(&[]), None);
        assert_eq!(Question::from_bytes(&[CHANGES; 40]), None);
        assert_eq!(Question::from_bytes(&[9]), None);
    }
}
