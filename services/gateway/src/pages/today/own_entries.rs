//! What the gateway itself keeps of the user: drafts of registrations, and the receipts of the last days.

use onestop_proto::{ids::CaseNumber, typed::is_blank};

use crate::{
    app::App,
    core::{
        db::drafts::{self, Draft, Kind},
        form_data::FormData,
        page_error::PageError,
    },
    identity::session::Session,
    pages::shell::Page,
};

/// A draft of a registration, in words.
pub(super) struct DraftText {
    pub(super) key: String,
    pub(super) saved: String,
    pub(super) name: String,
    pub(super) about: String,
}

/// A receipt that the user has issued.
pub(super) struct IssuedReceipt {
    pub(super) number: CaseNumber,
    pub(super) issued: String,
}

/// The drafts of registrations.
pub(super) async fn draft_texts(
    app: &App,
    session: &Session,
    page: &Page<'_>,
) -> Result<Vec<DraftText>, PageError> {
    let drafts = stored(app, session, Kind::Case).await?;
    let texts = drafts.iter().map(|draft| draft_text(draft, page));
    Ok(texts.collect())
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

/// What is stored of the user.
async fn stored(app: &App, session: &Session, kind: Kind) -> Result<Vec<Draft>, PageError> {
    let (key, staff) = (app.draft_key.clone(), session.staff.id.clone());
    let all = app.db.with(move |db| drafts::all(db, &key, kind, &staff));
    Ok(all.await?)
}

fn draft_text(draft: &Draft, page: &Page<'_>) -> DraftText {
    let typed = FormData::parse(&draft.text);
    let about = typed
        .get("topic")
        .split_once('/')
        .and_then(|(item, topic)| Some(page.about(&item.parse().ok()?, &topic.parse().ok()?)));
    DraftText {
        key: draft.id.clone(),
        saved: page.moment(&draft.saved_at),
        name: Some(typed.get("name"))
            .filter(|name| !is_blank(name))
            .unwrap_or_default()
            .to_owned(),
        about: about.unwrap_or_default(),
    }
}
