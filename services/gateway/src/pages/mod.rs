//! The workbench: one module for each page. A page is a template over plain data and works without a script.
//! What changes something is a form; its answer is a redirect, so that going back submits nothing again.

mod account;
mod actions;
mod actor_words;
mod afterwards;
mod agent_fields;
mod api_reference;
mod api_start;
mod audit;
mod awaited_papers;
mod carried_form;
mod case;
mod case_address;
mod case_head;
mod case_list_file;
mod case_name;
mod case_rows;
mod cases;
mod changes;
mod clock_badge;
mod closed_site;
mod coverage;
mod design;
mod document_fields;
mod due;
mod due_file;
mod erasure_request;
mod erasures;
mod error_page;
mod event_requests;
mod figure_link;
mod file_sender;
mod form;
mod help;
mod home;
#[cfg(test)]
mod input_methods;
mod late_entries;
mod late_entry_data;
mod live_updates;
mod lookup;
mod needs;
mod new_case;
mod openid_sign_in;
mod opening;
mod oversight_words;
mod own_secrets;
mod page_words;
mod person_rows;
mod person_search_status;
mod place_search;
mod places;
mod posts;
mod problems;
mod reauth;
mod receipt;
mod receipt_text;
mod request_confirmers;
mod respondent_rows;
mod returned;
mod row_commands;
mod search;
mod second_factor;
mod service_client;
mod shell;
mod sign_in;
mod sign_in_code;
mod sign_in_page;
mod sign_in_refusal;
mod site_files;
mod staff;
mod staff_access;
mod staff_account;
mod staff_file;
mod staff_form;
mod staff_history_words;
mod staff_import;
mod staff_list;
mod staff_posts;
mod staff_refusal;
mod staff_requests;
mod staff_rights;
mod staff_units;
mod standing;
mod table_sort;
mod timeliness;
mod today;
mod track;
mod unsent;
mod upload_form;
mod waiting;
mod waiting_counts;
mod worklist;

use std::time::Duration;

use axum::{
    Router, extract::State, http::StatusCode, middleware::from_fn_with_state,
    response::IntoResponse,
};
use tower_http::timeout::TimeoutLayer;

pub(crate) use self::error_page::tell_wrong_method;
use crate::{app::App, core::page_error::PageError, leading};

/// Longer than the timeouts of the services that a page waits for.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) fn routes(app: App) -> Router<App> {
    let pages = Router::new()
        .merge(account::routes())
        .merge(actions::routes())
        .merge(api_reference::routes())
        .merge(api_start::routes())
        .merge(audit::routes())
        .merge(awaited_papers::routes())
        .merge(case::routes())
        .merge(cases::routes())
        .merge(changes::routes())
        .merge(coverage::routes())
        .merge(design::routes())
        .merge(due::routes())
        .merge(erasure_request::routes())
        .merge(erasures::routes())
        .merge(event_requests::routes())
        .merge(help::routes())
        .merge(home::routes())
        .merge(late_entries::routes())
        .merge(new_case::routes())
        .merge(openid_sign_in::routes())
        .merge(place_search::routes())
        .merge(places::routes())
        .merge(posts::routes())
        .merge(reauth::routes())
        .merge(receipt::routes())
        .merge(search::routes())
        .merge(second_factor::routes())
        .merge(sign_in::routes())
        .merge(sign_in_code::routes())
        .merge(staff_access::routes())
        .merge(staff_account::routes())
        .merge(staff_posts::routes())
        .merge(staff_requests::routes())
        .merge(timeliness::routes())
        .merge(today::routes())
        .merge(track::routes())
        .merge(unsent::routes())
        .merge(waiting_counts::routes())
        .merge(worklist::routes())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIMEOUT,
        ));
    pages
        // These have timeouts of their own.
        .merge(case::files::routes())
        .merge(site_files::routes())
        .merge(staff_import::routes())
        .merge(live_updates::routes())
        .fallback(not_found)
        .layer(from_fn_with_state(app.clone(), case_address::lead))
        .layer(from_fn_with_state(app.clone(), leading::lead::<PageError>))
        .layer(from_fn_with_state(app.clone(), error_page::render_errors))
        .layer(from_fn_with_state(app, form::refuse_other_sites))
}

async fn not_found(State(_): State<App>) -> impl IntoResponse {
    PageError::not_found()
}
