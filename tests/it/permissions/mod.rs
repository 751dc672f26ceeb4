//! Who may do what, and where: roles × actions × jurisdictions, refused cells included, in the services that
//! decide and at the gateway before them.
//!
//! The case of these tables was taken in at a village of Ning'er county in Pu'er and is worked by the county's
//! legal aid agency. What a role may do at all is `proto/permissions.md`, the document that people read.

mod door;
mod services;
mod strangers;

use crate::{
    harness::{Deployment, Onestop, repository},
    invariants::lists_are_current,
    journeys::accepted_wages,
    test_user::TestUser,
};
use onestop_proto::{actor::Role, ids::CaseId};

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// It is shown, or done; or refused for what it is, and not for who asks.
    Yes,
    /// As if there were no such case, for whom it does not concern.
    Nothing,
    /// Refused for who asks, which says so.
    No,
}

impl Cell {
    fn of(letter: char) -> Self {
        match letter {
            'y' => Self::Yes,
            '.' => Self::Nothing,
            'x' => Self::No,
            other => panic!("a cell is y, . or x, not {other}"),
        }
    }
}

/// An actor, and the outcome of each of [`ACTIONS`], column by column.
pub(super) struct Person {
    /// `role/account@place`.
    pub(super) who: &'static str,
    cells: &'static str,
}

impl Person {
    pub(super) fn expects(&self, action: usize) -> Cell {
        let mut letters = self
            .cells
            .chars()
            .filter(|letter| !matches!(letter, ' ' | '|'));
        Cell::of(letters.nth(action).expect("a cell for each action"))
    }

    pub(super) fn role(&self) -> &'static str {
        self.who.split('/').next().unwrap_or_default()
    }

    pub(super) fn account(&self) -> &'static str {
        let (_, rest) = self.who.split_once('/').unwrap();
        rest.split('@').next().unwrap()
    }

    pub(super) fn place(&self) -> &'static str {
        self.who.split_once('@').unwrap().1
    }
}

/// An action, by what carries it out.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// A question of a service about the case: service and name.
    Ask(&'static str, &'static str),
    /// A command on the case: service, name, data.
    Do(&'static str, &'static str, &'static str),
}

/// The columns of the table.
#[rustfmt::skip]
pub(super) const ACTIONS: [Action; 18] = [
    Action::Ask("intake", "case"),
    Action::Ask("referral", "custody"),
    Action::Ask("legal-aid", "matter"),
    Action::Ask("journal", "case"),
    Action::Ask("journal", "replay"),
    Action::Ask("intake", "readings"),
    Action::Ask("intake", "applicant"),
    Action::Do("intake", "note-home-visit", r#"{"purpose":"follow-up"}"#),
    Action::Do("intake", "erase", r#"{"basis":"consent-withdrawn"}"#),
    Action::Do("intake", "retry-parked", "{}"),
    Action::Do("referral", "grant-extension", "{}"),
    Action::Do("referral", "supervise", r#"{"instruction":"三日内说明进展"}"#),
    Action::Do("referral", "complete", r#"{"outcome":"granted"}"#),
    Action::Do("legal-aid", "retry-parked", "{}"),
    Action::Do("legal-aid", "request-supplement", r#"{"missing":["identity-card"],"last_day":"2099-12-31"}"#),
    Action::Do("legal-aid", "decide-objection", r#"{"ruling":"uphold","letter":"宁司异〔2026〕1号"}"#),
    Action::Do("legal-aid", "object", "{}"),
    Action::Do("referral", "return", r#"{"reason":"no-capacity"}"#),
];

/// The rows. Actors that end something come last. Nothing is parked, so `parked` shows no case to any actor.
#[rustfmt::skip]
pub(super) const PEOPLE: [Person; 17] = [
    // Each row: intake's case, custody, matter; file, replay; readings, applicant | home visit, erase, retry |
    // grant an extension, supervise, complete | retry, ask for papers | decide on an objection, take one down | return.
    Person { who: "clerk/zhang-li@530821101201",                  cells: "yy. yy yy | yxx | xxx | xx | x. | x" },
    Person { who: "clerk/li-na@530821101202",                     cells: "... .. .. | .xx | xx. | xx | x. | ." },
    Person { who: "clerk/zhao@530822101",                         cells: "... .. .. | .xx | xx. | xx | x. | ." },
    Person { who: "specialist/yang-fan@530822.legal-aid",         cells: "... .. .. | xxx | xx. | x. | x. | ." },
    Person { who: "specialist/bai-lu@5308.legal-aid",             cells: "... .. .. | xxx | xx. | x. | x. | ." },
    Person { who: "specialist/gao-fei@530821.notarization",       cells: "... .. .. | xxx | xx. | x. | x. | ." },
    Person { who: "unit-administrator/zhao-jun@530821.legal-aid", cells: "yyy yy yx | xyx | xxx | xx | xx | x" },
    Person { who: "unit-administrator/yan-lan@530822.legal-aid",  cells: "... .. .. | x.x | xxx | xx | xx | x" },
    Person { who: "auditor/wu-lin@5308.bureau",                   cells: "yyy yy yy | xxx | xxx | xx | xx | x" },
    Person { who: "auditor/wu-mei@5309.bureau",                   cells: "... .. .. | xxx | xxx | xx | xx | x" },
    Person { who: "supervisor/he-hua@530822.bureau",              cells: "... .. .. | x.. | ..x | .x | .. | x" },
    Person { who: "supervisor/dao-yun@5309.bureau",               cells: "... .. .. | x.. | ..x | .x | .. | x" },
    Person { who: "supervisor/dao-hong@5325.bureau",              cells: "... .. .. | x.. | ..x | .x | .. | x" },
    Person { who: "supervisor/he-jun@530821.bureau",              cells: "yyy yy yy | xy. | yyx | .x | yy | x" },
    Person { who: "supervisor/he-ping@5308.bureau",               cells: "yyy yy yy | xy. | yyx | .x | xy | x" },
    Person { who: "supervisor/li-yun@53.bureau",                  cells: "yyy yy yy | xy. | yyx | .x | xy | x" },
    Person { who: "specialist/wang-min@530821.legal-aid",         cells: "yyy yy yy | xxx | xxy | xy | xy | y" },
];

pub(super) async fn started() -> (Onestop, TestUser, CaseId) {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let case = accepted_wages(&user).await;
    lists_are_current(&user).await;
    (onestop, user, case)
}

/// A row of `proto/permissions.md`: service, command, and the roles that may.
pub(super) fn permissions() -> Vec<(String, String, Vec<Role>)> {
    let text = std::fs::read_to_string(repository().join("proto/permissions.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| "));
    let mut rows = rows.map(|line| line.trim_matches('|').split('|').map(str::trim));
    let roles: Vec<Role> = rows
        .next()
        .expect("a heading")
        .skip(3)
        .map(|heading| heading.split_whitespace().last().unwrap().parse().unwrap())
        .collect();
    let read = rows.map(|mut row| {
        let (service, command) = (row.next().unwrap(), row.next().unwrap());
        let cells = row.skip(1).zip(&roles);
        let may = cells
            .filter(|(cell, _)| *cell == "✓")
            .map(|(_, role)| *role);
        (service.to_owned(), command.to_owned(), may.collect())
    });
    read.collect()
}

/// Every role that people have.
pub(super) const ROLES: [Role; 5] = [
    Role::Clerk,
    Role::Specialist,
    Role::Supervisor,
    Role::UnitAdministrator,
    Role::Auditor,
];
