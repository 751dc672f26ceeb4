//! Where an answer to a request leads once what was asked for is done.

use onestop_proto::ids::StaffId;
use rusqlite::{Connection, Result, params};

/// Lets the answers to a person that lead to the form of a registration lead to the case that came of it: the form is not kept.
pub(crate) fn lead_to_case(
    db: &Connection,
    staff: &StaffId,
    form: &str,
    number: &str,
) -> Result<()> {
    db.execute(
        "UPDATE request_answer SET link = ?3 WHERE staff = ?1 AND link = ?2",
        params![staff.as_str(), form_of(form), format!("/cases/{number}")],
    )?;
    Ok(())
}

/// The address of the form of a registration that is kept under this key.
pub(crate) fn form_of(key: &str) -> String {
    format!("/cases/new?draft={key}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::db::{
        drafts::DraftKey,
        request_answers::{self, Decision, RequestAnswer, RequestKind},
        schema,
    };

    #[test]
    fn the_answer_to_a_late_entry_leads_to_the_case_once_it_is_sent() {
        let mut db = Connection::open_in_memory().unwrap();
        schema::migrate(&mut db).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let draft_key = DraftKey::open(folder.path()).unwrap();
        let asked: StaffId = "zhang-li".parse().unwrap();
        for key in ["one", "two"] {
            let answer = RequestAnswer {
                kind: RequestKind::LateEntry,
                subject: "intake.open".to_owned(),
                link: form_of(key),
                decision: Decision::Approved,
                by: "li-hua".parse().unwrap(),
                at: "2026-11-29 10:00:00".parse().unwrap(),
            };
            request_answers::tell(&db, &asked, &answer).unwrap();
        }
        lead_to_case(&db, &asked, "one", "s4k2m9qxa-261129-001").unwrap();
        let links = request_answers::unseen(&db, &draft_key, &asked).unwrap();
        let links: Vec<_> = links.into_iter().map(|one| one.answer.link).collect();
        assert_eq!(
            links,
            [form_of("two"), "/cases/s4k2m9qxa-261129-001".to_owned()]
        );
    }
}
