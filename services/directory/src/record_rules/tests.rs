use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// From the whole province to a village: each lies in the one before.
const PLACES: [&str; 5] = ["53", "5308", "530821", "530821101", "530821101201"];

fn place(at: usize) -> DivisionCode {
    PLACES[at].parse().unwrap()
}

fn row(at: Option<usize>, confirm: Option<u32>, full: Option<u32>) -> RecordRuleEntry {
    RecordRuleEntry {
        place: at.map(place),
        confirm_within_days: confirm.and_then(NonZeroU32::new),
        most_full_days: full.and_then(NonZeroU32::new),
        most_days_ahead: None,
        source: String::new(),
        status: Status::Unconfirmed,
    }
}

fn approval(at: Option<usize>, approver: ChangeApprover) -> ChangeApprovalEntry {
    ChangeApprovalEntry {
        changes: vec![RecordKind::SetHours],
        place: at.map(place),
        approver,
        source: String::new(),
        status: Status::Unconfirmed,
    }
}

fn rows() -> impl Strategy<Value = Vec<RecordRuleEntry>> {
    let days = || prop::option::of(1_u32..400);
    let one = (prop::option::of(0_usize..5), days(), days());
    vec(
        one.prop_map(|(at, confirm, full)| row(at, confirm, full)),
        0..8,
    )
}

fn approvals() -> impl Strategy<Value = Vec<ChangeApprovalEntry>> {
    let who = select(vec![ChangeApprover::Bureau, ChangeApprover::TierAbove]);
    let one = (prop::option::of(0_usize..5), who);
    vec(one.prop_map(|(at, who)| approval(at, who)), 0..8)
}

/// What holds somewhere is as strict as every row of a place around it says, or stricter.
fn is_no_looser(narrow: Option<u32>, wide: Option<u32>) -> bool {
    match (narrow, wide) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(narrow), Some(wide)) => narrow <= wide,
    }
}

proptest! {
    #[test]
    fn no_row_of_a_narrower_place_loosens_what_holds_around_it(
        limits in rows(), approvals in approvals()
    ) {
        let rules = RecordRules { limits, approvals, ..RecordRules::default() };
        for at in 1..PLACES.len() {
            let (narrow, wide) = (place(at), place(at - 1));
            prop_assert!(is_no_looser(rules.most_full_days(narrow), rules.most_full_days(wide)));
            prop_assert!(is_no_looser(
                rules.confirm_within_days(narrow),
                rules.confirm_within_days(wide),
            ));
            let who = |place| rules.approval(RecordKind::SetHours, place).map(|(who, _)| who);
            prop_assert!(who(narrow) >= who(wide));
        }
        // Nor does it reach beyond its place: a row of the village says nothing about the province.
        let anywhere = rules.limits.iter().any(|row| row.place.is_none() || row.place == Some(place(0)));
        prop_assert!(anywhere || rules.most_full_days(place(0)).is_none());
    }
}

#[test]
fn a_name_on_the_roster_is_a_surname_and_a_title() {
    let rules = RecordRules::default();
    for name in ["王律师", "欧阳主任", "岩调解员"] {
        assert!(rules.is_roster_name(name), "{name}");
    }
    for name in [
        "王",
        "律师",
        "王小明律师",
        "Wang律师",
        "王律师13800000000",
        "",
    ] {
        assert!(!rules.is_roster_name(name), "{name}");
    }
}
