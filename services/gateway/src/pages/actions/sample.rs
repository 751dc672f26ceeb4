//! A form that was refused, for the page that shows the design. Pure.

use askama::Template;
use onestop_proto::{division::DivisionCode, ids::UnitId, referral};

use super::{
    field_values::command_data,
    form_spec::{Field, FormSpec, Kind},
    papers::{self, PaperGroup},
    parties::PartyChoice,
};
use crate::{
    core::form_data::FormData,
    pages::{problems::Problems, shell::Page},
};

/// The form of a command, with a problem at each field that was left empty.
#[derive(Template)]
#[template(path = "form-sample.html")]
pub(in crate::pages) struct FormSample<'p, 'a> {
    page: &'p Page<'a>,
    spec: FormSpec,
    typed: FormData,
    problems: Problems,
}

impl<'p, 'a> FormSample<'p, 'a> {
    /// The form that declines an offer (拒收), sent without a reason.
    pub(in crate::pages) fn of_declining(page: &'p Page<'a>) -> Option<Self> {
        let spec = FormSpec::of(&referral::service(), "decline")?;
        let typed = FormData::default();
        let mut problems = Problems::default();
        command_data(&spec, &typed, page, &mut problems);
        Some(Self {
            page,
            spec,
            typed,
            problems,
        })
    }

    fn papers(&self, _: &str) -> Vec<PaperGroup> {
        papers::one_group(self.page)
    }

    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn parties(&self, _: &Field) -> Vec<PartyChoice> {
        Vec::new()
    }

    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn units(&self) -> Vec<(UnitId, String)> {
        Vec::new()
    }

    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn matching_places(&self, _: &str) -> Vec<(DivisionCode, String)> {
        Vec::new()
    }
}
