//! `/staff.csv`: the accounts that the list shows, as a file.

use axum::extract::State;

use super::{
    shell::{Page, View},
    staff::found,
    staff_list::StaffFilter,
    staff_rights::require_administrator,
};
use crate::{
    app::App,
    core::{
        csv_file::{Completeness, CsvFile, MOST, code},
        db::staff::Staff,
        page_error::PageResult,
    },
};

/// The messages of the heads, in order.
const HEADS: [&str; 8] = [
    "sign-in-staff",
    "staff-name",
    "staff-role",
    "case-unit",
    "csv-code",
    "case-place",
    "staff-other-posts",
    "staff-state",
];

pub(super) async fn download(State(app): State<App>, view: View) -> PageResult {
    let session = view.session()?;
    require_administrator(session)?;
    let query = view.query(&StaffFilter::NAMES);
    let filter = StaffFilter::parse(&query, &view.used());
    let people = found(&app, session, &filter).await?;
    let page = view.page(&app);
    let bytes = write(&people, &page).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, "staff")
}

fn write(people: &[Staff], page: &Page<'_>) -> csv::Result<Vec<u8>> {
    let mut file = CsvFile::new();
    file.row(HEADS.map(|head| page.i18n.t(head)))?;
    for one in people.iter().take(MOST) {
        let unit = page.app.directory.unit(&one.unit);
        let division = unit.map(|unit| unit.division);
        let others = one.other_posts.iter().map(|post| page.post(post));
        let state = match one.disabled_at {
            Some(_) => "staff-disabled",
            None => "staff-enabled",
        };
        file.row([
            code(&one.id),
            one.name.clone(),
            page.i18n.text(one.role.text()).to_owned(),
            page.unit(&one.unit),
            division.map(code).unwrap_or_default(),
            division.map_or_else(String::new, |division| page.place(&division)),
            page.list(others),
            page.i18n.t(state),
        ])?;
    }
    let completeness = Completeness::of(people.get(MOST));
    file.end(completeness, HEADS.len(), || page.cut_sentence())?;
    file.into_bytes()
}
