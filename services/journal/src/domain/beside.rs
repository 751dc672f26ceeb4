//! The facts of what happens beside the handoffs: disputes, supervision, co-units, bodies outside.

use onestop_directory::Directory;
use onestop_proto::{ids::UnitId, referral::Event, text::Words};

use super::facts::{name, words};

/// The facts of such an event; nothing for the handoffs themselves.
pub(super) fn of(event: &Event, directory: &Directory) -> Option<Words> {
    let named = |unit: &UnitId| name(unit, directory);
    let said = |unit: &UnitId, text: &str| {
        let unit = named(unit);
        words(format!("{unit}：{text}"), format!("{unit}: {text}"))
    };
    match event {
        Event::Disputed(disputed) => {
            let (by, reason, why) = (named(&disputed.by), disputed.reason.text(), &disputed.why);
            let supervisor = named(&disputed.supervisor);
            words(
                format!("{by}：{}（{why}）；由 {supervisor} 指定", reason.zh),
                format!("{by}: {} ({why}); {supervisor} designates", reason.en),
            )
        }
        Event::DisputeWithdrawn(dropped) => {
            let reason = dropped.reason.text();
            words(reason.zh, reason.en)
        }
        Event::ExternalBodyResponsible(pointed) => {
            let (to, holder) = (named(&pointed.to), named(&pointed.holder));
            words(
                format!("{to}；责任仍在 {holder}"),
                format!("{to}; {holder} keeps the case"),
            )
        }
        Event::Designated(designated) => {
            let (by, to, why) = (
                named(&designated.by),
                named(&designated.to),
                &designated.why,
            );
            words(
                format!("{by} 指定 {to}：{why}"),
                format!("{by} designates {to}: {why}"),
            )
        }
        Event::ExtensionRequested(asked) => said(&asked.by, &asked.reason),
        Event::ExtensionRefused(refused) => said(&refused.unit, &refused.why),
        Event::SupervisionOrdered(ordered) => {
            let (by, holder) = (named(&ordered.by), named(&ordered.holder));
            let (instruction, until) = (&ordered.instruction, ordered.until.china_date());
            words(
                format!("{by} 督办 {holder}：{instruction}（{until} 前反馈）"),
                format!("{by} to {holder}: {instruction} (answer before {until})"),
            )
        }
        Event::SupervisionAnswered(answered) => said(&answered.by, &answered.answer),
        Event::CoInvited(invited) => {
            let (lead, unit, task) = (named(&invited.lead), named(&invited.unit), &invited.task);
            words(
                format!("主办 {lead}，协办 {unit}：{task}"),
                format!("lead {lead}, co-unit {unit}: {task}"),
            )
        }
        Event::CoJoined(joined) => Some(Words::untranslated(&named(&joined.unit))),
        Event::CoDeclined(declined) => {
            let (unit, reason) = (named(&declined.unit), declined.reason.text());
            words(
                format!("{unit}：{}", reason.zh),
                format!("{unit}: {}", reason.en),
            )
        }
        Event::CoReported(reported) => said(&reported.unit, &reported.report),
        Event::CoReleased(released) => said(&released.unit, &released.why),
        Event::LeadFinished(done) => {
            let (lead, outcome) = (named(&done.lead), done.outcome.text());
            words(
                format!("{lead}：{}，待协办单位", outcome.zh),
                format!("{lead}: {}, the co-units are not done", outcome.en),
            )
        }
        Event::HandedOver(handed) => {
            let (by, to) = (named(&handed.by), named(&handed.to));
            let (purpose, basis) = (handed.purpose.text(), handed.basis.reference());
            let kinds = |zh: bool| {
                let word = |kind: &onestop_proto::referral::DisclosedData| {
                    if zh { kind.text().zh } else { kind.text().en }
                };
                let all: Vec<&str> = handed.data.iter().map(word).collect();
                all.join(if zh { "、" } else { ", " })
            };
            let until = handed.kept_until;
            words(
                format!(
                    "{by} → {to}：{}；个人信息：{}；依据：{basis}；记录保存至 {until}；责任仍在 {by}",
                    purpose.zh,
                    kinds(true)
                ),
                format!(
                    "{by} → {to}: {}; personal data: {}; on the ground of {basis}; record kept until {until}; {by} keeps the case",
                    purpose.en,
                    kinds(false)
                ),
            )
        }
        Event::ExternalBodyReplied(heard) => {
            let (from, answer) = (named(&heard.from), heard.answer.text());
            let letter = heard.letter.as_deref().unwrap_or("-");
            words(
                format!("{from}：{}（{}，{letter}）", answer.zh, heard.on),
                format!("{from}: {} ({}, {letter})", answer.en, heard.on),
            )
        }
        Event::Ended(_)
        | Event::CustodyTaken(_)
        | Event::Routed(_)
        | Event::Stranded(_)
        | Event::Offered(_)
        | Event::Accepted(_)
        | Event::Declined(_)
        | Event::Returned(_)
        | Event::Recalled(_)
        | Event::Expired(_)
        | Event::Completed(_)
        | Event::ClockStarted(_)
        | Event::ClockStopped(_)
        | Event::ClockExtended(_)
        | Event::ClockCorrected(_)
        | Event::ClockDueSoon(_)
        | Event::ClockOverdue(_)
        | Event::ClockSupervised(_) => None,
    }
}
