//! The commands of every service that listens: `onestop parked …`, `onestop source …`.

use onestop_proto::{
    actor::ServiceName, division::DivisionCode, envelope::Source, ids::EventId, parking,
    replication,
};
use uuid::Uuid;

use super::{
    CommandGroup, CommandSpec,
    field::{option, positional, service, subject},
};

/// Parked events.
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
            .fields([service("The service that parked it"), subject()])
            .field(positional::<EventId>("event", "The event"))
            .field(option::<String>("why", "Why").required()),
            CommandSpec::new(
                "skip-parked",
                "Leave out the first parked event of a case, for a reason that stands on the record (略过)",
                skip,
            )
            .word("skip")
            .fields([service("The service that parked it"), subject()])
            .field(positional::<EventId>("event", "The event"))
            .field(option::<String>("why", "Why").required())
            .field(option::<String>("alone", "Why one person decides alone, at the machine, where nobody has asked for it")),
        ]
    }
}

/// Sources that were set aside.
pub(crate) struct Sources;

impl CommandGroup for Sources {
    type Command = replication::Command;

    fn service() -> Option<ServiceName> {
        None
    }

    fn specs() -> Vec<CommandSpec> {
        let about = "Follow the other history of a source that was set aside, for a reason that stands on the record (改随)";
        let example = "Example: onestop source follow journal /onestop/intake/main EPOCH --why 按备份恢复 --by supervisor/he@530821";
        let epoch = "The incarnation of its log, as the list shows it";
        let asking = "Ask for following the other history of a source that was set aside; another supervisor decides (申请改随)";
        let asked = "Example: onestop source request-follow journal /onestop/intake/main EPOCH --why 按备份恢复 --by supervisor/he@530821";
        vec![
            CommandSpec::new("request-follow", asking, asked)
                .field(service("The service that set it aside"))
                .field(positional::<Source>("source", "The source"))
                .field(positional::<Uuid>("epoch", epoch))
                .field(option::<String>("why", "Why").required())
                .field(
                    option::<DivisionCode>("division", "Where the record of it belongs")
                        .default("530000000000"),
                ),
            CommandSpec::new("follow-source", about, example)
                .word("follow")
                .field(service("The service that set it aside"))
                .field(positional::<Source>("source", "The source"))
                .field(positional::<Uuid>("epoch", epoch))
                .field(option::<String>("why", "Why").required())
                .field(
                    option::<DivisionCode>("division", "Where the record of it belongs")
                        .default("530000000000"),
                )
                .field(option::<String>(
                    "alone",
                    "Why one person decides alone, at the machine, where nobody has asked for it",
                )),
        ]
    }
}
