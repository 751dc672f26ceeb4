//! What a user who is signed in proves once more: the password, a code of the second factor. Guessing in a stolen session
//! ends the session.

use std::{net::IpAddr, time::Instant};

use onestop_proto::ids::StaffId;

use crate::{
    app::App,
    core::{
        db::{
            second_factors::{self, Proof},
            sessions, staff,
        },
        page_error::PageError,
    },
    identity::{
        attempts::{Attempt, SignIns},
        devices::Device,
        hashing::{Busy, Priority},
        password,
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

/// Whether what was typed is a code of the user's own second factor, or a recovery code, which is used up.
///
/// # Errors
/// If it was guessed too often, or the database cannot be used.
pub(super) async fn prove_second_factor(
    app: &App,
    session: &Session,
    from: IpAddr,
    typed: String,
) -> Result<Option<Proof>, PageError> {
    let attempt = count(app, session, &app.codes, from).await?;
    let (id, key, now) = (
        session.staff.id.clone(),
        app.draft_key.clone(),
        app.clock.now(),
    );
    let proof = app
        .db
        .with(move |db| second_factors::prove(db, &key, &id, &typed, now))
        .await?;
    if proof.is_some() {
        app.codes.release(&attempt);
    }
    Ok(proof)
}
