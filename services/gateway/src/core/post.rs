//! Posts (岗位): the role and the unit for which the owner of an account acts. One person may hold several (兼职身份), under
//! one name to sign in with and one second factor; each session and each token is for one of them.

use std::{fmt, str::FromStr};

use onestop_proto::{actor::Role, ids::UnitId};

/// A role in a unit. Persisted, and sent in forms, as `<role>@<unit>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// What its holder may do.
    pub role: Role,
    pub unit: UnitId,
}

/// What is done with a post of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostChange {
    /// The account gets it beside what it has.
    Add,
    /// The account loses it: its sessions and tokens end.
    Remove,
}

/// A text that names no post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("'<role>@<unit>' is wanted, such as clerk@s4k2m9qxa.window")]
pub struct InvalidPost;

impl fmt::Display for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.role, self.unit)
    }
}

impl FromStr for Post {
    type Err = InvalidPost;

    fn from_str(text: &str) -> Result<Self, InvalidPost> {
        let (role, unit) = text.split_once('@').ok_or(InvalidPost)?;
        Ok(Self {
            role: role.parse().map_err(|_| InvalidPost)?,
            unit: unit.parse().map_err(|_| InvalidPost)?,
        })
    }
}

impl serde::Serialize for Post {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Posts, written with spaces between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Posts(pub(crate) Vec<Post>);

impl FromStr for Posts {
    type Err = InvalidPost;

    fn from_str(text: &str) -> Result<Self, InvalidPost> {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        words.sort_unstable();
        let posts = words.into_iter().map(str::parse);
        posts.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_one_word_and_posts_are_words_in_order() {
        let clerk: Post = "clerk@s4k2m9qxa.window".parse().unwrap();
        assert_eq!(clerk.role, Role::Clerk);
        assert_eq!(clerk.to_string(), "clerk@s4k2m9qxa.window");
        for text in ["clerk", "mayor@s4k2m9qxa.window", "clerk@nowhere", ""] {
            assert!(text.parse::<Post>().is_err(), "{text}");
        }
        let several = "specialist@s4k2m9qxa.mediation clerk@s4k2m9qxa.window";
        let Posts(several) = several.parse().unwrap();
        assert_eq!(several.len(), 2);
        assert_eq!(several[0], clerk);
        assert_eq!("".parse(), Ok(Posts::default()));
    }
}
