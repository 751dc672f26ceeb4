//! Reasons in the history of accounts: what people type about an act follows a remark, sealed for the account, because it
//! may name a citizen. What was done, and by whom, stays legible.

use onestop_proto::ids::StaffId;
use rusqlite::{Connection, Result, params};

use super::drafts::{DraftKey, SEALED};

/// How an act came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remark {
    Requested,
    AtTheMachine,
    Two,
    RefusedBecause,
    /// Of before a reason was asked for.
    Refused,
    TakenBack,
}

/// What is added to an act that takes two people, or is done at the machine; a text follows some of them. Persisted.
const REMARKS: [(&str, Remark); 6] = [
    (" asked: ", Remark::Requested),
    (" at the machine: ", Remark::AtTheMachine),
    (", asked by ", Remark::Two),
    // Of two that begin at the same place the first counts.
    (" refused: ", Remark::RefusedBecause),
    (" refused", Remark::Refused),
    (" taken back", Remark::TakenBack),
];

/// Acts to which a remark is added. What else the history says holds names that people chose.
const ACTS: [&str; 7] = [
    "put: ",
    "post added: ",
    "post removed: ",
    "second factor reset",
    "password reset",
    "enabled",
    "disabled",
];

/// Replaces a reason that was sealed with another key.
const UNREADABLE: &str = "—";

/// A reason that a person types.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reason<'a> {
    /// Why an administrator asks for an act.
    Request(&'a str),
    /// Why one person alone does it at the machine.
    AtTheMachine(&'a str),
    /// Why a second person refuses it.
    Refusal(&'a str),
}

impl Reason<'_> {
    /// What the history says of an act, with the reason sealed.
    pub(crate) fn sealed(self, key: &DraftKey, staff: &StaffId, act: &str) -> String {
        let (said, reason) = match self {
            Self::Request(reason) => ("asked", reason),
            Self::AtTheMachine(reason) => ("at the machine", reason),
            Self::Refusal(reason) => ("refused", reason),
        };
        let reason = key.seal_text(&owner(staff), reason);
        format!("{act} {said}: {reason}")
    }
}

impl Remark {
    /// Whether what follows was typed by a person.
    const fn has_reason(self) -> bool {
        match self {
            Self::Requested | Self::AtTheMachine | Self::RefusedBecause => true,
            Self::Two | Self::Refused | Self::TakenBack => false,
        }
    }
}

/// An act, how it came about, and what is said of that. The remark that comes first counts: a reason of before may hold any
/// words.
pub(crate) fn parts(what: &str) -> (&str, Option<(Remark, &str)>) {
    let is_act = ACTS.iter().any(|begins| what.starts_with(begins));
    let at = |(remark, meaning): (&str, Remark)| {
        let begins = what.find(remark)?;
        Some((begins, begins + remark.len(), meaning))
    };
    let first = REMARKS
        .into_iter()
        .filter_map(at)
        .min_by_key(|(begins, ..)| *begins);
    match first.filter(|_| is_act) {
        Some((begins, ends, remark)) => (&what[..begins], Some((remark, &what[ends..]))),
        None => (what, None),
    }
}

/// What the history says, up to its reason, and the reason; nothing without one.
fn split(what: &str) -> Option<(&str, &str)> {
    let (_, remark) = parts(what);
    let (_, reason) = remark.filter(|(remark, _)| remark.has_reason())?;
    Some((&what[..what.len() - reason.len()], reason))
}

/// What the history says of an account, with its reason in the clear.
pub(super) fn opened(key: &DraftKey, staff: &StaffId, what: String) -> String {
    let Some((said, reason)) = split(&what) else {
        return what;
    };
    match key.read_text(&owner(staff), reason) {
        Some(reason) => format!("{said}{reason}"),
        None => format!("{said}{UNREADABLE}"),
    }
}

/// Seals the reasons that earlier programs kept in the clear; how many there were.
pub(super) fn seal_all(change: &Connection, key: &DraftKey) -> Result<usize> {
    let mut with_reason = change.prepare(
        "SELECT id, staff, what FROM staff_history
         WHERE (what LIKE '% asked: %' OR what LIKE '% at the machine: %' OR what LIKE '% refused: %')
             AND what NOT LIKE '%: ' || ?1 || '%'",
    )?;
    let rows: Vec<(i64, String, String)> = with_reason
        .query_map([SEALED], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_>>()?;
    let mut sealed = 0;
    for (id, staff, what) in rows {
        if let Some((said, reason)) = split(&what) {
            let reason = key.seal_text(&owner_of(&staff), reason);
            change.execute(
                "UPDATE staff_history SET what = ?2 WHERE id = ?1",
                params![id, format!("{said}{reason}")],
            )?;
            sealed += 1;
        }
    }
    Ok(sealed)
}

fn owner(staff: &StaffId) -> String {
    owner_of(staff.as_str())
}

fn owner_of(staff: &str) -> String {
    format!("staff-history/{staff}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_of_two_says_who_and_why_whatever_stands_in_the_reason() {
        let (act, remark) = parts("password reset asked: 忘记 refused, asked by he-jun");
        assert_eq!(act, "password reset");
        let reason = "忘记 refused, asked by he-jun";
        assert_eq!(remark, Some((Remark::Requested, reason)));
        let (act, remark) = parts("put: unit-administrator for s4k2m9qxa.window, asked by guan-li");
        assert_eq!(act, "put: unit-administrator for s4k2m9qxa.window");
        assert_eq!(remark, Some((Remark::Two, "guan-li")));
        let refused = parts("second factor reset refused");
        assert_eq!(
            refused,
            ("second factor reset", Some((Remark::Refused, "")))
        );
        let refused = parts("second factor reset refused: 未到场");
        let why = Some((Remark::RefusedBecause, "未到场"));
        assert_eq!(refused, ("second factor reset", why));
        let token = "token made: one asked: two";
        assert_eq!(parts(token), (token, None));
    }

    #[test]
    fn a_reason_is_read_with_the_key_and_for_the_account_alone() {
        let (key, other) = (DraftKey::of_test(), DraftKey::of_test());
        let staff = "zhang-li".parse().unwrap();
        let reasons = [
            Reason::Request("岩温来电"),
            Reason::AtTheMachine("岩温来电"),
            Reason::Refusal("岩温来电"),
        ];
        for (reason, said) in reasons
            .into_iter()
            .zip(["asked", "at the machine", "refused"])
        {
            let what = reason.sealed(&key, &staff, "password reset");
            assert!(!what.contains("岩温") && what.starts_with("password reset "));
            let clear = format!("password reset {said}: 岩温来电");
            assert_eq!(opened(&key, &staff, what.clone()), clear);
            let without = format!("password reset {said}: {UNREADABLE}");
            assert_eq!(opened(&other, &staff, what.clone()), without);
            let elsewhere = "li-mei".parse().unwrap();
            assert_eq!(opened(&key, &elsewhere, what), without);
        }
        let plain = "password reset, asked by guan-li".to_owned();
        assert_eq!(opened(&key, &staff, plain.clone()), plain);
    }
}
