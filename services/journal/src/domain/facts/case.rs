//! The facts of intake's events.

use onestop_proto::{case, narrowed, personal, text::Words};

use super::{Names, labelled, words};

narrowed! {
    /// The events of a case that say more than their title.
    enum Fact of case {
        Opened, ReferralRequested, MaterialReceived, HolderNoted, ResultNoted, Withdrawn, Rated,
        Closed, Erased(personal::Erased), Corrected, Merged, NoticeGiven, AttachmentAdded, HomeVisited, FollowedUp,
        Reopened,
    }
}

pub(super) fn facts(event: &case::Event, names: Names<'_>) -> Option<Words> {
    Some(match Fact::of(event)? {
        Fact::Opened(opened) => opening(opened, names),
        Fact::ReferralRequested(requested) => {
            let place = names.0.full_name(requested.place);
            words(
                format!("管辖地：{place}"),
                format!("responsible place: {place}"),
            )
        }
        Fact::MaterialReceived(received) => {
            let kinds: Vec<_> = received.materials.iter().map(|m| m.kind.clone()).collect();
            names.materials(&kinds)
        }
        Fact::HolderNoted(noted) => {
            let holder = names.unit(&noted.holder);
            words(format!("现由 {holder} 负责"), format!("now with {holder}"))
        }
        Fact::ResultNoted(noted) => labelled(&names.unit(&noted.unit), noted.outcome.text()),
        Fact::Withdrawn(withdrawn) => withdrawn.reason.text().into(),
        Fact::Rated(rated) => rated.grade.text().into(),
        Fact::Closed(closed) => closed.after.text().into(),
        Fact::Erased(erased) => erased.basis.text().into(),
        Fact::Corrected(corrected) => {
            let (reason, what) = (corrected.reason.text(), corrected.corrects);
            words(
                format!("{}，更正 {what}", reason.zh),
                format!("{}, corrects {what}", reason.en),
            )
        }
        Fact::Merged(merged) => {
            let (number, reason) = (&merged.number, merged.reason.text());
            words(
                format!("并入 {number}：{}", reason.zh),
                format!("into {number}: {}", reason.en),
            )
        }
        Fact::NoticeGiven(given) => names.materials(&given.missing),
        Fact::AttachmentAdded(added) => attachment(added, names),
        Fact::HomeVisited(visited) => visited.purpose.text().into(),
        Fact::FollowedUp(followed) => followed.result.text().into(),
        Fact::Reopened(reopened) => reopened.reason.text().into(),
    })
}

fn opening(opened: &case::Opened, names: Names<'_>) -> Words {
    let place = names.0.full_name(opened.place);
    let (number, channel) = (&opened.number, opened.channel.text());
    let about = names.0.subject_name(&opened.item, &opened.topic);
    words(
        format!("{number}，{}，{place}，{}", about.zh, channel.zh),
        format!("{number}, {}, {place}, {}", about.en, channel.en),
    )
}

fn attachment(added: &case::AttachmentAdded, names: Names<'_>) -> Words {
    let kind = names.materials(std::slice::from_ref(&added.kind));
    let (size, media) = (added.size, added.media_type.text());
    words(
        format!("{}，{}，{size} 字节", kind.zh, media.zh),
        format!("{}, {}, {size} bytes", kind.en, media.en),
    )
}
