//! The commands of custody in one table: who may send each in which state of custody. [`decide`] goes by it, and the
//! answer to a question about custody lists what it has.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    ids::UnitId,
    permission,
    referral::{
        Accept, AnswerSupervision, Command, Complete, Decline, DeclineInvitation, Designate,
        Dispute, GrantExtension, HandOver, Invite, Join, Reassign, Recall, RecordExternalReply,
        RefuseExtension, Rejection, Release, ReportPart, RequestExtension, Return, SERVICE,
        SUPERVISOR, Supervise,
    },
    time::Timestamp,
};

use super::{Context, Decision, custody::Custody, effective_time};

/// A command, as custody decides it.
pub(super) trait Action {
    /// Who may send it in this state of custody; `None` while it is not possible.
    fn party(custody: &Custody) -> Option<Party<'_>>;

    /// Whether the time for it is not over, for each sender alike.
    fn is_timely(_custody: &Custody, _now: Timestamp) -> bool {
        true
    }

    /// Refuses it to the actor of the context whatever it says: for who the person is, or for the other side's case.
    fn check_sender(_custody: &Custody, _context: &Context<'_>) -> Result<(), Rejection> {
        Ok(())
    }

    /// Decides it. The rejection names the reason, also where [`Action::party`] has no row for it.
    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision;
}

/// Who may send a command.
#[derive(Debug)]
pub(super) enum Party<'a> {
    Units(Vec<&'a UnitId>),
    /// A supervisor whose bureau's division contains one of these.
    Supervisors(Vec<DivisionCode>),
}

impl<'a> Party<'a> {
    pub(super) fn unit(unit: &'a UnitId) -> Self {
        Self::Units(vec![unit])
    }

    /// The units, if there are any.
    pub(super) fn any_of(units: impl Iterator<Item = &'a UnitId>) -> Option<Self> {
        let units: Vec<_> = units.collect();
        (!units.is_empty()).then_some(Self::Units(units))
    }

    fn includes(&self, actor: &Actor, directory: &Directory) -> bool {
        match self {
            Self::Units(units) => units.contains(&&actor.unit),
            Self::Supervisors(divisions) => {
                let bureau = directory.unit(&actor.unit);
                let supervises = |division: &DivisionCode| {
                    let present = directory.present_division(*division);
                    bureau.is_some_and(|bureau| {
                        bureau.kind.as_str() == SUPERVISOR && bureau.division.contains(present)
                    })
                };
                actor.role == Role::Supervisor && divisions.iter().any(supervises)
            }
        }
    }
}

/// The table: which command, by the name that it has in the contract.
struct Row {
    name: &'static str,
    party: fn(&Custody) -> Option<Party<'_>>,
    is_timely: fn(&Custody, Timestamp) -> bool,
    check_sender: fn(&Custody, &Context<'_>) -> Result<(), Rejection>,
}

impl Row {
    /// Who may send it now.
    fn party_at<'a>(&self, custody: &'a Custody, now: Timestamp) -> Option<Party<'a>> {
        (self.party)(custody).filter(|_| (self.is_timely)(custody, now))
    }
}

macro_rules! actions {
    ($($command:ident = $name:literal),* $(,)?) => {
        const TABLE: &[Row] = &[$(Row {
            name: $name,
            party: <$command as Action>::party,
            is_timely: <$command as Action>::is_timely,
            check_sender: <$command as Action>::check_sender,
        }),*];

        /// Decides a command.
        ///
        /// # Errors
        /// The rejection; nothing happens then.
        pub fn decide(custody: &Custody, command: &Command, context: &Context<'_>) -> Decision {
            match command {
                $(Command::$command(command) => decide_one(command, custody, context),)*
            }
        }
    };
}

// In the order in which a screen lists them.
actions! {
    Accept = "accept",
    Decline = "decline",
    Dispute = "dispute",
    Designate = "designate",
    Recall = "recall",
    Return = "return",
    Complete = "complete",
    Reassign = "reassign",
    Invite = "invite",
    Join = "join",
    DeclineInvitation = "decline-invitation",
    ReportPart = "report-part",
    Release = "release",
    RequestExtension = "ask-extension",
    GrantExtension = "grant-extension",
    RefuseExtension = "refuse-extension",
    Supervise = "supervise",
    AnswerSupervision = "answer-supervision",
    HandOver = "hand-over",
    RecordExternalReply = "hear-back",
}

/// Nothing is done that the table does not have.
fn decide_one<C: Action>(command: &C, custody: &Custody, context: &Context<'_>) -> Decision {
    let events = command.decide(custody, context)?;
    effective_time::check(custody, context)?;
    Ok(match C::party(custody) {
        Some(_) => events,
        None => Vec::new(),
    })
}

/// The names of the commands that are possible in this state of custody at a moment, for any actor.
pub fn possible(custody: &Custody, now: Timestamp) -> Vec<&'static str> {
    let rows = TABLE.iter();
    let rows = rows.filter(|row| row.party_at(custody, now).is_some());
    rows.map(|row| row.name).collect()
}

/// Of the possible commands those that the actor of the context may send.
pub fn available(custody: &Custody, context: &Context<'_>) -> Vec<&'static str> {
    let (actor, directory) = (context.actor, context.directory);
    let may_send = |row: &&Row| {
        let party = row.party_at(custody, context.now);
        permission::permits(actor.role, SERVICE, row.name)
            && party.is_some_and(|party| party.includes(actor, directory))
            && (row.check_sender)(custody, context).is_ok()
    };
    TABLE.iter().filter(may_send).map(|row| row.name).collect()
}
