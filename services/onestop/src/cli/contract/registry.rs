//! The commands of the registry: `onestop registry …`.

mod rules;

use onestop_proto::{
    actor::ServiceName,
    case::FileHash,
    ids::{ServiceItem, SiteId, Topic},
    registry::{self, Finding, Hours, SiteState, Weekday},
};

use super::{
    CommandGroup, CommandSpec, Field, Kind,
    field::{day, option, positional, positional_day},
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
            .field(site())
            .field(positional::<SiteState>("state", "The state"))
            .field(option::<String>("evidence", "What it rests on").required())
            .field(option::<String>("document-number", "The number of the document"))
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
        .into_iter()
        .chain(of_building())
        .chain([of_evidence()])
        .chain(of_serving())
        .chain(rules::of_rules())
        .chain(of_proposals())
        .collect()
    }
}

fn of_building() -> [CommandSpec; 3] {
    let plan = "Example: onestop registry plan-opening s4k2m9qxa 2027-03-01 --reason 场所装修延期 --by supervisor/li@530828.bureau";
    let check = "Example: onestop registry check-standard s4k2m9qxa premises-hall met --evidence 现场查看 --by supervisor/li@530828.bureau\n\
                 The points: deploy/directory/sites.toml, [[checkpoint]]";
    let confirm =
        "Example: onestop registry confirm-entry s4k2m9qxa --by unit-administrator/zhao@530828207";
    [
        CommandSpec::new(
            "plan-opening",
            "Plan the day on which a site is to open (计划开放)",
            plan,
        )
        .field(site())
        .field(positional_day("opens", "The day on which it is to open"))
        .field(option::<String>(
            "reason",
            "Why it is later than was planned before",
        )),
        CommandSpec::new(
            "check-standard",
            "Say whether a site meets a point of the standard (达标核查)",
            check,
        )
        .field(site())
        .field(positional::<Topic>("checkpoint", "The point, by its id"))
        .field(positional::<Finding>(
            "finding",
            "What was found: met, not-met",
        ))
        .field(option::<String>("evidence", "What it rests on").required()),
        CommandSpec::new(
            "confirm-entry",
            "Confirm that what is recorded of a site is right (确认登记内容)",
            confirm,
        )
        .field(site()),
    ]
}

/// Files are added by `onestop registry attach-evidence`, which computes what it sends.
fn of_evidence() -> CommandSpec {
    let example = "Example: onestop registry withdraw-evidence s4k2m9qxa HASH --reason 拍到了群众 --by supervisor/li@530828.bureau";
    CommandSpec::new(
        "withdraw-evidence",
        "Have a photo or an opening document of a site shown no more (撤下文件)",
        example,
    )
    .field(site())
    .field(positional::<FileHash>("hash", "Its SHA-256"))
    .field(option::<String>("reason", "Why").required())
}

fn of_serving() -> [CommandSpec; 2] {
    let hours = "Example: onestop registry set-hours s4k2m9qxa --weekdays mon --weekdays wed --hours 09:00-12:00 --by unit-administrator/zhao@530828207";
    let duty = "Example: onestop registry set-duty 530821.legal-aid --weekdays tue --names 王律师 --by unit-administrator/zhao@530821.legal-aid";
    [
        CommandSpec::new(
            "set-hours",
            "Set the opening hours of a site, for some items or all that it offers (变更开放时间)",
            hours,
        )
        .field(site())
        .field(
            option::<ServiceItem>(
                "items",
                "An item; all that the site offers, if none is given; may be repeated",
            )
            .many(),
        )
        .field(weekdays())
        .field(
            option::<Hours>(
                "hours",
                "Hours of such a day, as 09:00-12:00; may be repeated",
            )
            .many(),
        )
        .fields([from(), until()]),
        CommandSpec::new(
            "set-duty",
            "Say who is on duty at a unit: surname and title (变更值班人员)",
            duty,
        )
        .field(unit())
        .field(weekdays())
        .field(
            option::<String>(
                "names",
                "A person on duty: surname and title; may be repeated",
            )
            .many(),
        )
        .fields([from(), until()]),
    ]
}

fn of_proposals() -> [CommandSpec; 2] {
    let approve =
        "Example: onestop registry approve-change s4k2m9qxa 1 --by supervisor/li@5308.bureau";
    let send_back = "Example: onestop registry send-back-change s4k2m9qxa 1 --reason 请先公告 --by supervisor/li@5308.bureau";
    let proposal = || positional::<u32>("proposal", "The number of the proposal");
    [
        CommandSpec::new(
            "approve-change",
            "Approve a proposed change (批准变更)",
            approve,
        )
        .fields([site(), proposal()]),
        CommandSpec::new(
            "send-back-change",
            "Send a proposed change back (退回变更)",
            send_back,
        )
        .fields([site(), proposal()])
        .field(option::<String>("reason", "Why").required()),
    ]
}

fn site() -> Field {
    positional::<SiteId>("site", "The site's id")
}

fn weekdays() -> Field {
    let weekdays = option::<Weekday>("weekdays", "A day of the week, as mon; may be repeated");
    weekdays.many().required()
}

fn unit() -> Field {
    let unit = positional::<String>("unit", "The unit, as its id or as <division>.<kind>");
    unit.kind(Kind::Unit)
}

fn from() -> Field {
    day("from", "The first day; today, if it is not given")
}

fn until() -> Field {
    day("until", "The last day")
}
