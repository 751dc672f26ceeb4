//! The question of a citizen who has a receipt (查询).

use std::time::Instant;

use onestop_chassis::Failure;
use onestop_directory::CaseKey;
use onestop_proto::{
    case::{Rejection, TrackQuery, TrackView},
    ids::{CaseId, CaseRef, UnitId},
    rejection::Explain,
};

use super::Intake;
use crate::{
    domain::Case,
    keyring::key_failure,
    loaded_case::LoadedCase,
    read::register,
    streams::case_stream,
    tracking::{query_code, view},
};

impl Intake {
    /// Answers how far the case of a receipt is, and opens what a unit has remarked for the citizen. A wrong number and a wrong
    /// code get the same refusal.
    pub(super) async fn track(&self, query: &TrackQuery) -> Result<TrackView, Failure> {
        let (view, window) = self.tracked(query)?;
        let Some(case) = view.case.filter(|_| !query.texts.is_empty()) else {
            return Ok(view);
        };
        let texts = &query.texts;
        let texts = self.persons.open_for_citizen(case, &window, texts).await?;
        Ok(TrackView { texts, ..view })
    }

    /// How far the case is, and which window gave its receipt.
    fn tracked(&self, query: &TrackQuery) -> Result<(TrackView, UnitId), Failure> {
        self.keyring.check_released().map_err(key_failure)?;
        // Before anything is looked for: a slip does not tell whether there is such a case.
        let typed = query_code::parse(&query.code).ok_or_else(slip)?;
        let none = || Failure::from(Rejection::NoSuchReceipt { guessed: None }.rejected());
        let key = self.directory.get().case_key(&query.number);
        // The id of a case is on no receipt.
        let key = key.filter(|key| !matches!(key, CaseKey::Id(_)));
        let key = key.ok_or_else(none)?;
        let wrong = |guessed| {
            let refused = self.attempts.refuse_wrong(guessed, Instant::now());
            Failure::from(refused.rejected())
        };
        let Some(case) = register::find(&self.register, &key)? else {
            return Err(wrong(self.attempts.unknown(key)));
        };
        let LoadedCase { state, .. } = self.load(&CaseRef::Id(case))?;
        let receipt = self.attempts.receipt(case);
        // The right code opens whatever others tried: strangers cannot lock a citizen out. A case without one is not opened.
        if self.query_code(case, &state) != Some(typed) {
            return Err(wrong(receipt));
        }
        self.attempts.clear(&receipt);
        let history = self.store.history(&case_stream(case))?;
        let opened_at = self
            .register
            .look_up(|rows| register::opened_at(rows, case))?;
        let opened_at = opened_at.ok_or_else(none)?;
        let (directory, today) = (self.directory.get(), self.store.clock().now().china_date());
        let view = view::track_view(&state, opened_at, &history, &directory, today);
        let view = view.map_err(|error| Failure::Internal(error.into()))?;
        let view = TrackView {
            case: Some(case),
            ..view
        };
        Ok((view, state.opened.window.clone()))
    }

    /// The query code of a case; none for cases from before there were codes, and for erased ones.
    pub(super) fn query_code(&self, case: CaseId, state: &Case) -> Option<String> {
        let sealed = state.opened.query_code.as_ref()?;
        let clear = self.keyring.unseal(case, sealed).ok()?;
        String::from_utf8(clear).ok()
    }
}

/// The refusal of a code that is none.
fn slip() -> Failure {
    let problem = "应为8位，可能抄错了一位，请对照回执核对 / eight signs, of which one may be copied wrong: compare it with the receipt";
    let refused = Rejection::Incomplete {
        field: "code".to_owned(),
        problem: problem.to_owned(),
    };
    refused.rejected().into()
}
