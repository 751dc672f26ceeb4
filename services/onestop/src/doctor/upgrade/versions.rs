//! What two versions of Onestop are to each other (COMPATIBILITY.md).

use std::{cmp::Ordering, str::FromStr};

/// A version, without what comes behind its three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

/// What it is to go from one version to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// To the next release, or within a minor version: both may run side by side meanwhile.
    Forth,
    /// Over several releases.
    FarForth,
    /// To an earlier one of the same minor version.
    Back,
    /// To an earlier minor version, which may not read what is stored.
    FarBack,
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let numbers = text.split(['-', '+']).next().unwrap_or_default();
        let mut numbers = numbers.split('.').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten().ok_or(());
        Ok(Self {
            major: next()?,
            minor: next()?,
            patch: next()?,
        })
    }
}

impl Version {
    pub(super) fn change_to(self, to: Self) -> Change {
        let is_same_minor = (self.major, self.minor) == (to.major, to.minor);
        let is_next = self.major == to.major && self.minor.saturating_add(1) == to.minor;
        match self.cmp(&to) {
            Ordering::Equal => Change::None,
            Ordering::Less if is_same_minor || is_next => Change::Forth,
            Ordering::Less => Change::FarForth,
            Ordering::Greater if is_same_minor => Change::Back,
            Ordering::Greater => Change::FarBack,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_to_the_next_release_or_within_a_minor_version() {
        let change = |from: &str, to: &str| {
            let version = |text: &str| text.parse::<Version>().unwrap();
            version(from).change_to(version(to))
        };
        assert_eq!(change("0.2.1", "0.2.1+git1.ab"), Change::None);
        assert_eq!(change("0.2.1", "0.2.3"), Change::Forth);
        assert_eq!(change("0.2.9", "0.3.0-rc.1"), Change::Forth);
        assert_eq!(change("0.1.0", "0.3.0"), Change::FarForth);
        assert_eq!(change("0.9.0", "1.0.0"), Change::FarForth);
        assert_eq!(change("0.2.3", "0.2.0"), Change::Back);
        assert_eq!(change("0.3.0", "0.2.9"), Change::FarBack);
        assert!("today".parse::<Version>().is_err());
    }
}
