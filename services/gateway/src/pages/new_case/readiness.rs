//! That no case can be registered now, said before the form is filled in. Intake says why it is not ready.

use std::time::Duration;

use onestop_chassis::client::QuestionMeta;
use onestop_proto::{
    case,
    query::SourcesQuery,
    replication::{Unready, UnreadyCause},
};

use crate::{app::App, pages::shell::Page};

/// A form does not wait longer for the answer; the registration itself says what is wrong.
const PATIENCE: Duration = Duration::from_millis(500);

/// Why nothing can be registered, in words; nothing where it can, and where intake does not answer.
pub(super) async fn hindrance(app: &App, page: &Page<'_>) -> Option<String> {
    let service = case::service();
    let query = SourcesQuery::default();
    let asked = app
        .client
        .ask_service(&service, QuestionMeta::default(), &query);
    let said = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
    let why = said.unready.iter().find_map(message)?;
    Some(page.i18n.t1("new-unready", "why", page.i18n.t(why)))
}

/// The words for a reason that keeps intake from registering; none for one that passes in a moment.
const fn message(unready: &Unready) -> Option<&'static str> {
    match unready.cause {
        UnreadyCause::Withheld => Some("new-unready-withheld"),
        UnreadyCause::Disk => Some("new-unready-disk"),
        UnreadyCause::Log | UnreadyCause::Lease | UnreadyCause::Contradicted => {
            Some("new-unready-other")
        }
        UnreadyCause::Building
        | UnreadyCause::Broker
        | UnreadyCause::Asking
        | UnreadyCause::Stopping
        | UnreadyCause::Other => None,
    }
}
