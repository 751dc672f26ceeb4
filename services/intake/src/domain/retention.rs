//! Retention (保存期限): until when the personal data of a case is kept. Every item that the case was ever for, and every place
//! where a unit had it, has its rule; the last day of all of them decides.

use jiff::civil::Date;
use onestop_directory::{Directory, Retention};
use onestop_proto::{
    case::{self, Event, Stage},
    division::DivisionCode,
    ids::ServiceItem,
    narrowed,
    personal::{EndedRetention, Rejection, RetainedFrom},
    time::Timestamp,
};

use super::Case;

narrowed! {
    /// The events that retention periods count from.
    enum RetentionStart of case {
        Opened, ReferralRequested, HolderNoted, Closed, Merged, Reopened, Archived,
    }
}

/// The moments that retention periods count from, the last of each kind, and of what and where files were kept. Moments come
/// from the envelopes: a case's state holds no times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RetentionStarts {
    opened: Option<Timestamp>,
    referred: Option<Timestamp>,
    closed: Option<Timestamp>,
    archived: Option<Timestamp>,
    items: Vec<ServiceItem>,
    places: Vec<DivisionCode>,
}

impl RetentionStarts {
    pub(crate) fn take_in(&mut self, event: &Event, happened_at: Timestamp) {
        let Some(start) = RetentionStart::of(event) else {
            return;
        };
        match start {
            RetentionStart::Opened(opened) => {
                note(&mut self.items, &opened.item);
                note(&mut self.places, &opened.window_division);
            }
            RetentionStart::ReferralRequested(requested) => {
                note(&mut self.items, &requested.subject.item)
            }
            RetentionStart::HolderNoted(noted) => note(&mut self.places, &noted.holder_division),
            RetentionStart::Closed(_)
            | RetentionStart::Merged(_)
            | RetentionStart::Reopened(_)
            | RetentionStart::Archived(_) => {}
        }
        let moment = match start {
            RetentionStart::Opened(_) => &mut self.opened,
            RetentionStart::ReferralRequested(_) | RetentionStart::HolderNoted(_) => {
                &mut self.referred
            }
            RetentionStart::Closed(_) | RetentionStart::Merged(_) => &mut self.closed,
            // The bureau can order that an archived case is done again.
            RetentionStart::Reopened(_) => {
                (self.closed, self.archived) = (None, None);
                return;
            }
            RetentionStart::Archived(_) => &mut self.archived,
        };
        // What is entered later from paper may have happened before.
        *moment = (*moment).max(Some(happened_at));
    }
}

fn note<T: Clone + PartialEq>(known: &mut Vec<T>, one: &T) {
    if !known.contains(one) {
        known.push(one.clone());
    }
}

/// What decides until when the data of a case is kept.
pub(super) struct Kept<'a> {
    pub(super) case: &'a Case,
    pub(super) starts: &'a RetentionStarts,
    pub(super) directory: &'a Directory,
    pub(super) today: Date,
    /// Until when the record of what bodies outside were given is kept.
    pub(super) disclosed_until: Option<Date>,
}

/// The retention periods of the case, all of which have ended. A period that runs goes before every basis of
/// erasure (个人信息保护法第四十七条第二款).
///
/// # Errors
/// The period that ends last, while it runs; that one has not begun, is not confirmed, or that there is none.
pub(super) fn ended(kept: &Kept<'_>) -> Result<Vec<EndedRetention>, Rejection> {
    let rules = kept.rules();
    let mut periods = Vec::new();
    for rule in &rules {
        periods.extend(kept.period(rule)?);
    }
    periods.sort_by_key(|period| period.last_day);
    if let Some(last) = periods.last()
        && kept.today <= last.last_day
    {
        return Err(Rejection::Retained {
            basis: last.basis.clone(),
            from: last.from,
            years: last.years,
            last_day: last.last_day,
        });
    }
    if let Some(last_day) = kept.disclosed_until.filter(|last| kept.today <= *last) {
        return Err(Rejection::DisclosureKept { last_day });
    }
    kept.check_confirmed(&rules)?;
    Ok(periods)
}

impl<'a> Kept<'a> {
    fn items(&self) -> impl Iterator<Item = &'a ServiceItem> {
        let now = &self.case.about.item;
        let known = self.starts.items.iter();
        known.chain(Some(now).filter(|now| !self.starts.items.contains(now)))
    }

    /// Every rule of such an item, in a place where a unit had the case.
    fn rules(&self) -> Vec<&'a Retention> {
        let mut rules = Vec::new();
        for item in self.items() {
            for place in &self.starts.places {
                let directory = self.directory;
                for rule in directory.retentions(item, *place, self.today) {
                    note(&mut rules, &rule);
                }
            }
        }
        rules
    }

    /// When the period of a rule ends; nothing for what was never given to another unit.
    fn period(&self, rule: &Retention) -> Result<Option<EndedRetention>, Rejection> {
        let starts = self.starts;
        let began = match rule.from {
            RetainedFrom::Opened => starts.opened,
            RetainedFrom::Referred if starts.referred.is_none() => return Ok(None),
            RetainedFrom::Referred => starts.referred,
            RetainedFrom::Closed => starts.closed,
            // What goes on in another case is filed there.
            RetainedFrom::Archived if self.case.stage() == Stage::Merged => starts.closed,
            RetainedFrom::Archived => starts.archived,
        };
        let Some(began) = began else {
            return Err(Rejection::RetentionNotBegun {
                basis: rule.basis.clone(),
                from: rule.from,
                years: rule.years,
            });
        };
        Ok(Some(EndedRetention {
            basis: rule.basis.clone(),
            from: rule.from,
            years: rule.years,
            last_day: rule.last_day(began.china_date()),
        }))
    }

    /// Refuses while a retention period is not confirmed: what is erased does not come back.
    fn check_confirmed(&self, rules: &[&Retention]) -> Result<(), Rejection> {
        if let Some(open) = rules.iter().find(|rule| !rule.is_confirmed()) {
            return Err(Rejection::RetentionUnconfirmed {
                basis: open.basis.clone(),
                from: open.from,
                years: open.years,
            });
        }
        let mut items = self.items();
        match items.find(|item| !self.is_regulated(item)) {
            Some(item) => Err(Rejection::NoRetentionRule {
                item: item.clone(),
                item_name: self.directory.item_label(item),
            }),
            None => Ok(()),
        }
    }

    fn is_regulated(&self, item: &ServiceItem) -> bool {
        let (directory, today) = (self.directory, self.today);
        let mut places = self.starts.places.iter();
        places.all(|place| directory.has_retention_rule(item, *place, today))
    }
}
