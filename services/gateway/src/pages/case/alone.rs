//! The case file while the journal does not answer: what intake knows, its files, and the acts that services which answer offer.

use askama::Template;
use axum::response::Response;
use onestop_proto::{journal::ReplayQuery, ledger::CaseHead};

use super::{
    files::file_text::{FileText, Preview},
    is_past,
};
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

/// Which moment of the case was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AskedMoment {
    Now,
    /// One that the journal alone could show.
    Past,
}

impl AskedMoment {
    pub(super) fn of(query: &ReplayQuery, step: Option<u32>) -> Self {
        if is_past(query) || step.is_some() {
            Self::Past
        } else {
            Self::Now
        }
    }
}

#[derive(Template)]
#[template(path = "case-alone.html")]
struct AloneTemplate<'a> {
    page: Page<'a>,
    head: CaseHead,
    asked: AskedMoment,
    card: Option<ActCard>,
    files: Vec<FileText>,
}

impl AloneTemplate<'_> {
    fn is_of_the_past(&self) -> bool {
        self.asked == AskedMoment::Past
    }

    /// The id of the message that says what is missing on the page.
    const fn notice(&self) -> &'static str {
        match self.asked {
            AskedMoment::Now => "case-alone",
            AskedMoment::Past => "case-alone-past",
        }
    }
}

/// The case as it is now. Who asked for the past is told so, and nothing is offered there, as on every page of the past.
pub(super) async fn show(
    app: &App,
    session: &Session,
    page: Page<'_>,
    head: CaseHead,
    asked: AskedMoment,
) -> Response {
    let Available { actions, files, .. } = match asked {
        AskedMoment::Now => available::available(app, session, &head, None).await,
        AskedMoment::Past => Available::default(),
    };
    html(&AloneTemplate {
        files: files.iter().map(|file| FileText::of(file, &page)).collect(),
        card: ActCard::of(actions, &head.row, &page),
        page,
        head,
        asked,
    })
}
