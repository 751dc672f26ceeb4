//! The head of a case's file: the journal answers only to those who may see the case.

use onestop_proto::{
    ids::CaseRef,
    ledger::{CaseHead, CaseHeadQuery},
};

use crate::{app::App, core::page_error::PageError, identity::session::Session};

/// Fetches the head, including the log position of the token `after`, which may be empty.
pub(super) async fn fetch(
    app: &App,
    session: &Session,
    case: &CaseRef,
    after: &str,
) -> Result<CaseHead, PageError> {
    let query = CaseHeadQuery { case: case.clone() };
    let after = app.positions.open(after);
    Ok(app.ask_after(session, after, &query).await?)
}

pub(super) fn parse_case(text: &str) -> Result<CaseRef, PageError> {
    text.parse().map_err(|_| PageError::not_found())
}
