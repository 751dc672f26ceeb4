//! A proposed change as the command that records it: the bureau that approves it is refused for what would be refused if it
//! were sent on the day of the approval.

use jiff::civil::Date;
use onestop_proto::registry::{
    ChangeContact, CheckStandard, Command, ContactChanged, DaysOffDeclared, DeclareDaysOff,
    DutySet, HoursSet, ItemMovedIn, ItemMovedOut, LimitSet, MarkFree, MarkFull, MeansLineSet,
    MoveItemIn, MoveItemOut, OpeningPlanned, PapersSet, PlanOpening, ProposedChange, SetDuty,
    SetHours, SetLimit, SetMeansLine, SetPapers, SetState, StandardChecked, StateSet, UnitFilled,
    UnitFreed,
};

/// The command. Its first day is that of the change, and not before `today`.
pub(super) fn command_of(change: &ProposedChange, today: Date) -> Command {
    let from = change.from().max(today);
    match change.clone() {
        ProposedChange::ContactChanged(event) => contact(event, from).into(),
        ProposedChange::StateSet(event) => state(event, from).into(),
        ProposedChange::UnitFilled(event) => full(event, from).into(),
        ProposedChange::UnitFreed(event) => free(event, from).into(),
        ProposedChange::OpeningPlanned(event) => plan(event).into(),
        ProposedChange::StandardChecked(event) => check(event).into(),
        ProposedChange::HoursSet(event) => hours(event, from).into(),
        ProposedChange::DutySet(event) => duty(event, from).into(),
        ProposedChange::LimitSet(event) => limit(event, from).into(),
        ProposedChange::DaysOffDeclared(event) => days_off(event, from).into(),
        ProposedChange::ItemMovedIn(event) => move_in(event, from).into(),
        ProposedChange::ItemMovedOut(event) => move_out(event, from).into(),
        ProposedChange::PapersSet(event) => papers(event, from).into(),
        ProposedChange::MeansLineSet(event) => means_line(event, from).into(),
    }
}

fn contact(event: ContactChanged, from: Date) -> ChangeContact {
    ChangeContact {
        unit: event.unit,
        from: Some(from),
        phone: event.phone,
        address: event.address,
    }
}

fn state(event: StateSet, from: Date) -> SetState {
    SetState {
        site: event.site,
        state: event.state,
        from: Some(from),
        until: event.until,
        evidence: event.evidence,
        document_number: event.document_number,
    }
}

fn full(event: UnitFilled, from: Date) -> MarkFull {
    MarkFull {
        unit: event.unit,
        from: Some(from),
        until: event.until,
    }
}

fn free(event: UnitFreed, from: Date) -> MarkFree {
    MarkFree {
        unit: event.unit,
        from: Some(from),
    }
}

fn plan(event: OpeningPlanned) -> PlanOpening {
    PlanOpening {
        site: event.site,
        opens: event.opens,
        reason: event.reason,
    }
}

fn check(event: StandardChecked) -> CheckStandard {
    CheckStandard {
        site: event.site,
        checkpoint: event.checkpoint,
        finding: event.finding,
        evidence: event.evidence,
    }
}

fn hours(event: HoursSet, from: Date) -> SetHours {
    SetHours {
        site: event.site,
        items: event.items,
        weekdays: event.weekdays,
        hours: event.hours,
        from: Some(from),
        until: event.until,
    }
}

fn duty(event: DutySet, from: Date) -> SetDuty {
    SetDuty {
        unit: event.unit,
        weekdays: event.weekdays,
        names: event.names,
        from: Some(from),
        until: event.until,
    }
}

fn limit(event: LimitSet, from: Date) -> SetLimit {
    SetLimit {
        site: event.site,
        step: event.step,
        days: event.days,
        day_kind: Some(event.day_kind),
        basis: event.basis,
        from: Some(from),
        until: event.until,
    }
}

fn days_off(event: DaysOffDeclared, from: Date) -> DeclareDaysOff {
    DeclareDaysOff {
        site: event.site,
        holiday: event.holiday,
        from,
        until: event.until,
        basis: event.basis,
    }
}

fn move_in(event: ItemMovedIn, from: Date) -> MoveItemIn {
    MoveItemIn {
        site: event.site,
        item: event.item,
        from: Some(from),
    }
}

fn move_out(event: ItemMovedOut, from: Date) -> MoveItemOut {
    MoveItemOut {
        site: event.site,
        item: event.item,
        from: Some(from),
    }
}

fn papers(event: PapersSet, from: Date) -> SetPapers {
    SetPapers {
        site: event.site,
        item: event.item,
        topic: event.topic,
        papers: event.papers,
        basis: event.basis,
        from: Some(from),
        until: event.until,
    }
}

fn means_line(event: MeansLineSet, from: Date) -> SetMeansLine {
    SetMeansLine {
        site: event.site,
        residence: event.residence,
        base: Some(event.base),
        base_amount: event.base_amount,
        base_percent: Some(event.base_percent),
        basis: event.basis,
        from: Some(from),
        until: event.until,
    }
}
