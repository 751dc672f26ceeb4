//! `/places/files` (开办依据和照片): the files of a site. Those who keep its entry add them; photographs are shown to the public
//! on `/places`, documents to staff.

mod download;
mod upload;
mod withdrawal;

use std::time::Duration;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    routing::{get, post},
};
use jiff::civil::Date;
use onestop_directory::Site;
use onestop_proto::{
    division::DivisionCode,
    ids::CommandId,
    registry::{EvidenceAttached, EvidenceKind, LARGEST_EVIDENCE, SiteState},
};
use serde::Deserialize;
use tower_http::timeout::TimeoutLayer;

use super::{
    case::files::file_text::size_text,
    problems::Problems,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        page_error::{PageError, PageResult},
        query_string::Query,
        query_string::parse_filled,
    },
    identity::session::Session,
};

/// The files of one form together, in bytes.
const LARGEST_FORM: u64 = 2 * LARGEST_EVIDENCE;
/// These files, and the text fields beside them.
const BODY_LIMIT: usize = LARGEST_FORM as usize + 64 * 1024;
/// Enough for the largest files over a slow link.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Apart from the other pages, because uploads have limits of their own.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/places/files", get(show).post(upload::upload))
        .route("/places/files/withdraw", post(withdrawal::withdraw))
        .route("/places/files/{site}/{hash}", get(download::show))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIMEOUT,
        ))
}

#[derive(Default, Deserialize)]
struct FilesParams {
    #[serde(default)]
    at: String,
}

#[derive(Template)]
#[template(path = "site-files.html")]
struct SiteFilesTemplate<'a> {
    page: Page<'a>,
    site: &'a Site,
    today: Date,
    key: CommandId,
    /// What was chosen of a form that was refused.
    kind: String,
    state: String,
    problems: Problems,
}

impl SiteFilesTemplate<'_> {
    /// All files, photographs first.
    fn files(&self) -> Vec<&EvidenceAttached> {
        let directory = &self.page.app.directory;
        let kinds = EvidenceKind::ALL.iter();
        let files = kinds.flat_map(|kind| directory.evidence(self.site, *kind, self.today));
        files.collect()
    }

    /// The files of sites that are no more, which this one keeps: it can withdraw them.
    fn files_of_gone_sites(&self) -> Vec<&EvidenceAttached> {
        let directory = &self.page.app.directory;
        directory.files_of_gone_sites(self.site, self.today)
    }

    /// The key of a form: one for each file.
    fn fresh_key(&self) -> CommandId {
        self.page.app.clock.command()
    }

    fn largest(&self) -> String {
        (LARGEST_EVIDENCE / (1 << 20)).to_string()
    }

    fn present_state(&self) -> SiteState {
        self.page.app.directory.site_state(self.site, self.today)
    }

    fn is_state(&self, state: SiteState) -> bool {
        if self.state.is_empty() {
            return state == self.present_state();
        }
        state.as_str() == self.state
    }
}

impl Page<'_> {
    pub(super) fn site_file(&self, file: &EvidenceAttached) -> String {
        format!("/places/files/{}/{}", file.site, file.hash)
    }

    /// What a file of a site is, which state it shows, and since when it is there.
    pub(super) fn site_file_words(&self, file: &EvidenceAttached) -> String {
        self.list([
            self.i18n.text(file.kind.text()).to_owned(),
            self.i18n.text(file.state.text()).to_owned(),
            self.day(&file.from),
        ])
    }

    /// The photographs of a site that were there on a day.
    pub(super) fn photos(&self, site: &Site, on: Date) -> Vec<&EvidenceAttached> {
        let directory = &self.app.directory;
        directory.evidence(site, EvidenceKind::Photo, on)
    }

    /// What the opening of a site rests on, as files; for staff alone.
    pub(super) fn documents(&self, site: &Site, on: Date) -> Vec<&EvidenceAttached> {
        if self.session.is_none() {
            return Vec::new();
        }
        let directory = &self.app.directory;
        directory.evidence(site, EvidenceKind::Document, on)
    }

    /// Whether the opening of a site rests on a document that is named, with or without a file.
    fn names_basis(&self, site: &Site, on: Date) -> bool {
        self.app.directory.names_opening_basis(site, on)
    }

    /// How many files of each kind a site has by a day: 照片 2 张，无开办依据. Whether there is a document is public; what it says
    /// is not.
    pub(super) fn evidence_counts(&self, site: &Site, on: Date) -> String {
        let counted = EvidenceKind::ALL.iter().map(|kind| {
            let count = self.app.directory.evidence_count(site, *kind, on);
            if count == 0 && *kind == EvidenceKind::Document && self.names_basis(site, on) {
                self.i18n.t("site-files-named-document")
            } else if count == 0 {
                self.i18n.t(&format!("site-files-no-{kind}"))
            } else {
                let message = format!("site-files-{kind}");
                self.i18n.t1(&message, "count", count.to_string())
            }
        });
        self.list(counted)
    }
}

async fn show(State(app): State<App>, view: View, Query(params): Query<FilesParams>) -> PageResult {
    let session = view.session()?;
    let page = render(&app, &view, session, &params.at)?;
    Ok(html(&page))
}

/// The page of a site, with a fresh idempotency key.
fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
    at: &str,
) -> Result<SiteFilesTemplate<'a>, PageError> {
    let at = parse_filled::<DivisionCode>("at", at)?.or_else(|| session.division(app));
    let present = at.map(|at| app.directory.present_division(at));
    let site = present.and_then(|at| app.directory.site_at(at));
    let site = site.ok_or_else(PageError::not_found)?;
    let mut page = view.page(app);
    if !page.path.contains('?') {
        page.path = format!("/places/files?at={}", site.division);
    }
    Ok(SiteFilesTemplate {
        page,
        site,
        today: app.clock.now().china_date(),
        key: app.clock.command(),
        kind: String::new(),
        state: String::new(),
        problems: Problems::default(),
    })
}
