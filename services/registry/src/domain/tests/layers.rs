//! Whatever the bureaus of three tiers and the office of a township record of one place in whatever order: what a wider one has
//! set, no narrower one loosens. Limits of wider places, and of all tiers of them, are in the directory's own tests.

use onestop_proto::{
    ids::Topic,
    registry::{
        ApproveChange, CheckStandard, Finding, Hours, HoursSet, MoveItemIn, MoveItemOut, SetHours,
        SetLimit, SetPapers, Weekday,
    },
};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// Whose bureaus record, the wider first; after them the office of the township.
const BUREAUS: [&str; 3] = ["53", "5308", COUNTY];
/// How many tiers record.
const TIERS: usize = BUREAUS.len() + 1;
pub(super) const REVIEW: &str = "legal-aid.review";
/// What moves in and out: the township's list does not have it.
pub(super) const ITEM: &str = "notarization";
pub(super) const AID: &str = "legal-aid";

/// The township has a list of its own, and an office that decides about whatever a rule can name.
static LISTED: LazyLock<Directory> = LazyLock::new(|| {
    let list = format!(
        "\n[[site]]\ndivision = \"{PLANNED}\"\n[[site.offer]]\nitems = [\"{AID}\"]\nweekdays = [\"mon\"]\n\
         [[office_decides]]\nchanges = [\"set-state\", \"mark-full\", \"mark-free\", \"check-standard\", \"set-hours\", \
         \"set-limit\", \"set-papers\", \"move-item-in\", \"move-item-out\"]\nsource = \"测试\"\nstatus = \"unconfirmed\"\n"
    );
    Directory::built_in_with("sites.toml", &list).unwrap()
});

fn days() -> impl Strategy<Value = Date> {
    (0_i64..20).prop_map(|after| day(TODAY).saturating_add(after.days()))
}

/// A first day, and a last one or none.
fn periods() -> impl Strategy<Value = (Option<Date>, Option<Date>)> {
    (days().prop_map(Some), prop::option::of(days()))
}

fn states() -> impl Strategy<Value = Command> {
    let states = vec![SiteState::Pilot, SiteState::Operating, SiteState::Suspended];
    (select(states), periods()).prop_map(|(state, (from, until))| {
        let set = SetState {
            state,
            from,
            until,
            ..pilot()
        };
        set.into()
    })
}

fn limits() -> impl Strategy<Value = Command> {
    (1_u32..9, periods()).prop_map(|(days, (from, until))| {
        let set = SetLimit {
            site: site(PLANNED).id.clone(),
            step: REVIEW.parse().unwrap(),
            days,
            day_kind: None,
            basis: "服务承诺".to_owned(),
            from,
            until,
        };
        set.into()
    })
}

fn papers() -> impl Strategy<Value = Command> {
    let asked = ["application-form", "identity-card", "means-statement"];
    let asked = vec(any::<bool>(), asked.len()).prop_map(move |kept| {
        let papers = asked.iter().zip(kept).filter(|(_, kept)| *kept);
        papers
            .map(|(paper, _)| paper.parse().unwrap())
            .collect::<Vec<Topic>>()
    });
    let topic = prop::option::of(select(vec!["labour-pay"]));
    (asked, topic, periods()).prop_map(|(papers, topic, (from, until))| {
        let set = SetPapers {
            site: site(PLANNED).id.clone(),
            item: AID.parse().unwrap(),
            topic: topic.map(|topic| topic.parse().unwrap()),
            papers,
            basis: "告知承诺制".to_owned(),
            from,
            until,
        };
        set.into()
    })
}

fn items() -> impl Strategy<Value = Command> {
    let (site, item) = (site(PLANNED).id.clone(), ITEM);
    (any::<bool>(), days().prop_map(Some)).prop_map(move |(comes, from)| {
        let (site, item) = (site.clone(), item.parse().unwrap());
        if comes {
            MoveItemIn { site, item, from }.into()
        } else {
            MoveItemOut { site, item, from }.into()
        }
    })
}

fn checks() -> impl Strategy<Value = Command> {
    let point = DIRECTORY.checkpoints(site(PLANNED), day(TODAY))[0]
        .0
        .id
        .clone();
    select(vec![Finding::Met, Finding::NotMet]).prop_map(move |finding| {
        let check = CheckStandard {
            site: site(PLANNED).id.clone(),
            checkpoint: point.clone(),
            finding,
            evidence: "现场查看".to_owned(),
        };
        check.into()
    })
}

fn hours() -> impl Strategy<Value = Command> {
    let weekdays = prop::sample::subsequence(Weekday::ALL.to_vec(), 1..=7);
    let spans = select(vec!["08:30-12:00", "08:30-17:30", "09:00-16:00"]);
    let all_items = any::<bool>();
    (weekdays, spans, all_items, periods()).prop_map(|(weekdays, span, all, (from, until))| {
        let set = SetHours {
            site: site(PLANNED).id.clone(),
            items: if all {
                Vec::new()
            } else {
                vec![AID.parse().unwrap()]
            },
            weekdays,
            hours: vec![span.parse().unwrap()],
            from,
            until,
        };
        set.into()
    })
}

fn capacity() -> impl Strategy<Value = Command> {
    let window = unit(PLANNED, WINDOW);
    (any::<bool>(), days(), days()).prop_map(move |(fills, from, until)| {
        let (unit, from) = (window.clone(), Some(from));
        if fills {
            MarkFull { unit, from, until }.into()
        } else {
            MarkFree { unit, from }.into()
        }
    })
}

fn approvals() -> impl Strategy<Value = Command> {
    (1_u32..6).prop_map(|proposal| {
        let site = site(PLANNED).id.clone();
        ApproveChange { site, proposal }.into()
    })
}

fn commands() -> impl Strategy<Value = (usize, Command)> {
    let command = prop_oneof![
        states(),
        limits(),
        papers(),
        items(),
        checks(),
        hours(),
        capacity(),
        approvals()
    ];
    (0..TIERS, command)
}

pub(super) fn send(
    recorded: &mut Recorded,
    by: &Actor,
    command: &Command,
) -> Result<Vec<Event>, Rejection> {
    let context = Context {
        today: day(TODAY),
        actor: by,
        directory: &LISTED,
    };
    let events = decide(recorded.0.as_ref(), command, &context)?;
    record(recorded, &events);
    Ok(events)
}

fn record(recorded: &mut Recorded, events: &[Event]) {
    recorded.0 = events.iter().fold(recorded.0.take(), evolve);
}

/// What is set for the site on a day.
struct Held {
    is_closed: bool,
    days: u32,
    papers: Vec<Vec<String>>,
    has_item: bool,
    is_not_met: bool,
    hours: Option<HoursSet>,
    full_until: Option<Date>,
}

impl Held {
    fn on(directory: &Directory, changes: &SiteChanges, on: Date) -> Self {
        let place = site(PLANNED).division;
        let limit = directory.limit(&REVIEW.parse().unwrap(), place, on);
        let aid = AID.parse().unwrap();
        let item = directory.item(&aid).unwrap();
        let papers = |topic: Option<&str>| -> Vec<String> {
            let topic = topic.map(|topic| topic.parse().unwrap());
            let papers = directory.papers(item, topic.as_ref(), place, on);
            papers.into_iter().map(ToString::to_string).collect()
        };
        let point = &DIRECTORY.checkpoints(site(PLANNED), on)[0].0.id;
        let check = changes.check(point, on);
        let state = changes.state(on);
        Self {
            is_closed: state.is_some_and(|set| set.state == SiteState::Suspended),
            days: limit.unwrap().days,
            papers: vec![papers(None), papers(Some("labour-pay"))],
            has_item: directory.has_moved_in(&ITEM.parse().unwrap(), place, on),
            is_not_met: check.is_some_and(|check| check.finding == Finding::NotMet),
            hours: changes.hours(&aid, on).cloned(),
            full_until: changes.full_until(&unit(PLANNED, WINDOW), on),
        }
    }

    /// Whether nothing is looser than what the wider tiers alone have set.
    fn is_as_strict_as(&self, wider: &Self) -> bool {
        let mut papers = self.papers.iter().zip(&wider.papers);
        (self.is_closed || !wider.is_closed)
            && self.days <= wider.days
            && papers.all(|(own, wide)| own.iter().all(|paper| wide.contains(paper)))
            && (self.has_item || !wider.has_item)
            && (self.is_not_met || !wider.is_not_met)
            && self.full_until >= wider.full_until
            && wider
                .hours
                .as_ref()
                .is_none_or(|wide| self.is_open_as_long_as(wide))
    }

    fn is_open_as_long_as(&self, wide: &HoursSet) -> bool {
        self.hours.as_ref().is_some_and(|own| {
            let within = |span: &Hours| {
                let mut spans = own.hours.iter();
                spans.any(|wider| wider.from <= span.from && span.to <= wider.to)
            };
            wide.weekdays.iter().all(|day| own.weekdays.contains(day))
                && wide.hours.iter().all(within)
        })
    }
}

proptest! {
    #[test]
    fn a_narrower_tiers_change_never_loosens_what_a_wider_one_has_set(
        sent in vec(commands(), 1..16),
        wide in 1..TIERS,
    ) {
        let mut senders = BUREAUS.map(|place| actor("supervisor", place, "bureau")).to_vec();
        senders.push(actor("supervisor", PLANNED, WINDOW));
        let (mut all, mut wider) = (Recorded::default(), Recorded::default());
        for (by, command) in sent {
            let answer = send(&mut all, &senders[by], &command);
            if by >= wide {
                continue;
            }
            // What the wider tiers alone have said, in the same order.
            match answer {
                Ok(events) => record(&mut wider, &events),
                // What is so already, is as they want it from then on.
                Err(Rejection::NothingChanges {}) => {
                    send(&mut wider, &senders[by], &command).unwrap_or_default();
                }
                Err(_) => {}
            }
        }
        let with = |changes: &SiteChanges| {
            let id = site(PLANNED).id.clone();
            LISTED.with_changes(RegistryChanges::of_site(id, changes.clone()))
        };
        let (all, wider) = (all.0.unwrap_or_default(), wider.0.unwrap_or_default());
        let (of_all, of_wider) = (with(&all), with(&wider));
        for after in 0..25_i64 {
            let on = day(TODAY).saturating_add(after.days());
            let held = Held::on(&of_all, &all, on);
            prop_assert!(held.is_as_strict_as(&Held::on(&of_wider, &wider, on)), "on {}", on);
        }
    }
}
