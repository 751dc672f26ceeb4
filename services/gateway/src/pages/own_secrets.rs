//! What a user who is signed in proves once more: the password, the second factor. Guessing in a stolen session ends the
//! session.

use std::{net::IpAddr, time::Instant};

use axum::http::HeaderMap;
use onestop_proto::ids::StaffId;

use crate::{
    app::App,
    core::{
        client_address::ClientAddress,
        db::{second_factors::Proof, sessions, staff},
        page_error::PageError,
    },
    identity::{
        attempts::{Attempt, SignIns},
        devices::Device,
        hashing::{Busy, Priority},
        passkeys::challenges::Holder,
        password,
        second_step::{self, ProofRefusal, SentProof},
        session::Session,
    },
};

/// Counts a guess before it is judged.
async fn count(
    app: &App,
    session: &Session,
    budget: &SignIns,
    from: IpAddr,
) -> Result<Attempt<StaffId>, PageError> {
    let attempt = Attempt {
        at: Some(session.staff.id.clone()),
        from,
        device: Some(Device::of_session(session.began_at)),
    };
    if let Err(wait) = budget.count(&attempt, Instant::now()) {
        let token = session.token().to_owned();
        app.db.with(move |db| sessions::end(db, &token)).await?;
        app.access_changes.announce();
        return Err(PageError::too_many_attempts(wait));
    }
    Ok(attempt)
}

/// Whether what was typed is the user's own password.
///
/// # Errors
/// If it was guessed too often, too many passwords are being hashed, or the database cannot be used.
pub(super) async fn is_own_password(
    app: &App,
    session: &Session,
    from: IpAddr,
    typed: String,
) -> Result<bool, PageError> {
    let attempt = count(app, session, &app.sign_ins, from).await?;
    let id = session.staff.id.clone();
    let known = app.db.with(move |db| staff::credential(db, &id)).await?;
    let hash = known.and_then(|known| known.hash);
    let verified = app.hashing.run(Priority::Known, move || {
        password::verify(&typed, hash.as_deref())
    });
    let verified = verified.await?;
    if verified != Ok(false) {
        app.sign_ins.release(&attempt);
    }
    verified.map_err(|Busy| PageError::busy("sign-in-busy", 2))
}

/// Judges what a user proves their second factor with; a recovery code is used up.
///
/// # Errors
/// If it was guessed too often, or the database cannot be used.
pub(super) async fn prove_second_factor(
    app: &App,
    session: &Session,
    ClientAddress(from): ClientAddress,
    headers: &HeaderMap,
    sent: SentProof,
) -> Result<Result<Proof, ProofRefusal>, PageError> {
    let attempt = count(app, session, &app.codes, from).await?;
    let ready = match sent.ready(app, Holder::of(&session.csrf), headers) {
        Ok(ready) => ready,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let id = session.staff.id.clone();
    let key = app.draft_key.clone();
    let now = app.clock.now();
    let judged = app
        .db
        .with(move |db| second_step::judge(db, &key, &id, &ready, now));
    let judged = judged.await?;
    if judged.is_ok() {
        app.codes.release(&attempt);
    }
    Ok(judged)
}
