//! The card of what a person can do on a case: the main act with what the case waits for and its last day, a few acts
//! beside it, and all others below, in groups.

use onestop_proto::{
    case,
    ledger::{CaseRow, ClockStatus},
    referral,
};

use super::{
    available::Action,
    main_act::{self, Awaited},
};
use crate::pages::{clock_badge::Badge, shell::Page};

/// Acts that stand beside the main one, at most.
const BESIDE: usize = 3;

/// What is often done beside the main act, the likelier first: the other answer, a question of papers, a talk with the citizen.
const LIKELY: &[&str] = &[
    "referral/decline",
    "referral/refuse-extension",
    "referral/decline-invitation",
    "notarization/tell-consequences",
    "notarization/appear-in-person",
    "legal-aid/request-supplement",
    "notarization/request-supplement",
    "mediation/request-supplement",
    "legal-aid/draft-refusal",
    "legal-aid/refuse",
    "notarization/verify",
    "mediation/refuse-by-party",
    "mediation/add-term",
    "mediation/agree-orally",
    "intake/rate",
    "intake/receive-material",
    "intake/notify-once",
    "referral/recall",
    "intake/attach",
    "intake/correct",
    "intake/note-home-visit",
    "intake/settle-need",
    "intake/mark-urgent",
    "intake/lift-urgency",
    "intake/follow-up",
    "intake/reopen",
    "referral/supervise",
    "referral/dispute",
    "referral/return",
];

/// What acts of one group are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Papers,
    Limits,
    Custody,
    Matter,
    Record,
}

impl Group {
    const ALL: [Self; 5] = [
        Self::Papers,
        Self::Limits,
        Self::Custody,
        Self::Matter,
        Self::Record,
    ];

    /// The group of an act, `<service>/<command>`.
    fn of(act: &str) -> Self {
        let (service, command) = act.split_once('/').unwrap_or_default();
        match (service, command) {
            (
                _,
                "notify-once"
                | "receive-material"
                | "attach"
                | "request-supplement"
                | "receive-supplement"
                | "ask-cooperation"
                | "receive-cooperation"
                | "verify"
                | "finish-verification",
            ) => Self::Papers,
            (
                _,
                "extend"
                | "draft-extension"
                | "ask-extension"
                | "grant-extension"
                | "refuse-extension"
                | "set-critical-date"
                | "correct-critical-date"
                | "close-critical-date"
                | "suspend"
                | "continue",
            ) => Self::Limits,
            (case::SERVICE, "request-referral" | "record-forwarding") | (referral::SERVICE, _) => {
                Self::Custody
            }
            (case::SERVICE, _) => Self::Record,
            _ => Self::Matter,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::Papers => "acts-papers",
            Self::Limits => "acts-limits",
            Self::Custody => "acts-custody",
            Self::Matter => "acts-matter",
            Self::Record => "acts-record",
        }
    }
}

/// Acts below a heading.
pub(in crate::pages) struct ActGroup {
    pub(in crate::pages) title: String,
    pub(in crate::pages) actions: Vec<Action>,
}

/// The card, ready to be shown.
pub(in crate::pages) struct ActCard {
    /// What the case waits for.
    pub(in crate::pages) awaited: String,
    /// The clock that runs, which need not be of what the case waits for: its step is named.
    pub(in crate::pages) badge: Option<Badge>,
    pub(in crate::pages) step: String,
    /// The last day, in words; empty where there is none.
    pub(in crate::pages) last_day: String,
    pub(in crate::pages) main: Option<Action>,
    pub(in crate::pages) beside: Vec<Action>,
    pub(in crate::pages) groups: Vec<ActGroup>,
    /// How many are in the groups.
    pub(in crate::pages) others: usize,
}

impl ActCard {
    /// The card of the acts that a person has; none where they have none.
    pub(in crate::pages) fn of(
        actions: Vec<Action>,
        row: &CaseRow,
        page: &Page<'_>,
    ) -> Option<Self> {
        if actions.is_empty() {
            return None;
        }
        let near = |act: &str| nearness(row, act);
        let (main, beside, others) = sort(actions, near);
        let count = others.len();
        Some(Self {
            awaited: awaited(row, page),
            badge: row.step.as_ref().map(|clock| page.step_badge(clock)),
            step: row
                .step
                .as_ref()
                .map_or_else(String::new, |clock| page.step_name(&clock.step)),
            last_day: last_day(row, page),
            main,
            beside,
            groups: grouped(others, page),
            others: count,
        })
    }
}

/// The place of an act among those that stand beside the main one; the last place of all: among the others.
fn nearness(row: &CaseRow, act: &str) -> usize {
    let wanted = main_act::rank(row, act);
    let likely = || LIKELY.iter().position(|likely| *likely == act);
    let likely = || likely().map(|place| place.saturating_add(main_act::RANKS));
    wanted.or_else(likely).unwrap_or(usize::MAX)
}

/// The main act, those beside it, and the others.
fn sort(
    actions: Vec<Action>,
    near: impl Fn(&str) -> usize,
) -> (Option<Action>, Vec<Action>, Vec<Action>) {
    let (main, mut rest): (Vec<Action>, Vec<Action>) =
        actions.into_iter().partition(|action| action.is_main);
    rest.sort_by_key(|action| near(&action.act));
    let beside = rest.iter().take(BESIDE);
    let beside = beside.filter(|action| near(&action.act) < usize::MAX);
    let many = beside.count();
    let others = rest.split_off(many);
    (main.into_iter().next(), rest, others)
}

fn grouped(mut actions: Vec<Action>, page: &Page<'_>) -> Vec<ActGroup> {
    let mut groups = Vec::new();
    for group in Group::ALL {
        let (own, rest): (Vec<Action>, Vec<Action>) = actions
            .into_iter()
            .partition(|action| Group::of(&action.act) == group);
        actions = rest;
        if !own.is_empty() {
            groups.push(ActGroup {
                title: page.i18n.t(group.message()),
                actions: own,
            });
        }
    }
    groups
}

/// What the case waits for, in words.
fn awaited(row: &CaseRow, page: &Page<'_>) -> String {
    let i18n = &page.i18n;
    match main_act::awaited(row) {
        Awaited::Decision => page.decisions(row),
        Awaited::Designation => {
            let unit = row.designation.as_ref();
            let unit = unit.map_or_else(String::new, |unit| page.unit(unit));
            i18n.t1("act-designation", "unit", unit)
        }
        Awaited::Papers => i18n.t("act-papers"),
        Awaited::AnotherReferral => i18n.t("act-another-referral"),
        Awaited::Referral => {
            let returned = || Some(i18n.t1("act-returned", "how", page.open_return(row)?));
            let designation = page.designation(row).or_else(returned);
            designation.unwrap_or_else(|| i18n.t("act-referral"))
        }
        Awaited::Work => match &row.offer {
            Some(offer) => i18n.t1("act-signature", "unit", page.unit(&offer.to)),
            None => i18n.t1("act-work", "unit", page.unit(&row.holder)),
        },
        Awaited::HandingOver | Awaited::BodyOutside => page.standing(row),
        Awaited::Closing if row.refusal.is_some() => i18n.t("act-refused"),
        Awaited::Closing => i18n.t("act-closing"),
        Awaited::Filing => i18n.t("act-filing"),
        Awaited::UnitFile => i18n.t("act-unit-file"),
        Awaited::Nothing => i18n.t("act-nothing"),
    }
}

/// The day set for missing papers, else that of the clock that runs.
fn last_day(row: &CaseRow, page: &Page<'_>) -> String {
    let papers = row.papers.as_ref();
    let papers = papers.map_or_else(String::new, |awaited| page.awaited_until(awaited));
    if !papers.is_empty() {
        return papers;
    }
    let clock = row.step.as_ref();
    let clock = clock.filter(|clock| clock.pace != ClockStatus::Paused);
    clock.map_or_else(String::new, |clock| {
        let day = page.day_of(&clock.due, Some(clock.certainty));
        page.i18n.t1("clock-until", "day", day)
    })
}

#[cfg(test)]
mod tests {
    use onestop_proto::{contract, text::Words};

    use super::*;
    use crate::core::command_schema;

    const MAIN: &str = "legal-aid/grant";

    fn action(act: &str) -> Action {
        Action {
            href: String::new(),
            title: Words::untranslated(act),
            is_main: act == MAIN,
            act: act.to_owned(),
        }
    }

    fn acts(actions: &[Action]) -> Vec<&str> {
        actions.iter().map(|action| action.act.as_str()).collect()
    }

    #[test]
    fn a_card_has_one_main_act_a_few_beside_it_and_the_rest_below() {
        let offered = [
            "legal-aid/set-critical-date",
            MAIN,
            "legal-aid/refuse",
            "referral/hand-over",
            "legal-aid/request-supplement",
            "referral/return",
            "intake/attach",
            "intake/merge",
        ];
        let actions = offered.map(action);
        let near = |act: &str| {
            let place = LIKELY.iter().position(|likely| *likely == act);
            place.unwrap_or(usize::MAX)
        };
        let (main, beside, others) = sort(actions.into(), near);
        assert_eq!(main.map(|main| main.act).as_deref(), Some(MAIN));
        assert_eq!(
            acts(&beside),
            [
                "legal-aid/request-supplement",
                "legal-aid/refuse",
                "intake/attach"
            ]
        );
        assert_eq!(
            acts(&others),
            [
                "referral/return",
                "legal-aid/set-critical-date",
                "referral/hand-over",
                "intake/merge",
            ]
        );
    }

    #[test]
    fn what_is_never_likely_lies_below_though_nothing_stands_beside() {
        let actions = vec![action("intake/merge")];
        let (main, beside, others) = sort(actions, |_| usize::MAX);
        assert!(main.is_none() && beside.is_empty());
        assert_eq!(acts(&others), ["intake/merge"]);
    }

    #[test]
    fn acts_lie_in_the_group_of_what_they_are_about() {
        for (act, group) in [
            ("notarization/request-supplement", Group::Papers),
            ("intake/attach", Group::Papers),
            ("mediation/extend", Group::Limits),
            ("referral/ask-extension", Group::Limits),
            ("referral/hand-over", Group::Custody),
            ("intake/request-referral", Group::Custody),
            ("legal-aid/grant", Group::Matter),
            ("intake/merge", Group::Record),
        ] {
            assert_eq!(Group::of(act), group, "{act}");
        }
    }

    #[test]
    fn every_likely_act_is_a_command() {
        let services = contract::services();
        for act in LIKELY {
            let (service, command) = act.split_once('/').unwrap();
            let service = services.iter().find(|one| one.as_str() == service);
            assert!(
                command_schema::title(service.unwrap(), command).is_some(),
                "{act}"
            );
        }
    }
}
