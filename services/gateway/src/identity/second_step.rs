//! The second step: what a person who gave the password, or is signed in, proves themselves with. Who calls this counts the
//! attempt before.

use std::time::Instant;

use axum::http::HeaderMap;
use onestop_proto::{ids::StaffId, time::Timestamp};
use rusqlite::{Connection, Result};
use tracing::warn;

use super::passkeys::{
    PasskeyError,
    assertion::AssertionAnswer,
    challenges::{Holder, Purpose},
    options,
    relying_party::RelyingParty,
};
use crate::{
    app::App,
    core::db::{
        drafts::DraftKey,
        passkeys::{self, PasskeyProof},
        second_factors::{self, FactorState, Proof},
    },
};

#[derive(Debug, Clone)]
pub(crate) enum SentProof {
    /// A code of the app, or a recovery code.
    Code(String),
    /// What a browser answered, in JSON.
    Passkey(String),
}

/// What was sent, with the challenge that it is for.
#[derive(Debug)]
pub(crate) enum ReadyProof {
    Code(String),
    Passkey(Box<PasskeyProof>),
}

/// Why nothing is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProofRefusal {
    Code,
    Passkey,
    /// There are two of the key.
    PasskeyCopied,
    /// The challenge is too old, was answered before, or was given to another browser.
    PasskeyOver,
}

impl ProofRefusal {
    pub(crate) const fn message_id(self) -> &'static str {
        match self {
            Self::Code => "code-wrong",
            Self::Passkey => "passkey-wrong",
            Self::PasskeyCopied => "passkey-copied",
            Self::PasskeyOver => "passkey-over",
        }
    }
}

impl SentProof {
    /// A form's proof: the passkey, if the page's script has put one in.
    pub(crate) fn of_fields(code: String, passkey: String) -> Self {
        if passkey.is_empty() {
            Self::Code(code)
        } else {
            Self::Passkey(passkey)
        }
    }

    /// Takes the challenge that a passkey's answer is for; no further answer is judged by it.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn ready(
        self,
        app: &App,
        holder: Holder,
        headers: &HeaderMap,
    ) -> Result<ReadyProof, ProofRefusal> {
        let sent = match self {
            Self::Code(code) => return Ok(ReadyProof::Code(code)),
            Self::Passkey(sent) => sent,
        };
        let party = RelyingParty::of(&app.origin, headers).ok_or(ProofRefusal::Passkey)?;
        let parse = || {
            let answer = AssertionAnswer::parse(&sent)?;
            let challenge = answer.challenge()?;
            Ok::<_, PasskeyError>((answer, challenge))
        };
        let (answer, challenge) = parse().map_err(|_| ProofRefusal::Passkey)?;
        let taken = app
            .challenges
            .take(holder, Purpose::Sign, &challenge, Instant::now());
        let challenge = taken.ok_or(ProofRefusal::PasskeyOver)?;
        Ok(ReadyProof::Passkey(Box::new(PasskeyProof {
            answer,
            party,
            challenge,
        })))
    }
}

/// Judges what was sent, and uses it up.
pub(crate) fn judge(
    db: &mut Connection,
    key: &DraftKey,
    staff: &StaffId,
    proof: &ReadyProof,
    now: Timestamp,
) -> Result<Result<Proof, ProofRefusal>> {
    let proof = match proof {
        ReadyProof::Code(code) => {
            let proof = second_factors::prove(db, key, staff, code, now)?;
            return Ok(proof.ok_or(ProofRefusal::Code));
        }
        ReadyProof::Passkey(proof) => proof,
    };
    let judged = passkeys::prove(db, key, staff, proof, now)?;
    Ok(match judged {
        Ok(()) => Ok(Proof::Passkey),
        Err(error) => {
            warn!(%staff, %error, "a passkey was refused");
            Err(if error == PasskeyError::Copied {
                ProofRefusal::PasskeyCopied
            } else {
                ProofRefusal::Passkey
            })
        }
    })
}

/// What an account can be proven with.
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    pub(crate) app: AppChoice,
    pub(crate) passkey: PasskeyChoice,
}

/// Whether the account has an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AppChoice {
    Has,
    HasNone,
}

/// Whether the account has passkeys, and what the browser is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PasskeyChoice {
    HasNone,
    /// It has some, and browsers offer none at the address of this request.
    NotHere,
    /// The options of `navigator.credentials.get`, in JSON.
    Ask(String),
}

impl PasskeyChoice {
    pub(crate) fn options(&self) -> Option<&str> {
        match self {
            Self::Ask(options) => Some(options),
            Self::HasNone | Self::NotHere => None,
        }
    }
}

/// What an account can be proven with, with a challenge for its passkeys.
pub(crate) async fn choices(
    app: &App,
    staff: &StaffId,
    holder: Holder,
    headers: &HeaderMap,
) -> anyhow::Result<Choices> {
    let (id, key, now) = (staff.clone(), app.draft_key.clone(), app.clock.now());
    let read = app.db.with(move |db| {
        let state = second_factors::state(db, &key, &id, now)?;
        Ok((state, passkeys::credentials(db, &id)?))
    });
    let (state, known) = read.await?;
    let app_choice = match state {
        FactorState::Confirmed { .. } => AppChoice::Has,
        FactorState::Missing | FactorState::Begun(_) => AppChoice::HasNone,
    };
    let passkey = match RelyingParty::of(&app.origin, headers) {
        _ if known.is_empty() => PasskeyChoice::HasNone,
        None => PasskeyChoice::NotHere,
        Some(party) => {
            let challenge = app.challenges.open(holder, Purpose::Sign, Instant::now())?;
            PasskeyChoice::Ask(options::request(&party, &challenge, &known).to_string())
        }
    };
    Ok(Choices {
        app: app_choice,
        passkey,
    })
}
