//! What an agreement obliges whom to, and what becomes of each term: the committee watches over it (人民调解法 art. 29, 31).

use onestop_matter::domain::{Context, Matter, incomplete, require_day, require_past_day};
use onestop_proto::{
    field_problems::both,
    matter,
    mediation::{AddTerm, Obligation, Performance, RecordTerm, Rejection, TermAdded, TermRecorded},
    time::Timestamp,
};

use super::{Decision, MediationRules, consent::bound_party};

/// A term of the agreement, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub agreed: TermAdded,
    /// What became of it; nothing until that is recorded.
    pub performance: Option<Performance>,
}

impl Term {
    fn is_performed(&self) -> bool {
        self.performance == Some(Performance::Performed)
    }
}

pub(super) fn add(
    matter: &Matter<MediationRules>,
    add: &AddTerm,
    context: &Context<'_>,
) -> Decision {
    let party = bound_party(matter, add.party, add.person);
    let checked = both(party, amount_fits(add).map_err(Rejection::from));
    both(checked, last_day_fits(matter, add, context))?;
    let terms = &matter.details.terms;
    let term = TermAdded {
        term: u32::try_from(terms.len()).map_or(u32::MAX, |before| before.saturating_add(1)),
        party: add.party,
        person: add.person,
        obligation: add.obligation,
        amount: add.amount,
        until: add.until,
    };
    let mut agreed = terms.iter().map(|known| &known.agreed);
    if let Some(same) = agreed.find(|known| known.says_the_same(&term)) {
        let term = same.term;
        return Err(Rejection::TermKnown { term });
    }
    Ok(vec![term.into()])
}

/// Who pays, pays an amount; no other duty has one.
fn amount_fits(add: &AddTerm) -> Result<(), matter::Rejection> {
    let pays = add.obligation == Obligation::Pay;
    if pays != add.amount.is_some() {
        return Err(incomplete("amount"));
    }
    Ok(())
}

/// No agreement is older than the committee's matter.
fn last_day_fits(
    matter: &Matter<MediationRules>,
    add: &AddTerm,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let Some(until) = add.until else {
        return Ok(());
    };
    let received_on = matter.received_at.map(Timestamp::china_date);
    require_day(until, received_on, context).map_err(Rejection::from)
}

/// A term that was not performed in time can be performed later.
pub(super) fn record(
    matter: &Matter<MediationRules>,
    record: &RecordTerm,
    context: &Context<'_>,
) -> Decision {
    let RecordTerm {
        term,
        performance,
        on,
    } = *record;
    let mut terms = matter.details.terms.iter();
    let known = terms.find(|known| known.agreed.term == term);
    let known = known.ok_or(Rejection::NoTerm { term });
    let received_on = matter.received_at.map(Timestamp::china_date);
    let day = require_past_day(on, received_on, context).map_err(Rejection::from);
    let (known, ()) = both(known, day)?;
    if known.performance == Some(performance) {
        return Ok(Vec::new());
    }
    let recorded = TermRecorded {
        term,
        performance,
        on,
    };
    Ok(vec![recorded.into()])
}

/// Refuses that the agreement as a whole is performed while a term is not. One whose terms were not recorded is performed as a
/// whole.
pub(super) fn require_performed(matter: &Matter<MediationRules>) -> Result<(), Rejection> {
    let terms = matter.details.terms.iter();
    let open = terms.filter(|term| !term.is_performed());
    let open: Vec<String> = open.map(|term| term.agreed.term.to_string()).collect();
    if open.is_empty() {
        return Ok(());
    }
    let terms = open.join(", ");
    Err(Rejection::TermsOpen { terms })
}

/// Refuses that an agreement is not kept whose every term is performed.
pub(super) fn require_open(matter: &Matter<MediationRules>) -> Result<(), Rejection> {
    let terms = &matter.details.terms;
    if !terms.is_empty() && terms.iter().all(Term::is_performed) {
        return Err(Rejection::TermsKept {});
    }
    Ok(())
}

/// Whether a command fits what has become of the terms.
pub(super) fn fits(matter: &Matter<MediationRules>, command: &str) -> bool {
    match command {
        "record-term" => !matter.details.terms.is_empty(),
        "perform" => require_performed(matter).is_ok(),
        "break" => require_open(matter).is_ok(),
        _ => true,
    }
}
