//! `/cases/{case}/receipt`: the receipt (受理回执) that the citizen takes home. It has an address of its own,
//! so that it can be printed again.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::Response,
    routing::get,
};
use data_encoding::BASE64;
use onestop_proto::{
    actor::Role,
    case::{Channel, Stage},
    ids::UnitId,
    ledger::CaseHead,
};
use qrcode::{EcLevel, QrCode, render::svg};
use serde::Deserialize;
use std::time::Duration;

use super::case::{head, named};
use crate::{
    app::App,
    auth::Session,
    db::drafts::{self, Kind},
    error::Oops,
    page::{Page, View, html, query},
};

/// A referral finds its unit within moments; the receipt waits for it, so that it can name the unit.
const TRIES: u32 = 8;
const BETWEEN: Duration = Duration::from_millis(150);
/// Side of a module of the QR code, in the picture's own units.
const MODULE: u32 = 4;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/cases/{case}/receipt", get(show))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct Receipt<'a> {
    page: Page<'a>,
    head: CaseHead,
    /// The query code, while it is known here.
    code: Option<String>,
    /// Where the citizen follows the case.
    track: String,
    /// The QR code of that address, as an address of a picture.
    qr: String,
}

impl Receipt<'_> {
    /// Who has been asked to take it.
    fn asked(&self) -> Option<&UnitId> {
        self.head.row.offer.as_ref().map(|offer| &offer.to)
    }

    /// The last day for the answer to the offer, or for the step that runs.
    fn by_when(&self) -> Option<(&'static str, String)> {
        let row = &self.head.row;
        if let Some(offer) = &row.offer {
            // It ends with that day: the moment itself is the next day's beginning.
            let last = offer.until.plus_seconds(-1).china_date();
            return Some(("receipt-by-answer", self.page.day(&last)));
        }
        let clock = row.step.as_ref()?;
        Some(("receipt-by", self.page.day(&clock.due)))
    }

    /// What happens next, in a sentence for the citizen.
    fn next(&self) -> String {
        let id = match (self.head.row.stage, self.asked()) {
            (Stage::Referred, Some(_)) => "receipt-next-offered",
            (Stage::Referred, None) => "receipt-next-referred",
            (Stage::AtWindow, _) => "receipt-next-window",
            _ => "receipt-next-track",
        };
        self.page.say.t(id)
    }

    /// Whether this is the window that has it, and has not answered.
    fn may_answer(&self) -> bool {
        self.head.row.stage == Stage::AtWindow && self.is_of(&self.head.row.window)
    }

    /// Whether the offer can be taken back by whoever made it.
    fn may_recall(&self) -> bool {
        let offer = self.head.row.offer.as_ref();
        offer.is_some_and(|offer| self.is_of(&offer.from))
    }

    fn is_of(&self, unit: &UnitId) -> bool {
        let session = self.page.session;
        session
            .is_some_and(|session| session.staff.unit == *unit && session.staff.role == Role::Clerk)
    }

    fn on_paper(&self) -> bool {
        self.head.row.channel == Channel::Paper
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let case = named(&case)?;
    let mut found = head(&app, session, &case, &asked.after).await?;
    for _ in 0..TRIES {
        let settled = found.row.stage != Stage::Referred
            || found.row.offer.is_some()
            || found.row.holder != found.row.window
            || found.row.back.is_some();
        if settled || asked.after.is_empty() {
            break;
        }
        tokio::time::sleep(BETWEEN).await;
        found = head(&app, session, &case, "").await?;
    }
    let number = found.row.number.to_string();
    let code = code(&app, session, &number).await?;
    let track = track(&app, &number, code.as_deref());
    let page = view.page(&app);
    Ok(html(&Receipt {
        qr: picture(&track).unwrap_or_default(),
        page,
        head: found,
        code,
        track,
    }))
}

async fn code(app: &App, session: &Session, number: &str) -> Result<Option<String>, Oops> {
    let (seal, staff, number) = (
        app.seal.clone(),
        session.staff.id.clone(),
        number.to_owned(),
    );
    let found = app
        .db
        .with(move |db| drafts::find(db, &seal, (Kind::Receipt, &staff, &number)));
    Ok(found.await?.map(|kept| kept.text))
}

/// The code goes behind the hash sign: a browser does not send it to any server, nor into a log.
fn track(app: &App, number: &str, code: Option<&str>) -> String {
    let pairs = query(&[("number", number)]);
    let code = code.map(|code| format!("#{}", query(&[("code", code)])));
    format!("{}/track?{pairs}{}", app.origin, code.unwrap_or_default())
}

fn picture(address: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(MODULE * 40, MODULE * 40)
        .quiet_zone(true)
        .build();
    Some(format!(
        "data:image/svg+xml;base64,{}",
        BASE64.encode(drawn.as_bytes())
    ))
}

#[cfg(test)]
mod tests {
    use super::picture;

    #[test]
    fn an_address_becomes_a_picture_that_needs_no_other_site() {
        let drawn = picture("http://127.0.0.1:8080/track?number=s4k2m9qxa-261123-001").unwrap();
        assert!(drawn.starts_with("data:image/svg+xml;base64,"));
        assert!(drawn.len() < 40_000, "{}", drawn.len());
    }
}
