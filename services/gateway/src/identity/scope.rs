//! Scopes of API tokens. A token may never do more than its owner.

use std::{collections::BTreeSet, fmt, str::FromStr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Ask questions, follow events.
    Read,
    /// Send commands to intake.
    Intake,
    /// Send all other commands.
    Decide,
    Webhooks,
}

impl Scope {
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Intake, Self::Decide, Self::Webhooks];

    /// As stored and as sent.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Intake => "intake",
            Self::Decide => "decide",
            Self::Webhooks => "webhooks",
        }
    }

    pub(crate) const fn message_id(self) -> &'static str {
        match self {
            Self::Read => "scope-read",
            Self::Intake => "scope-intake",
            Self::Decide => "scope-decide",
            Self::Webhooks => "scope-webhooks",
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

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no scope: read, intake, decide and webhooks are")]
pub(crate) struct UnknownScope {
    text: String,
}

/// A set of scopes, written with spaces between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scopes(BTreeSet<Scope>);

impl Scopes {
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
