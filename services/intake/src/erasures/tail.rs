//! The end of a list, and the cases that it names: enough to enter more. What was read of a list is not read again, so that the
//! work of an entry does not grow with the list.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
};

use onestop_chassis::bounded_file;
use onestop_proto::{ids::CaseId, time::Timestamp};

use super::{
    error::{ListError, at},
    lines::{Entry, Lines, ListHead},
};

#[derive(Debug, Clone, Default)]
pub(super) struct ListTail {
    head: ListHead,
    /// The bytes of its whole lines.
    length: u64,
    /// The bytes of the last one.
    last: u64,
    /// The cases of the lines that are believed.
    cases: HashSet<CaseId>,
}

/// Lines to enter.
pub(super) struct NewLines {
    pub(super) text: String,
    lines: Lines,
}

impl ListTail {
    pub(super) fn head(&self) -> &ListHead {
        &self.head
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Takes in lines that follow. Those that are believed name cases.
    pub(super) fn take(&mut self, lines: &Lines, is_believed: impl Fn(&Entry) -> bool) {
        let Some(last) = lines.entries.last() else {
            return;
        };
        self.head.chain.clone_from(&last.chain);
        self.head.entries += lines.entries.len() as u64;
        self.length += lines.length;
        self.last = lines.last;
        let believed = lines.entries.iter().filter(|entry| is_believed(entry));
        self.cases.extend(believed.map(|entry| entry.case));
    }

    /// The lines of the cases that no believed line names, signed where the list needs it; nothing without such cases.
    pub(super) fn new_lines(
        &self,
        cases: &[CaseId],
        now: Timestamp,
        sign: impl Fn(&str) -> Option<String>,
    ) -> io::Result<Option<NewLines>> {
        let mut new = NewLines {
            text: String::new(),
            lines: Lines::default(),
        };
        for &case in cases.iter().filter(|case| !self.cases.contains(case)) {
            let before = new.lines.entries.last();
            let before = before.map_or(&self.head.chain, |entry| &entry.chain);
            let entry = Entry::behind(before, case, now, &sign);
            let text = serde_json::to_string(&entry)?;
            new.text.push_str(&text);
            new.text.push('\n');
            new.lines.entries.push(entry);
            new.lines.last = text.len() as u64 + 1;
            new.lines.length += new.lines.last;
        }
        Ok((!new.text.is_empty()).then_some(new))
    }

    /// Lines that were entered are the end of the list.
    pub(super) fn entered(&mut self, new: &NewLines) {
        self.take(&new.lines, |_| true);
    }

    /// Enters the cases that are missing in a file, which is made if there is none. They are durable.
    ///
    /// # Errors
    /// If what is new in the list was altered, or it cannot be written.
    pub(super) fn enter_in_file(
        &mut self,
        path: &Path,
        cases: &[CaseId],
        now: Timestamp,
    ) -> Result<(), ListError> {
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.mode(0o600).open(path).map_err(at(path))?;
        // Two who enter at once would write two lines in one place.
        file.lock().map_err(at(path))?;
        let entered = self.enter_in(&file, path, cases, now);
        if entered.is_err() {
            *self = Self::default();
        }
        entered?;
        if is_new {
            let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
            let folder = File::open(folder.unwrap_or(Path::new(".")));
            folder.and_then(|it| it.sync_all()).map_err(at(path))?;
        }
        Ok(())
    }

    fn enter_in(
        &mut self,
        file: &File,
        path: &Path,
        cases: &[CaseId],
        now: Timestamp,
    ) -> Result<(), ListError> {
        if !self.is_end_in(file).map_err(at(path))? {
            *self = Self::default();
        }
        let rest = bounded_file::read_from(path, self.length, bounded_file::GROWN);
        let lines = Lines::behind(&self.head, path, &rest.map_err(at(path))?)?;
        self.take(&lines, |_| true);
        if let Some(new) = self.new_lines(cases, now, |_| None).map_err(at(path))? {
            // A line that was not finished is written over.
            file.set_len(self.length)
                .and_then(|()| file.write_all_at(new.text.as_bytes(), self.length))
                .and_then(|()| file.sync_all())
                .map_err(at(path))?;
            self.entered(&new);
        }
        Ok(())
    }

    /// Whether the last line that was read is still where it was: another copy of the list has another one there.
    fn is_end_in(&self, file: &File) -> io::Result<bool> {
        if file.metadata()?.len() < self.length {
            return Ok(false);
        }
        let mut line = vec![0; usize::try_from(self.last).unwrap_or_default()];
        file.read_exact_at(&mut line, self.length - self.last)?;
        let Some(line) = line.strip_suffix(b"\n") else {
            return Ok(self.length == 0);
        };
        let entry = serde_json::from_slice::<Entry>(line).ok();
        Ok(entry.is_some_and(|entry| entry.chain == self.head.chain))
    }
}
