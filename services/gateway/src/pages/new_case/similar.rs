//! Cases that may be the same (近似案件), shown before another one is opened. Names and numbers are compared by
//! keyed hash in intake; what comes back says nothing of the person but that it fits.

use onestop_proto::{
    case::{self, Applicant},
    personal::{MatchingCase, PersonSearchResult, SimilarCasesQuery},
};

use super::answers;
use crate::{app::App, auth::Session, page::Page, pairs::Pairs};

/// So many are enough to look at.
const SHOWN: usize = 3;

/// A case that may be the same, in words.
pub(super) struct Near {
    pub(super) number: String,
    pub(super) about: String,
    pub(super) opened: String,
    pub(super) window: String,
    pub(super) stage: String,
    pub(super) why: String,
    /// Whether this person can open its file.
    pub(super) theirs: bool,
}

/// Those that fit what was typed; none where too little was, or intake does not answer: the registration
/// goes on all the same.
pub(super) async fn look(
    app: &App,
    session: &Session,
    typed: &Pairs,
    page: &Page<'_>,
) -> Vec<Near> {
    let about = answers::about(typed, page);
    let (Some(item), Some(place)) = (about.item, about.place) else {
        return Vec::new();
    };
    let said = ["name", "phone", "document_number"];
    if said.iter().all(|name| typed.some(name).is_none()) {
        return Vec::new();
    }
    let applicant: Result<Applicant, _> = serde_json::from_value(answers::applicant(typed));
    let Ok(applicant) = applicant else {
        return Vec::new();
    };
    let query = SimilarCasesQuery {
        applicant,
        item,
        place,
    };
    let service = case::service();
    let asked = app.ask(session, (&service, "similar"), None, &query);
    let found: PersonSearchResult = match asked.await {
        Ok(found) => found,
        Err(_) => return Vec::new(),
    };
    let told = |one: &MatchingCase| Near {
        number: one.number.to_string(),
        about: page.about(&one.item, &one.topic),
        opened: page.moment(&one.opened_at),
        window: page.unit(&one.window),
        stage: page.say.text(one.stage.text()).to_owned(),
        why: in_words(one, page),
        theirs: one.window == session.staff.unit || one.holder == session.staff.unit,
    };
    found.cases.iter().take(SHOWN).map(told).collect()
}

fn in_words(one: &MatchingCase, page: &Page<'_>) -> String {
    let each = one.why.iter().map(|why| page.say.text(why.text()));
    each.collect::<Vec<_>>().join(" · ")
}
