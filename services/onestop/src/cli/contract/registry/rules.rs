//! The commands about the rules of a place: `onestop registry set-limit …`.

use onestop_proto::{
    clock::{DayKind, Step},
    ids::{ServiceItem, Topic},
    legal_aid::{MeansBase, Residence},
};

use super::{
    super::{
        CommandSpec,
        field::{option, positional, positional_day},
    },
    from, site, until,
};

pub(super) fn of_rules() -> [CommandSpec; 6] {
    [
        limit(),
        papers(),
        means_line(),
        item_in(),
        item_out(),
        days_off(),
    ]
}

fn limit() -> CommandSpec {
    let example = "Example: onestop registry set-limit s4k2m9qxa referral.accept 1 --basis 服务承诺 --from 2026-12-01 --by supervisor/li@530828.bureau\n\
                   The steps and what holds: onestop directory standards --at 530828 --recorded";
    CommandSpec::new(
        "set-limit",
        "Set the limit of a step for a place and everything in it, no looser than wider places (变更时限)",
        example,
    )
    .field(site())
    .field(positional::<Step>("step", "The step"))
    .field(positional::<u32>("days", "How many days, or months"))
    .field(option::<DayKind>(
        "day-kind",
        "calendar, working or month; as the present limit, if it is not given",
    ))
    .field(option::<String>("basis", "The promise, or the rule of the place").required())
    .fields([from(), until()])
}

fn papers() -> CommandSpec {
    let example = "Example: onestop registry set-papers s4k2m9qxa legal-aid --topic labour-pay --papers identity-card --basis 服务承诺 --by supervisor/li@530828.bureau";
    CommandSpec::new(
        "set-papers",
        "Set which papers a place asks for: fewer than wider places do, or as many (变更所需材料)",
        example,
    )
    .field(site())
    .field(positional::<ServiceItem>("item", "The item"))
    .field(option::<Topic>(
        "topic",
        "The topic; the item as a whole, if none is given",
    ))
    .field(
        option::<Topic>(
            "papers",
            "A paper by its id; nothing has to be brought, if none is given; may be repeated",
        )
        .many(),
    )
    .field(option::<String>("basis", "The promise, or the rule of the place").required())
    .fields([from(), until()])
}

fn means_line() -> CommandSpec {
    let example = "Example: onestop registry set-means-line s4k2m9qxa urban --base-amount 700 --base-percent 200 --basis 普政发〔2026〕1号 --by supervisor/li@5308.bureau";
    CommandSpec::new(
        "set-means-line",
        "Set the line of means of a prefecture, or of the province (变更经济困难标准)",
        example,
    )
    .field(site())
    .field(positional::<Residence>("residence", "urban or rural"))
    .field(option::<u64>("base-amount", "What the line goes by, in yuan").required())
    .field(option::<u32>(
        "base-percent",
        "How many hundredths of it the line is; all of it, if it is not given",
    ))
    .field(option::<MeansBase>(
        "base",
        "What that is: urban-allowance-month or rural-income-year; as the residence has it, if it is not given",
    ))
    .field(option::<String>("basis", "The document that sets it").required())
    .fields([from(), until()])
}

fn item_in() -> CommandSpec {
    let example = "Example: onestop registry move-item-in s4k2m9qxa notarization --from 2026-12-01 --by supervisor/li@530828.bureau";
    CommandSpec::new(
        "move-item-in",
        "Have a site receive an item that it did not (事项进驻)",
        example,
    )
    .field(site())
    .field(positional::<ServiceItem>("item", "The item"))
    .field(from())
}

fn item_out() -> CommandSpec {
    let example = "Example: onestop registry move-item-out s4k2m9qxa notarization --by supervisor/li@5308.bureau";
    CommandSpec::new(
        "move-item-out",
        "Have a site receive an item no longer that had moved in (事项撤出)",
        example,
    )
    .field(site())
    .field(positional::<ServiceItem>("item", "The item"))
    .field(from())
}

fn days_off() -> CommandSpec {
    let example = "Example: onestop registry declare-days-off s4k2m9qxa 火把节 2027-08-06 2027-08-08 --basis 州政府通知 --by supervisor/li@53.bureau";
    CommandSpec::new(
        "declare-days-off",
        "Declare days off of a prefecture or a county (地方性假日)",
        example,
    )
    .field(site())
    .field(positional::<String>("holiday", "What the days are for"))
    .field(positional_day("from", "The first day"))
    .field(positional_day("until", "The last day"))
    .field(option::<String>("basis", "The notice").required())
}
