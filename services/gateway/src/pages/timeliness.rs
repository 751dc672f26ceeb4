//! `/timeliness` (时效): what the units of a division did in time, as of any day; who is late; why cases were
//! sent back; and the same as a file for a spreadsheet.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    journal,
    ledger::{Timeliness, TimelinessFigures, TimelinessQuery, TimelinessRow},
    time::Timestamp,
};
use serde::Deserialize;

use crate::{
    app::App,
    auth::Session,
    error::Oops,
    page::{Page, View, html, query},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/timeliness", get(show))
        .route("/timeliness.csv", get(download))
}

/// Which period, which moment, which place. Empty: this month, now, one's own division.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    as_of: String,
    #[serde(default)]
    within: String,
    #[serde(default)]
    item: String,
}

/// What was asked for, read.
struct Wanted {
    from: Date,
    /// The last day of the period.
    to: Date,
    /// The end of this day; nothing for now.
    as_of: Option<Date>,
    within: Option<DivisionCode>,
    item: Option<ServiceItem>,
}

impl Wanted {
    fn read(asked: &Asked, today: Date) -> Result<Self, Oops> {
        let day = |text: &str| -> Result<Option<Date>, Oops> {
            let parsed = (!text.is_empty()).then(|| text.parse::<Date>()).transpose();
            parsed.map_err(|error| Oops::form(&error.to_string()))
        };
        let id = |error: onestop_proto::ids::InvalidId| Oops::form(&error.to_string());
        let within = (!asked.within.is_empty())
            .then(|| asked.within.parse())
            .transpose();
        let item = (!asked.item.is_empty())
            .then(|| asked.item.parse())
            .transpose();
        let as_of = day(&asked.as_of)?;
        let last = as_of.unwrap_or(today);
        Ok(Self {
            from: day(&asked.from)?.unwrap_or_else(|| last.first_of_month()),
            to: day(&asked.to)?.unwrap_or(last),
            as_of,
            within: within.map_err(id)?,
            item: item.map_err(id)?,
        })
    }

    fn query(&self) -> TimelinessQuery {
        let end = Timestamp::end_of_china_day;
        TimelinessQuery {
            within: self.within,
            // A day begins where the one before it ends.
            from: self.from.yesterday().map_or(Timestamp::from_micros(0), end),
            to: end(self.to),
            as_of: self.as_of.map(end),
            item: self.item.clone(),
        }
    }

    /// The address of the same at another day, or in another place.
    fn address(&self, as_of: Option<Date>, within: Option<DivisionCode>) -> String {
        let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let within = within.map(|code| code.to_string()).unwrap_or_default();
        let item = self
            .item
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        query(&[
            ("from", &self.from.to_string()),
            ("to", &self.to.to_string()),
            ("as_of", &text(as_of)),
            ("within", &within),
            ("item", &item),
        ])
    }
}

#[derive(Template)]
#[template(path = "timeliness.html")]
struct Shown<'a> {
    page: Page<'a>,
    wanted: Wanted,
    answer: Timeliness,
    /// Which of the divisions have parts of their own to look into.
    before: Option<String>,
    after: Option<String>,
    wider: Option<DivisionCode>,
}

impl Shown<'_> {
    /// The address of a division's own figures; a village has no parts.
    fn into(&self, row: &TimelinessRow) -> Option<String> {
        let division = row.division;
        let deeper = division != self.answer.within
            && self.page.app.directory.children(division).next().is_some();
        deeper.then(|| {
            format!(
                "/timeliness?{}",
                self.wanted.address(self.wanted.as_of, Some(division))
            )
        })
    }

    fn cases(&self, row: &TimelinessRow) -> String {
        format!("/cases?{}", query(&[("within", &row.division.to_string())]))
    }

    /// The query of the same moment, in a wider place.
    fn at(&self, place: &DivisionCode) -> String {
        self.wanted.address(self.wanted.as_of, Some(*place))
    }

    fn here(&self) -> String {
        self.wanted.address(self.wanted.as_of, self.wanted.within)
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let today = app.clock.now().china_date();
    let wanted = Wanted::read(&asked, today)?;
    let answer = ask(&app, session, &wanted).await?;
    let shown_day = wanted.as_of.unwrap_or(today);
    let day_before = shown_day.yesterday().ok();
    let day_after = shown_day.tomorrow().ok().filter(|day| *day <= today);
    let link = |day: Date| format!("/timeliness?{}", wanted.address(Some(day), wanted.within));
    let own = session.division(&app);
    let wider = answer
        .within
        .parent()
        .filter(|wider| own.is_some_and(|own| own.contains(*wider)));
    Ok(html(&Shown {
        before: day_before.map(link),
        after: day_after.map(link),
        page: view.page(&app),
        wider,
        wanted,
        answer,
    }))
}

async fn ask(app: &App, session: &Session, wanted: &Wanted) -> Result<Timeliness, Oops> {
    let service = journal::service();
    Ok(app
        .ask(session, (&service, "timeliness"), None, &wanted.query())
        .await?)
}

/// UTF-8 with the mark that spreadsheets want, and names beside codes.
async fn download(
    State(app): State<App>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let wanted = Wanted::read(&asked, app.clock.now().china_date())?;
    let answer = ask(&app, &session, &wanted).await?;
    let mut file = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    let written = write(&mut file, &answer, &app).and_then(|()| {
        file.into_inner()
            .map_err(|error| csv::Error::from(error.into_error()))
    });
    let bytes = written.map_err(anyhow::Error::from)?;
    let name = format!(
        "attachment; filename=\"timeliness-{}-{}.csv\"",
        answer.within.short(),
        wanted.to
    );
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

fn write(file: &mut csv::Writer<Vec<u8>>, answer: &Timeliness, app: &App) -> csv::Result<()> {
    file.write_record([
        "division",
        "name",
        "received",
        "closed",
        "steps",
        "in_time",
        "average_days",
        "due_soon",
        "overdue",
        "offered",
        "sent_back",
    ])?;
    let mut line = |division: String, name: String, figures: &TimelinessFigures| {
        let average = figures
            .average_days
            .map(|days| format!("{days:.2}"))
            .unwrap_or_default();
        let counts = [
            figures.received,
            figures.closed,
            figures.steps,
            figures.in_time,
        ]
        .map(|n| n.to_string());
        let rest = [
            figures.due_soon,
            figures.overdue,
            figures.offered,
            figures.sent_back,
        ]
        .map(|n| n.to_string());
        let fields = [division, name]
            .into_iter()
            .chain(counts)
            .chain([average])
            .chain(rest);
        file.write_record(fields)
    };
    for row in &answer.rows {
        line(
            row.division.to_string(),
            app.directory.full_name(row.division),
            &row.figures,
        )?;
    }
    line(
        answer.within.to_string(),
        "合计 / total".to_owned(),
        &answer.total,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_asked_is_this_month_up_to_today() {
        let wanted = Wanted::read(&Asked::default(), day("2026-03-18")).unwrap();
        assert_eq!(
            (wanted.from, wanted.to, wanted.as_of),
            (day("2026-03-01"), day("2026-03-18"), None)
        );
        let query = wanted.query();
        assert_eq!(query.from, "2026-03-01 00:00:00".parse().unwrap());
        assert_eq!(query.to, "2026-03-19 00:00:00".parse().unwrap());
    }

    #[test]
    fn a_past_day_is_its_end() {
        let asked = Asked {
            as_of: "2026-02-28".to_owned(),
            ..Asked::default()
        };
        let wanted = Wanted::read(&asked, day("2026-03-18")).unwrap();
        assert_eq!(
            wanted.query().as_of,
            Some("2026-03-01 00:00:00".parse().unwrap())
        );
        assert_eq!(wanted.from, day("2026-02-01"));
        assert!(
            Wanted::read(
                &Asked {
                    from: "soon".to_owned(),
                    ..Asked::default()
                },
                day("2026-03-18")
            )
            .is_err()
        );
    }
}
