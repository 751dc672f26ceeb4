//! The history of accounts in words of people: what is stored is short and for programs.

use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
};

use super::shell::Page;

/// What is stored begins so, and is said by the message of this id.
const SAID: [(&str, &str); 17] = [
    (
        "signed in with a recovery code",
        "history-signed-in-recovery",
    ),
    ("signed in", "history-signed-in"),
    ("password accepted", "history-first-step"),
    ("OpenID Connect accepted", "history-first-step"),
    ("second factor set up", "history-factor-set-up"),
    ("second factor removed", "history-factor-removed"),
    ("second factor reset", "history-factor-reset"),
    ("recovery codes made", "history-recovery-made"),
    ("recovery code used", "history-recovery-used"),
    ("enabled", "history-enabled"),
    ("disabled", "history-disabled"),
    ("password reset", "history-password-reset"),
    ("password changed", "history-password-changed"),
    ("token made", "history-token-made"),
    ("token revoked", "history-token-revoked"),
    ("token", "history-token"),
    ("webhook", "history-webhook"),
];

/// What is added to an act that takes two people, or is done at the machine; a text follows some of them.
const BY_TWO: [(&str, Remark); 5] = [
    (" asked: ", Remark::Requested),
    (" at the machine: ", Remark::AtTheMachine),
    (", asked by ", Remark::Two),
    (" refused", Remark::Refused),
    (" taken back", Remark::TakenBack),
];

/// How an act came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remark {
    Requested,
    AtTheMachine,
    Two,
    Refused,
    TakenBack,
}

impl Page<'_> {
    /// What happened to an account.
    pub(super) fn history_words(&self, what: &str) -> String {
        if let Some(count) = what.strip_suffix(" wrong passwords") {
            return self.i18n.t1("history-wrong", "count", count.to_owned());
        }
        if let Some(count) = what.strip_suffix(" wrong codes") {
            return self
                .i18n
                .t1("history-wrong-codes", "count", count.to_owned());
        }
        let (act, remark) = parts(what);
        let act = self.act_words(act);
        let Some((remark, rest)) = remark else {
            return act;
        };
        match remark {
            Remark::Requested => {
                let reason = rest.to_owned();
                self.i18n.t2("history-asked", "what", act, "reason", reason)
            }
            Remark::AtTheMachine => {
                let reason = rest.to_owned();
                self.i18n
                    .t2("history-machine", "what", act, "reason", reason)
            }
            Remark::Two => {
                let by = self.history_author(rest);
                self.i18n.t2("history-two", "what", act, "by", by)
            }
            Remark::Refused => self.i18n.t1("history-refused", "what", act),
            Remark::TakenBack => self.i18n.t1("history-taken-back", "what", act),
        }
    }

    fn act_words(&self, act: &str) -> String {
        if let Some((role, unit)) = put(act) {
            let (role, unit) = (self.i18n.text(role.text()).to_owned(), self.unit(&unit));
            return self.i18n.t2("history-put", "role", role, "unit", unit);
        }
        if act.starts_with("put") {
            return self.i18n.t("history-put-plain");
        }
        let known = SAID.iter().find(|(begins, _)| act.starts_with(begins));
        self.i18n.t(known.map_or("history-other", |(_, id)| id))
    }

    /// Who changed an account: the name of a colleague, or the program.
    pub(super) fn history_author(&self, by: &str) -> String {
        match by.parse::<StaffId>() {
            // An account whose name is not read yet is named by its id.
            Ok(id) if by != COMMAND_LINE => self.person(&id),
            Ok(_) | Err(_) => self.i18n.t("history-program"),
        }
    }
}

/// An act, how it came about, and what is said of that. The remark that comes first counts: a reason may hold any words.
fn parts(what: &str) -> (&str, Option<(Remark, &str)>) {
    // What else is stored holds names that people chose.
    let is_act = [
        "put: ",
        "second factor reset",
        "password reset",
        "enabled",
        "disabled",
    ]
    .iter()
    .any(|begins| what.starts_with(begins));
    let at = |(remark, meaning): (&str, Remark)| {
        let begins = what.find(remark)?;
        Some((begins, begins + remark.len(), meaning))
    };
    let first = BY_TWO
        .into_iter()
        .filter_map(at)
        .min_by_key(|(begins, ..)| *begins);
    match first.filter(|_| is_act) {
        Some((begins, ends, remark)) => (&what[..begins], Some((remark, &what[ends..]))),
        None => (what, None),
    }
}

/// The role and the unit of `put: clerk for s4k2m9qxa.window`.
fn put(what: &str) -> Option<(Role, UnitId)> {
    let (role, unit) = what.strip_prefix("put: ")?.split_once(" for ")?;
    Some((role.parse().ok()?, unit.parse().ok()?))
}

/// How `onestop staff` signs.
const COMMAND_LINE: &str = "command-line";

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
        let token = "token made: one asked: two";
        assert_eq!(parts(token), (token, None));
    }

    #[test]
    fn an_account_that_was_made_says_role_and_unit() {
        let (role, unit) = put("put: unit-administrator for s4k2m9qxa.legal-aid").unwrap();
        assert_eq!((role, unit.site()), (Role::UnitAdministrator, "s4k2m9qxa"));
        assert!(put("put: nobody for s4k2m9qxa.window").is_none());
        assert!(put("enabled").is_none());
    }
}
