//! The page of the user's own second factors.

use std::time::Instant;

use askama::Template;
use axum::{
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};

use crate::{
    app::App,
    core::{
        db::{
            enrolments,
            passkeys::{self, Passkey},
            second_factors::{self, FactorState},
            sessions::SignInMethod,
        },
        page_error::PageResult,
    },
    identity::{
        passkeys::{
            CredentialId,
            challenges::{Holder, Purpose},
            options::{NewUser, creation},
            relying_party::RelyingParty,
        },
        second_step::{self, PasskeyChoice},
        session::{SECOND_FACTOR_PAGE, Session},
        totp::TotpSecret,
    },
    pages::{
        receipt::qr_code,
        shell::{Page, View, html},
    },
};

/// Letters of a passkey's name.
pub(super) const LONGEST_NAME: usize = 60;

/// The fields of the page that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    BeginApp,
    FirstCode,
    RemoveApp,
    BeginPasskey,
    NewPasskey,
    RemovePasskey,
    RenewCodes,
}

/// Why nothing was changed: a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Problem(pub(super) &'static str);

impl Problem {
    pub(super) fn at(self, field: Field) -> Changed {
        Changed::Refused(field, self)
    }
}

/// What a form of the page has changed.
#[derive(Debug, Clone)]
pub(super) enum Changed {
    Nothing,
    /// New recovery codes: shown only now.
    CodesMade(Vec<String>),
    Refused(Field, Problem),
}

#[derive(Template)]
#[template(path = "second-factor.html")]
struct SecondFactorTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    state: FactorState,
    passkeys: Vec<Passkey>,
    codes_left: u32,
    /// Whether browsers offer passkeys at this address.
    is_named: bool,
    /// The options of `navigator.credentials.create`, once the owner is proven.
    making: Option<String>,
    /// What a passkey is asked, to prove the owner.
    asking: PasskeyChoice,
    changed: Changed,
}

impl SecondFactorTemplate<'_> {
    fn asks_password(&self) -> bool {
        self.session.method == SignInMethod::Password
    }

    /// Whether the account has a second factor, which then proves the owner.
    fn is_protected(&self) -> bool {
        !self.passkeys.is_empty() || matches!(self.state, FactorState::Confirmed { .. })
    }

    fn codes_made(&self) -> &[String] {
        match &self.changed {
            Changed::CodesMade(codes) => codes,
            Changed::Nothing | Changed::Refused(..) => &[],
        }
    }

    fn is_refused(&self) -> bool {
        matches!(self.changed, Changed::Refused(..))
    }

    fn is_wrong(&self, field: Field) -> bool {
        matches!(&self.changed, Changed::Refused(wrong, _) if *wrong == field)
    }

    /// What is wrong, in words.
    fn words(&self) -> String {
        match &self.changed {
            Changed::Refused(_, Problem(message)) => self.page.i18n.t(message),
            Changed::Nothing | Changed::CodesMade(_) => String::new(),
        }
    }

    /// What may be typed as a proof.
    fn proof_hint(&self) -> String {
        self.page.i18n.t(match self.state {
            FactorState::Confirmed { .. } => "second-factor-proof-hint",
            FactorState::Missing | FactorState::Begun(_) => "recovery-code-hint",
        })
    }

    fn passkey_options(&self) -> Option<&str> {
        self.asking.options()
    }

    /// The QR code that an app reads, as a data URL.
    fn qr(&self, secret: &TotpSecret) -> Option<String> {
        qr_code(&secret.address(&self.session.staff.id, &self.page.app.origin))
    }
}

/// What the database holds of the user's second factors.
struct Stored {
    state: FactorState,
    passkeys: Vec<Passkey>,
    known: Vec<CredentialId>,
    codes_left: u32,
}

async fn read(app: &App, session: &Session) -> anyhow::Result<Stored> {
    let id = session.staff.id.clone();
    let key = app.draft_key.clone();
    let now = app.clock.now();
    let read = app.db.with(move |db| {
        let known = passkeys::credentials(db, &id)?;
        Ok(Stored {
            state: second_factors::state(db, &key, &id, now)?,
            passkeys: passkeys::list(db, &key, &id)?,
            known: known.into_iter().map(|(id, _)| id).collect(),
            codes_left: enrolments::recovery_codes_left(db, &id)?,
        })
    });
    read.await
}

/// Shows the page as it is after a form has changed something.
pub(super) async fn render(
    app: &App,
    view: &View,
    session: &Session,
    headers: &HeaderMap,
    changed: Changed,
) -> PageResult {
    let stored = read(app, session).await?;
    let holder = Holder::of(&session.csrf);
    let choices = second_step::choices(app, &session.staff.id, holder, headers).await?;
    let party = RelyingParty::of(&app.origin, headers);
    let challenge = app.challenges.newest(holder, Purpose::Make, Instant::now());
    let mut page = view.page(app);
    SECOND_FACTOR_PAGE.clone_into(&mut page.path);
    let site = page.i18n.t("name");
    let making = party.as_ref().zip(challenge).map(|(party, challenge)| {
        let user = NewUser {
            party,
            site: &site,
            staff: &session.staff.id,
            name: &session.staff.name,
        };
        creation(user, &challenge, &stored.known).to_string()
    });
    let template = SecondFactorTemplate {
        page,
        session,
        state: stored.state,
        passkeys: stored.passkeys,
        codes_left: stored.codes_left,
        is_named: party.is_some(),
        making,
        asking: choices.passkey,
        changed,
    };
    let status = if template.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, html(&template)).into_response())
}
