//! What a request says besides its data.

use onestop_proto::{
    actor::Actor,
    envelope::LogPosition,
    ids::{CaseRef, CommandId},
    late_entry::LateEntry,
    time::Timestamp,
};

/// The metadata of a command.
#[derive(Debug, Clone)]
pub struct CommandMeta {
    /// The idempotency key.
    pub id: CommandId,
    /// Who acts.
    pub actor: Actor,
    /// The case; `None` to open one.
    pub case: Option<CaseRef>,
    /// The revision that the caller's decision is based on.
    pub expected_revision: Option<u64>,
    /// When it happened; `None` means now.
    pub occurred_at: Option<Timestamp>,
    /// Why it is entered late, and who approved it.
    pub late_entry: Option<LateEntry>,
}

impl CommandMeta {
    /// The metadata of a command that happens now and whose decision is based on no revision.
    pub fn new(id: CommandId, actor: Actor, case: Option<CaseRef>) -> Self {
        Self {
            id,
            actor,
            case,
            expected_revision: None,
            occurred_at: None,
            late_entry: None,
        }
    }
}

/// For whom a question is asked, and after what.
#[derive(Debug, Clone, Default)]
pub struct QuestionMeta {
    /// The asking actor; none for questions that concern no case, and for the operator.
    pub actor: Option<Actor>,
    /// The service waits with its answer until it has seen this position.
    pub after: Option<LogPosition>,
}

impl From<Actor> for QuestionMeta {
    fn from(actor: Actor) -> Self {
        Some(actor).into()
    }
}

impl From<Option<Actor>> for QuestionMeta {
    fn from(actor: Option<Actor>) -> Self {
        Self { actor, after: None }
    }
}
