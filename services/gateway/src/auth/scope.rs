//! What a token may be used for: never more than its owner may do, and often less.

use std::{collections::BTreeSet, fmt, str::FromStr};

use onestop_proto::text::Text;

/// One thing that a program may do for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Ask questions, follow events.
    Read,
    /// Carry out what a window does.
    Intake,
    /// Carry out what a unit or a supervisor decides.
    Decide,
    /// Have events sent to one's own system.
    Webhooks,
}

impl Scope {
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Intake, Self::Decide, Self::Webhooks];

    /// As kept and as sent.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Intake => "intake",
            Self::Decide => "decide",
            Self::Webhooks => "webhooks",
        }
    }

    /// As people read it.
    pub(crate) const fn text(self) -> Text {
        match self {
            Self::Read => Text {
                zh: "查询",
                en: "ask questions",
            },
            Self::Intake => Text {
                zh: "窗口登记",
                en: "do what a window does",
            },
            Self::Decide => Text {
                zh: "承办与督办",
                en: "decide for the unit",
            },
            Self::Webhooks => Text {
                zh: "事件推送",
                en: "have events sent",
            },
        }
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let known = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        known.ok_or_else(|| UnknownScope {
            text: text.to_owned(),
        })
    }
}

/// A word that names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no scope: read, intake, decide and webhooks are")]
pub(crate) struct UnknownScope {
    text: String,
}

/// Some of them, written with spaces between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// All of them: what somebody who is signed in has.
    pub(crate) fn all() -> Self {
        Self(Scope::ALL.into())
    }

    pub(crate) fn allows(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        text.split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Scope::as_str).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words() {
        let scopes: Scopes = "read decide".parse().unwrap();
        assert!(scopes.allows(Scope::Decide) && !scopes.allows(Scope::Intake));
        assert_eq!(scopes.to_string(), "read decide");
        assert!("read everything".parse::<Scopes>().is_err());
    }
}
