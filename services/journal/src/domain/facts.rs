//! The facts of an event that matter to a reader, in words. No personal data: that is sealed.

use onestop_directory::Directory;
use onestop_proto::{
    case,
    clock::{ClockCorrected, ClockExtended, ClockResumed, ClockStarted, Due, Step},
    envelope::{Envelope, event_name},
    ids::{Topic, UnitId},
    parking,
    personal::{self, PersonalDataKind},
    referral,
    specialist::{self, Facts},
    text::Words,
    time::Timestamp,
};

use super::beside;

/// The facts of an event; empty where the title says it all.
pub(super) fn of(event: &Envelope, directory: &Directory) -> Words {
    let raw = event.raw();
    let told = if let Ok(Some(event)) = raw.parse_if::<case::Event>() {
        of_case(&event, directory)
    } else if let Ok(Some(event)) = raw.parse_if::<personal::Event>() {
        of_access(&event)
    } else if let Ok(Some(event)) = raw.parse_if::<referral::Event>() {
        of_referral(&event, directory)
    } else if let Ok(Some(told)) = specialist::summarize(&raw) {
        of_specialist(&told.facts, directory)
    } else if let Ok(Some(event)) = raw.parse_if::<parking::Event>() {
        of_parking(&event)
    } else {
        None
    };
    told.or_else(|| of_clock(event, directory))
        .unwrap_or(Words {
            zh: String::new(),
            en: String::new(),
        })
}

pub(super) fn words(zh: impl Into<String>, en: impl Into<String>) -> Option<Words> {
    Some(Words {
        zh: zh.into(),
        en: en.into(),
    })
}

/// A unit by its name; by its id if the directory no longer has it.
pub(super) fn name(unit: &UnitId, directory: &Directory) -> String {
    directory
        .unit(unit)
        .map_or_else(|| unit.to_string(), |unit| unit.name.clone())
}

/// Materials by what people call them.
fn list<'a>(materials: impl Iterator<Item = &'a Topic>, directory: &Directory) -> Option<Words> {
    let named = |material: &Topic| {
        let known = directory.material_name(material).cloned();
        known.unwrap_or_else(|| Words::untranslated(material.as_str()))
    };
    let (zh, en): (Vec<_>, Vec<_>) = materials
        .map(|material| {
            let words = named(material);
            (words.zh, words.en)
        })
        .unzip();
    words(zh.join("、"), en.join(", "))
}

fn day(moment: Timestamp) -> String {
    moment.plus_seconds(-1).china_date().to_string()
}

fn of_case(event: &case::Event, directory: &Directory) -> Option<Words> {
    match event {
        case::Event::Opened(opened) => {
            let place = directory.full_name(opened.place);
            let (number, channel) = (&opened.number, opened.channel.text());
            let about = directory.subject_name(&opened.item, &opened.topic);
            words(
                format!("{number}，{}，{place}，{}", about.zh, channel.zh),
                format!("{number}, {}, {place}, {}", about.en, channel.en),
            )
        }
        case::Event::ReferralRequested(requested) => {
            let place = directory.full_name(requested.place);
            words(
                format!("管辖地：{place}"),
                format!("responsible place: {place}"),
            )
        }
        case::Event::MaterialReceived(received) => {
            list(received.materials.iter().map(|m| &m.kind), directory)
        }
        case::Event::HolderNoted(noted) => {
            let holder = name(&noted.holder, directory);
            words(format!("现由 {holder} 负责"), format!("now with {holder}"))
        }
        case::Event::ResultNoted(noted) => {
            let (unit, outcome) = (name(&noted.unit, directory), noted.outcome.text());
            words(
                format!("{unit}：{}", outcome.zh),
                format!("{unit}: {}", outcome.en),
            )
        }
        case::Event::Withdrawn(withdrawn) => {
            words(withdrawn.reason.text().zh, withdrawn.reason.text().en)
        }
        case::Event::Rated(rated) => words(rated.grade.text().zh, rated.grade.text().en),
        case::Event::Closed(closed) => words(closed.after.text().zh, closed.after.text().en),
        case::Event::Erased(erased) => words(erased.basis.text().zh, erased.basis.text().en),
        case::Event::Corrected(corrected) => {
            let reason = corrected.reason.text();
            let what = corrected.corrects;
            words(
                format!("{}，更正 {what}", reason.zh),
                format!("{}, corrects {what}", reason.en),
            )
        }
        case::Event::Merged(merged) => {
            let (number, reason) = (&merged.number, merged.reason.text());
            words(
                format!("并入 {number}：{}", reason.zh),
                format!("into {number}: {}", reason.en),
            )
        }
        case::Event::NoticeGiven(given) => list(given.missing.iter(), directory),
        case::Event::AttachmentAdded(added) => {
            let kind = list([&added.kind].into_iter(), directory)?;
            let (size, media) = (added.size, added.media_type.text());
            words(
                format!("{}，{}，{size} 字节", kind.zh, media.zh),
                format!("{}, {}, {size} bytes", kind.en, media.en),
            )
        }
        case::Event::HomeVisited(visited) => {
            words(visited.purpose.text().zh, visited.purpose.text().en)
        }
        case::Event::FollowedUp(followed) => {
            words(followed.result.text().zh, followed.result.text().en)
        }
        case::Event::Reopened(reopened) => {
            words(reopened.reason.text().zh, reopened.reason.text().en)
        }
        case::Event::Answered(_)
        | case::Event::CameBack(_)
        | case::Event::Archived(_)
        | case::Event::Redone(_)
        | case::Event::ClockStarted(_)
        | case::Event::ClockStopped(_)
        | case::Event::ClockCorrected(_)
        | case::Event::ClockDueSoon(_)
        | case::Event::ClockOverdue(_)
        | case::Event::ClockSupervised(_) => None,
    }
}

fn of_referral(event: &referral::Event, directory: &Directory) -> Option<Words> {
    let named = |unit: &UnitId| name(unit, directory);
    match event {
        referral::Event::CustodyTaken(taken) => words(named(&taken.by), named(&taken.by)),
        referral::Event::Routed(routed) => {
            let (chosen, others) = (named(&routed.route.chosen), routed.route.candidates.len());
            let rule = &routed.route.rule;
            words(
                format!(
                    "{chosen}（{}；候选 {others} 个；{}）",
                    rule.zh, routed.route.basis
                ),
                format!(
                    "{chosen} ({}; {others} candidates; {})",
                    rule.en, routed.route.basis
                ),
            )
        }
        referral::Event::Stranded(stranded) => {
            let count = stranded.candidates.len();
            words(
                format!("候选 {count} 个，均不可转"),
                format!("{count} candidates, none left"),
            )
        }
        referral::Event::Offered(offered) => {
            let (to, until) = (named(&offered.to), day(offered.until));
            words(
                format!("转给 {to}，签收截止 {until}"),
                format!("to {to}, to answer by {until}"),
            )
        }
        referral::Event::Accepted(accepted) => {
            let (from, to) = (named(&accepted.from), named(&accepted.to));
            words(format!("{from} → {to}"), format!("{from} → {to}"))
        }
        referral::Event::Declined(declined) => {
            let (by, reason) = (named(&declined.by), declined.reason.text());
            words(
                format!("{by}：{}", reason.zh),
                format!("{by}: {}", reason.en),
            )
        }
        referral::Event::Returned(returned) => {
            let (from, to) = (named(&returned.from), named(&returned.to));
            let reason = returned.reason.text();
            words(
                format!("{from} → {to}：{}", reason.zh),
                format!("{from} → {to}: {}", reason.en),
            )
        }
        referral::Event::Recalled(recalled) => {
            let (to, reason) = (named(&recalled.to), recalled.reason.text());
            words(
                format!("不再转给 {to}：{}", reason.zh),
                format!("no longer to {to}: {}", reason.en),
            )
        }
        referral::Event::Expired(expired) => {
            let to = named(&expired.to);
            words(
                format!("{to} 逾期未答复"),
                format!("{to} did not answer in time"),
            )
        }
        referral::Event::Completed(completed) => {
            let (from, to) = (named(&completed.from), named(&completed.to));
            let outcome = completed.outcome.text();
            words(
                format!("{from} → {to}：{}", outcome.zh),
                format!("{from} → {to}: {}", outcome.en),
            )
        }
        referral::Event::Disputed(_)
        | referral::Event::DisputeWithdrawn(_)
        | referral::Event::ExternalBodyResponsible(_)
        | referral::Event::Ended(_)
        | referral::Event::Designated(_)
        | referral::Event::ExtensionRequested(_)
        | referral::Event::ExtensionRefused(_)
        | referral::Event::SupervisionOrdered(_)
        | referral::Event::SupervisionAnswered(_)
        | referral::Event::CoInvited(_)
        | referral::Event::CoJoined(_)
        | referral::Event::CoDeclined(_)
        | referral::Event::CoReported(_)
        | referral::Event::CoReleased(_)
        | referral::Event::LeadFinished(_)
        | referral::Event::HandedOver(_)
        | referral::Event::ExternalBodyReplied(_) => beside::of(event, directory),
        referral::Event::ClockStarted(_)
        | referral::Event::ClockStopped(_)
        | referral::Event::ClockExtended(_)
        | referral::Event::ClockCorrected(_)
        | referral::Event::ClockDueSoon(_)
        | referral::Event::ClockOverdue(_)
        | referral::Event::ClockSupervised(_) => None,
    }
}

/// What was opened, and why.
fn of_access(event: &personal::Event) -> Option<Words> {
    let personal::Event::PersonalDataAccessed(opened) = event;
    let kinds = opened.kinds.iter().copied().map(PersonalDataKind::text);
    let (zh, en): (Vec<_>, Vec<_>) = kinds.map(|text| (text.zh, text.en)).unzip();
    let (zh, en) = (zh.join("、"), en.join(", "));
    match &opened.reason {
        Some(reason) => words(format!("{zh}：{reason}"), format!("{en}: {reason}")),
        None => words(zh, en),
    }
}

fn of_specialist(facts: &Facts, directory: &Directory) -> Option<Words> {
    match facts {
        Facts::Title => None,
        Facts::Words(words) => Some(words.clone()),
        Facts::Materials(materials) => list(materials.iter(), directory),
    }
}

fn of_parking(event: &parking::Event) -> Option<Words> {
    match event {
        parking::Event::Parked(parked) => {
            let (kind, at) = (&parked.event_type, &parked.at);
            let place = format!("{kind}，{} #{}", at.source, at.position);
            match &parked.reason {
                parking::Reason::Failed { problem } => {
                    words(format!("{place}：{problem}"), format!("{place}: {problem}"))
                }
                parking::Reason::Behind {} => words(
                    format!("{place}：等候本案先前的事件"),
                    format!("{place}: behind an earlier event of the case"),
                ),
            }
        }
        parking::Event::Taken(taken) => Some(Words::untranslated(&taken.event.to_string())),
        parking::Event::Skipped(skipped) => words(
            format!("{}：{}", skipped.event, skipped.why),
            format!("{}: {}", skipped.event, skipped.why),
        ),
    }
}

/// Clocks of any service, also of one that is new here.
fn of_clock(event: &Envelope, directory: &Directory) -> Option<Words> {
    let step: Step = event.data.get("step")?.as_str()?.parse().ok()?;
    let step = directory
        .step_name(&step)
        .cloned()
        .unwrap_or_else(|| Words::untranslated(step.as_str()));
    let due_words = |due: &Due| {
        let certainty = due.certainty.text();
        words(
            format!("{}，{} 到期（{}）", step.zh, due.day, certainty.zh),
            format!("{}, due {} ({})", step.en, due.day, certainty.en),
        )
    };
    match event_name(&event.event_type) {
        "clock-started" => {
            let started: ClockStarted = serde_json::from_value(event.data.clone()).ok()?;
            let (limit, kind) = (&started.limit, started.limit.kind.text());
            words(
                format!(
                    "{}，{} {}，{} 到期（{}）",
                    step.zh, limit.days, kind.zh, started.due.day, limit.basis
                ),
                format!(
                    "{}, {} {}, due {} ({})",
                    step.en, limit.days, kind.en, started.due.day, limit.basis
                ),
            )
        }
        "clock-resumed" => {
            let resumed: ClockResumed = serde_json::from_value(event.data.clone()).ok()?;
            due_words(&resumed.due)
        }
        "clock-extended" => {
            let extended: ClockExtended = serde_json::from_value(event.data.clone()).ok()?;
            due_words(&extended.due)
        }
        "clock-corrected" => {
            let corrected: ClockCorrected = serde_json::from_value(event.data.clone()).ok()?;
            let moved = corrected.words();
            words(
                format!("{}，{}", step.zh, moved.zh),
                format!("{}, {}", step.en, moved.en),
            )
        }
        _ => Some(step),
    }
}
