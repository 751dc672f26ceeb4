//! A case as a citizen with the receipt sees it (查询): its steps in plain words, the unit that holds it, and
//! when it should be done. It holds no person's name and nothing of what the citizen said.

use jiff::civil::Date;
use onestop_directory::{AnswerBy, Directory};
use onestop_proto::{
    case::{self, Event, PapersAwaited, ReferredTo, Stage, TrackStep, TrackView},
    envelope::{Envelope, EventType},
    ids::UnitId,
    narrowed,
    text::Words,
    time::Timestamp,
};

use crate::domain::{Case, Standing};

pub(crate) fn track_view(
    case: &Case,
    opened_at: Timestamp,
    history: &[Envelope],
    directory: &Directory,
    today: Date,
) -> Result<TrackView, serde_json::Error> {
    let holder = directory.unit(case.holder());
    let (mut steps, mut outcome) = (Vec::new(), None);
    for envelope in history {
        let event: Event = envelope.raw().parse()?;
        if let Event::ResultNoted(noted) = &event {
            outcome = Some(noted.outcome);
        }
        if let Some(what) = plain_words(&event, directory) {
            let day = envelope.time.china_date();
            steps.push(TrackStep { day, what });
        }
    }
    let expected = expected(case, opened_at, directory);
    let missing = case.notice.iter().flatten();
    let named = |kind| {
        let known = directory.material_name(kind).cloned();
        known.unwrap_or_else(|| Words::untranslated(kind.as_str()))
    };
    let (item, topic) = (&case.about.item, &case.about.topic);
    // A receipt may lie where the person lives whom the case is about.
    let about = directory.subject_on_paper(item, topic);
    let topic = (!directory.is_sensitive(item, topic)).then(|| topic.clone());
    let view = TrackView {
        number: case.opened.number.clone(),
        case: None,
        item: item.clone(),
        topic,
        about,
        standing: case.stage().text().into(),
        stage: Some(case.stage()),
        status: None,
        outcome: outcome.filter(|_| is_decided(case)),
        steps,
        holder: holder.map_or_else(|| case.holder().to_string(), |unit| unit.name.clone()),
        phone: directory
            .phone_for_citizens(case.holder(), today)
            .to_owned(),
        expected: expected.map(|told| told.day),
        promised: expected.is_some_and(|told| told.promised),
        certainty: expected.map(|told| told.certainty),
        missing: missing.map(named).collect(),
        texts: Vec::new(),
    };
    if case.stage() == Stage::Referred {
        // Referral knows where it is.
        return Ok(view);
    }
    Ok(view.located(Some(ReferredTo::Undecided), PapersAwaited::No))
}

/// Whether the last result of a unit counts: a case that was opened again is not decided.
fn is_decided(case: &Case) -> bool {
    match case.standing {
        Standing::ResultBack | Standing::Closed | Standing::Archived => true,
        Standing::AtWindow
        | Standing::Referred { .. }
        | Standing::HandedOver { .. }
        | Standing::Answered
        | Standing::Withdrawn
        | Standing::Merged { .. } => false,
    }
}

/// By when it should be done: after a bad rating, the redo; else what the directory tells of the whole.
fn expected(case: &Case, opened_at: Timestamp, directory: &Directory) -> Option<AnswerBy> {
    if let Some(clock) = case.redo_clock() {
        return Some(AnswerBy {
            day: clock.due.day,
            certainty: clock.due.certainty,
            promised: false,
        });
    }
    match case.standing {
        Standing::AtWindow | Standing::Referred { .. } => {}
        Standing::HandedOver { .. }
        | Standing::ResultBack
        | Standing::Answered
        | Standing::Withdrawn
        | Standing::Closed
        | Standing::Archived
        | Standing::Merged { .. } => return None,
    }
    directory.answer_by(&case.about.item, case.opened.window_division, opened_at)
}

narrowed! {
    /// The events that a citizen is shown by their title.
    enum Titled of case {
        Opened, ReferralRequested, Answered, Withdrawn, Closed, Archived,
        NoticeGiven, HomeVisited, Redone, Reopened,
    }
}

narrowed! {
    /// The events that a citizen is shown with what they say.
    enum Worded of case { HolderNoted, CameBack, HandoverNoted, ResultNoted, MaterialReceived, Merged }
}

/// A step in plain words; none for the office's own steps.
fn plain_words(event: &Event, directory: &Directory) -> Option<Words> {
    let title = || {
        let known = Event::TYPES.iter();
        let title = known.filter(|info| info.name == event.event_type());
        title.map(|info| Words::from(info.title)).next()
    };
    let words = |zh: String, en: String| Some(Words { zh, en });
    let Some(worded) = Worded::of(event) else {
        return Titled::of(event).and_then(|_| title());
    };
    let name = |unit: &UnitId| {
        let known = directory.unit(unit);
        known.map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    };
    match worded {
        Worded::HolderNoted(noted) => {
            let name = name(&noted.holder);
            words(format!("现由 {name} 负责"), format!("now with {name}"))
        }
        Worded::CameBack(back) => match &back.external {
            Some(body) => {
                let name = name(body);
                words(
                    format!("由 {name} 受理，窗口负责移送"),
                    format!("{name} takes it; the window hands it over"),
                )
            }
            None => title(),
        },
        Worded::ResultNoted(noted) => {
            let (name, outcome) = (name(&noted.unit), noted.outcome.text());
            words(
                format!("{name} 的办理结果：{}", outcome.zh),
                format!("{name}: {}", outcome.en),
            )
        }
        Worded::HandoverNoted(noted) => {
            let name = name(&noted.to);
            words(format!("已移送 {name}"), format!("handed over to {name}"))
        }
        Worded::MaterialReceived(received) => match received.receipt {
            Some(receipt) => words(
                format!("收到材料（第 {receipt} 号凭证）"),
                format!("material received (receipt {receipt})"),
            ),
            None => title(),
        },
        Worded::Merged(merged) => {
            let number = &merged.number;
            words(format!("并入 {number}"), format!("goes on as {number}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::{case::CaseStatus, clock::Certainty};

    use super::*;
    use crate::domain::evolve;

    const TOWN: &str = "530822101";
    const TODAY: Date = jiff::civil::date(2026, 11, 28);

    fn opened(directory: &Directory, item: &str, topic: &str) -> Case {
        let window = directory.unit_at(TOWN.parse().unwrap(), &"window".parse().unwrap());
        let window = window.unwrap();
        let opened = serde_json::json!({
            "number": format!("{}-261123-001", window.site),
            "site": window.site,
            "window": window.id,
            "window_division": TOWN,
            "item": item,
            "topic": topic,
            "place": TOWN,
            "channel": "window",
            "applicant": "sealed",
        });
        let opened: onestop_proto::case::Opened = serde_json::from_value(opened).unwrap();
        evolve(None, &Event::from(opened)).unwrap()
    }

    /// 服务承诺: a figure that was taken from elsewhere as a start is not shown to a citizen as a date; what a bureau
    /// promises is, as a promise.
    #[test]
    fn only_what_a_bureau_promises_is_told_as_a_date() {
        let opened_at = "2026-11-23 09:30:00".parse().unwrap();
        let told = |directory: &Directory| {
            let case = opened(directory, "legal-aid", "labour-pay");
            let view = track_view(&case, opened_at, &[], directory, TODAY).unwrap();
            (view.expected.map(|day| day.to_string()), view.promised)
        };
        assert_eq!(told(&Directory::built_in().unwrap()), (None, false));
        let promise = "\n[[standard]]\nstep = \"intake.legal-aid\"\ndays = 10\nkind = \"working\"\nbasis = \"墨江县司法局服务承诺\"\n\
                       status = \"local-promise\"\nplace = \"530822\"\nvalid_from = 2026-01-01\n";
        let promised = Directory::built_in_with("standards.toml", promise).unwrap();
        assert_eq!(told(&promised), (Some("2026-12-07".to_owned()), true));
    }

    /// 暂定: a day of a year whose calendar is not announced is told as provisional to the citizen too.
    #[test]
    fn a_day_of_a_calendar_that_is_to_come_is_told_as_provisional() {
        let promise = "\n[[standard]]\nstep = \"intake.legal-aid\"\ndays = 10\nkind = \"working\"\nbasis = \"墨江县司法局服务承诺\"\n\
                       status = \"local-promise\"\nplace = \"530822\"\nvalid_from = 2026-01-01\n";
        let directory = Directory::built_in_with("standards.toml", promise).unwrap();
        let told = |opened_at: &str| {
            let case = opened(&directory, "legal-aid", "labour-pay");
            let opened_at = opened_at.parse().unwrap();
            track_view(&case, opened_at, &[], &directory, TODAY)
                .unwrap()
                .certainty
        };
        assert_eq!(told("2026-11-23 09:30:00"), Some(Certainty::Firm));
        assert_eq!(told("2027-01-25 09:30:00"), Some(Certainty::Provisional));
        let none = opened(&directory, "consultation", "labour");
        let view = track_view(
            &none,
            "2027-01-25 09:30:00".parse().unwrap(),
            &[],
            &directory,
            TODAY,
        );
        assert_eq!(view.unwrap().certainty, None);
    }

    /// What intake knows by itself it says as every page does; where a referred case is, it does not.
    #[test]
    fn a_case_at_the_window_has_its_status() {
        let directory = Directory::built_in().unwrap();
        let case = opened(&directory, "consultation", "labour");
        let opened_at = "2026-11-23 09:30:00".parse().unwrap();
        let view = track_view(&case, opened_at, &[], &directory, TODAY).unwrap();
        assert_eq!(view.status, Some(CaseStatus::AtWindow));
        assert_eq!(view.standing, Words::from(CaseStatus::AtWindow.text()));
    }

    /// 法律援助法 art. 49: a refused applicant reads of the refusal, and can object.
    #[test]
    fn a_refusal_is_told_with_the_unit_that_refused() {
        let directory = Directory::built_in().unwrap();
        let agency = directory.unit_at("530822".parse().unwrap(), &"legal-aid".parse().unwrap());
        let agency = agency.unwrap();
        let result = Event::from(case::ResultNoted {
            unit: agency.id.clone(),
            outcome: onestop_proto::referral::Outcome::Refused,
        });
        let said = plain_words(&result, &directory).unwrap().zh;
        assert_eq!(said, format!("{} 的办理结果：不予办理", agency.name));
        let case = opened(&directory, "legal-aid", "labour-pay");
        assert!(!is_decided(&case));
        assert!(is_decided(&evolve(Some(case), &result).unwrap()));
    }

    /// What became of a case for a body outside, in words of a citizen.
    #[test]
    fn a_case_that_was_handed_over_says_to_whom() {
        let directory = Directory::built_in().unwrap();
        let court = directory.unit_at("530822".parse().unwrap(), &"court".parse().unwrap());
        let court = court.unwrap();
        let said = |event: Event| plain_words(&event, &directory).unwrap().zh;
        let back = said(Event::from(case::CameBack {
            external: Some(court.id.clone()),
        }));
        let handed = said(Event::from(case::HandoverNoted {
            handover: "019ab0c4-8000-7000-8000-000000000002".parse().unwrap(),
            to: court.id.clone(),
            at: "2026-11-23 09:30:00".parse().unwrap(),
        }));
        assert_eq!(back, format!("由 {} 受理，窗口负责移送", court.name));
        assert_eq!(handed, format!("已移送 {}", court.name));
    }

    /// The telephone number shown.
    fn phone(directory: &Directory) -> String {
        let opened_at = "2026-11-23 09:30:00".parse().unwrap();
        let case = opened(directory, "consultation", "labour");
        track_view(&case, opened_at, &[], directory, TODAY)
            .unwrap()
            .phone
    }

    #[test]
    fn a_sensitive_topic_is_never_shown() {
        let directory = Directory::built_in().unwrap();
        let shown = |topic: &str| {
            let case = opened(&directory, "legal-aid", topic);
            let opened_at = "2026-11-23 09:30:00".parse().unwrap();
            let view = track_view(&case, opened_at, &[], &directory, TODAY).unwrap();
            (view.topic.is_some(), view.about.zh)
        };
        assert_eq!(shown("domestic-violence"), (false, "法律援助".to_owned()));
        let (topic, about) = shown("labour-pay");
        assert!(topic && about.contains("劳动报酬"), "{about}");
    }

    #[test]
    fn the_citizen_calls_the_holder_or_the_hotline() {
        let without_phone = Directory::built_in().unwrap();
        assert_eq!(phone(&without_phone), "12348");
        let with_phone = format!(
            "\n[[site]]\ndivision = \"{TOWN}\"\n\n[[site.unit]]\nkind = \"window\"\n\
             phone = \"0879-4221234\"\n"
        );
        assert_eq!(
            phone(&Directory::built_in_with("sites.toml", &with_phone).unwrap()),
            "0879-4221234"
        );
    }
}
