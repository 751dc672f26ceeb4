//! Opening a case (登记).

use onestop_directory::{SiteStanding, Unit, WINDOW};
use onestop_proto::{
    case::{About, Channel, Event, Open, Opened, ReferralRequested, Rejection, WindowAction},
    ids::{CaseNumber, UnitId},
    referral::ReferralSubject,
};

use crate::domain::{
    Context, Decision, applicant,
    field_problem::collect_problems,
    findings::Findings,
    group, needs,
    notice::{self, Asking},
    offering::{TopicChoice, check_offered},
    own_window::works_itself,
    respondents,
};

/// In a dry run, before the case has a number, no event is made.
pub(super) fn decide(open: &Open, context: &Context<'_>) -> Decision {
    let window = window_of(&context.actor.unit, context)?;
    check_site_open(window, open.channel, context)?;
    let about = About {
        item: open.item.clone(),
        topic: open.topic.clone(),
    };
    let letter = open.notice.as_ref();
    let asking = Asking::by(letter);
    let findings = collect_problems(
        check_offered(&about, open.place, TopicChoice::Now, context)
            .and_then(|()| notice::check(&about, letter, context)),
        check_applicant(open, asking, context),
    )?;
    context.check_time(window.division, Some(open.channel))?;
    notice::check_receipt(letter, window.division, context)?;
    let Some(number) = context.number else {
        return Ok(Vec::new());
    };
    let mut needs = open.needs.clone();
    for care in findings.care {
        if !needs.care.contains(&care) {
            needs.care.push(care);
        }
    }

    let opened = Opened {
        number: number.clone(),
        site: window.site.clone(),
        window: window.id.clone(),
        window_division: window.division,
        item: open.item.clone(),
        topic: open.topic.clone(),
        place: open.place,
        channel: open.channel,
        applicant: context.sealed.clone(),
        urgent: open.urgent,
        opposed_to: open.opposed_to,
        related: open.related.clone(),
        needs,
        query_code: context.query_code.cloned(),
        text_key: context.text_key,
        short_code: context.short_code.cloned(),
        warnings: findings.warnings,
        notice: open.notice.clone().map(Box::new),
        respondents: respondents::count(&open.applicant),
        people: Some(group::size(&open.applicant)),
    };
    let mut events = vec![Event::from(opened)];
    if open.request == WindowAction::Refer {
        let requested = requested(open, number);
        if !works_itself(&window.id, &requested.subject, context) {
            events.push(Event::from(requested));
        }
    }
    let people = group::size(&open.applicant);
    events.extend(group::report(people, window.division, context));
    Ok(events)
}

/// What is wrong with the applicant, or with what they need.
fn check_applicant(
    open: &Open,
    asking: Asking,
    context: &Context<'_>,
) -> Result<Findings, Rejection> {
    collect_problems(
        needs::check(&open.needs),
        applicant::check(&open.applicant, &open.item, asking, context),
    )
}

fn requested(open: &Open, number: &CaseNumber) -> ReferralRequested {
    ReferralRequested {
        number: number.clone(),
        subject: ReferralSubject {
            item: open.item.clone(),
            topic: open.topic.clone(),
            place: open.place,
            urgent: open.urgent,
            language: open.needs.language,
            opposed_to: open.opposed_to,
            notice: open.notice.clone(),
            respondents: respondents::count(&open.applicant),
            people: Some(group::size(&open.applicant)),
            resumed: None,
        },
    }
}

fn window_of<'a>(unit: &UnitId, context: &'a Context<'_>) -> Result<&'a Unit, Rejection> {
    context
        .directory
        .unit(unit)
        .filter(|unit| unit.kind.as_str() == WINDOW)
        .ok_or_else(|| Rejection::UnknownWindow { unit: unit.clone() })
}

fn check_site_open(
    window: &Unit,
    channel: Channel,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let directory = context.directory;
    let day = context.happened_at().china_date();
    let Some(site) = directory.site(&window.site) else {
        return Err(Rejection::UnknownWindow {
            unit: window.id.clone(),
        });
    };
    let SiteStanding::Closed { why } = directory.site_standing(site, day) else {
        return Ok(());
    };
    // Of a moment that is not entered at all, it does not matter whether the site was open.
    context.check_time(window.division, Some(channel))?;
    let open_above = site
        .division
        .chain()
        .skip(1)
        .filter_map(|wider| directory.site_at(wider))
        .find(|above| directory.site_standing(above, day) == SiteStanding::Open);
    Err(Rejection::SiteClosed {
        site: site.id.clone(),
        name: site.name.as_str().into(),
        day: day.to_string().into(),
        why: format!("{} / {}", why.zh, why.en).into(),
        instead: open_above.map_or_else(|| "12348".to_owned(), |above| above.name.clone()),
        next_open: directory
            .next_opening(site, day)
            .map(|next| next.to_string().into()),
    })
}

#[cfg(test)]
mod tests {
    use onestop_directory::Directory;
    use onestop_proto::{late_entry::TimeRefusal, rejection::Explain};

    use super::*;
    use crate::domain::test_support::*;

    /// Of the matter and of the applicants.
    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let mut wrong = open("legal-aid", "nonsense", TOWN);
        wrong.applicant.people[0].phone = Some("12".to_owned());
        let refused = world().after(&[]).when(wrong);
        let Err(Rejection::Several { problems }) = refused else {
            panic!("{refused:?}")
        };
        let fields = problems.iter().map(|one| one.field.as_str());
        assert_eq!(
            fields.collect::<Vec<_>>(),
            ["topic", "applicant.people[0].phone"]
        );
    }

    /// Whether the site was open on that day does not matter.
    #[test]
    fn a_moment_too_long_ago_is_refused_by_its_own_words() {
        let world = world();
        let long_ago = world
            .after(&[])
            .happened_at("1900-01-02 09:00:00", "1900-01-01 09:00:00");
        let refused = long_ago.when(open("legal-aid", "labour-pay", TOWN));
        assert!(
            matches!(refused, Err(Rejection::Time(TimeRefusal::TooLate { .. }))),
            "{refused:?}"
        );
    }

    #[test]
    fn opening_takes_the_case_down_and_asks_for_referral() {
        let world = world();
        let events = world
            .after(&[])
            .when(open("legal-aid", "labour-pay", TOWN))
            .unwrap();
        assert_eq!(events, [world.opened(), world.requested()]);
    }

    /// The window that takes a question answers it, and is offered nothing by itself.
    #[test]
    fn a_window_refers_nothing_to_itself() {
        let world = world();
        let ask = |place| world.after(&[]).when(open("consultation", "family", place));
        let own = ask(TOWN).unwrap();
        assert!(matches!(own.as_slice(), [Event::Opened(_)]), "{own:?}");
        let elsewhere = ask("530821").unwrap();
        let last = elsewhere.last();
        assert!(
            matches!(last, Some(Event::ReferralRequested(_))),
            "{elsewhere:?}"
        );
    }

    #[test]
    fn an_unknown_place_is_refused_by_its_code() {
        let world = world();
        let refused = world
            .after(&[])
            .when(open("legal-aid", "labour-pay", "530821999"))
            .unwrap_err();
        assert_eq!(
            refused,
            Rejection::UnknownDivision {
                division: "530821999".parse().unwrap()
            }
        );
    }

    /// 2026-11-23 is a Monday, and the site is closed until Friday: it opens again the Monday after.
    #[test]
    fn a_closed_site_says_when_it_opens_again() {
        let repairs = format!(
            "\n[[override]]\ndivision = \"{TOWN}\"\nstate = \"suspended\"\nfrom = 2026-11-20\n\
             until = 2026-11-27\nreason = {{ zh = \"修缮\", en = \"repairs\" }}\n"
        );
        let closed = World {
            directory: Directory::built_in_with("sites.toml", &repairs).unwrap(),
            ..world()
        };
        let opened = closed
            .after(&[])
            .when(open("legal-aid", "labour-pay", TOWN));
        let message = opened.unwrap_err().message();
        assert!(
            message.zh.contains("下次开放：2026年11月30日。"),
            "{message:?}"
        );
        assert!(
            message.en.contains("opens again on 2026-11-30"),
            "{message:?}"
        );
    }

    #[test]
    fn an_item_that_is_not_offered_is_refused_and_offered_ones_are_named() {
        let world = world();
        let refused = world
            .after(&[])
            .when(open("arbitration", "labour-pay", TOWN))
            .unwrap_err();
        let message = refused.message();
        let Rejection::ItemNotOffered { offered, .. } = refused else {
            panic!("{refused:?}")
        };
        assert!(offered.contains("legal-aid"), "{offered}");
        // In words, each once, and without an address.
        for word in ["法律援助", "宁洱镇", "“站点”"] {
            assert!(message.zh.contains(word), "{message:?}");
        }
        for said in [&message.zh, &message.en] {
            assert!(
                !said.contains("/api") && !said.contains("legal-aid"),
                "{said}"
            );
        }
    }

    #[test]
    fn an_unknown_topic_is_refused_with_the_known_ones() {
        let world = world();
        let refused = world
            .after(&[])
            .when(open("legal-aid", "weather", TOWN))
            .unwrap_err();
        let message = refused.message();
        let topic = world.directory.item(&"legal-aid".parse().unwrap());
        let topic = topic.and_then(|item| item.topic(&"labour-pay".parse().unwrap()));
        let topic = &topic.unwrap().name;
        let Rejection::UnknownTopic { topics, .. } = refused else {
            panic!("{refused:?}")
        };
        assert!(topics.contains("labour-pay"), "{topics}");
        // In words, and where to look.
        for (said, name) in [(&message.zh, &topic.zh), (&message.en, &topic.en)] {
            assert!(said.contains(name), "{said}");
            assert!(
                !said.contains("/api") && !said.contains("labour-pay"),
                "{said}"
            );
        }
        assert!(message.zh.contains("“法律援助”"), "{message:?}");
    }

    #[test]
    fn a_unit_that_is_no_window_opens_nothing() {
        let world = world();
        let refused = world
            .after(&[])
            .by(&world.agency)
            .when(open("legal-aid", "labour-pay", TOWN))
            .unwrap_err();
        assert_eq!(
            refused,
            Rejection::UnknownWindow {
                unit: world.agency.clone()
            }
        );
    }

    #[test]
    fn an_applicant_without_a_name_is_refused() {
        let world = world();
        let mut nameless = open("legal-aid", "labour-pay", TOWN);
        nameless.applicant.people[0].name = "  ".to_owned();
        let refused = world.after(&[]).when(nameless).unwrap_err();
        assert!(
            matches!(refused, Rejection::Incomplete { field, .. } if field == "applicant.people[0].name")
        );
    }
}
