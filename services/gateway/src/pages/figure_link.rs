//! Links from a figure to the cases behind it (数字背后的案件), and the words of such a list.

use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ids::{ServiceItem, StaffId, UnitId},
    ledger::{
        AgeBand, CasesQuery, CountedAs, FigureFilter, FigureTotal, Filters, HandledBy, Reach,
        SortOrder,
    },
    referral::ReturnReason,
    time::Timestamp,
};

use super::shell::Page;
use crate::core::query_string;

/// The days that a figure is counted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct FigureDays {
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
    /// None: as of now.
    pub(super) as_of: Option<Date>,
}

/// The list of the cases behind one figure.
#[derive(Debug, Clone, Copy)]
pub(super) struct FigureLink<'a> {
    pub(super) counted: CountedAs,
    pub(super) counted_in: DivisionCode,
    pub(super) reach: Reach,
    pub(super) item: Option<&'a ServiceItem>,
    pub(super) days: FigureDays,
    pub(super) unit: Option<&'a UnitId>,
    pub(super) reason: Option<ReturnReason>,
    pub(super) staff: Option<&'a StaffId>,
    pub(super) handled: Option<HandledBy>,
    pub(super) age: Option<AgeBand>,
    pub(super) opened_in: Option<DivisionCode>,
}

impl<'a> FigureLink<'a> {
    /// All that counts in a division now, or ever.
    pub(super) fn new(
        counted: CountedAs,
        counted_in: DivisionCode,
        item: Option<&'a ServiceItem>,
    ) -> Self {
        Self {
            counted,
            counted_in,
            reach: Reach::All,
            item,
            days: FigureDays::default(),
            unit: None,
            reason: None,
            staff: None,
            handled: None,
            age: None,
            opened_in: None,
        }
    }

    /// Of one part of a division, as figures divide it: the row of the division itself is its own level.
    pub(super) fn of_part(self, within: DivisionCode, part: DivisionCode) -> Self {
        Self {
            counted_in: part,
            reach: if part == within {
                Reach::OwnLevel
            } else {
                Reach::All
            },
            ..self
        }
    }

    /// The question for the list, with so many rows.
    pub(super) fn query(&self, limit: u32) -> CasesQuery {
        let days = self.days;
        CasesQuery {
            within: None,
            open: None,
            filters: Filters {
                item: self.item.cloned(),
                ..Filters::default()
            },
            figure: Some(FigureFilter {
                counted_in: Some(self.counted_in),
                reach: self.reach,
                unit: self.unit.cloned(),
                from: days.from.map(Timestamp::start_of_china_day),
                to: days.to.map(Timestamp::end_of_china_day),
                as_of: days.as_of.map(Timestamp::end_of_china_day),
                reason: self.reason,
                staff: self.staff.cloned(),
                handled: self.handled,
                age: self.age,
                opened_in: self.opened_in,
                ..FigureFilter::new(self.counted)
            }),
            order: SortOrder::Opened,
            cursor: None,
            limit,
        }
    }

    pub(super) fn address(&self) -> String {
        let reach = match self.reach {
            Reach::All => "",
            Reach::OwnLevel => Reach::OwnLevel.as_str(),
        };
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
        let place =
            |place: Option<DivisionCode>| place.map_or_else(String::new, DivisionCode::short);
        let days = self.days;
        let query = query_string::encode_filled(&[
            ("counted", self.counted.as_str()),
            ("counted_in", &self.counted_in.short()),
            ("reach", reach),
            ("item", self.item.map_or("", ServiceItem::as_str)),
            ("from", &day(days.from)),
            ("to", &day(days.to)),
            ("as_of", &day(days.as_of)),
            ("unit", self.unit.map_or("", UnitId::as_str)),
            ("reason", self.reason.map_or("", ReturnReason::as_str)),
            ("staff", self.staff.map_or("", StaffId::as_str)),
            ("handled", self.handled.map_or("", HandledBy::as_str)),
            ("age", self.age.map_or("", AgeBand::as_str)),
            ("opened_in", &place(self.opened_in)),
        ]);
        format!("/cases?{query}")
    }
}

impl Page<'_> {
    /// What a list of cases is behind: what was counted, where, when, and for whom.
    pub(super) fn figure_words(&self, figure: &FigureFilter) -> String {
        let text = |words| self.i18n.text(words).to_owned();
        let mut parts = vec![text(figure.counted.text())];
        parts.extend(figure.counted_in.map(|place| self.place(&place)));
        if figure.reach == Reach::OwnLevel {
            parts.push(text(figure.reach.text()));
        }
        parts.extend(figure.unit.as_ref().map(|unit| self.unit(unit)));
        let from = figure.from.map(|from| self.day(&from.china_date()));
        let to = figure.to.map(|to| self.day(&last_day(to)));
        match (from, to) {
            (Some(from), Some(to)) => {
                parts.push(self.i18n.t2("figure-period", "from", from, "to", to));
            }
            (Some(from), None) => parts.push(self.i18n.t1("figure-since", "from", from)),
            (None, Some(to)) => parts.push(self.i18n.t1("figure-until", "to", to)),
            (None, None) => {}
        }
        let as_of = figure.as_of.map(|at| self.day(&last_day(at)));
        parts.extend(as_of.map(|day| self.i18n.t1("timeliness-now", "moment", day)));
        parts.extend(figure.reason.map(|reason| text(reason.text())));
        parts.extend(figure.staff.as_ref().map(|staff| self.person(staff)));
        parts.extend(figure.handled.map(|handled| text(handled.text())));
        parts.extend(figure.age.map(|age| text(age.text())));
        let opened_in = figure.opened_in.map(|place| self.place(&place));
        parts.extend(opened_in.map(|place| self.i18n.t1("cases-from", "place", place)));
        parts.join(" · ")
    }

    /// What the figure says, and why the list may have fewer rows.
    pub(super) fn figure_total(&self, total: &FigureTotal) -> Vec<String> {
        let (times, cases) = (total.times.to_string(), total.cases.to_string());
        let said = self.i18n.t2("figure-total", "times", times, "cases", cases);
        let unseen = (total.unseen > 0).then(|| {
            let unseen = total.unseen.to_string();
            self.i18n.t1("figure-unseen", "unseen", unseen)
        });
        std::iter::once(said).chain(unseen).collect()
    }
}

/// The last day before a moment.
fn last_day(end: Timestamp) -> Date {
    end.plus_seconds(-1).china_date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_says_no_more_than_its_figure() {
        let county: DivisionCode = "530821".parse().unwrap();
        let unit = "s4k2m9qxa.window".parse().unwrap();
        let link = FigureLink::new(CountedAs::InHand, county, None);
        assert_eq!(link.address(), "/cases?counted=in-hand&counted_in=530821");
        let of_unit = FigureLink {
            unit: Some(&unit),
            age: Some(AgeBand::Week),
            ..link.of_part(county, county)
        };
        assert_eq!(
            of_unit.address(),
            "/cases?counted=in-hand&counted_in=530821&reach=own-level&unit=s4k2m9qxa.window&age=week"
        );
        let part = "530821101".parse().unwrap();
        assert_eq!(link.of_part(county, part).reach, Reach::All);
    }
}
