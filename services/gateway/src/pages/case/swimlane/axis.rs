//! Where the columns of the swimlane are. Pure.

use crate::pages::case::lanes::Column;

/// A step's column: as wide as a finger.
const STEP: u32 = 44;
/// The column of a folded wait.
const IDLE: u32 = 88;

/// Where the columns are.
pub(super) struct Axis<'a> {
    pub(super) columns: &'a [Column],
    pub(super) starts: Vec<u32>,
    pub(super) width: u32,
}

impl<'a> Axis<'a> {
    pub(super) fn of(columns: &'a [Column]) -> Self {
        let mut width = 0;
        let start = |column: &Column| {
            let start = width;
            width += match column {
                Column::Step { .. } => STEP,
                Column::Idle { .. } => IDLE,
            };
            start
        };
        Self {
            starts: columns.iter().map(start).collect(),
            columns,
            width,
        }
    }

    fn end(&self, column: usize) -> u32 {
        self.starts.get(column + 1).copied().unwrap_or(self.width)
    }

    pub(super) fn middle(&self, column: usize) -> u32 {
        let start = self.starts.get(column).copied().unwrap_or(self.width);
        start.midpoint(self.end(column))
    }

    /// Where something ends that is so up to `column` and no longer in the next one.
    pub(super) fn until(&self, column: usize) -> u32 {
        if column + 1 < self.columns.len() {
            self.middle(column + 1)
        } else {
            self.width
        }
    }

    /// The columns of steps, each with its index.
    pub(super) fn steps(&self) -> impl Iterator<Item = (usize, u32)> {
        let columns = self.columns.iter().enumerate();
        columns.filter_map(|(index, column)| match column {
            Column::Step { number, .. } => Some((index, *number)),
            Column::Idle { .. } => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(number: u32) -> Column {
        Column::Step {
            number,
            title: String::new(),
            now: false,
            later: false,
        }
    }

    #[test]
    fn columns_stand_side_by_side_and_a_folded_wait_is_wider() {
        let columns = [step(1), Column::Idle { days: 3 }, step(4)];
        let axis = Axis::of(&columns);
        assert_eq!(axis.starts, [0, 44, 132]);
        assert_eq!(axis.width, 176);
        assert_eq!(
            [axis.middle(0), axis.middle(1), axis.middle(2)],
            [22, 88, 154]
        );
        assert_eq!(axis.steps().collect::<Vec<_>>(), [(0, 1), (2, 4)]);
    }

    #[test]
    fn what_ends_with_the_last_column_goes_to_the_edge() {
        let columns = [step(1), step(2)];
        let axis = Axis::of(&columns);
        assert_eq!(axis.until(0), axis.middle(1));
        assert_eq!(axis.until(1), axis.width);
    }
}
