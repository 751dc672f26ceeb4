//! The facts of what happens besides the handoffs: disputes, supervision, co-units, bodies outside.

use onestop_proto::{
    narrowed,
    referral::{self, DisclosedData},
    text::Words,
};

use super::{Names, labelled, quoted, words};

narrowed! {
    /// The events besides the handoffs that say more than their title.
    enum Fact of referral {
        Disputed, DisputeWithdrawn, ExternalBodyResponsible, Designated, ExtensionRequested, ExtensionRefused,
        SupervisionOrdered, SupervisionAnswered, CoInvited, CoJoined, CoDeclined, CoReported,
        CoReleased, LeadFinished, HandedOver, ExternalBodyReplied,
    }
}

pub(super) fn facts(event: &referral::Event, names: Names<'_>) -> Option<Words> {
    Some(match Fact::of(event)? {
        Fact::Disputed(disputed) => dispute(disputed, names),
        Fact::DisputeWithdrawn(dropped) => dropped.reason.text().into(),
        Fact::ExternalBodyResponsible(pointed) => {
            let (to, holder) = (names.unit(&pointed.to), names.unit(&pointed.holder));
            words(
                format!("{to}；责任仍在 {holder}"),
                format!("{to}; {holder} keeps the case"),
            )
        }
        Fact::Designated(designated) => {
            let (by, to) = (names.unit(&designated.by), names.unit(&designated.to));
            let why = &designated.why;
            words(
                format!("{by} 指定 {to}：{why}"),
                format!("{by} designates {to}: {why}"),
            )
        }
        Fact::ExtensionRequested(request) => quoted(&names.unit(&request.by), &request.reason),
        Fact::ExtensionRefused(refused) => quoted(&names.unit(&refused.unit), &refused.why),
        Fact::SupervisionOrdered(ordered) => instruction(ordered, names),
        Fact::SupervisionAnswered(answered) => quoted(&names.unit(&answered.by), &answered.answer),
        Fact::CoInvited(invited) => {
            let (lead, unit) = (names.unit(&invited.lead), names.unit(&invited.unit));
            let task = &invited.task;
            words(
                format!("主办 {lead}，协办 {unit}：{task}"),
                format!("lead {lead}, co-unit {unit}: {task}"),
            )
        }
        Fact::CoJoined(joined) => Words::untranslated(&names.unit(&joined.unit)),
        Fact::CoDeclined(declined) => labelled(&names.unit(&declined.unit), declined.reason.text()),
        Fact::CoReported(reported) => quoted(&names.unit(&reported.unit), &reported.report),
        Fact::CoReleased(released) => quoted(&names.unit(&released.unit), &released.why),
        Fact::LeadFinished(done) => {
            let (lead, outcome) = (names.unit(&done.lead), done.outcome.text());
            words(
                format!("{lead}：{}，待协办单位", outcome.zh),
                format!("{lead}: {}, the co-units are not done", outcome.en),
            )
        }
        Fact::HandedOver(handed) => hand_over(handed, names),
        Fact::ExternalBodyReplied(reply) => {
            let (from, answer) = (names.unit(&reply.from), reply.answer.text());
            let (on, letter) = (reply.on, reply.letter.as_deref().unwrap_or("-"));
            words(
                format!("{from}：{}（{on}，{letter}）", answer.zh),
                format!("{from}: {} ({on}, {letter})", answer.en),
            )
        }
    })
}

fn dispute(disputed: &referral::Disputed, names: Names<'_>) -> Words {
    let (by, supervisor) = (names.unit(&disputed.by), names.unit(&disputed.supervisor));
    let (reason, why) = (disputed.reason.text(), &disputed.why);
    words(
        format!("{by}：{}（{why}）；由 {supervisor} 指定", reason.zh),
        format!("{by}: {} ({why}); {supervisor} designates", reason.en),
    )
}

fn instruction(ordered: &referral::SupervisionOrdered, names: Names<'_>) -> Words {
    let (by, holder) = (names.unit(&ordered.by), names.unit(&ordered.holder));
    let (instruction, until) = (&ordered.instruction, ordered.until.china_date());
    words(
        format!("{by} 督办 {holder}：{instruction}（{until} 前反馈）"),
        format!("{by} to {holder}: {instruction} (answer before {until})"),
    )
}

fn hand_over(handed: &referral::HandedOver, names: Names<'_>) -> Words {
    let (by, to) = (names.unit(&handed.by), names.unit(&handed.to));
    let (purpose, basis) = (handed.purpose.text(), handed.basis.reference());
    let kinds = handed.data.iter().copied().map(DisclosedData::text);
    let (zh, en): (Vec<_>, Vec<_>) = kinds.map(|text| (text.zh, text.en)).unzip();
    let (zh, en) = (zh.join("、"), en.join(", "));
    let until = handed.kept_until;
    words(
        format!(
            "{by} → {to}：{}；个人信息：{zh}；依据：{basis}；记录保存至 {until}；责任仍在 {by}",
            purpose.zh
        ),
        format!(
            "{by} → {to}: {}; personal data: {en}; on the ground of {basis}; record kept until {until}; {by} keeps the case",
            purpose.en
        ),
    )
}
