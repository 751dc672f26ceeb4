//! The commands of referral: `onestop referral …`.

use clap::{
    builder::{StringValueParser, TypedValueParser},
    value_parser,
};
use onestop_proto::{
    actor::ServiceName,
    division::DivisionCode,
    ids::{HandoffId, Topic},
    referral::{
        self, Command, DisclosedData, DisclosureBasis, DisputeReason, ExternalAnswer,
        HandoverPurpose, Outcome, RecallReason, ReturnReason,
    },
};
use serde_json::{Value, json};

use super::{
    CommandGroup, CommandSpec,
    field::{Field, Kind, day, option, positional, subject},
};

/// Custody of a case.
pub(crate) struct Referral;

impl CommandGroup for Referral {
    type Command = Command;

    #[rustfmt::skip]
    const ORDER: &'static [&'static str] = &[
        "list", "show", "accept", "decline", "return", "recall", "complete", "dispute",
        "designate", "ask-extension", "grant-extension", "refuse-extension", "supervise",
        "answer-supervision", "invite", "join", "decline-invitation", "report-part", "release",
        "reassign", "reassign-all", "hand-over", "hear-back",
    ];

    fn service() -> Option<ServiceName> {
        Some(referral::service())
    }

    fn specs() -> Vec<CommandSpec> {
        [handoffs(), oversight(), co_units(), external_bodies()].concat()
    }
}

const RETURN_REASONS: &str = "not-in-jurisdiction, wrong-item, conflict-of-interest, no-capacity";

/// A command about one case; `rest` is the example after `CASE`.
fn spec(name: &'static str, about: &str, rest: &str) -> CommandSpec {
    let example = format!("Example: onestop referral {name} CASE{rest}");
    CommandSpec::new(name, about, example).field(subject())
}

fn text(flag: &'static str, help: &'static str) -> Field {
    option::<String>(flag, help).required()
}

fn unit(flag: &'static str) -> Field {
    text(flag, "The unit, as its id or as <division>.<kind>").kind(Kind::Unit)
}

fn belongs_to() -> Field {
    option::<DivisionCode>(
        "belongs-to",
        "The place that is responsible instead: here, or in another province",
    )
}

fn handoff() -> Field {
    let help = "The handoff that you saw [default: the open one]";
    option::<HandoffId>("handoff", help).kind(Kind::Handoff)
}

#[rustfmt::skip]
fn handoffs() -> Vec<CommandSpec> {
    vec![
        spec("accept", "Accept the open offer (签收)", " --by specialist/wang@530821.legal-aid")
            .field(handoff()),
        spec("decline", "Decline the open offer (拒收)",
            " --reason not-in-jurisdiction --belongs-to 530802 --by specialist/wang@530821.legal-aid")
            .field(option::<ReturnReason>("reason", RETURN_REASONS).required())
            .field(belongs_to())
            .field(handoff()),
        spec("return", "Give an accepted case back (退回)", " --reason wrong-item --by specialist/wang@530821.legal-aid")
            .field(option::<ReturnReason>("reason", RETURN_REASONS).required())
            .field(belongs_to()),
        spec("recall", "Take the open offer back (撤回转办)", " --by clerk/zhang-li@530821101201")
            .field(option::<RecallReason>("reason", "citizen-withdrew, window-error").default("window-error")),
        spec("complete", "Report that the unit's work is done (办毕)", " granted --by clerk/yang-li@530821101")
            .field(positional::<Outcome>("outcome", "granted, refused, unresolved, terminated")),
        spec("reassign", "Take a case, or its offer, from a unit that closes, and route it anew (改派)", "")
            .fields([unit("from"), text("why", "Why")]),
    ]
}

#[rustfmt::skip]
fn oversight() -> Vec<CommandSpec> {
    vec![
        spec("dispute", "Raise a dispute about who is responsible (争议)",
            " --reason not-ours --why 用工地在思茅区 --by specialist/wang@530821.legal-aid")
            .field(option::<DisputeReason>("reason", "not-ours, overlap, nobody-takes").required())
            .field(text("why", "What you say; no names of citizens")),
        spec("designate", "Designate who works a disputed case (指定)",
            " --to 530802.legal-aid --why 用工地在思茅区 --by supervisor/zhao@5308.bureau")
            .fields([unit("to"), text("why", "Why this one")]),
        spec("ask-extension", "Ask for more time, before it is over (申请延期)", "").field(text("reason", "Why")),
        spec("grant-extension", "Approve the extension that was asked for (批准延期)", ""),
        spec("refuse-extension", "Do not approve it (不予延期)", "").field(text("why", "Why not")),
        spec("supervise", "Give the unit that holds a case an instruction (督办)",
            " --instruction 三日内说明进展 --by supervisor/zhao@530821.bureau")
            .field(text("instruction", "What is to be done, or to be told; no names of citizens")),
        spec("answer-supervision", "Answer a supervisor's instruction (督办反馈)", "")
            .field(text("answer", "What was done; no names of citizens")),
    ]
}

#[rustfmt::skip]
fn co_units() -> Vec<CommandSpec> {
    vec![
        spec("invite", "Ask another unit for its part; you keep custody (邀请协办)",
            " --unit 530821.notarization --task 核实权属 --by specialist/wang@530821.legal-aid")
            .fields([unit("unit"), text("task", "For what; no names of citizens")]),
        spec("join", "Take your part as a co-unit (接受协办)", ""),
        spec("decline-invitation", "Do not take it (谢绝协办)", "")
            .field(option::<ReturnReason>("reason", "not-in-jurisdiction, wrong-item, conflict-of-interest, no-capacity, unit-closed")
                .required()),
        spec("report-part", "Report that your part is done (协办反馈)", "")
            .field(text("report", "What you did; no names of citizens")),
        spec("release", "Release a co-unit that is no longer needed (解除协办)", "")
            .fields([unit("unit"), text("why", "Why")]),
    ]
}

/// The ground of a handing over, made of one text.
fn ground(flag: &'static str, help: &'static str, basis: fn(String) -> DisclosureBasis) -> Field {
    let parser = StringValueParser::new().map(move |text| json!(basis(text)));
    option::<String>(flag, help)
        .at("basis")
        .arg(|arg| arg.value_parser(parser))
}

#[rustfmt::skip]
fn external_bodies() -> Vec<CommandSpec> {
    let law = ground("law", "The duty of the law on whose ground it is given", |law| DisclosureBasis::Statute { law });
    let consent = ground("consent", "Or the number of the person's separate consent", |reference| DisclosureBasis::Consent { reference });
    let years = value_parser!(u8).map(Value::from);
    vec![
        spec("hand-over", "Bring a case before a body outside; you keep custody (移送)",
            " --to 530821.police --purpose report --kinds identity,facts --law 人民调解法第二十五条 --by specialist/li@530821101.mediation")
            .field(text("to", "The body, as its id or as <division>.<kind>").kind(Kind::Unit))
            .field(option::<HandoverPurpose>("purpose", "handle, verify, report").required())
            .field(option::<DisclosedData>("kinds", "Personal data that goes along: identity, contact, facts, family, finance, health, child")
                .at("data").list().value_name("kinds"))
            .field(law.arg(|arg| arg.required_unless_present("consent")))
            .field(consent.arg(|arg| arg.conflicts_with("law")))
            .field(option::<Topic>("materials", "Papers that go along").list())
            .field(option::<u8>("keep-years", "For how many years the record is kept [default: 3]")
                .arg(|arg| arg.value_parser(years))),
        spec("hear-back", "Take down what a body outside answered (反馈)",
            " --answer done --letter 云宁公函〔2026〕8号 --by specialist/li@530821101.mediation")
            .field(option::<ExternalAnswer>("answer", "taken, done, told, not-theirs, refused").required())
            .field(option::<String>("letter", "The number of its letter"))
            .field(day("on", "The day of its answer, as 2026-03-04 [default: today]"))
            .field(option::<HandoffId>("handover", "The number of the handing over, where several are open")),
    ]
}
