//! The facts of intake's events.

use onestop_proto::{case, date_words::day_words, narrowed, personal, text::Words};

use super::{Names, labelled, list, message};

narrowed! {
    /// The events of a case that say more than their title.
    enum Fact of case {
        Opened, ReferralRequested, MaterialReceived, HolderNoted, CameBack, HandoverNoted, ResultNoted, Withdrawn, Rated,
        Closed, Erased(personal::Erased), ErasureRequested(personal::ErasureRequested),
        ErasureRefused(personal::ErasureRefused), Corrected, Merged, NoticeGiven, AttachmentAdded, HomeVisited, NeedSettled,
        FollowedUp,
        Reopened, GroupReported, MarkedUrgent, UrgencyLifted,
    }
}

pub(super) fn facts(event: &case::Event, names: Names<'_>) -> Option<Words> {
    Some(match Fact::of(event)? {
        Fact::Opened(opened) => warned(opening(opened, names), &opened.warnings),
        Fact::ReferralRequested(requested) => {
            let place = names.0.full_name(requested.subject.place);
            message("referral-requested", &[("place", (&place).into())])
        }
        Fact::MaterialReceived(received) => {
            let kinds: Vec<_> = received.materials.iter().map(|m| m.kind.clone()).collect();
            names.materials(&kinds)
        }
        Fact::HolderNoted(noted) => {
            let holder = names.unit(&noted.holder);
            message("holder-noted", &[("holder", (&holder).into())])
        }
        Fact::CameBack(back) => awaits_handover(back, names)?,
        Fact::HandoverNoted(noted) => Words::untranslated(&names.unit(&noted.to)),
        Fact::ResultNoted(noted) => labelled(&names.unit(&noted.unit), noted.outcome.text()),
        Fact::Withdrawn(withdrawn) => withdrawn.reason.text().into(),
        Fact::Rated(rated) => rated.grade.text().into(),
        Fact::Closed(closed) => closing(closed),
        Fact::Erased(erased) => erased.basis.text().into(),
        Fact::ErasureRequested(requested) => requested.basis.text().into(),
        Fact::ErasureRefused(refused) => {
            let basis: Words = refused.basis.text().into();
            message(
                "labelled",
                &[("name", basis.into()), ("text", (&refused.note).into())],
            )
        }
        Fact::Corrected(corrected) => {
            let reason = corrected.reason.text().into();
            warned(
                message("corrected", &[("reason", reason)]),
                &corrected.warnings,
            )
        }
        Fact::Merged(merged) => {
            let reason = merged.reason.text().into();
            let number = (&merged.number).into();
            message("merged", &[("number", number), ("reason", reason)])
        }
        Fact::NoticeGiven(given) => names.materials(&given.missing),
        Fact::AttachmentAdded(added) => attachment(added, names),
        Fact::HomeVisited(visited) => home_visit(visited),
        Fact::NeedSettled(settled) => labelled(settled.need.text(), settled.how.text()),
        Fact::MarkedUrgent(marked) => marked.reason.text().into(),
        Fact::UrgencyLifted(lifted) => lifted.reason.text().into(),
        Fact::FollowedUp(followed) => followed.result.text().into(),
        Fact::Reopened(reopened) => reopened.reason.text().into(),
        Fact::GroupReported(told) => {
            let supervisor = names.unit(&told.supervisor);
            let people = (&told.people).into();
            message(
                "group-reported",
                &[("people", people), ("supervisor", (&supervisor).into())],
            )
        }
    })
}

/// To which body outside the window hands it over, where one is responsible.
fn awaits_handover(back: &case::CameBack, names: Names<'_>) -> Option<Words> {
    let to = names.unit(back.external.as_ref()?);
    Some(message("to-hand-over", &[("to", (&to).into())]))
}

/// At which stage it was closed, and which needs were open.
fn closing(closed: &case::Closed) -> Words {
    let after = closed.after.text();
    if closed.open_needs.is_empty() {
        return after.into();
    }
    let needs = closed.open_needs.iter();
    let needs = list(needs.map(|need| need.text().into()));
    message(
        "closed-with-needs",
        &[("after", after.into()), ("needs", needs.into())],
    )
}

/// What a visit was for, when, and what came of it.
fn home_visit(visited: &case::HomeVisited) -> Words {
    let day = visited.on.map(day_words);
    let outcome = visited.outcome.map(|outcome| outcome.text().into());
    let purpose = visited.purpose.text().into();
    list([Some(purpose), day, outcome].into_iter().flatten())
}

/// With what the clerk should look at again.
fn warned(facts: Words, warnings: &[case::Warning]) -> Words {
    if warnings.is_empty() {
        return facts;
    }
    let warnings = list(warnings.iter().map(|warning| warning.text().into()));
    message(
        "warned",
        &[("facts", facts.into()), ("warnings", warnings.into())],
    )
}

/// A case that an organ's letter opened says so.
fn opening(opened: &case::Opened, names: Names<'_>) -> Words {
    let opening = registration(opened, names);
    match &opened.notice {
        Some(notice) => message(
            "opened-by-notice",
            &[
                ("opening", opening.into()),
                (
                    "notice",
                    notice.words_naming(names.outside_organ(notice)).into(),
                ),
            ],
        ),
        None => opening,
    }
}

fn registration(opened: &case::Opened, names: Names<'_>) -> Words {
    let about = names.0.subject_name(&opened.item, &opened.topic);
    message(
        "opened",
        &[
            ("number", (&opened.number).into()),
            ("about", about.into()),
            ("place", (&names.0.full_name(opened.place)).into()),
            ("channel", opened.channel.text().into()),
        ],
    )
}

fn attachment(added: &case::AttachmentAdded, names: Names<'_>) -> Words {
    let kind = names.materials(std::slice::from_ref(&added.kind));
    message(
        "attachment-added",
        &[
            ("kind", kind.into()),
            ("media", added.media_type.text().into()),
            ("size", (&added.size).into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The step of the registration has what intake noticed at it.
    #[test]
    fn what_is_to_be_looked_at_again_is_told_with_the_registration() {
        let opening = || Words {
            zh: "登记".into(),
            en: "registered".into(),
        };
        assert_eq!(warned(opening(), &[]), opening());
        let told = warned(
            opening(),
            &[case::Warning::NoDocument, case::Warning::OldNumber],
        );
        let wanted = "登记。请注意：未带证件，请在办理前补核、十五位旧身份证号码，请尽量核对现用的十八位号码";
        assert_eq!(told.zh, wanted);
    }
}
