//! The parts of a worklist, and what a list is filtered and sorted by.

choices! {
    /// The parts of a unit's worklist. A case is in one of them at most, for each unit.
    pub enum WorklistTab {
        ToAccept = "to-accept", "待签收", "to be accepted";
        /// Accepted by the unit, or returned by it with a duty left whose clock runs.
        Working = "working", "办理中", "being worked on";
        WaitingForPapers = "waiting-for-papers", "待补正", "waiting for papers";
        AtWindow = "at-window", "窗口办理中", "at the window";
        /// On its way from the window: a unit is looked for, or has not answered.
        OfferedByUs = "offered-by-us", "已转出待签收", "sent, not accepted yet";
        /// Back at the window without a result: declined, returned, not answered in time, or opened again.
        Returned = "returned", "退回待处理", "came back";
        WithOthers = "with-others", "其他单位办理中", "with another unit";
        /// The window's case, for the window to end: the result is back, it was answered or withdrawn.
        ToClose = "to-close", "待办结", "to be closed";
        /// Done: closed by the window, or completed by the unit.
        Done = "done", "已办结", "done";
        /// Declined or given back by the unit, or not answered in time.
        SentAway = "sent-away", "本单位已退回", "sent away by us";
        /// Waits for this bureau: an objection or a dispute to decide, more time to approve, a step that others left overdue.
        ToDecide = "to-decide", "待我决定", "to be decided by us";
        /// The window's case, with another unit, for which the citizen still has to bring papers.
        PapersMissing = "papers-missing", "材料待补", "papers to be brought";
        /// Done by the unit, or closed, with a duty of the unit left whose clock runs: the file is to be handed in.
        AfterClose = "after-close", "办结后提交卷宗", "file to be handed in";
    }
}

choices! {
    /// By when something is due, seen from now.
    pub enum DueFilter {
        /// A step, the whole or a critical date is past its end.
        Overdue = "overdue", "超期", "overdue";
        Today = "today", "今日到期", "due today";
        Soon = "soon", "临期", "due soon";
        OverdueStep = "overdue-step", "环节超期", "a step overdue";
        /// The case is open past the last day of the whole.
        OverdueWhole = "overdue-whole", "全程超期", "overdue as a whole";
        OverdueCriticalDate = "overdue-critical-date", "关键期限已过", "a critical date past";
    }
}

choices! {
    /// The order of a list.
    pub enum SortOrder {
        /// What is due first on top; then what is paused or has no limit.
        Due = "due", "按剩余时限", "by due date";
        /// By number: by site, then by day.
        Number = "number", "按编号", "by number";
        Opened = "opened", "按登记时间", "newest first";
    }
}
