//! Where a reader of a case's history goes on from a step: along the steps that the drawing has. What is no step of it, such as
//! a reading of personal data, has an address of its own, and is not on the way. Pure.

/// The steps around one, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Walk {
    pub(super) previous: Option<u32>,
    pub(super) next: Option<u32>,
    /// The last step of the way.
    pub(super) last: u32,
}

/// The first and the last number of a part of a history that the page has, and the number of the newest entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartBounds {
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) total: u32,
}

impl Walk {
    /// Around the step `at`, along the numbers of the drawn steps, which ascend. Beyond the part that the page has, every number
    /// is on the way: which of them are drawn, the page of that part knows.
    pub(super) fn around(at: u32, drawn: &[u32], extent: PartBounds) -> Self {
        let PartBounds { first, last, total } = extent;
        let is_before = |number: &u32| *number < at;
        let before = drawn.iter().copied().rfind(is_before);
        let after = drawn.iter().copied().find(|number| *number > at);
        let newest = drawn.last().copied().unwrap_or(at).max(at);
        Self {
            previous: before.or_else(|| (first > 1).then(|| first - 1)),
            next: after.or_else(|| (last < total).then(|| last + 1)),
            last: if last < total { total } else { newest },
        }
    }
}

/// Whether a step is the last of the way: its page is that of the case as it is now.
pub(super) fn is_end(step: u32, drawn: &[u32], extent: PartBounds) -> bool {
    extent.last == extent.total && drawn.last() == Some(&step)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: PartBounds = PartBounds {
        first: 1,
        last: 6,
        total: 6,
    };

    /// The steps 3 and 6 are readings.
    #[test]
    fn readings_are_not_on_the_way() {
        let drawn = [1, 2, 4, 5];
        let around = |at| Walk::around(at, &drawn, WHOLE);
        let walk = |previous, next| Walk {
            previous,
            next,
            last: 5,
        };
        assert_eq!(around(1), walk(None, Some(2)));
        assert_eq!(around(2), walk(Some(1), Some(4)));
        assert_eq!(around(5), walk(Some(4), None));
        assert!(is_end(5, &drawn, WHOLE) && !is_end(4, &drawn, WHOLE));
        // A reading that was chosen has the steps around it.
        assert_eq!(around(3), walk(Some(2), Some(4)));
    }

    #[test]
    fn a_long_history_goes_on_in_its_other_parts() {
        let part = PartBounds {
            first: 101,
            last: 200,
            total: 250,
        };
        let walk = Walk::around(200, &[101, 200], part);
        assert_eq!((walk.next, walk.last), (Some(201), 250));
        let walk = Walk::around(101, &[101, 200], part);
        assert_eq!(walk.previous, Some(100));
        assert!(!is_end(200, &[101, 200], part));
    }
}
