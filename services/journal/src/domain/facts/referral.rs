//! The facts of referral's events about the handoffs.

use onestop_proto::{narrowed, referral, text::Words, time::Timestamp};

use super::{Names, labelled, words};

narrowed! {
    /// The events about handoffs that say more than their title.
    enum Fact of referral {
        CustodyTaken, Routed, Unroutable, Offered, Accepted, Declined, Returned, Recalled, Expired,
        Completed,
    }
}

pub(super) fn facts(event: &referral::Event, names: Names<'_>) -> Option<Words> {
    Some(match Fact::of(event)? {
        Fact::CustodyTaken(taken) => Words::untranslated(&names.unit(&taken.by)),
        Fact::Routed(routed) => routing(routed, names),
        Fact::Unroutable(unroutable) => {
            let count = unroutable.candidates.len();
            words(
                format!("候选 {count} 个，均不可转"),
                format!("{count} candidates, none left"),
            )
        }
        Fact::Offered(offered) => {
            let (to, until) = (names.unit(&offered.to), last_day(offered.until));
            words(
                format!("转给 {to}，签收截止 {until}"),
                format!("to {to}, to answer by {until}"),
            )
        }
        Fact::Accepted(accepted) => {
            let (from, to) = (names.unit(&accepted.from), names.unit(&accepted.to));
            Words::untranslated(&format!("{from} → {to}"))
        }
        Fact::Declined(declined) => labelled(&names.unit(&declined.by), declined.reason.text()),
        Fact::Returned(returned) => {
            let (from, to) = (names.unit(&returned.from), names.unit(&returned.to));
            labelled(&format!("{from} → {to}"), returned.reason.text())
        }
        Fact::Recalled(recalled) => {
            let (to, reason) = (names.unit(&recalled.to), recalled.reason.text());
            words(
                format!("不再转给 {to}：{}", reason.zh),
                format!("no longer to {to}: {}", reason.en),
            )
        }
        Fact::Expired(expired) => {
            let to = names.unit(&expired.to);
            words(
                format!("{to} 逾期未答复"),
                format!("{to} did not answer in time"),
            )
        }
        Fact::Completed(completed) => {
            let (from, to) = (names.unit(&completed.from), names.unit(&completed.to));
            labelled(&format!("{from} → {to}"), completed.outcome.text())
        }
    })
}

fn routing(routed: &referral::Routed, names: Names<'_>) -> Words {
    let route = &routed.route;
    let (chosen, others) = (names.unit(&route.chosen), route.candidates.len());
    let (rule, basis) = (&route.rule, &route.basis);
    words(
        format!("{chosen}（{}；候选 {others} 个；{basis}）", rule.zh),
        format!("{chosen} ({}; {others} candidates; {basis})", rule.en),
    )
}

/// The day that ends at a moment.
fn last_day(end: Timestamp) -> String {
    end.plus_seconds(-1).china_date().to_string()
}
