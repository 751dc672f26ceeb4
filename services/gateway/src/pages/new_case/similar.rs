//! Similar cases (近似案件), shown before another one is registered. Intake compares names and numbers by keyed
//! hash; the answer holds no personal data.

use onestop_proto::{
    case::Applicant,
    ids::CaseNumber,
    personal::{MatchingCase, PersonSearchResult, SimilarCasesQuery},
};

use super::{applicant, registration};
use crate::{
    app::App,
    core::form_data::FormData,
    identity::session::Session,
    pages::{person_search_status::FoundStatus, shell::Page},
};

const SHOWN: usize = 3;

/// A similar case, in words.
pub(super) struct SimilarCase {
    pub(super) number: CaseNumber,
    pub(super) about: String,
    pub(super) opened: String,
    pub(super) window: String,
    pub(super) stage: String,
    pub(super) why: String,
    /// Whether the user can see its file.
    pub(super) in_unit: bool,
}

/// The cases similar to the form; none if the form says too little or intake does not answer, because that
/// must not stop the registration.
pub(super) async fn find(
    app: &App,
    session: &Session,
    typed: &FormData,
    page: &Page<'_>,
) -> Vec<SimilarCase> {
    let subject = registration::subject(typed, page);
    let (Some(item), Some(place)) = (subject.item, subject.place) else {
        return Vec::new();
    };
    let identifying = ["name", "phone", "document_number"];
    if identifying.iter().all(|name| typed.filled(name).is_none()) {
        return Vec::new();
    }
    let applicant: Result<Applicant, _> = serde_json::from_value(applicant::applicant(typed));
    let Ok(applicant) = applicant else {
        return Vec::new();
    };
    let query = SimilarCasesQuery {
        applicant,
        item,
        place,
    };
    let answer = app.ask(session, &query);
    let found: PersonSearchResult = match answer.await {
        Ok(found) => found,
        Err(_) => return Vec::new(),
    };
    let shown = found.cases.get(..SHOWN).unwrap_or(&found.cases);
    let status = FoundStatus::fetch(app, session, shown).await;
    let similar = |one: &MatchingCase| SimilarCase {
        number: one.number.clone(),
        about: page.about(&one.item, &one.topic),
        opened: page.moment(&one.opened_at),
        window: page.unit(&one.window),
        stage: page.i18n.text(status.of(one)).to_owned(),
        why: in_words(one, page),
        in_unit: one.window == session.staff.unit || one.holder == session.staff.unit,
    };
    shown.iter().map(similar).collect()
}

fn in_words(one: &MatchingCase, page: &Page<'_>) -> String {
    let each = one.why.iter().map(|why| page.i18n.text(why.text()));
    each.collect::<Vec<_>>().join(" · ")
}
