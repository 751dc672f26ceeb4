//! The history of accounts in words of people: what is stored is short and for programs.

use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
};

use super::shell::Page;

/// What is stored begins so, and is said by the message of this id.
const SAID: [(&str, &str); 19] = [
    (
        "signed in with a recovery code",
        "history-signed-in-recovery",
    ),
    ("signed in", "history-signed-in"),
    ("password accepted", "history-first-step"),
    ("OpenID Connect accepted", "history-first-step"),
    ("second factor set up", "history-factor-set-up"),
    ("second factor removed", "history-factor-removed"),
    (
        "second factor reset refused",
        "history-factor-reset-refused",
    ),
    (
        "second factor reset at the machine",
        "history-factor-reset-machine",
    ),
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
    ("put", "history-put-plain"),
];

/// What follows is the reason.
const RESET_ASKED: &str = "second factor reset asked: ";
/// What follows is the account of who asked.
const RESET_DONE: &str = "second factor reset, asked by ";

impl Page<'_> {
    /// What happened to an account.
    pub(super) fn history_words(&self, what: &str) -> String {
        if let Some((role, unit)) = put(what) {
            let (role, unit) = (self.i18n.text(role.text()).to_owned(), self.unit(&unit));
            return self.i18n.t2("history-put", "role", role, "unit", unit);
        }
        if let Some(count) = what.strip_suffix(" wrong passwords") {
            return self.i18n.t1("history-wrong", "count", count.to_owned());
        }
        if let Some(count) = what.strip_suffix(" wrong codes") {
            return self
                .i18n
                .t1("history-wrong-codes", "count", count.to_owned());
        }
        if let Some(reason) = what.strip_prefix(RESET_ASKED) {
            let reason = reason.to_owned();
            return self.i18n.t1("history-factor-reset-asked", "reason", reason);
        }
        if let Some(by) = what.strip_prefix(RESET_DONE) {
            let by = self.history_author(by);
            return self.i18n.t1("history-factor-reset", "by", by);
        }
        let known = SAID.iter().find(|(begins, _)| what.starts_with(begins));
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
    fn an_account_that_was_made_says_role_and_unit() {
        let (role, unit) = put("put: unit-administrator for s4k2m9qxa.legal-aid").unwrap();
        assert_eq!((role, unit.site()), (Role::UnitAdministrator, "s4k2m9qxa"));
        assert!(put("put: nobody for s4k2m9qxa.window").is_none());
        assert!(put("enabled").is_none());
    }
}
