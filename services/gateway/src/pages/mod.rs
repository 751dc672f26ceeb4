//! The workbench: one module a page. A page is a template over plain data and works without a script; what
//! changes something is a form that is sent, answered by a redirect, so that going back repeats nothing.

mod account;
pub(crate) mod case;
mod cases;
mod help;
mod home;
mod lookup;
pub(crate) mod moves;
mod new_case;
mod openid;
mod people;
mod places;
mod receipt;
pub(crate) mod sign_in;
mod timeliness;
mod today;
mod track;
mod worklist;

use axum::{Router, response::IntoResponse};

use crate::{app::App, auth, error::Oops};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(account::routes())
        .merge(auth::again::routes())
        .merge(people::routes())
        .merge(case::routes())
        .merge(cases::routes())
        .merge(help::routes())
        .merge(places::routes())
        .merge(timeliness::routes())
        .merge(track::routes())
        .merge(new_case::routes())
        .merge(receipt::routes())
        .merge(today::routes())
        .merge(worklist::routes())
        .merge(moves::routes())
        .merge(home::routes())
        .merge(sign_in::routes())
        .merge(openid::routes())
}

pub(crate) async fn not_found() -> impl IntoResponse {
    Oops::not_found()
}
