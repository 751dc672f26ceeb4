//! The tables of the ledger's file.
//!
//! `file::open` makes a file of another version, log or directory anew; `follower` then fills it from the log.

/// A file of another version is thrown away and made anew: raise it with every change of the tables, of the
/// dossier, or of what is written into them.
pub(super) const VERSION: i64 = 16;

/// Later than any due day, for paused clocks and for cases without one.
pub(super) const NEVER: i64 = i64::MAX;

/// `ANALYZE` is never run: plans that SQLite makes while the ledger is small are bad once it is large; the indexes are
/// chosen for a large one.
///
/// Times are microseconds since 1970, divisions their twelve digits as a number; of a division of before, those of its
/// successor, but in `dossier` and `place`.
///
/// - `source`: the log that the file is made from, the position reached, and what the registry had recorded by which the whole
///   of each open case is reckoned (`RecordedDays` as JSON); one row.
/// - `cases`: one row for each case; `dossier` is all of it as JSON, lists are filtered by the columns before it.
///   `search_hash` is a hash of what `search` holds of the case, 0 for nothing. A site that lost its log may give a number twice; both cases are kept then.
///   `sorted_number` (in `worklist`: `number`) is the number as it is sorted.
/// - `units`: a short number for each unit.
/// - `worklist`: each unit's part in a case. `step_due`, `whole_due` and `date_due` are when what the unit is shown ends, as in
///   `Deadlines`; `due_at` is the first of them. Likewise in `visibility`, as a division or a unit is shown it.
///   `tab` 0 is a part that is in no worklist, `work_tab` the part for those of the unit who do not decide what waits for it, and
///   `drafter` whose draft waits, several separated by commas; `answered_at` is when the unit's instruction was answered; `own` is 1 for the window that
///   opened the case.
/// - `visibility`: who sees a case: every division up from its window and its holders, and (negative) every unit
///   that takes part.
/// - `deadline_periods`: periods in which a clock had one due day; `ending` as in `PeriodEnd`. `ran` is how long the
///   clock ran in all; only the period in which its step was done has it. `paper_at` is when that happened by the paper,
///   `to_at` when it was recorded. `days` is the kind of days of the limit, `place` whose days off count.
/// - `counters`: occurrences that are counted over time; `kind` as in `CounterKind`.
/// - `day_sums`: sums of counters and of steps that were done, see [`super::day_sums`].
/// - `readings`: positions in the journal's log of what a member of staff read; `division` is that of their unit.
/// - `reading_alarms`: positions of alarms that a member of staff read more than usual.
/// - `search`: full text; `scope` holds the words of `visibility`.
pub(super) const TABLES: &str = "
CREATE TABLE source (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL, epoch TEXT NOT NULL, directory TEXT NOT NULL,
    position INTEGER NOT NULL, hash TEXT NOT NULL, reckoned TEXT NOT NULL
);
CREATE TABLE cases (
    case_id INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    number TEXT, sorted_number TEXT, short_code TEXT,
    item TEXT, origin INTEGER, closed INTEGER NOT NULL, opened_at INTEGER,
    search_hash INTEGER NOT NULL,
    dossier TEXT NOT NULL
);
CREATE INDEX cases_number ON cases (number, case_id);
CREATE INDEX cases_short_code ON cases (short_code);
CREATE INDEX cases_open ON cases (origin, item) WHERE closed = 0;
CREATE INDEX cases_number_sorted ON cases (sorted_number, case_id);
CREATE TABLE units (unit_id INTEGER PRIMARY KEY, unit TEXT NOT NULL UNIQUE);
CREATE TABLE worklist (
    unit_id INTEGER NOT NULL, case_id INTEGER NOT NULL, tab INTEGER NOT NULL,
    due_at INTEGER NOT NULL, opened_at INTEGER NOT NULL, number TEXT NOT NULL,
    item TEXT NOT NULL, origin INTEGER NOT NULL, own INTEGER NOT NULL, staff TEXT,
    step_due INTEGER NOT NULL, whole_due INTEGER NOT NULL, date_due INTEGER NOT NULL,
    work_tab INTEGER NOT NULL, drafter TEXT, answered_at INTEGER,
    PRIMARY KEY (unit_id, case_id)
) WITHOUT ROWID;
CREATE INDEX worklist_due ON worklist (unit_id, tab, due_at, case_id);
CREATE INDEX worklist_opened ON worklist (unit_id, tab, opened_at, case_id);
CREATE INDEX worklist_answered ON worklist (unit_id, answered_at) WHERE answered_at IS NOT NULL;
CREATE TABLE visibility (
    scope INTEGER NOT NULL, case_id INTEGER NOT NULL,
    due_at INTEGER NOT NULL, opened_at INTEGER NOT NULL, closed INTEGER NOT NULL,
    step_due INTEGER NOT NULL, whole_due INTEGER NOT NULL, date_due INTEGER NOT NULL,
    PRIMARY KEY (scope, case_id)
) WITHOUT ROWID;
CREATE INDEX visibility_due ON visibility (scope, due_at, case_id, closed);
CREATE INDEX visibility_opened ON visibility (scope, opened_at, case_id, closed);
CREATE TABLE deadline_periods (
    case_id INTEGER NOT NULL, clock INTEGER NOT NULL, period INTEGER NOT NULL,
    unit_id INTEGER NOT NULL, division INTEGER NOT NULL, item TEXT, step TEXT NOT NULL,
    from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, due_at INTEGER,
    ending INTEGER NOT NULL, ran INTEGER NOT NULL,
    paper_at INTEGER NOT NULL, days TEXT NOT NULL, place INTEGER,
    PRIMARY KEY (case_id, clock, period)
) WITHOUT ROWID;
CREATE INDEX deadline_periods_late ON deadline_periods (to_at, due_at, from_at, division, item) WHERE to_at > due_at;
CREATE INDEX deadline_periods_due ON deadline_periods (due_at, from_at, to_at, division, item) WHERE due_at IS NOT NULL;
CREATE INDEX deadline_periods_done ON deadline_periods (to_at, division, item, due_at, paper_at, ran) WHERE ending = 2;
CREATE TABLE counters (
    kind INTEGER NOT NULL, at INTEGER NOT NULL, division INTEGER NOT NULL,
    item TEXT, reason TEXT, case_id INTEGER NOT NULL, unit_id INTEGER NOT NULL
);
CREATE INDEX counters_at ON counters (kind, at, division, item, reason);
CREATE INDEX counters_in ON counters (division, kind, at, item);
CREATE INDEX deadline_periods_in ON deadline_periods (division, to_at, item, due_at, paper_at, ran) WHERE ending = 2;
CREATE TABLE day_sums (
    within INTEGER NOT NULL, kind INTEGER NOT NULL, day INTEGER NOT NULL,
    part INTEGER NOT NULL, item TEXT NOT NULL,
    found INTEGER NOT NULL, in_time INTEGER NOT NULL, in_time_on_paper INTEGER NOT NULL,
    ran INTEGER NOT NULL,
    PRIMARY KEY (within, kind, day, part, item)
) WITHOUT ROWID;
CREATE TABLE readings (
    staff TEXT NOT NULL, position INTEGER NOT NULL, division INTEGER NOT NULL,
    PRIMARY KEY (staff, position)
) WITHOUT ROWID;
CREATE TABLE reading_alarms (
    division INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (division, position)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (
    scope, words, content = '', contentless_delete = 1, tokenize = 'unicode61'
);
";
