//! The history of accounts in words of people: what is stored is short and for programs.

use onestop_proto::ids::StaffId;

use super::shell::Page;
use crate::core::post::Post;

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

/// What is added to an act that takes two people, or is done at the machine; a text follows some of them.
const BY_TWO: [(&str, Remark); 6] = [
    (" asked: ", Remark::Requested),
    (" at the machine: ", Remark::AtTheMachine),
    (", asked by ", Remark::Two),
    // Of two that begin at the same place the first counts.
    (" refused: ", Remark::RefusedBecause),
    (" refused", Remark::Refused),
    (" taken back", Remark::TakenBack),
];

/// How an act came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remark {
    Requested,
    AtTheMachine,
    Two,
    RefusedBecause,
    /// Of before a reason was asked for.
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

/// An act, how it came about, and what is said of that. The remark that comes first counts: a reason may hold any words.
fn parts(what: &str) -> (&str, Option<(Remark, &str)>) {
    // What else is stored holds names that people chose.
    let is_act = [
        "put: ",
        "post added: ",
        "post removed: ",
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
