//! The case file while the journal does not answer: what intake knows, its files, and the acts that services which answer offer.

use askama::Template;
use axum::response::Response;
use onestop_proto::ledger::CaseHead;

use super::files::file_text::{FileText, Preview};
use crate::{
    app::App,
    identity::session::Session,
    pages::{
        actions::{
            act_card::ActCard,
            available::{self, Available},
        },
        shell::{Page, html},
    },
};

#[derive(Template)]
#[template(path = "case-alone.html")]
struct AloneTemplate<'a> {
    page: Page<'a>,
    head: CaseHead,
    card: Option<ActCard>,
    files: Vec<FileText>,
}

pub(super) async fn show(app: &App, session: &Session, page: Page<'_>, head: CaseHead) -> Response {
    let Available { actions, files } = available::available(app, session, &head, None).await;
    html(&AloneTemplate {
        files: files.iter().map(|file| FileText::of(file, &page)).collect(),
        card: ActCard::of(actions, &head.row, &page),
        page,
        head,
    })
}
