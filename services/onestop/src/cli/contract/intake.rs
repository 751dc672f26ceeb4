//! The commands of intake: `onestop case …`, `onestop erase`.

use onestop_proto::{
    actor::ServiceName,
    case::{
        self, Channel, Command, CorrectionReason, FileHash, FollowUpResult, Grade, MergeReason,
        NeedKind, NeedOutcome, ReopenGround, UrgencyEnd, UrgencyGround, VisitOutcome, VisitPurpose,
    },
    division::DivisionCode,
    ids::{CaseRef, EventId, ServiceItem, Topic},
    legal_aid::{Gravity, Organ},
    personal::{self, ErasureBasis},
};
use serde_json::{Value, json};

use super::{
    CommandGroup, CommandSpec,
    applicant::{applicant, finish_applicant, name, needs},
    field::{Kind, day, flag, option, positional, subject, switch},
};

/// Cases at the window.
pub(crate) struct Intake;

impl CommandGroup for Intake {
    type Command = Command;

    #[rustfmt::skip]
    const ORDER: &'static [&'static str] = &[
        "open", "applicant", "readings", "erasures", "find", "similar", "correct", "merge", "notify-once",
        "attach", "attachment", "home-visit", "settle-need", "mark-urgent", "lift-urgency", "follow-up", "redo", "reopen",
        "track", "show", "answer", "material", "refer", "withdraw", "rate", "close", "archive", "follow", "wait",
    ];

    fn service() -> Option<ServiceName> {
        Some(case::service())
    }

    fn specs() -> Vec<CommandSpec> {
        [vec![open(), correct()], at_the_window(), after_the_answer()].concat()
    }
}

/// The persons of a case.
pub(crate) struct Erasure;

impl CommandGroup for Erasure {
    type Command = personal::Command;

    fn service() -> Option<ServiceName> {
        Some(case::service())
    }

    #[rustfmt::skip]
    fn specs() -> Vec<CommandSpec> {
        vec![CommandSpec::new("request-erasure", "申请删除个人信息: ask for the erasure of the persons of a closed case", REQUEST_ERASURE)
            .field(subject())
            .field(option::<ErasureBasis>("basis", "On what basis").required())
            .field(option::<String>("note", "What else should be remembered; it is kept for ever, and may not name a person")),
        CommandSpec::new("refuse-erasure", "不同意删除个人信息: refuse an erasure that was asked for, or take one's own request back", REFUSE_ERASURE)
            .field(subject())
            .field(option::<String>("note", "Why; it is kept for ever, and may not name a person").required()),
        CommandSpec::new("erase", "删除个人信息: erase the persons of a closed case, for ever", ERASE)
            .field(subject())
            .field(option::<ErasureBasis>("basis", "On what basis").required())
            .field(option::<String>("note", "What else should be remembered; it is kept for ever, and may not name a person"))]
    }
}

const REQUEST_ERASURE: &str = "\
A supervisor of the division, or of one above, carries it out with 'onestop erase' within the hours of the setting
second_person_hours, or it lapses. An administrator does not ask for the erasure of a case that holds a complaint about
the own unit.

Example: onestop request-erasure CASE --basis consent-withdrawn --by unit-administrator/li-na@530821101";

const REFUSE_ERASURE: &str = "\
Example: onestop refuse-erasure CASE --note 投诉尚未答复 --by supervisor/he-jun@530821";

const ERASE: &str = "\
The key of the case is destroyed: nobody can read names, numbers or narratives of it again, in no log and no
later backup, and every log still verifies. An earlier backup holds the key, wrapped with the master key of its
time: see 'onestop keys rotate-master'. Refused before the case is closed, and while a retention period runs
(deploy/directory/retention.toml). It takes two people: one asks with 'onestop request-erasure', a supervisor of that
division or above erases. Who is alone at the machine says why with --note.

On what basis: purpose-achieved, retention-ended, consent-withdrawn, unlawful-processing, other-law
(个人信息保护法第四十七条).

Example: onestop erase CASE --basis consent-withdrawn --note 本人书面申请 --by supervisor/he-jun@530821";

/// A command about one case; `rest` is the example after `CASE`.
fn spec(name: &'static str, word: &'static str, about: &str, rest: &str) -> CommandSpec {
    let example = format!("Example: onestop case {word} CASE{rest}");
    CommandSpec::new(name, about, example)
        .word(word)
        .field(subject())
}

#[rustfmt::skip]
fn open() -> CommandSpec {
    let example = "Example: onestop case open --by clerk/zhang-li@530821101 --item legal-aid --topic labour-pay --name 岩温";
    let keep = "Keep it at the window, to answer it there";
    CommandSpec::new("open", "Open a case (登记)", example)
        .field(option::<ServiceItem>("item", "Service item").required())
        .field(option::<Topic>("topic", "What exactly").required())
        .field(option::<DivisionCode>("place", "The place that decides who is responsible [default: the window's own division]")
            .kind(Kind::WindowDivision))
        .field(name("Name of the person who asks").arg(|arg| arg.required_unless_present("anonymous")))
        .field(flag("anonymous", "The person does not say who they are (匿名咨询): advice alone")
            .at("applicant.people.0.anonymous").arg(|arg| arg.conflicts_with("name")))
        .fields(applicant())
        .fields(needs())
        .field(option::<Channel>("channel", "How the citizen came: window, phone, paper").default("window"))
        .field(switch("keep", keep, json!("answer"), json!("refer")).at("request"))
        .field(flag("urgent", "It cannot wait (紧急)"))
        .field(option::<CaseRef>("opposed-to", "The case of the other side, where both came (利益冲突)")
            .kind(Kind::Case).value_name("CASE"))
        .field(option::<CaseRef>("related", "Another case that has to do with it; may be repeated")
            .kind(Kind::Case).many().value_name("CASE"))
        .field(option::<Organ>("organ", "The organ whose letter asks, where no citizen does: court, procuratorate, police, custody")
            .at("notice.organ").arg(|arg| arg.requires_all(["letter", "received-on"])))
        .field(option::<String>("letter", "The number of its letter").at("notice.letter").requires("organ"))
        .field(day("received-on", "The day on which the letter was received: 2026-03-04")
            .at("notice.received_on").requires("organ"))
        .field(option::<Gravity>("gravity", "How grave the sentence may be: ordinary, life-or-death, death-review")
            .at("notice.gravity").requires("organ"))
        .field(option::<Topic>("body", "The organ itself, where it is of another province (外地办案机关): its id in the directory")
            .at("notice.body").requires("organ"))
        .finish(|data| {
            finish_applicant(&mut data["applicant"]);
            Ok(())
        })
}

#[rustfmt::skip]
fn correct() -> CommandSpec {
    spec("correct", "correct", "Correct something that was taken down (更正)",
        " --event EVENT --reason mistyped --name 岩温 --phone 13800138001")
        .field(option::<EventId>("event", "The event that said it, as 'onestop replay --json' shows it").required())
        .field(option::<CorrectionReason>("reason", "mistyped, document-seen, citizen-asked").required())
        .field(name("Who asks, as it should have been: everything about them, anew"))
        .fields(applicant())
        .field(flag("needs", "What the window must see to is set anew, as said here").at("replace_needs"))
        .fields(needs())
        .field(option::<DivisionCode>("place", "The place that decides who is responsible, as it should have been"))
        .field(option::<Topic>("topic", "What exactly it is about, as it should have been"))
        .finish(finish_correction)
}

/// Leaves out what the correction does not replace.
fn finish_correction(data: &mut Value) -> anyhow::Result<()> {
    let replaced = data["replace_needs"].take() == json!(true);
    let named = data.pointer("/applicant/people/0/name").is_some();
    let fields = data.as_object_mut().into_iter();
    fields.for_each(|fields| {
        fields.remove("replace_needs");
        if replaced {
            fields.entry("needs").or_insert_with(|| json!({}));
        } else {
            fields.remove("needs");
        }
        if !named {
            fields.remove("applicant");
        }
    });
    if named {
        finish_applicant(&mut data["applicant"]);
    }
    Ok(())
}

#[rustfmt::skip]
fn at_the_window() -> Vec<CommandSpec> {
    vec![
        spec("merge", "merge", "Merge into another case that was opened before (合并)", " --into s4k2m9qxa-261123-001")
            .field(option::<CaseRef>("into", "The case that goes on").required().kind(Kind::Case).value_name("CASE"))
            .field(option::<MergeReason>("reason", "duplicate, same-matter").default("duplicate")),
        spec("notify-once", "notify-once", "Tell the citizen, once, of everything that is missing (一次性告知)", " identity-card wage-record")
            .field(positional::<Topic>("missing", "What is missing").many()),
        spec("note-home-visit", "home-visit", "Take down a visit at the citizen's home (上门服务)", " material")
            .field(positional::<VisitPurpose>("purpose", "registration, material, answer, follow-up"))
            .field(day("on", "The day of the visit; without it today"))
            .field(option::<String>("address", "Where, if not at the address that was taken down"))
            .field(option::<VisitOutcome>("outcome", "done, partly, not-at-home, another-visit")),
        spec("settle-need", "settle-need", "Record how a need of the citizen was seen to (需求落实)", " interpreter by-others")
            .field(positional::<NeedKind>("need", "language, interpreter, home-visit"))
            .field(positional::<NeedOutcome>("how", "by-staff, by-others, declined, not-possible")),
        spec("mark-urgent", "mark-urgent", "Say that the case cannot wait (标为紧急)", " period-ends")
            .field(positional::<UrgencyGround>("reason", "danger, period-ends, livelihood, evidence, leaving, group")),
        spec("lift-urgency", "lift-urgency", "Say that the case can wait again (取消紧急)", " over")
            .field(positional::<UrgencyEnd>("reason", "over, mistaken")),
        spec("answer", "answer", "Answer the citizen at the window (当场答复)",
            " --text '请带身份证' --by clerk/zhang-li@530821101201")
            .field(option::<String>("text", "The answer").at("answer").required()),
        spec("receive-material", "material", "Take in material at any window (接收材料)", " property-title identity-card")
            .field(positional::<Topic>("kinds", "What was handed in, one copy each").many())
            .field(option::<FileHash>("file", "The SHA-256 of a file made of it, where it is one thing; may be repeated")
                .many().value_name("HASH"))
            .finish(finish_material),
        spec("request-referral", "refer", "Ask (again) for referral (转办)", " --by clerk/zhang-li@530821101201")
            .field(option::<DivisionCode>("place", "Another place that decides who is responsible"))
            .field(option::<ServiceItem>("item", "Another service item than before").at("other.item").requires("topic"))
            .field(option::<Topic>("topic", "What exactly, of that item").at("other.topic").requires("item")),
        spec("withdraw", "withdraw", "Withdraw for the citizen (撤销申请)", " --by clerk/zhang-li@530821101201"),
    ]
}

/// One copy of each thing; files are of one thing.
fn finish_material(data: &mut Value) -> anyhow::Result<()> {
    let (kinds, files) = (data["kinds"].take(), data["file"].take());
    let kinds = kinds.as_array().cloned().unwrap_or_default();
    let files = files.as_array().cloned().unwrap_or_default();
    if kinds.len() > 1 && !files.is_empty() {
        anyhow::bail!(
            "--file 只对应一种材料，其他材料请另用一条命令登记 / \
             --file is of one thing. Take the others in by a command of their own"
        );
    }
    let one = |kind| json!({ "kind": kind, "copies": 1, "files": files });
    let materials: Vec<Value> = kinds.into_iter().map(one).collect();
    *data = json!({ "materials": materials });
    Ok(())
}

#[rustfmt::skip]
fn after_the_answer() -> Vec<CommandSpec> {
    vec![
        spec("follow-up", "follow-up", "Take down what the citizen said when called back (回访)", " settled")
            .field(positional::<FollowUpResult>("result", "settled, not-settled, unreachable, declined"))
            .field(option::<String>("note", "What was said")),
        spec("redo", "redo", "Take down what was done after a bad rating (差评整改)", " --measure '当面致歉，重新说明'")
            .field(option::<String>("measure", "What was done").required()),
        spec("reopen", "reopen", "Open a closed case again (重新办理)", " --reason new-facts")
            .field(option::<ReopenGround>("reason", "not-carried-out, new-facts, closed-by-mistake, withdrawal-taken-back").required()),
        spec("rate", "rate", "Take down the citizen's rating (评价)", " satisfied --by clerk/zhang-li@530821101201")
            .field(positional::<Grade>("grade", "very-satisfied, satisfied, fair, dissatisfied, very-dissatisfied")),
        spec("close", "close", "Close (办结)", " --by clerk/zhang-li@530821101201"),
        spec("archive", "archive", "Archive (归档)", " --by clerk/zhang-li@530821101201"),
    ]
}
