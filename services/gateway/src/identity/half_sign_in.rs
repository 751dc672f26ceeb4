//! A sign-in that waits for the code of a second factor: sealed in a cookie of the browser that began it. It is no session,
//! opens no page, and is void once the password changes or the account is disabled.

use axum::http::{HeaderMap, HeaderName, header};
use data_encoding::BASE64URL_NOPAD;
use onestop_proto::{ids::StaffId, time::Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    secret,
    session::{self, Session, SetCookies},
};
use crate::{
    app::App,
    core::{
        cookies::{HostCookie, WebOrigin},
        db::{
            drafts::DraftKey,
            sessions::SignInMethod,
            staff::{self, Credential, Staff},
        },
    },
};

/// Seconds in which the code must come.
const LIFETIME: i64 = 5 * 60;
/// A longer address to return to is not stored.
const LONGEST_NEXT: usize = 1024;
/// What the cookie is sealed for: nothing else that the key seals is taken for one.
const BINDING: &str = "half-sign-in";

const COOKIE: HostCookie = HostCookie("onestop-code");

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HalfSignIn {
    pub(crate) staff: StaffId,
    pub(crate) method: SignInMethod,
    /// The token that the form for the code carries.
    pub(crate) csrf: String,
    /// The address to go to afterwards.
    pub(crate) next: String,
    /// Of the password at the time.
    fingerprint: String,
    ends: Timestamp,
}

/// What a right password, or the word of an OpenID Connect provider, leads to.
pub(crate) enum FirstStep {
    SignedIn(Box<Session>, SetCookies),
    CodeWanted(Box<HalfSignIn>, (HeaderName, String)),
}

/// Starts the session of a user without a second factor; asks every other user for the code.
pub(crate) async fn take_first_step(
    app: &App,
    staff: Staff,
    method: SignInMethod,
    next: &str,
    headers: &HeaderMap,
) -> anyhow::Result<FirstStep> {
    if !staff.second_factor {
        let (session, cookies) = session::start(app, staff, method, headers).await?;
        return Ok(FirstStep::SignedIn(Box::new(session), cookies));
    }
    let id = staff.id.clone();
    let credential = app.db.with(move |db| staff::credential(db, &id)).await?;
    let half = HalfSignIn::begin(staff.id, method, next, credential.as_ref(), app.clock.now())?;
    let cookie = half.cookie(&app.draft_key, &app.origin)?;
    Ok(FirstStep::CodeWanted(
        Box::new(half),
        (header::SET_COOKIE, cookie),
    ))
}

impl HalfSignIn {
    fn begin(
        staff: StaffId,
        method: SignInMethod,
        next: &str,
        credential: Option<&Credential>,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let next = if next.len() > LONGEST_NEXT { "/" } else { next };
        Ok(Self {
            staff,
            method,
            csrf: secret()?,
            next: next.to_owned(),
            fingerprint: fingerprint(credential),
            ends: now.plus_seconds(LIFETIME),
        })
    }

    /// Whether the account is enabled and its password is still the one that was checked.
    pub(crate) fn is_of(&self, credential: Option<&Credential>) -> bool {
        credential.is_some_and(|credential| !credential.disabled)
            && self.fingerprint == fingerprint(credential)
    }

    /// The `Set-Cookie` header.
    fn cookie(&self, key: &DraftKey, origin: &WebOrigin) -> anyhow::Result<String> {
        let sealed = key.encrypt(BINDING, &serde_json::to_string(self)?);
        let sealed = sealed.ok_or_else(|| anyhow::anyhow!("no randomness"))?;
        Ok(COOKIE.set(origin, &BASE64URL_NOPAD.encode(&sealed), LIFETIME))
    }

    /// The sign-in of a request's cookie, unless it is over.
    pub(crate) fn find(
        headers: &HeaderMap,
        origin: &WebOrigin,
        key: &DraftKey,
        now: Timestamp,
    ) -> Option<Self> {
        let cookie = COOKIE.read(headers, origin)?;
        let sealed = BASE64URL_NOPAD.decode(cookie.as_bytes()).ok()?;
        let half: Self = serde_json::from_str(&key.decrypt(BINDING, &sealed)?).ok()?;
        // One that ends later than it could began while the clock was ahead.
        let is_running = now < half.ends && half.ends <= now.plus_seconds(LIFETIME);
        is_running.then_some(half)
    }
}

pub(crate) fn clear_cookie(origin: &WebOrigin) -> (HeaderName, String) {
    (header::SET_COOKIE, COOKIE.clear(origin))
}

/// What changes with the password.
fn fingerprint(credential: Option<&Credential>) -> String {
    let hash = credential.and_then(|credential| credential.hash.as_deref());
    BASE64URL_NOPAD.encode(&Sha256::digest(hash.unwrap_or_default().as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-04 09:00:00";

    fn origin() -> WebOrigin {
        WebOrigin::new("https://law.example")
    }

    fn credential(hash: &str) -> Credential {
        Credential {
            hash: Some(hash.to_owned()),
            disabled: false,
        }
    }

    fn begun() -> HalfSignIn {
        let staff = "zhang-li".parse().unwrap();
        let known = credential("$hash");
        let now = NOW.parse().unwrap();
        HalfSignIn::begin(
            staff,
            SignInMethod::Password,
            "/worklist",
            Some(&known),
            now,
        )
        .unwrap()
    }

    fn key() -> (tempfile::TempDir, DraftKey) {
        let folder = tempfile::tempdir().unwrap();
        let key = DraftKey::open(folder.path()).unwrap();
        (folder, key)
    }

    fn sent(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let value = cookie.split(';').next().unwrap();
        headers.insert(header::COOKIE, value.parse().unwrap());
        headers
    }

    #[test]
    fn it_ends_in_time_and_shows_nothing_of_itself() {
        let (_folder, key) = key();
        let half = begun();
        let cookie = half.cookie(&key, &origin()).unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("Secure"));
        let value = cookie.split(['=', ';']).nth(1).unwrap();
        let bytes = BASE64URL_NOPAD.decode(value.as_bytes()).unwrap();
        assert!(!bytes.windows(8).any(|part| part == b"zhang-li"));
        let find = |seconds| {
            let now: Timestamp = NOW.parse().unwrap();
            HalfSignIn::find(&sent(&cookie), &origin(), &key, now.plus_seconds(seconds))
        };
        assert_eq!(find(0), Some(half.clone()));
        assert_eq!(find(LIFETIME - 1), Some(half));
        assert_eq!(find(LIFETIME), None);
        assert_eq!(find(-60), None);
    }

    #[test]
    fn a_made_up_one_and_one_that_was_sealed_for_something_else_are_none() {
        let ((_folder, key), (_other_folder, other)) = (key(), key());
        let now = NOW.parse().unwrap();
        let find = |cookie: &str| HalfSignIn::find(&sent(cookie), &origin(), &key, now);
        assert_eq!(find(&begun().cookie(&other, &origin()).unwrap()), None);
        let text = serde_json::to_string(&begun()).unwrap();
        let elsewhere = key.encrypt("case/zhang-li/1", &text).unwrap();
        let sealed = BASE64URL_NOPAD.encode(&elsewhere);
        assert_eq!(find(&COOKIE.set(&origin(), &sealed, 60)), None);
        let plain = BASE64URL_NOPAD.encode(text.as_bytes());
        assert_eq!(find(&COOKIE.set(&origin(), &plain, 60)), None);
    }

    #[test]
    fn a_new_password_or_a_disabled_account_makes_it_void() {
        let half = begun();
        assert!(half.is_of(Some(&credential("$hash"))));
        assert!(!half.is_of(Some(&credential("$new"))));
        assert!(!half.is_of(None));
        let disabled = Credential {
            disabled: true,
            ..credential("$hash")
        };
        assert!(!half.is_of(Some(&disabled)));
    }
}
