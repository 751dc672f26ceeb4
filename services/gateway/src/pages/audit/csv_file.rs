//! What people saw or changed as a CSV file; and `/audit.csv`, what a member of staff saw.

use axum::extract::State;
use onestop_proto::{
    ids::StaffId,
    personal::{AuditedAct, StaffAuditQuery},
    typed::account,
};

use super::{
    StaffParams, auditor,
    readings::{CaseNumbers, numbers, sort_readings},
};
use crate::{
    app::App,
    core::{
        csv_file::{Completeness, CsvFile, MOST, code},
        page_error::{PageError, PageResult},
        query_string::Query,
    },
    pages::shell::{Page, View},
};

/// The messages of the heads, in order.
const HEADS: [&str; 9] = [
    "access-when",
    "number",
    "system-number",
    "access-who",
    "csv-account",
    "case-unit",
    "access-what",
    "access-proof",
    "csv-token",
];

/// What a member of staff saw.
pub(super) async fn download_staff(
    State(app): State<App>,
    view: View,
    Query(params): Query<StaffParams>,
) -> PageResult {
    let session = auditor(&view)?;
    let staff = account(&params.staff).parse::<StaffId>();
    let staff = staff.map_err(|_| PageError::not_found())?;
    let mut query = StaffAuditQuery {
        staff: staff.clone(),
        before: None,
    };
    let mut acts = Vec::new();
    loop {
        let answer = app.ask(session, &query).await?;
        acts.extend(answer.acts);
        query.before = answer.next;
        if query.before.is_none() || acts.len() >= MOST {
            break;
        }
    }
    let completeness = Completeness::of(query.before.as_ref());
    let numbers = numbers(&app, session, &acts).await;
    sort_readings(&mut acts, params.sort(&view.used()), &numbers);
    let file = AuditFile {
        acts: &acts,
        numbers: &numbers,
        completeness,
    };
    let page = view.page(&app);
    let bytes = file.write(&page).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, &format!("audit-{staff}"))
}

/// What goes into a file.
pub(super) struct AuditFile<'a> {
    pub(super) acts: &'a [AuditedAct],
    pub(super) numbers: &'a CaseNumbers,
    pub(super) completeness: Completeness,
}

impl AuditFile<'_> {
    pub(super) fn write(&self, page: &Page<'_>) -> csv::Result<Vec<u8>> {
        let mut file = CsvFile::new();
        file.row(HEADS.map(|head| page.i18n.t(head)))?;
        for act in self.acts {
            let number = self.numbers.get(&act.case);
            let name = number.map(|number| page.case_name(number));
            let token = act.token.map(code);
            file.row([
                act.at.china_text(),
                name.unwrap_or_default(),
                number.map(code).unwrap_or_default(),
                page.actor(&act.by),
                code(&act.by.staff),
                page.unit(&act.by.unit),
                page.audited(act),
                page.proof_of(act),
                token.unwrap_or_default(),
            ])?;
        }
        file.end(self.completeness, HEADS.len(), || page.cut_sentence())?;
        file.into_bytes()
    }
}
