//! `/design`: the type scale, spacing, colours, chips, lists, forms and the swimlane of the style sheet, for developers.
//! Scales are read from the style sheet, composed parts are the partials of the real pages, and what they show is invented.

use askama::Template;
use axum::{Router, extract::State, routing::get};
use onestop_proto::ids::{CaseNumber, InvalidId};
use serde::Deserialize;

use super::{
    actions::sample::FormSample,
    case::sample::CaseSample,
    search::hits::{HIT_HEADS, Hit, HitColumn},
    shell::{Page, View, html},
    table_sort::{ColumnHead, TableSort},
};
use crate::{
    app::App,
    core::{assets, page_error::PageResult, query_string::Query},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/design", get(show))
}

#[derive(Deserialize)]
struct DesignParams {
    /// The step of the sample case.
    step: Option<u32>,
}

/// A custom property of the style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct DesignToken {
    name: &'static str,
    value: &'static str,
}

impl DesignToken {
    fn is_colour(&self) -> bool {
        self.value.starts_with('#')
    }

    /// The id of the message that says what a colour is for.
    fn message_id(&self) -> String {
        format!("design-colour-{}", self.name)
    }
}

#[derive(Template)]
#[template(path = "design.html")]
struct DesignTemplate<'p, 'a> {
    page: &'p Page<'a>,
    text_sizes: Vec<DesignToken>,
    spaces: Vec<DesignToken>,
    colours: Vec<DesignToken>,
    hits: Vec<Hit>,
    form: Option<FormSample<'p, 'a>>,
    case: Option<CaseSample<'p, 'a>>,
}

impl DesignTemplate<'_, '_> {
    fn heads(&self) -> Vec<ColumnHead> {
        TableSort::<HitColumn>::default().heads(self.page, &HIT_HEADS)
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<DesignParams>,
) -> PageResult {
    // What the page shows is no secret; it costs more than a page for strangers should.
    view.session()?;
    let page = view.page(&app);
    let case = CaseSample::draw(params.step, &page).map_err(anyhow::Error::from)?;
    let tokens = tokens(assets::text("style.css"));
    let named = |prefix: &str| -> Vec<DesignToken> {
        let tokens = tokens.iter().copied();
        tokens
            .filter(|token| token.name.starts_with(prefix))
            .collect()
    };
    let colours = tokens.iter().copied().filter(DesignToken::is_colour);
    Ok(html(&DesignTemplate {
        page: &page,
        text_sizes: named("text-"),
        spaces: named("space-"),
        colours: colours.collect(),
        hits: hits(&page).map_err(anyhow::Error::from)?,
        form: FormSample::of_declining(&page),
        case,
    }))
}

/// The custom properties that the style sheet declares first, for every page.
fn tokens(style_sheet: &'static str) -> Vec<DesignToken> {
    let root = style_sheet.split('}').next().unwrap_or_default();
    let declared = root.split(['{', ';']);
    let declared = declared.filter_map(|one| {
        let (name, value) = one.trim().strip_prefix("--")?.split_once(':')?;
        let value = value.trim();
        Some(DesignToken { name, value })
    });
    declared.collect()
}

/// Two cases that a search might find: one with needs of every kind, one with none.
fn hits(page: &Page<'_>) -> Result<Vec<Hit>, InvalidId> {
    let number: CaseNumber = "s4k2m9qxa-260302-001".parse()?;
    let directory = &page.app.directory;
    let about = directory.items().next().map(|item| &item.name);
    let place = directory.divisions().next();
    let unit = page.session.map(|session| page.unit(&session.staff.unit));
    let hit = |needs| Hit {
        number: number.clone(),
        needs,
        about: about.map_or_else(String::new, |name| page.i18n.words(name).to_owned()),
        place: place.map_or_else(String::new, |place| page.place(&place.code)),
        holder: unit.clone().unwrap_or_default(),
        stage: page.i18n.t("cases-open"),
        opened: page.moment(&page.now),
        opened_at: page.now,
        places_hit: vec![page.i18n.t("search-in-number")],
    };
    Ok(vec![hit(page.need_legend()), hit(Vec::new())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::i18n::Languages;

    #[test]
    fn the_scales_are_those_of_the_style_sheet_and_every_colour_is_explained() {
        let tokens = tokens(assets::text("style.css"));
        let space = DesignToken {
            name: "space-1",
            value: ".25rem",
        };
        assert!(tokens.contains(&space), "{tokens:?}");
        let languages = Languages::load(None).unwrap();
        let colours: Vec<&DesignToken> = tokens.iter().filter(|token| token.is_colour()).collect();
        assert!(colours.len() > 10, "{colours:?}");
        for colour in colours {
            let explained = languages.translator(None).try_t(&colour.message_id());
            assert!(explained.is_some(), "{}", colour.message_id());
        }
    }
}
