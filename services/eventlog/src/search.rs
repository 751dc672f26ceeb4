//! Looking through records for those that a filter selects. There is no index of labels: the caller
//! says where to begin.

use crate::error::ReadError;
use crate::filter::Filter;
use crate::record::{Position, Record};
use crate::records::Records;

/// A search for the first record that a filter selects, which goes on where it ended.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub(crate) filter: Filter,
    /// Everything before was looked at.
    pub(crate) next: Position,
    pub(crate) found: Option<Position>,
}

impl Search {
    /// Looks at the durable records before `end`.
    pub(crate) fn run(&mut self, records: &Records, end: Position) -> Result<(), ReadError> {
        while self.found.is_none() && self.next < end {
            let frame = records.frame(self.next)?;
            let upto = frame.end().min(end);
            self.look_at(frame.records.iter().filter(|it| it.position < upto));
            self.next = upto;
        }
        Ok(())
    }

    /// Looks at records that come next, in order.
    pub(crate) fn look_at<'a>(&mut self, records: impl IntoIterator<Item = &'a Record>) {
        for record in records {
            let is_next = self.found.is_none() && record.position >= self.next;
            if is_next && self.filter.matches(&record.labels) {
                self.found = Some(record.position);
            }
        }
    }
}

/// Up to `limit` records from position `from` on and before `end` that the filter selects.
pub(crate) fn forward(
    records: &Records,
    filter: &Filter,
    from: Position,
    end: Position,
    limit: usize,
) -> Result<Vec<Record>, ReadError> {
    let mut found = Vec::new();
    let mut next = from;
    while next < end && found.len() < limit {
        let frame = records.frame(next)?;
        let wanted = frame.records.iter().filter(|record| {
            (next..end).contains(&record.position) && filter.matches(&record.labels)
        });
        found.extend(wanted.take(limit - found.len()).cloned());
        next = frame.end();
    }
    Ok(found)
}

/// Up to `limit` records before `end` that the filter selects, the newest first.
pub(crate) fn backward(
    records: &Records,
    filter: &Filter,
    end: Position,
    limit: usize,
) -> Result<Vec<Record>, ReadError> {
    let mut found = Vec::new();
    let mut end = end;
    while let Some(last) = end.checked_sub(1)
        && found.len() < limit
    {
        let frame = records.frame(last)?;
        let wanted = frame.records.iter().rev();
        let wanted =
            wanted.filter(|record| record.position < end && filter.matches(&record.labels));
        found.extend(wanted.take(limit - found.len()).cloned());
        end = frame.first;
    }
    Ok(found)
}
