//! Coverage as a program asks for it: the numbers of `/coverage`, and the sites behind each. They are public, as the page is.

use std::sync::LazyLock;

use axum::{
    Json, Router,
    extract::{RawPathParams, RawQuery, State},
    routing::get,
};
use onestop_proto::http::{
    Parameter,
    coverage::{
        CoverageQuery, CoverageTable, CoveredSites, CoveredSitesQuery, coverage_parameters,
        covered_sites_parameters,
    },
};

use super::{
    directory::{read, unlisted},
    error::ApiError,
};
use crate::app::App;

/// As the names of its parameters are found.
const QUESTION: &str = "coverage";

static TABLE_PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(coverage_parameters);
static SITES_PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(covered_sites_parameters);

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/directory/coverage", get(table))
        .route("/directory/coverage/sites", get(sites))
}

async fn table(
    State(app): State<App>,
    path: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Json<CoverageTable>, ApiError> {
    let query: Result<CoverageQuery, ApiError> = read(&TABLE_PARAMETERS, &path, query.as_deref());
    let query = query.map_err(|error| error.of_question(QUESTION))?;
    let today = app.clock.now().china_date();
    let counted = app.directory.coverage_table(&query, today);
    let counted = counted.ok_or_else(|| unlisted(query.within))?;
    Ok(Json(counted))
}

async fn sites(
    State(app): State<App>,
    path: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<Json<CoveredSites>, ApiError> {
    let query: Result<CoveredSitesQuery, ApiError> =
        read(&SITES_PARAMETERS, &path, query.as_deref());
    let query = query.map_err(|error| error.of_question(QUESTION))?;
    let today = app.clock.now().china_date();
    let found = app.directory.covered_sites(&query, today);
    let found = found.ok_or_else(|| unlisted(query.within))?;
    Ok(Json(found))
}
