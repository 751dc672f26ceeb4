//! How many connections there may be.

/// Connections at most, in all and of one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caps {
    pub(super) all: usize,
    pub(super) address: usize,
}

/// Files that are left for everything else, also where all services run in one process.
const RESERVED: u64 = 512;
/// More connections than a province's offices have at once.
const MOST: usize = 4_096;
/// A process that may open few files has at least so many.
const LEAST: usize = 64;

impl Caps {
    /// Leaves half of the files that the process may open beyond the reserve: a connection may need a second one, for
    /// the service that is asked.
    pub(super) fn of(file_limit: u64) -> Self {
        let half = file_limit.saturating_sub(RESERVED) / 2;
        let all = usize::try_from(half).unwrap_or(MOST).clamp(LEAST, MOST);
        Self {
            all,
            address: (all / 4).max(LEAST / 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caps_stay_below_the_limit_of_open_files() {
        let (small, usual, large) = (Caps::of(1_024), Caps::of(4_096), Caps::of(1_048_576));
        assert_eq!((small.all, small.address), (256, 64));
        assert_eq!((usual.all, usual.address), (1_792, 448));
        assert_eq!((large.all, large.address), (4_096, 1_024));
        assert_eq!(Caps::of(u64::MAX), large);
        assert_eq!(Caps::of(256).all, LEAST);
    }
}
