//! The question of a citizen who has a receipt (查询).

use onestop_chassis::Failure;
use onestop_proto::{
    case::{Rejection, TrackQuery, TrackView},
    ids::{CaseId, CaseRef},
    rejection::Explain,
};

use super::Intake;
use crate::{
    domain::Case,
    loaded_case::LoadedCase,
    read::register,
    streams::case_stream,
    tracking::{query_code, view},
};

impl Intake {
    /// Answers how far the case of a receipt is. A wrong number and a wrong code get the same refusal.
    pub(super) fn track(&self, query: &TrackQuery) -> Result<TrackView, Failure> {
        let none = || Failure::from(Rejection::NoSuchReceipt {}.rejected());
        let case_ref = CaseRef::Number(query.number.clone());
        if register::find(&self.register, &case_ref)?.is_none() {
            return Err(none());
        }
        let LoadedCase { case, state, .. } = self.load(&case_ref)?;
        let now = self.store.clock().now();
        self.attempts
            .check(case, now)
            .map_err(|rejection| rejection.rejected())?;
        if !self.holds_receipt_or_phone(case, &state, query)? {
            self.attempts.count_wrong(case, now);
            return Err(none());
        }
        self.attempts.clear(case);
        let history = self.store.history(&case_stream(case))?;
        let opened_at = register::opened_at(&self.register, case)?;
        let opened_at = opened_at.ok_or_else(none)?;
        let view = view::track_view(&state, opened_at, &history, &self.directory);
        view.map_err(|error| Failure::Internal(error.into()))
    }

    /// Whether the caller knows the query code, or the end of the telephone number.
    fn holds_receipt_or_phone(
        &self,
        case: CaseId,
        state: &Case,
        query: &TrackQuery,
    ) -> Result<bool, Failure> {
        let mistyped = |field: &str, problem: &str| {
            Failure::from(
                Rejection::Incomplete {
                    field: field.to_owned(),
                    problem: problem.to_owned(),
                }
                .rejected(),
            )
        };
        match (&query.code, &query.phone_end) {
            (Some(code), _) => {
                let problem = "查询码为8位，请按凭证核对 / eight signs, as on the receipt";
                let typed = query_code::parse(code).ok_or_else(|| mistyped("code", problem))?;
                Ok(self.query_code(case, state) == Some(typed))
            }
            (None, Some(end)) => {
                if end.len() != 4 || !end.bytes().all(|digit| digit.is_ascii_digit()) {
                    let problem = "电话号码后四位 / the last four digits of the telephone number";
                    return Err(mistyped("phone_end", problem));
                }
                let applicant = self.applicant(case, state);
                Ok(applicant.is_some_and(|applicant| {
                    applicant
                        .phones()
                        .any(|phone| phone.ends_with(end.as_str()))
                }))
            }
            (None, None) => {
                let problem =
                    "填写查询码或电话后四位 / the query code, or the end of the telephone number";
                Err(mistyped("code", problem))
            }
        }
    }

    /// The query code of a case; none for cases from before there were codes, and for erased ones.
    pub(super) fn query_code(&self, case: CaseId, state: &Case) -> Option<String> {
        let sealed = state.opened.query_code.as_ref()?;
        let clear = self.keyring.unseal(case, sealed).ok()?;
        String::from_utf8(clear).ok()
    }
}
