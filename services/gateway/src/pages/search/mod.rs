//! `/search` (查找): one search for everything, from every page: a case's number in any spelling, a name, a telephone
//! number, the number of a paper, a place, a matter by its everyday word. It says where each case was hit.
//!
//! What was typed may name a person, so it is never part of an address: it is kept sealed, for its author alone, and the
//! address names where.

mod hit_file;
pub(super) mod hits;
mod terms;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect},
    routing::get,
};
use onestop_proto::{
    ledger::{CasesPage, CasesQuery, Filters, SortOrder},
    personal::{PersonSearchQuery, PersonSearchResult},
    rejection::{Rejected, RejectionKind},
    typed::is_blank,
};
use serde::Deserialize;

use self::{
    hits::{HIT_HEADS, Hit, HitColumn, Hits},
    terms::SearchTerms,
};
use super::{
    form::Form,
    lookup::find_row,
    person_search_status::FoundStatus,
    problems::Problems,
    shell::{Page, View, html},
    table_sort::{ColumnHead, TableSort},
};
use crate::{
    app::App,
    core::{
        db::drafts::{self, DraftId},
        form_data::FormData,
        page_error::{PageError, PageResult},
        query_string::{self, Query},
        visibility::sees_division,
    },
    identity::session::Session,
};

/// Cases of the ledger that are shown; all of them are on `/cases`.
const ROWS: u32 = 30;
/// Seconds for which what was typed is kept, so that the way back leads to it.
const KEPT: i64 = 60 * 60;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/search", get(show).post(submit))
        .route("/search.csv", get(download))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SearchParams {
    /// Where what was typed is kept.
    kept: String,
    /// The order of before, and the head that was pressed.
    sort: String,
    by: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchTemplate<'a> {
    page: Page<'a>,
    text: String,
    reason: String,
    /// Whether the user says why they look for a person.
    gives_reason: bool,
    /// Whether a person was not looked for, because no reason was given.
    says_why: bool,
    problems: Problems,
    hits: Vec<Hit>,
    /// The address of the list with everything that has these words.
    all: Option<String>,
    /// Where what was typed is kept.
    kept: String,
    sort: TableSort<HitColumn>,
}

impl SearchTemplate<'_> {
    fn heads(&self) -> Vec<ColumnHead> {
        self.sort.heads(&self.page, &HIT_HEADS)
    }

    /// The address of the hits as a file.
    fn file(&self) -> String {
        let sort = self.sort.code();
        let pairs = [("kept", self.kept.as_str()), ("sort", &sort)];
        format!("/search.csv?{}", query_string::encode_filled(&pairs))
    }
}

/// Keeps what was typed, and leads to what it finds.
async fn submit(State(app): State<App>, form: Form<FormData>) -> PageResult {
    let (session, typed) = (form.session, form.fields);
    let text = typed.get("q");
    if let Some(key) = terms::read(text, &app.directory).case
        && let Some(row) = find_row(&app, &session, key).await?
    {
        return Ok(Redirect::to(&format!("/cases/{}", row.number)).into_response());
    }
    let kept = app.clock.command().to_string();
    let (key, staff, id) = (app.draft_key.clone(), session.staff.id, kept.clone());
    let (now, text) = (app.clock.now(), typed.encode());
    app.db
        .with(move |db| {
            drafts::forget_searches(db, now.plus_seconds(-KEPT))?;
            drafts::put(db, &key, DraftId::search(&staff, &id), &text, now)
        })
        .await?;
    let kept = query_string::encode(&[("kept", &kept)]);
    Ok(Redirect::to(&format!("/search?{kept}")).into_response())
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<SearchParams>,
) -> PageResult {
    let session = view.session()?;
    Ok(html(&search(&app, &view, session, params).await?))
}

/// The hits as CSV. Persons are looked for again, which is recorded like every search.
async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<SearchParams>,
) -> PageResult {
    let session = view.session()?;
    hit_file::answer(&search(&app, &view, session, params).await?)
}

/// Looks for what was typed.
async fn search<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
    params: SearchParams,
) -> Result<SearchTemplate<'a>, PageError> {
    let typed = kept(app, session, params.kept.clone()).await?;
    let page = view.page(app);
    let (text, reason) = (typed.get("q").to_owned(), typed.get("reason").to_owned());
    let terms = terms::read(&text, &app.directory);
    let mut problems = Problems::default();
    if !params.kept.is_empty() && is_blank(&text) {
        problems.add("q", page.i18n.t("search-blank"));
    }
    let mut hits = Hits::default();
    let wanted = person(&terms, &typed, session);
    let says_why = terms.person.is_some() && wanted.is_none();
    if let Some(query) = wanted {
        match people(app, session, query).await {
            Ok(found) => {
                let status = FoundStatus::fetch(app, session, &found.cases).await;
                hits.add_people(&found, &status, &page);
            }
            Err(refused) => {
                let field = if refused.kind == RejectionKind::Invalid {
                    "reason"
                } else {
                    ""
                };
                problems.add(field, page.rejection(&refused));
            }
        }
    }
    let mut all = None;
    if let Some(words) = &terms.words {
        let found = matters(app, session, words).await?;
        hits.add_matters(&found.rows, words, &page);
        all = found.next.map(|_| cases_address(words));
    }
    let sort = TableSort::read(&params.by, &params.sort, &view.used());
    Ok(SearchTemplate {
        gives_reason: sees_division(session.staff.role),
        says_why,
        hits: hits.into_list(sort),
        page,
        text,
        reason,
        problems,
        all,
        kept: params.kept,
        sort,
    })
}

/// What was typed; nothing if it is not kept any more.
async fn kept(app: &App, session: &Session, id: String) -> Result<FormData, PageError> {
    let (key, staff) = (app.draft_key.clone(), session.staff.id.clone());
    let found = app
        .db
        .with(move |db| drafts::find(db, &key, DraftId::search(&staff, &id)));
    let found = found.await?;
    Ok(found.map_or_else(FormData::default, |draft| FormData::parse(&draft.text)))
}

/// The person to look for. Who sees a division says why: without that, what may be words as well is looked for as words
/// alone.
fn person(terms: &SearchTerms, typed: &FormData, session: &Session) -> Option<PersonSearchQuery> {
    let mut person = terms.person.clone()?;
    person.reason = typed.filled("reason").map(str::to_owned);
    let is_unsaid = person.reason.is_none() && sees_division(session.staff.role);
    (!is_unsaid || terms.words.is_none()).then_some(person)
}

/// The cases of a person, or why they cannot be looked for: a reason is missing, intake is away.
async fn people(
    app: &App,
    session: &Session,
    query: PersonSearchQuery,
) -> Result<PersonSearchResult, Box<Rejected>> {
    let answer = app.ask(session, &query).await;
    answer.map_err(|error| Box::new(error.into_rejected()))
}

/// The cases whose matter, place, units or number have these words.
async fn matters(app: &App, session: &Session, words: &str) -> Result<CasesPage, PageError> {
    let query = CasesQuery {
        within: None,
        open: None,
        filters: Filters {
            text: Some(words.to_owned()),
            ..Filters::default()
        },
        figure: None,
        order: SortOrder::Opened,
        cursor: None,
        limit: ROWS,
    };
    Ok(app.ask(session, &query).await?)
}

fn cases_address(words: &str) -> String {
    format!("/cases?{}", query_string::encode(&[("text", words)]))
}
