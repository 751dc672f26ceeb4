//! The facts of what happens besides the handoffs: disputes, supervision, co-units, bodies outside.

use onestop_proto::{
    date_words::day_words,
    narrowed,
    referral::{self, DisclosedData},
    text::Words,
};

use super::{Names, labelled, list, message, quoted};

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
            let to = (&names.unit(&pointed.to)).into();
            let holder = (&names.unit(&pointed.holder)).into();
            message(
                "external-body-responsible",
                &[("to", to), ("holder", holder)],
            )
        }
        Fact::Designated(designated) => {
            let by = (&names.unit(&designated.by)).into();
            let to = (&names.unit(&designated.to)).into();
            let why = (&designated.why).into();
            message("designated", &[("by", by), ("to", to), ("why", why)])
        }
        Fact::ExtensionRequested(request) => quoted(&names.unit(&request.by), &request.reason),
        Fact::ExtensionRefused(refused) => quoted(&names.unit(&refused.unit), &refused.why),
        Fact::SupervisionOrdered(ordered) => instruction(ordered, names),
        Fact::SupervisionAnswered(answered) => quoted(&names.unit(&answered.by), &answered.answer),
        Fact::CoInvited(invited) => {
            let lead = (&names.unit(&invited.lead)).into();
            let unit = (&names.unit(&invited.unit)).into();
            let task = (&invited.task).into();
            message(
                "co-invited",
                &[("lead", lead), ("unit", unit), ("task", task)],
            )
        }
        Fact::CoJoined(joined) => Words::untranslated(&names.unit(&joined.unit)),
        Fact::CoDeclined(declined) => labelled(&names.unit(&declined.unit), declined.reason.text()),
        Fact::CoReported(reported) => quoted(&names.unit(&reported.unit), &reported.report),
        Fact::CoReleased(released) => quoted(&names.unit(&released.unit), &released.why),
        Fact::LeadFinished(done) => {
            let lead = (&names.unit(&done.lead)).into();
            let outcome = done.outcome.text().into();
            message("lead-finished", &[("lead", lead), ("outcome", outcome)])
        }
        Fact::HandedOver(handed) => hand_over(handed, names),
        Fact::ExternalBodyReplied(reply) => external_reply(reply, names),
    })
}

fn dispute(disputed: &referral::Disputed, names: Names<'_>) -> Words {
    message(
        "disputed",
        &[
            ("by", (&names.unit(&disputed.by)).into()),
            ("reason", disputed.reason.text().into()),
            ("why", (&disputed.why).into()),
            ("supervisor", (&names.unit(&disputed.supervisor)).into()),
        ],
    )
}

fn external_reply(reply: &referral::ExternalBodyReplied, names: Names<'_>) -> Words {
    message(
        "external-body-replied",
        &[
            ("from", (&names.unit(&reply.from)).into()),
            ("answer", reply.answer.text().into()),
            ("on", (&reply.on).into()),
            ("letter", (&reply.letter.as_deref().unwrap_or("-")).into()),
        ],
    )
}

fn instruction(ordered: &referral::SupervisionOrdered, names: Names<'_>) -> Words {
    message(
        "supervision-ordered",
        &[
            ("by", (&names.unit(&ordered.by)).into()),
            ("holder", (&names.unit(&ordered.holder)).into()),
            ("instruction", (&ordered.instruction).into()),
            ("until", day_words(ordered.until.last_china_date()).into()),
        ],
    )
}

fn hand_over(handed: &referral::HandedOver, names: Names<'_>) -> Words {
    let data = handed.data.iter().copied().map(DisclosedData::text);
    message(
        "handed-over",
        &[
            ("by", (&names.unit(&handed.by)).into()),
            ("to", (&names.unit(&handed.to)).into()),
            ("purpose", handed.purpose.text().into()),
            ("data", list(data.map(Words::from)).into()),
            ("basis", (&handed.basis.reference()).into()),
            ("until", day_words(handed.kept_until).into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use onestop_directory::Directory;
    use onestop_proto::{referral::SupervisionOrdered, time::Timestamp};
    use serde_json::json;

    use super::*;

    /// The day in the step is the last day of the clock, which ends at 24:00.
    #[test]
    fn a_supervision_names_the_last_day_of_its_clock() {
        let directory = Directory::built_in().unwrap();
        let end = Timestamp::end_of_china_day("2026-12-03".parse().unwrap());
        let ordered: SupervisionOrdered = serde_json::from_value(json!({
            "by": "s6chnegt3.bureau",
            "by_division": "530821",
            "holder": "s6chnegt3.window",
            "instruction": "请说明进度",
            "until": end,
        }))
        .unwrap();
        let said = instruction(&ordered, Names(&directory)).zh;
        assert!(said.contains("12月3日"), "{said}");
    }
}
