//! The history of accounts in words of people: what is stored is short and for programs.

use onestop_proto::ids::StaffId;

use super::shell::Page;
use crate::core::{
    db::history_reason::{Remark, parts},
    post::Post,
};

/// What is stored begins so, and is said by the message of this id.
const SAID: [(&str, &str); 20] = [
    (
        "signed in with a recovery code",
        "history-signed-in-recovery",
    ),
    ("signed in with a passkey", "history-signed-in-passkey"),
    ("signed in", "history-signed-in"),
    ("password accepted", "history-first-step"),
    ("OpenID Connect accepted", "history-first-step"),
    ("second factor set up", "history-factor-set-up"),
    ("second factor removed", "history-factor-removed"),
    ("second factor reset", "history-factor-reset"),
    ("passkey copied", "history-passkey-copied"),
    ("passkey renamed", "history-passkey-renamed"),
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

/// What is stored of a post begins so, and is said by the message of this id.
const OF_POSTS: [(&str, &str); 4] = [
    ("put: ", "history-put"),
    ("post added: ", "history-post-added"),
    ("post removed: ", "history-post-removed"),
    ("post in use: ", "history-post-in-use"),
];

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
            Remark::RefusedBecause => {
                let reason = rest.to_owned();
                self.i18n
                    .t2("history-refused-why", "what", act, "reason", reason)
            }
            Remark::Refused => self.i18n.t1("history-refused", "what", act),
            Remark::TakenBack => self.i18n.t1("history-taken-back", "what", act),
        }
    }

    fn act_words(&self, act: &str) -> String {
        for (begins, id) in OF_POSTS {
            if let Some(Post { role, unit }) = post_behind(act, begins) {
                let (role, unit) = (self.i18n.text(role.text()), self.unit(&unit));
                return self.i18n.t2(id, "role", role, "unit", unit);
            }
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

/// The post of `put: clerk for s4k2m9qxa.window`, which begins with `put: `.
fn post_behind(what: &str, begins: &str) -> Option<Post> {
    let (role, unit) = what.strip_prefix(begins)?.split_once(" for ")?;
    Some(Post {
        role: role.parse().ok()?,
        unit: unit.parse().ok()?,
    })
}

/// How `onestop staff` signs.
const COMMAND_LINE: &str = "command-line";

#[cfg(test)]
mod tests {
    use onestop_proto::actor::Role;

    use super::*;

    #[test]
    fn an_account_that_was_made_says_role_and_unit() {
        let made = "put: unit-administrator for s4k2m9qxa.legal-aid";
        let Post { role, unit } = post_behind(made, "put: ").unwrap();
        assert_eq!((role, unit.site()), (Role::UnitAdministrator, "s4k2m9qxa"));
        let nobody = "put: nobody for s4k2m9qxa.window";
        assert!(post_behind(nobody, "put: ").is_none());
        assert!(post_behind("enabled", "put: ").is_none());
    }

    #[test]
    fn a_post_that_takes_two_is_told_from_what_is_said_of_it() {
        let (act, remark) = parts("post removed: clerk for s4k2m9qxa.window, asked by guan-li");
        assert_eq!(remark, Some((Remark::Two, "guan-li")));
        let removed = post_behind(act, "post removed: ").unwrap();
        assert_eq!(removed.to_string(), "clerk@s4k2m9qxa.window");
    }
}
