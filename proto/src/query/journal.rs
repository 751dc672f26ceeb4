//! Questions that the journal answers.

use crate::{
    comparison::{Comparison, ComparisonQuery},
    feed::{EventsPage, EventsQuery},
    journal::{self, Replay, ReplayQuery},
    ledger::{
        CaseHead, CaseHeadQuery, CasesPage, CasesQuery, LedgerProgress, Timeliness,
        TimelinessQuery, Today, TodayQuery, WorklistPage, WorklistQuery, Workload, WorkloadQuery,
    },
    personal::{
        CaseAudit, CaseAuditQuery, ReadingAlarms, ReadingAlarmsQuery, StaffAudit, StaffAuditQuery,
    },
    reckoning::{DueQuery, DueReckoning},
};

questions! {
    /// What the journal answers from its log.
    pub enum JournalQuestion of journal::service {
        Replay = "replay": ReplayQuery => Replay;
        Events = "events": EventsQuery => EventsPage;
        Progress = "progress": ProgressQuery => LedgerProgress;
        Comparison = "comparison": ComparisonQuery => Comparison;
        Due = "due": DueQuery => DueReckoning;
        CaseAudit = "case-audit": CaseAuditQuery => CaseAudit;
        StaffAudit = "staff-audit": StaffAuditQuery => StaffAudit;
        ReadingAlarms = "reading-alarms": ReadingAlarmsQuery => ReadingAlarms;
    }
}

questions! {
    /// What the journal answers from its ledger.
    pub enum LedgerQuestion of journal::service {
        Worklist = "worklist": WorklistQuery => WorklistPage;
        Cases = "cases": CasesQuery => CasesPage;
        Today = "today": TodayQuery => Today;
        Case = "case": CaseHeadQuery => CaseHead;
        Timeliness = "timeliness": TimelinessQuery => Timeliness;
        Workload = "workload": WorkloadQuery => Workload;
    }
}

question_without_data! {
    /// `qry.journal.progress`: how far the ledger has come.
    ProgressQuery
}
