//! What the gateway itself keeps of the user: drafts of registrations and of acts on cases, and the receipts of the last days.

use std::collections::BTreeMap;

use onestop_proto::{
    ids::{CaseNumber, StaffId},
    ledger::{CaseRow, Today},
    typed::is_blank,
};

use crate::{
    app::App,
    core::{
        db::drafts::{self, Draft, DraftId, Kind},
        form_data::FormData,
        page_error::PageError,
    },
    identity::session::Session,
    pages::{actions::drafts::ActForm, case_rows, shell::Page},
};

/// A form that the user has not sent, in words.
pub(super) struct DraftText {
    kind: Kind,
    pub(super) key: String,
    /// The form, with what was typed.
    pub(super) href: String,
    pub(super) saved: String,
    /// Who asks, or what is to be done.
    pub(super) name: String,
    /// The number of the case; empty of a registration, and while no service knows it.
    pub(super) case_name: String,
    pub(super) about: String,
}

impl DraftText {
    pub(super) const fn kind(&self) -> &'static str {
        self.kind.as_str()
    }
}

/// A receipt that the user has issued.
pub(super) struct IssuedReceipt {
    pub(super) number: CaseNumber,
    pub(super) issued: String,
}

/// All drafts: of registrations, then of acts on cases. Without a day the journal is silent, and is not asked for the cases.
pub(super) async fn draft_texts(
    app: &App,
    session: &Session,
    page: &Page<'_>,
    day: Option<&Today>,
) -> Result<Vec<DraftText>, PageError> {
    let registrations = stored(app, session, Kind::Case).await?;
    let registrations = registrations.iter().map(|draft| registration(draft, page));
    let acts = stored(app, session, Kind::Act).await?;
    let named = acts.iter().filter_map(|draft| ActForm::parse(&draft.id));
    let rows = match day {
        Some(_) => case_rows::find(app, session, named.map(|form| form.case).collect()).await,
        None => BTreeMap::new(),
    };
    let acts = acts.iter().filter_map(|draft| {
        let form = ActForm::parse(&draft.id)?;
        Some(act(draft, &form, rows.get(&form.case), page))
    });
    Ok(registrations.chain(acts).collect())
}

/// The receipts of the last days.
pub(super) async fn issued(
    app: &App,
    session: &Session,
    page: &Page<'_>,
) -> Result<Vec<IssuedReceipt>, PageError> {
    let receipts = stored(app, session, Kind::Receipt).await?;
    let issued = receipts.iter().filter_map(|receipt| {
        Some(IssuedReceipt {
            number: receipt.id.parse().ok()?,
            issued: page.moment(&receipt.saved_at),
        })
    });
    Ok(issued.collect())
}

/// Deletes a draft that its author does not want any more.
pub(super) async fn discard(
    app: &App,
    staff: StaffId,
    kind: Kind,
    id: String,
) -> Result<(), PageError> {
    let deleted = app.db.with(move |db| {
        let draft = DraftId::unsent(kind, &staff, &id);
        drafts::delete(db, draft)
    });
    Ok(deleted.await?)
}

/// What is stored of the user.
async fn stored(app: &App, session: &Session, kind: Kind) -> Result<Vec<Draft>, PageError> {
    let (key, staff) = (app.draft_key.clone(), session.staff.id.clone());
    let all = app.db.with(move |db| drafts::all(db, &key, kind, &staff));
    Ok(all.await?)
}

fn registration(draft: &Draft, page: &Page<'_>) -> DraftText {
    let typed = FormData::parse(&draft.text);
    let about = typed
        .get("topic")
        .split_once('/')
        .and_then(|(item, topic)| Some(page.about(&item.parse().ok()?, &topic.parse().ok()?)));
    let named = Some(typed.get("name")).filter(|name| !is_blank(name));
    DraftText {
        kind: Kind::Case,
        href: format!("/cases/new?draft={}", draft.id),
        key: draft.id.clone(),
        saved: page.moment(&draft.saved_at),
        name: named.map_or_else(|| page.i18n.t("today-unnamed"), str::to_owned),
        case_name: String::new(),
        about: about.unwrap_or_default(),
    }
}

/// Without a row the form is found by the id of the case.
fn act(draft: &Draft, form: &ActForm, row: Option<&CaseRow>, page: &Page<'_>) -> DraftText {
    let title = form.title();
    let title = title.map(|title| page.i18n.words(&title).to_owned());
    let address = row.map_or_else(|| form.case.to_string(), |row| row.number.to_string());
    DraftText {
        kind: Kind::Act,
        href: form.address(&address),
        key: draft.id.clone(),
        saved: page.moment(&draft.saved_at),
        name: title.unwrap_or_else(|| form.command.clone()),
        case_name: row.map_or_else(String::new, |row| page.case_name(&row.number)),
        about: row.map_or_else(String::new, |row| page.about(&row.item, &row.topic)),
    }
}
