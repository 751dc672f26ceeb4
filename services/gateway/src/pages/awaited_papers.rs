//! The papers that a citizen still has to bring (补正), in words; and `/cases/{case}/papers`, the list to print.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};
use jiff::civil::Date;
use onestop_proto::{ids::Topic, ledger::CaseHead, matter::AwaitedPapers};

use super::{
    case_head,
    shell::{Page, View, html},
};
use crate::{app::App, core::page_error::PageResult};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/cases/{case}/papers", get(show))
}

impl Page<'_> {
    /// Each paper, with what to mind about it.
    pub(super) fn awaited_papers(&self, awaited: &AwaitedPapers) -> Vec<String> {
        let papers = awaited.papers.iter();
        papers
            .map(|paper| self.awaited_paper(awaited, paper))
            .collect()
    }

    /// Each paper that was asked for and has come.
    pub(super) fn papers_that_came(&self, awaited: &AwaitedPapers) -> Vec<String> {
        let came = awaited.came.iter();
        let text = |paper| self.i18n.t1("papers-came", "paper", self.paper_name(paper));
        came.map(text).collect()
    }

    /// What has come and what has not, in one line.
    pub(super) fn papers_line(&self, awaited: &AwaitedPapers) -> String {
        let came = awaited.came.iter().map(|paper| self.paper_name(paper));
        let came = came.map(|name| format!("✓ {name}"));
        let missing = self.i18n.t("papers-missing");
        let missing = format!("{missing}{}", self.list(self.awaited_papers(awaited)));
        let parts: Vec<String> = came.chain([missing]).collect();
        parts.join(" · ")
    }

    fn paper_name(&self, paper: &Topic) -> String {
        let known = self.app.directory.material_name(paper);
        known.map_or_else(
            || paper.to_string(),
            |words| self.i18n.words(words).to_owned(),
        )
    }

    fn awaited_paper(&self, awaited: &AwaitedPapers, paper: &Topic) -> String {
        let name = self.paper_name(paper);
        match awaited.remark(paper) {
            Some(remark) => format!("{name}{}", self.in_brackets(remark)),
            None => name,
        }
    }

    /// By when they have to come, in words; empty where no day was set.
    pub(super) fn awaited_until(&self, awaited: &AwaitedPapers) -> String {
        let until = |day: &Date| self.i18n.t1("papers-until", "day", day.to_string());
        awaited.last_day.as_ref().map_or_else(String::new, until)
    }
}

/// The list to print for the citizen.
#[derive(Template)]
#[template(path = "papers.html")]
struct PapersTemplate<'a> {
    page: Page<'a>,
    head: CaseHead,
    phone: String,
    on: Date,
}

async fn show(State(app): State<App>, view: View, Path(case): Path<String>) -> PageResult {
    let session = view.session()?;
    let head = case_head::fetch(&app, session, &case_head::parse_case(&case)?, "").await?;
    let page = view.page(&app);
    let on = page.now.china_date();
    let phone = app.directory.phone_for_citizens(&head.row.window, on);
    Ok(html(&PapersTemplate {
        phone: phone.to_owned(),
        on,
        page,
        head,
    }))
}
