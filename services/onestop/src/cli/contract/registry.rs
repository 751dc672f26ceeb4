//! The commands of the registry: `onestop registry …`.

use jiff::civil::Date;
use onestop_proto::{
    actor::ServiceName,
    ids::SiteId,
    registry::{self, SiteState},
};

use super::{
    CommandGroup, CommandSpec, Field, Kind,
    field::{option, positional},
};

/// What is recorded of sites and units.
pub(crate) struct Registry;

impl CommandGroup for Registry {
    type Command = registry::Command;

    fn service() -> Option<ServiceName> {
        Some(registry::service())
    }

    fn specs() -> Vec<CommandSpec> {
        let contact = "Example: onestop registry change-contact 530828207 --phone 0879-7230001 --by supervisor/li@530828.bureau";
        let state = "Example: onestop registry set-state s4k2m9qxa pilot --evidence 澜司〔2026〕9号 --by supervisor/li@530828.bureau\n\
                     The site's id: onestop directory sites --at 530828207";
        let full = "Example: onestop registry mark-full 530821.legal-aid --until 2027-01-15 --by unit-administrator/zhao@530821.legal-aid";
        let free = "Example: onestop registry mark-free 530821.legal-aid --by unit-administrator/zhao@530821.legal-aid";
        vec![
            CommandSpec::new(
                "change-contact",
                "Change the telephone or the address of a unit; a window's are those of its site (变更联系方式)",
                contact,
            )
            .field(unit())
            .field(option::<String>("phone", "The telephone"))
            .field(option::<String>("address", "The address"))
            .field(from()),
            CommandSpec::new(
                "set-state",
                "Set the state of a site: planned, pilot, operating, suspended (变更站点状态)",
                state,
            )
            .field(positional::<SiteId>("site", "The site's id"))
            .field(positional::<SiteState>("state", "The state"))
            .field(option::<String>("evidence", "What it rests on").required())
            .field(from())
            .field(until()),
            CommandSpec::new(
                "mark-full",
                "Have a unit take no further ordinary cases until a day (标记满负荷)",
                full,
            )
            .fields([unit(), until().required(), from()]),
            CommandSpec::new(
                "mark-free",
                "Have a unit that is full take cases again (恢复接收)",
                free,
            )
            .fields([unit(), from()]),
        ]
    }
}

fn unit() -> Field {
    let unit = positional::<String>("unit", "The unit, as its id or as <division>.<kind>");
    unit.kind(Kind::Unit)
}

fn from() -> Field {
    option::<Date>("from", "The first day; today, if it is not given")
}

fn until() -> Field {
    option::<Date>("until", "The last day")
}
