//! How late an act may be entered from paper (补录). Three limits, all of them data: until when it needs no reason, until when
//! the one who enters it needs no approval, and until when it is taken at all.

use onestop_proto::{
    actor::{Actor, Role},
    clock::{DayKind, Limit, Step},
    division::DivisionCode,
    ids::UnitId,
    late_entry::{LateEntry, ONE_PERSON_OFFICE, TimeRefusal},
    referral::SUPERVISOR,
    time::Timestamp,
};

use crate::Directory;

/// The limits of late entry of one kind of act: `<service>.late-entry`, or `<service>.<kind>-late-entry` where a channel
/// or a kind of unit has limits of its own.
#[derive(Debug, Clone, Copy)]
pub struct LateEntryScope<'a> {
    /// The service that records the act.
    pub service: &'a str,
    /// The channel by which it came, or the kind of unit that did it.
    pub kind: Option<&'a str>,
    pub place: DivisionCode,
}

/// An act, and when it is said to have happened.
#[derive(Debug, Clone, Copy)]
pub struct DatedAct<'a> {
    /// When it is said to have happened.
    pub occurred: Timestamp,
    pub now: Timestamp,
    /// When the latest thing happened that it rests on.
    pub basis: Option<Timestamp>,
    pub actor: &'a Actor,
    /// What the command says about its lateness.
    pub entry: Option<&'a LateEntry>,
}

/// What a limit of late entry ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateEntryBound {
    /// It needs no reason until then.
    Reason,
    /// It needs no other person's approval until then.
    Approval,
    /// It is taken until then.
    Taken,
}

impl LateEntryBound {
    const fn step(self) -> &'static str {
        match self {
            Self::Reason => "late-entry-reason",
            Self::Approval => "late-entry-approval",
            Self::Taken => "late-entry",
        }
    }
}

impl Directory {
    /// Refuses a moment that an act cannot have, or that the one who enters it may not give it.
    ///
    /// # Errors
    /// That it is in the future, before what it rests on, or entered too late; that it says no reason, or that no other
    /// person approved it.
    pub fn check_dated(
        &self,
        act: &DatedAct<'_>,
        scope: LateEntryScope<'_>,
    ) -> Result<(), TimeRefusal> {
        let (occurred, now) = (act.occurred, act.now);
        if occurred > now {
            return Err(TimeRefusal::Impossible { occurred, now });
        }
        if occurred == now {
            return Ok(());
        }
        if let Some(earlier) = act.basis.filter(|earlier| occurred < *earlier) {
            return Err(TimeRefusal::BeforeBasis { occurred, earlier });
        }
        if let Some((day, basis)) = self.past(LateEntryBound::Taken, act, scope) {
            return Err(TimeRefusal::TooLate {
                occurred,
                day,
                basis,
            });
        }
        if act.entry.is_none()
            && let Some((day, basis)) = self.past(LateEntryBound::Reason, act, scope)
        {
            return Err(TimeRefusal::ReasonMissing {
                occurred,
                day,
                basis,
            });
        }
        self.check_approval(act, scope)
    }

    /// How late an act may be entered. A service without a limit has that of the windows; a folder without any takes what
    /// is entered on the same day, and asks for no approval.
    pub fn late_entry_limit(
        &self,
        bound: LateEntryBound,
        scope: LateEntryScope<'_>,
        now: Timestamp,
    ) -> Option<Limit> {
        let named = |service: &str, step: String| {
            let step: Step = format!("{service}.{step}").parse().ok()?;
            self.limit(&step, scope.place, now.china_date())
        };
        let own = scope
            .kind
            .and_then(|kind| named(scope.service, format!("{kind}-{}", bound.step())));
        let limit = own
            .or_else(|| named(scope.service, bound.step().to_owned()))
            .or_else(|| named("intake", bound.step().to_owned()));
        match bound {
            LateEntryBound::Approval => limit,
            LateEntryBound::Reason | LateEntryBound::Taken => limit.or_else(|| {
                let basis = "目录未规定补录期限 / no limit of late entry in the directory";
                Some(Limit::plain(0, DayKind::Calendar, basis))
            }),
        }
    }

    /// Whether the directory names a unit as an office of one person (一人单位), whose late entries no colleague can approve.
    pub fn is_one_person_office(&self, unit: &UnitId) -> bool {
        self.standards.is_one_person_office(unit)
    }

    /// Whether a person may approve what another enters late (补录审批): another person of the same unit, or who decides for a bureau
    /// in whose division the unit is.
    pub fn may_approve_late_entry(&self, approver: &Actor, doer: &Actor) -> bool {
        approver.staff != doer.staff
            && (is_of_unit(approver, doer) || self.decides_above(approver, doer))
    }

    /// A supervisor or the administrator of a bureau in whose division the unit is.
    fn decides_above(&self, approver: &Actor, doer: &Actor) -> bool {
        let decides = matches!(approver.role, Role::Supervisor | Role::UnitAdministrator);
        let (bureau, unit) = (self.unit(&approver.unit), self.unit(&doer.unit));
        let (Some(bureau), Some(unit)) = (bureau, unit) else {
            return false;
        };
        decides && bureau.kind.as_str() == SUPERVISOR && bureau.division.contains(unit.division)
    }

    fn check_approval(
        &self,
        act: &DatedAct<'_>,
        scope: LateEntryScope<'_>,
    ) -> Result<(), TimeRefusal> {
        let Some(approver) = act.entry.and_then(|entry| entry.approved_by.as_ref()) else {
            let past = self.past(LateEntryBound::Approval, act, scope);
            let occurred = act.occurred;
            return past.map_or(Ok(()), |(day, basis)| {
                Err(TimeRefusal::ApprovalMissing {
                    occurred,
                    day,
                    basis,
                })
            });
        };
        if approver.as_str() == ONE_PERSON_OFFICE {
            let unit = act.actor.unit.clone();
            return if self.is_one_person_office(&unit) {
                Ok(())
            } else {
                Err(TimeRefusal::NoOnePersonOffice { unit })
            };
        }
        if *approver == act.actor.staff {
            let approver = approver.clone();
            return Err(TimeRefusal::ApprovedByOneself { approver });
        }
        let proven = act.entry.and_then(|entry| entry.approver.as_ref());
        let Some(proven) = proven.filter(|proven| proven.actor.staff == *approver) else {
            let approver = approver.clone();
            return Err(TimeRefusal::ApprovalNotGiven { approver });
        };
        if self.may_approve_late_entry(&proven.actor, act.actor) {
            Ok(())
        } else {
            let approver = approver.clone();
            Err(TimeRefusal::NotAnApprover { approver })
        }
    }

    /// The last day of a bound and its rule, if the act is recorded after it.
    fn past(
        &self,
        bound: LateEntryBound,
        act: &DatedAct<'_>,
        scope: LateEntryScope<'_>,
    ) -> Option<(String, String)> {
        let limit = self.late_entry_limit(bound, scope, act.now)?;
        let due = self.due(&limit, act.occurred);
        (act.now >= due.at).then(|| (due.day.to_string(), limit.basis))
    }
}

fn is_of_unit(approver: &Actor, doer: &Actor) -> bool {
    let acts = match approver.role {
        Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::Supervisor => true,
        Role::Auditor | Role::System => false,
    };
    acts && approver.unit == doer.unit
}
