//! What colleagues asked for and the user decides: late entries, acts on accounts, erasures, changes of sites.

use onestop_proto::personal::ErasureRequestsQuery;
use tracing::debug;

use crate::{
    app::App,
    core::page_error::PageError,
    identity::session::Session,
    pages::{late_entries, shell::Page, staff_rights::is_second_person, waiting_counts},
};

/// Requests of one kind that wait for the user.
pub(super) struct Waits {
    /// The page on which they are decided.
    pub(super) href: &'static str,
    /// How many of what wait.
    pub(super) text: String,
}

/// What waits for the user, one line for each kind.
pub(super) async fn waiting(
    app: &App,
    session: &Session,
    page: &Page<'_>,
) -> Result<Vec<Waits>, PageError> {
    let late_entries = late_entries::waiting(app, session).await?.len() as u64;
    let mut counts = vec![("/late-entries", "late-entries-wait", late_entries)];
    if is_second_person(session) {
        let requests = waiting_counts::requests(app, session).await?;
        let erasures = erasures(app, session).await;
        counts.push(("/staff/requests", "today-requests-wait", requests));
        counts.push(("/erasures", "today-erasures-wait", erasures));
    }
    if waiting_counts::decides_changes(session) {
        let changes = waiting_counts::changes(app, session);
        counts.push(("/places/waiting", "today-changes-wait", changes));
    }
    let some = counts.into_iter().filter(|(.., count)| *count > 0);
    let lines = some.map(|(href, message, count)| Waits {
        href,
        text: page.i18n.t1(message, "count", count.to_string()),
    });
    Ok(lines.collect())
}

/// How many erasures the user is the second person of; none while intake does not answer.
async fn erasures(app: &App, session: &Session) -> u64 {
    match app.ask(session, &ErasureRequestsQuery).await {
        Ok(found) => {
            let theirs = found.requests.iter();
            let theirs = theirs.filter(|request| !request.available.is_empty());
            theirs.count() as u64
        }
        Err(error) => {
            debug!(%error, "intake does not say which erasures wait");
            0
        }
    }
}
