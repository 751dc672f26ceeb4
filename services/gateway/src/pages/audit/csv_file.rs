//! `/audit.csv` and `/cases/{case}/audit.csv`: who saw or changed what, as CSV files.

use axum::{
    extract::{Path, State},
    response::Response,
};
use onestop_proto::{
    ids::StaffId,
    personal::{AuditedAct, CaseAuditQuery, StaffAuditQuery},
};

use super::{
    StaffParams, auditor,
    readings::{CaseNumbers, numbers},
};
use crate::{
    app::App,
    core::{
        csv_file::{self, Completeness, CsvFile, MOST, code},
        page_error::PageError,
        query_string::Query,
    },
    pages::{
        case_head,
        shell::{Page, View},
    },
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
) -> Result<Response, PageError> {
    let session = auditor(&view)?;
    let staff = params.staff.trim().parse::<StaffId>();
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
    let file = AuditFile {
        acts: &acts,
        numbers: &numbers,
        completeness,
    };
    let bytes = file.write(&view.page(&app)).map_err(anyhow::Error::from)?;
    Ok(csv_file::saved(bytes, &format!("audit-{staff}")))
}

/// Who saw or changed what of a case.
pub(super) async fn download_case(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
) -> Result<Response, PageError> {
    let session = auditor(&view)?;
    let case = case_head::parse_case(&case)?;
    let head = case_head::fetch(&app, session, &case, "").await?;
    let mut query = CaseAuditQuery { case, from: None };
    let mut acts = Vec::new();
    loop {
        let answer = app.ask(session, &query).await?;
        acts.extend(answer.acts);
        query.from = answer.next;
        if query.from.is_none() || acts.len() >= MOST {
            break;
        }
    }
    let completeness = Completeness::of(query.from.as_ref());
    let numbers = CaseNumbers::from([(head.row.case, head.row.number.clone())]);
    let file = AuditFile {
        acts: &acts,
        numbers: &numbers,
        completeness,
    };
    let bytes = file.write(&view.page(&app)).map_err(anyhow::Error::from)?;
    Ok(csv_file::saved(
        bytes,
        &format!("audit-{}", head.row.number),
    ))
}

/// What goes into a file.
struct AuditFile<'a> {
    acts: &'a [AuditedAct],
    numbers: &'a CaseNumbers,
    completeness: Completeness,
}

impl AuditFile<'_> {
    fn write(&self, page: &Page<'_>) -> csv::Result<Vec<u8>> {
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
