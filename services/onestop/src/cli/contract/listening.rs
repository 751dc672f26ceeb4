//! The commands of every service that listens: `onestop parked …`, `onestop source …`.

use onestop_proto::{
    actor::ServiceName, division::DivisionCode, envelope::Source, ids::EventId, parking,
    replication,
};
use uuid::Uuid;

use super::{
    CommandGroup, CommandSpec,
    field::{Field, option, positional, service, subject},
};

pub(crate) struct Parking;

impl CommandGroup for Parking {
    type Command = parking::Command;

    fn service() -> Option<ServiceName> {
        None
    }

    fn specs() -> Vec<CommandSpec> {
        let retry = "Example: onestop parked retry referral CASE --by supervisor/he@530821";
        let skip = "Example: onestop parked skip referral CASE EVENT --why 重复上报 --by supervisor/he@530821";
        let request = "Example: onestop parked request-skip referral CASE EVENT --why 重复上报 --by supervisor/he@530821";
        let refuse = "Example: onestop parked refuse-skip referral CASE EVENT --why 应先修复 --by supervisor/he-jun@530821";
        let event = || {
            [
                service("The service that parked it"),
                subject(),
                positional::<EventId>("event", "The event"),
                why(),
            ]
        };
        vec![
            CommandSpec::new(
                "retry-parked",
                "Try the parked events of a case again, in their order (补办)",
                retry,
            )
            .word("retry")
            .fields([service("The service that parked them"), subject()]),
            CommandSpec::new(
                "request-skip",
                "Ask for leaving out the first parked event of a case; another supervisor decides (申请略过)",
                request,
            )
            .fields(event()),
            CommandSpec::new(
                "refuse-skip",
                "Refuse to leave out a parked event for which it was asked, or take the own request back (不同意略过)",
                refuse,
            )
            .fields(event()),
            CommandSpec::new(
                "skip-parked",
                "Leave out the first parked event of a case, for a reason that is recorded (略过)",
                skip,
            )
            .word("skip")
            .fields(event())
            .field(alone()),
        ]
    }
}

fn why() -> Field {
    option::<String>("why", "Why").required()
}

/// Why the operator decides without a second person.
fn alone() -> Field {
    option::<String>(
        "alone",
        "Why one person decides alone, at the machine, where no other person has requested it",
    )
}

/// Sources that were set aside.
pub(crate) struct Sources;

impl CommandGroup for Sources {
    type Command = replication::Command;

    fn service() -> Option<ServiceName> {
        None
    }

    fn specs() -> Vec<CommandSpec> {
        let about = "Follow the other history of a source that was set aside, for a reason that is recorded (改随)";
        let example = "Example: onestop source follow journal /onestop/intake/main EPOCH --why 按备份恢复 --by supervisor/he@530821";
        let asking = "Ask for following the other history of a source that was set aside; another supervisor decides (申请改随)";
        let asked = "Example: onestop source request-follow journal /onestop/intake/main EPOCH --why 按备份恢复 --by supervisor/he@530821";
        let refusing = "Refuse to follow the history for which it was asked, or take the own request back (不同意改随)";
        let refused = "Example: onestop source refuse-follow journal /onestop/intake/main EPOCH --why 备份不完整 --by supervisor/he@53";
        let history = || {
            [
                service("The service that set it aside"),
                positional::<Source>("source", "The source"),
                positional::<Uuid>("epoch", "The incarnation of its log, as the list shows it"),
                why(),
                option::<DivisionCode>("division", "Where the record of it belongs")
                    .default("530000000000"),
            ]
        };
        vec![
            CommandSpec::new("request-follow", asking, asked).fields(history()),
            CommandSpec::new("refuse-follow", refusing, refused).fields(history()),
            CommandSpec::new("follow-source", about, example)
                .word("follow")
                .fields(history())
                .field(alone()),
        ]
    }
}
