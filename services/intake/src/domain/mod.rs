//! The rules of a case. Pure: no I/O, no clock, no randomness; what they need comes in with the
//! command's [`Context`].

mod agents;
mod applicant;
mod available;
mod capacity;
mod commands;
mod evolve;
mod field_problem;
mod findings;
mod group;
mod identity_document;
mod needs;
mod notice;
mod offering;
mod own_window;
mod redo_clock;
mod repeated_person;
mod respondents;
mod retention;
mod state;
#[cfg(test)]
pub(crate) mod test_support;
mod trigger;
mod visibility;

use onestop_directory::{DatedAct, Directory, LateEntryBound, LateEntryScope};
use onestop_proto::{
    actor::Actor,
    case::{Applicant, Channel, Ciphertext, Event, Rejection, SERVICE},
    division::DivisionCode,
    free_text::TextKey,
    ids::short_code::ShortCode,
    ids::{CaseId, CaseNumber},
    late_entry::LateEntry,
    time::Timestamp,
};

pub(crate) use self::{
    agents::check_other_side,
    available::{available, offered},
    commands::{
        ErasureContext, check_erasure_request, check_second_person, decide, decide_erasure,
        visible_request,
    },
    evolve::evolve,
    group::Joined,
    redo_clock::{announcements, next_moment},
    retention::RetentionStarts,
    state::{Case, Rating, Standing, address},
    trigger::{Trigger, react},
    visibility::{may_hear_of, may_know, may_open, may_see_readings},
};

/// The events that a command causes, or why it is refused.
pub(crate) type Decision = Result<Vec<Event>, Rejection>;

/// What a decision rests on besides the case itself.
pub(crate) struct Context<'a> {
    pub(crate) now: Timestamp,
    /// When it happened, if that was earlier.
    pub(crate) occurred_at: Option<Timestamp>,
    /// When the latest act on the case happened; what is entered afterwards is not before it.
    pub(crate) latest_act: Option<Timestamp>,
    /// Why it is entered late, and who approved it.
    pub(crate) late_entry: Option<&'a LateEntry>,
    pub(crate) actor: &'a Actor,
    pub(crate) directory: &'a Directory,
    /// The number that the site gives the case that is opened; none in a dry run.
    pub(crate) number: Option<&'a CaseNumber>,
    /// The personal part of the command, sealed.
    pub(crate) sealed: &'a Ciphertext,
    /// The query code of the case that is opened, sealed.
    pub(crate) query_code: Option<&'a Ciphertext>,
    /// To which key texts about the case are sealed, where it is opened.
    pub(crate) text_key: Option<TextKey>,
    /// The short code that is given to the case that is opened; none in a dry run.
    pub(crate) short_code: Option<&'a ShortCode>,
    pub(crate) reference: &'a Reference,
    /// Those of the cases that were merged into the case that goes on, where the command is about people.
    pub(crate) joined: Joined,
}

impl Context<'_> {
    /// When it happened: what clocks and limits count from.
    fn happened_at(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.now)
    }

    /// Refuses a moment in the future, before what it rests on, or so early that paper of that day is no longer entered;
    /// and what is entered late without a reason, or without another person's approval. A case that is opened may have
    /// limits by its channel.
    fn check_time(&self, window: DivisionCode, channel: Option<Channel>) -> Result<(), Rejection> {
        let Some(occurred) = self.occurred_at else {
            return Ok(());
        };
        self.check_moment(occurred, window, channel)
    }

    /// Refuses a moment as that of an act that is entered late at a window.
    fn check_moment(
        &self,
        occurred: Timestamp,
        window: DivisionCode,
        channel: Option<Channel>,
    ) -> Result<(), Rejection> {
        let act = DatedAct {
            occurred,
            now: self.now,
            basis: self.latest_act,
            actor: self.actor,
            entry: self.late_entry,
        };
        let scope = late_entry_scope(window, channel.map(Channel::as_str));
        self.directory.check_dated(&act, scope)?;
        Ok(())
    }
}

/// What limits how late paper can be entered at a window.
const fn late_entry_scope(window: DivisionCode, channel: Option<&str>) -> LateEntryScope<'_> {
    LateEntryScope {
        service: SERVICE,
        kind: channel,
        place: window,
    }
}

/// When an act counts for what is kept: when it happened, or, if it was entered later than paper may be, when it was
/// recorded. So no date lets a period end early.
pub(crate) fn effective_time(
    (happened, recorded): (Timestamp, Timestamp),
    directory: &Directory,
    window: DivisionCode,
) -> Timestamp {
    let scope = late_entry_scope(window, None);
    let limit = directory.late_entry_limit(LateEntryBound::Taken, scope, recorded);
    let entered_in_time = limit.is_some_and(|limit| recorded < directory.due(&limit, happened).at);
    if entered_in_time { happened } else { recorded }
}

/// Whether two cases are of the same people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applicants {
    /// One person at least asks in both.
    Same,
    /// No person is known to ask in both.
    Others,
}

/// What a command names besides its case, looked up by the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reference {
    /// It names nothing, or something that does not exist.
    None,
    /// The event that a correction names is one of the case.
    EventOfCase,
    /// The case that another is to be merged into.
    Case {
        other: Box<Case>,
        /// Whether it was opened before this one.
        is_earlier: bool,
        ours: CaseId,
        applicants: Applicants,
    },
    /// The applicants of the case, as last corrected, where it is referred.
    Applicant(Box<Applicant>),
}

#[cfg(test)]
mod tests;
