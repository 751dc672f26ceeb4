//! `/api`: from a token to the first case, for integrators. The programs that it shows are files of `samples/`, which a
//! test runs unchanged.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_proto::{
    http::{
        BASE,
        webhook::{HEADERS, MessageHeader},
    },
    rejection_texts::sentences,
};

use super::{
    api_reference,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::page_error::{PageError, PageResult},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api", get(show))
        .route("/api/samples/{name}", get(download))
}

/// A program that does all of the page's steps.
struct Sample {
    name: &'static str,
    language: &'static str,
    run: &'static str,
    text: &'static str,
}

const SAMPLES: [Sample; 3] = [
    Sample {
        name: "quickstart.py",
        language: "Python",
        run: "python3 quickstart.py",
        text: include_str!("../../samples/quickstart.py"),
    },
    Sample {
        name: "quickstart.mjs",
        language: "JavaScript",
        run: "node quickstart.mjs",
        text: include_str!("../../samples/quickstart.mjs"),
    },
    Sample {
        name: "Quickstart.java",
        language: "Java",
        run: "java Quickstart.java",
        text: include_str!("../../samples/Quickstart.java"),
    },
];

/// What the programs do, in order: the message that says it, and the operation.
const STEPS: [(&str, &str, &str, &str); 7] = [
    (
        "api-step-place",
        "GET",
        "/directory/divisions",
        "directory.divisions",
    ),
    (
        "api-step-topic",
        "GET",
        "/directory/items",
        "directory.items",
    ),
    ("api-step-webhook", "POST", "/webhooks", "webhooks.register"),
    ("api-step-open", "POST", "/cases", "command.intake.open"),
    (
        "api-step-follow",
        "GET",
        "/cases/{case}/head",
        "query.journal.case",
    ),
    (
        "api-step-events",
        "GET",
        "/services/journal/events",
        "query.journal.events",
    ),
    (
        "api-step-remove",
        "DELETE",
        "/webhooks/{webhook}",
        "webhooks.remove",
    ),
];

/// What a status means for the one who sent the request: the message that says it.
const STATUSES: [(&str, &str); 6] = [
    ("401 · 403", "api-status-token"),
    ("404", "api-status-missing"),
    ("409", "api-status-state"),
    ("412", "api-status-moved"),
    ("422", "api-status-field"),
    ("429 · 503", "api-status-later"),
];

/// The message about a header that signs a webhook.
fn header_message(header: &MessageHeader) -> &'static str {
    match header.name {
        "webhook-id" => "api-hook-id",
        "webhook-timestamp" => "api-hook-timestamp",
        _ => "api-hook-signature",
    }
}

#[derive(Template)]
#[template(path = "api-start.html")]
struct ApiStartTemplate<'a> {
    page: Page<'a>,
    base: &'static str,
    codes: Vec<RefusalCode>,
}

/// A code of what is refused, and what it means: one sentence for each service that has it.
struct RefusalCode {
    code: String,
    meanings: Vec<String>,
}

async fn show(State(app): State<App>, view: View) -> Response {
    let page = view.page(&app);
    let language = page.i18n.contract_language();
    let codes = api_reference::codes().into_iter().map(|code| RefusalCode {
        meanings: sentences(&code, language),
        code,
    });
    html(&ApiStartTemplate {
        codes: codes.collect(),
        page,
        base: BASE,
    })
}

/// A program as a file.
async fn download(Path(name): Path<String>) -> PageResult {
    let sample = SAMPLES.iter().find(|sample| sample.name == name);
    let sample = sample.ok_or_else(PageError::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, sample.text).into_response())
}

#[cfg(test)]
mod tests {
    use onestop_proto::text::Language;

    use super::*;

    /// A link of the page leads to the operation, and the programs call what the page says.
    #[test]
    fn each_step_is_an_operation_that_every_program_calls() {
        let document = api_reference::document();
        for (_, method, path, id) in STEPS {
            let operation = &document["paths"][path][method.to_lowercase()];
            assert_eq!(operation["operationId"], id, "{method} {path}");
            let fixed = path.split('{').next().unwrap_or_default();
            for sample in &SAMPLES {
                assert!(sample.text.contains(fixed), "{}: {path}", sample.name);
            }
        }
    }

    /// A code without a meaning leaves an integrator to guess.
    #[test]
    fn every_code_has_a_meaning_in_both_languages() {
        for code in api_reference::codes() {
            for language in [Language::Zh, Language::En] {
                assert!(!sentences(&code, language).is_empty(), "{code}");
            }
        }
    }

    #[test]
    fn every_program_checks_the_headers_that_are_sent() {
        for sample in &SAMPLES {
            for header in &HEADERS {
                assert!(sample.text.contains(header.name), "{}", sample.name);
            }
        }
        let messages: std::collections::BTreeSet<&str> =
            HEADERS.iter().map(header_message).collect();
        assert_eq!(messages.len(), HEADERS.len());
    }
}
