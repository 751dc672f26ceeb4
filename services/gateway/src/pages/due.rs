//! `/due` (期限计算): when a step is due that began at a moment, and every day that does not count, with its reason. It is
//! reckoned on reference data without any case, so it is public.

use std::{collections::BTreeSet, str::FromStr};

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use jiff::civil::Date;
use onestop_directory::DueRefusal;
use onestop_proto::{
    clock::Step,
    reckoning::{DueQuery, DueReckoning, SkippedDay},
    typed::half_width,
};
use serde::Deserialize;

use super::{
    due_file,
    lookup::find_place,
    shell::{Page, View, html},
    table_sort::{ColumnHead, HeadOf, TableSort, sort_columns},
};
use crate::{
    app::App,
    core::{
        address_use::AddressUse,
        form_data::split_list,
        page_error::{PageError, PageResult},
        query_string::{Query, encode_filled},
        typed_dates,
    },
};

sort_columns! {
    /// A column by which the days that do not count are sorted.
    enum SkippedColumn {
        Day = "day",
        Why = "why",
    }
}

const SKIPPED_HEADS: [HeadOf<SkippedColumn>; 2] = [
    HeadOf::Sorted(SkippedColumn::Day, "day"),
    HeadOf::Sorted(SkippedColumn::Why, "reason"),
];

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/due", get(show))
        .route("/due.csv", get(download))
}

/// The form, as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DueForm {
    step: String,
    /// The place, by its code or a part of its name.
    at: String,
    from: String,
    /// Times of standing still, with blanks between them.
    pause: String,
    /// Moments of extensions, with blanks between them.
    extend: String,
    /// The order of before, and the head that was pressed.
    sort: String,
    by: String,
}

impl DueForm {
    fn sort(&self, used: &AddressUse) -> TableSort<SkippedColumn> {
        TableSort::read(&self.by, &self.sort, used)
    }

    /// The address of the answer as a file.
    fn file(&self) -> String {
        let pairs = [
            ("step", self.step.as_str()),
            ("at", &self.at),
            ("from", &self.from),
            ("pause", &self.pause),
            ("extend", &self.extend),
            ("sort", &self.sort(&AddressUse::default()).code()),
        ];
        format!("/due.csv?{}", encode_filled(&pairs))
    }
}

#[derive(Template)]
#[template(path = "due.html")]
struct DueTemplate<'a> {
    page: Page<'a>,
    form: DueForm,
    steps: BTreeSet<&'a Step>,
    /// The message that says what is wrong.
    problem: Option<&'static str>,
    sort: TableSort<SkippedColumn>,
    found: Option<DueReckoning>,
}

impl DueTemplate<'_> {
    fn heads(&self) -> Vec<ColumnHead> {
        self.sort.heads(&self.page, &SKIPPED_HEADS)
    }

    fn is_chosen(&self, step: &Step) -> bool {
        step.as_str() == self.form.step
    }
}

async fn show(State(app): State<App>, view: View, Query(form): Query<DueForm>) -> Response {
    let page = view.page(&app);
    let sort = form.sort(&view.used());
    let asked = !form.step.is_empty() && !form.from.is_empty();
    let reckoned = asked.then(|| reckon(&form, sort, &page)).transpose();
    let (found, problem) = match reckoned {
        Ok(found) => (found, None),
        Err(problem) => (None, Some(problem)),
    };
    html(&DueTemplate {
        steps: app.directory.steps().collect(),
        page,
        form,
        problem,
        sort,
        found,
    })
}

/// The answer as CSV.
async fn download(State(app): State<App>, view: View, Query(form): Query<DueForm>) -> PageResult {
    let page = view.page(&app);
    let sort = form.sort(&view.used());
    let found = reckon(&form, sort, &page).map_err(|_| PageError::unreadable_filter())?;
    due_file::answer(&found, &page)
}

/// The answer, or the message that says what is wrong.
fn reckon(
    form: &DueForm,
    sort: TableSort<SkippedColumn>,
    page: &Page<'_>,
) -> Result<DueReckoning, &'static str> {
    let query = DueQuery {
        step: form.step.parse().map_err(|_| "reckon-no-limit")?,
        at: find_place(&form.at, "", page).map_err(|_| "reckon-no-place")?,
        from: typed_dates::plain(&form.from, page.now.china_date())
            .parse()
            .map_err(|_| "reckon-no-moment")?,
        pause: each(&spans(&form.pause, page.now.china_date())).ok_or("reckon-pause-unreadable")?,
        extend: each(&form.extend).ok_or("reckon-no-moment")?,
    };
    let reckoned = page.app.directory.reckon_due(&query);
    let mut reckoned = reckoned.map_err(|refused| message_id(&refused))?;
    let why = |skipped: &SkippedDay| page.i18n.words(&skipped.why).to_owned();
    sort.apply(&mut reckoned.skipped, |column, one, other| match column {
        SkippedColumn::Day => one.day.cmp(&other.day),
        SkippedColumn::Why => why(one).cmp(&why(other)),
    });
    Ok(reckoned)
}

const fn message_id(refused: &DueRefusal) -> &'static str {
    match refused {
        DueRefusal::NoSuchPlace => "reckon-no-place",
        DueRefusal::OutOfYears { .. } => "reckon-out-of-years",
        DueRefusal::NoLimit => "reckon-no-limit",
        DueRefusal::NeverStandsStill { .. } => "reckon-never-stands-still",
        DueRefusal::NotExtensible { .. } => "reckon-not-extensible",
        DueRefusal::BeforeItBegan => "reckon-before-it-began",
        DueRefusal::AfterItEnded => "reckon-after-it-ended",
    }
}

/// Spans of days as people type them, `3月9日到3月12日`, as programs read them.
fn spans(text: &str, today: Date) -> String {
    let words = ['到', '至', '~'];
    let typed = words
        .iter()
        .fold(half_width(text), |text, word| text.replace(*word, ".."));
    let ends: Vec<&str> = typed.split("..").map(str::trim).collect();
    let joined = ends.join("..");
    let spans = joined
        .split([' ', '\n', '\r', '\t', ',', '、'])
        .map(|span| {
            let days = span.split("..").map(|day| typed_dates::plain(day, today));
            days.collect::<Vec<_>>().join("..")
        });
    spans.collect::<Vec<_>>().join(" ")
}

/// What is typed with blanks or commas between; nothing if a part cannot be read.
fn each<T: FromStr>(text: &str) -> Option<Vec<T>> {
    let parts = split_list(text);
    parts.map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use onestop_proto::reckoning::Standstill;

    use super::{DueForm, each, spans};

    #[test]
    fn spans_are_read_as_people_type_them() {
        let today = "2026-11-29".parse().unwrap();
        for (typed, read) in [
            ("2026年3月9日到2026年3月12日", "2026-03-09..2026-03-12"),
            (
                "11月9日 至 11月12日，11月20日～11月21日",
                "2026-11-09..2026-11-12 2026-11-20..2026-11-21",
            ),
            ("2026-03-09..2026-03-12", "2026-03-09..2026-03-12"),
            ("", ""),
        ] {
            assert_eq!(spans(typed, today), read, "{typed}");
        }
    }

    #[test]
    fn the_file_is_of_what_the_form_asks() {
        let form = DueForm {
            step: "legal-aid.review".to_owned(),
            at: "532801".to_owned(),
            by: "-day".to_owned(),
            ..DueForm::default()
        };
        let file = "/due.csv?step=legal-aid.review&at=532801&sort=-day";
        assert_eq!(form.file(), file);
    }

    #[test]
    fn several_times_are_typed_with_blanks_or_commas() {
        let times: Vec<Standstill> =
            each("2026-03-09..2026-03-12， 2026-03-16..2026-03-17").unwrap();
        assert_eq!(times.len(), 2);
        assert_eq!(each::<Standstill>("").unwrap(), []);
        assert!(each::<Standstill>("2026-03-09").is_none());
    }
}
