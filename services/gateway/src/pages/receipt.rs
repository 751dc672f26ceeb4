//! `/cases/{case}/receipt`: the receipt (登记回执) for the citizen. It has its own address, so that it can be
//! printed again.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};
use data_encoding::BASE64;
use onestop_proto::{
    case::{self, Channel, Stage},
    ids::UnitId,
    ledger::CaseHead,
    query::AvailableCommands,
    referral,
};
use qrcode::{EcLevel, QrCode, render::svg};
use serde::Deserialize;
use std::time::Duration;

use super::{
    case_head,
    receipt_text::ReceiptText,
    row_commands,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        db::drafts::{self, DraftId},
        page_error::{PageError, PageResult},
        query_string::{self, Query},
    },
    identity::session::Session,
};

/// A referral finds its unit within moments; the page waits, so that the receipt can name it.
const TRIES: u32 = 8;
const BETWEEN: Duration = Duration::from_millis(150);
/// Side of a module of the QR code, in the picture's own units.
const MODULE: u32 = 4;
/// The clock of what is done over after a bad rating (差评整改).
const REDO: &str = "intake.redo";
/// The clock within which a unit accepts an offer (签收).
const ACCEPT: &str = "referral.accept";

pub(super) fn routes() -> Router<App> {
    Router::new().route("/cases/{case}/receipt", get(show))
}

#[derive(Deserialize)]
struct ReceiptParams {
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptTemplate<'a> {
    page: Page<'a>,
    head: CaseHead,
    /// The query code and the names, while they are stored here.
    kept: ReceiptText,
    /// The address where the citizen tracks the case.
    track: String,
    /// The QR code of that address, as a data URL.
    qr: String,
    /// What intake and referral let the user do with the case.
    at_window: AvailableCommands,
    custody: AvailableCommands,
}

impl ReceiptTemplate<'_> {
    fn offered_to(&self) -> Option<&UnitId> {
        self.head.row.offer.as_ref().map(|offer| &offer.to)
    }

    /// By when the citizen hears, the one day that `/track` names too, in words: of the redo after a bad rating, or what the
    /// directory tells of the whole; none once it is done.
    fn by_when(&self) -> Option<String> {
        let mut clocks = self.head.clocks.iter();
        if let Some(redo) = clocks.find(|clock| clock.step.as_str() == REDO) {
            return Some(self.page.day_of(&redo.due, Some(redo.certainty)));
        }
        let row = &self.head.row;
        match row.stage {
            Stage::AtWindow | Stage::Referred => {}
            Stage::HandedOver
            | Stage::ResultBack
            | Stage::Answered
            | Stage::Withdrawn
            | Stage::Closed
            | Stage::Archived
            | Stage::Merged => return None,
        }
        let directory = &self.page.app.directory;
        let window = directory.unit(&row.window)?;
        let told = directory.answer_by(&row.item, window.division, row.opened_at)?;
        let day = self.page.day_of(&told.day, Some(told.certainty));
        Some(if told.promised {
            self.page.i18n.t1("receipt-promised", "day", day)
        } else {
            day
        })
    }

    /// By when the unit to which the case is offered has to accept it, where no day for the whole can be named.
    fn sign_by(&self) -> Option<String> {
        self.offered_to().filter(|_| self.by_when().is_none())?;
        let mut clocks = self.head.clocks.iter();
        let accept = clocks.find(|clock| clock.step.as_str() == ACCEPT)?;
        Some(self.page.day_of(&accept.due, Some(accept.certainty)))
    }

    /// The telephone of the unit that has the case, as `/track` tells it.
    fn phone(&self) -> &str {
        let today = self.page.now.china_date();
        let directory = &self.page.app.directory;
        directory.phone_for_citizens(&self.head.row.holder, today)
    }

    /// How the citizen asks how far the case is.
    fn how_to_ask(&self) -> String {
        let id = match self.kept.code {
            Some(_) => "receipt-ask-code",
            None => "receipt-ask-window",
        };
        self.page.i18n.t(id)
    }

    fn next(&self) -> String {
        let row = &self.head.row;
        let i18n = &self.page.i18n;
        if let Some(body) = &row.external {
            let unit = self.page.unit(&body.to);
            return match body.handed_at {
                None => i18n.t1("receipt-next-hand-over", "unit", unit),
                Some(_) => i18n.t1("receipt-next-handed-over", "unit", unit),
            };
        }
        let id = match (row.stage, self.offered_to()) {
            (Stage::Referred, Some(_)) => "receipt-next-offered",
            // The window that took it still has it.
            (Stage::Referred, None) if row.holder == row.window => "receipt-next-referred",
            (Stage::AtWindow, _) => "receipt-next-window",
            _ => "receipt-next-track",
        };
        i18n.t(id)
    }

    fn may_answer(&self) -> bool {
        self.at_window.include(self.head.row.case, "answer")
    }

    fn may_recall(&self) -> bool {
        self.custody.include(self.head.row.case, "recall")
    }

    /// Papers are photographed at once.
    fn may_add_files(&self) -> bool {
        self.at_window.include(self.head.row.case, "attach")
    }

    fn on_paper(&self) -> bool {
        self.head.row.channel == Channel::Paper
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(params): Query<ReceiptParams>,
) -> PageResult {
    let session = view.session()?;
    let case = case_head::parse_case(&case)?;
    let mut found = case_head::fetch(&app, session, &case, &params.after).await?;
    for _ in 0..TRIES {
        let settled = found.row.stage != Stage::Referred
            || found.row.offer.is_some()
            || found.row.holder != found.row.window
            || found.row.back.is_some();
        if settled || params.after.is_empty() {
            break;
        }
        tokio::time::sleep(BETWEEN).await;
        found = case_head::fetch(&app, session, &case, "").await?;
    }
    let number = found.row.number.to_string();
    let kept = kept(&app, session, &number).await?;
    let track = track(&app, &number, kept.code.as_deref());
    let page = view.page(&app);
    let rows = || std::iter::once(&found.row);
    let at_window = row_commands::fetch(&app, session, &case::service(), rows()).await;
    let custody = row_commands::fetch(&app, session, &referral::service(), rows()).await;
    Ok(html(&ReceiptTemplate {
        qr: qr_code(&track).unwrap_or_default(),
        page,
        head: found,
        kept,
        track,
        at_window,
        custody,
    }))
}

async fn kept(app: &App, session: &Session, number: &str) -> Result<ReceiptText, PageError> {
    let draft_key = app.draft_key.clone();
    let staff = session.staff.id.clone();
    let number = number.to_owned();
    let found = app
        .db
        .with(move |db| drafts::find(db, &draft_key, DraftId::receipt(&staff, &number)));
    let found = found.await?;
    Ok(found.map_or_else(ReceiptText::default, |draft| {
        ReceiptText::parse(&draft.text)
    }))
}

/// The code is in the fragment, which browsers do not send to the server.
fn track(app: &App, number: &str, code: Option<&str>) -> String {
    let pairs = query_string::encode(&[("number", number)]);
    let code = code.map(|code| format!("#{}", query_string::encode(&[("code", code)])));
    format!("{}/track?{pairs}{}", app.origin, code.unwrap_or_default())
}

/// The QR code of an address, as a data URL.
pub(super) fn qr_code(address: &str) -> Option<String> {
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
    use super::qr_code;

    #[test]
    fn a_qr_code_is_a_data_url() {
        let drawn = qr_code("http://127.0.0.1:8080/track?number=s4k2m9qxa-261123-001").unwrap();
        assert!(drawn.starts_with("data:image/svg+xml;base64,"));
        assert!(drawn.len() < 40_000, "{}", drawn.len());
    }
}
