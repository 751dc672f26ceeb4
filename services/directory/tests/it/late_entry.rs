//! How late paper may be entered (补录), and what it has to say: limits that are data, by service, channel, unit and place.

use onestop_directory::{
    DatedAct, Directory,
    LateEntryBound::{self, Approval, Reason, Taken},
    LateEntryScope, RunsFrom,
};
use onestop_proto::{
    actor::Actor,
    issuer::ProvenBy,
    late_entry::{LateEntry, LateReason, ProvenApprover, TimeRefusal},
};

use crate::{built_in, code, day, folder::Folder, kind, moment};

const NINGER: &str = "530821";

/// A member of the county's legal aid agency.
fn officer(directory: &Directory) -> Actor {
    let agency = directory.unit_at(code(NINGER), &kind("legal-aid")).unwrap();
    format!("specialist/wang@{}", agency.id).parse().unwrap()
}

fn of(service: &str) -> LateEntryScope<'_> {
    LateEntryScope {
        service,
        kind: None,
        place: code(NINGER),
    }
}

fn late(approver: Option<&str>) -> LateEntry {
    let why = LateEntry::because(LateReason::Outage);
    why.naming(approver.map(|approver| approver.parse().unwrap()))
}

/// As a service has it that has verified the approval of `<role>/<staff>@<division>.<kind>`.
fn approved_by(directory: &Directory, approver: &str) -> LateEntry {
    let (who, place) = approver.split_once('@').unwrap();
    let (at, of_kind) = place.split_once('.').unwrap();
    let unit = &directory.unit_at(code(at), &kind(of_kind)).unwrap().id;
    let actor: Actor = format!("{who}@{unit}").parse().unwrap();
    let by = ProvenBy {
        issuer: "gateway/main".parse().unwrap(),
        token: "019ab0c4-8000-7000-8000-00000000000c".parse().unwrap(),
    };
    LateEntry {
        approver: Some(ProvenApprover {
            actor: actor.clone(),
            by,
        }),
        ..late(Some(actor.staff.as_str()))
    }
}

const COLLEAGUE: &str = "specialist/zhao-qian@530821.legal-aid";

/// Happened on a Monday, entered at a moment.
fn entered(
    directory: &Directory,
    (occurred, now): (&str, &str),
    entry: Option<&LateEntry>,
    scope: LateEntryScope<'_>,
) -> Result<(), TimeRefusal> {
    let actor = officer(directory);
    let act = DatedAct {
        occurred: moment(occurred),
        now: moment(now),
        basis: Some(moment("2026-03-02 08:00:00")),
        actor: &actor,
        entry,
    };
    directory.check_dated(&act, scope)
}

const MONDAY: &str = "2026-03-02 10:00:00";

/// 民法典 art. 201, 203: the day itself does not count, the last day ends at 24:00.
#[test]
fn the_three_limits_end_with_their_last_days() {
    let directory = built_in();
    let at = |now: &str, entry: Option<&LateEntry>| {
        entered(directory, (MONDAY, now), entry, of("legal-aid"))
    };
    let (why, approved) = (late(None), approved_by(directory, COLLEAGUE));
    assert_eq!(at("2026-03-03 23:59:59", None), Ok(()));
    let refused = at("2026-03-04 00:00:00", None).unwrap_err();
    let TimeRefusal::ReasonMissing { day, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(day, "2026-03-03");
    assert_eq!(at("2026-03-04 00:00:00", Some(&why)), Ok(()));
    assert_eq!(at("2026-03-09 23:59:59", Some(&why)), Ok(()));
    let refused = at("2026-03-10 00:00:00", Some(&why)).unwrap_err();
    let TimeRefusal::ApprovalMissing { day, .. } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(day, "2026-03-09");
    assert_eq!(at("2026-03-10 00:00:00", Some(&approved)), Ok(()));
    assert_eq!(at("2026-04-01 23:59:59", Some(&approved)), Ok(()));
    let refused = at("2026-04-02 00:00:00", Some(&approved)).unwrap_err();
    assert!(
        matches!(refused, TimeRefusal::TooLate { .. }),
        "{refused:?}"
    );
}

#[test]
fn a_moment_that_cannot_be_is_refused_whatever_it_says() {
    let directory = built_in();
    let approved = approved_by(directory, COLLEAGUE);
    let at = |occurred: &str| {
        let times = (occurred, "2026-03-03 10:00:00");
        entered(directory, times, Some(&approved), of("legal-aid")).unwrap_err()
    };
    let future = at("2026-03-03 10:00:01");
    assert!(
        matches!(future, TimeRefusal::Impossible { .. }),
        "{future:?}"
    );
    let before = at("2026-03-02 07:59:59");
    assert!(
        matches!(before, TimeRefusal::BeforeBasis { .. }),
        "{before:?}"
    );
}

/// A person does not approve their own entry, also where no approval is asked for.
#[test]
fn another_person_approves() {
    let directory = built_in();
    for now in ["2026-03-03 10:00:00", "2026-03-20 10:00:00"] {
        let own = late(Some("wang"));
        let refused = entered(directory, (MONDAY, now), Some(&own), of("legal-aid"));
        assert!(
            matches!(refused, Err(TimeRefusal::ApprovedByOneself { .. })),
            "{now}: {refused:?}"
        );
    }
}

/// 补录审批: by the approver's own act, which an issuer has proven; a name that is typed approves nothing. By a colleague, or by who
/// decides for a bureau above; not by a stranger, an auditor, or with another person's approval.
#[test]
fn an_approval_is_the_approvers_own_act() {
    let directory = built_in();
    let times = (MONDAY, "2026-03-20 10:00:00");
    let with = |entry: &LateEntry| entered(directory, times, Some(entry), of("legal-aid"));
    for approver in [
        COLLEAGUE,
        "supervisor/zhao-qian@530821.bureau",
        "unit-administrator/zhao-qian@5308.bureau",
        "supervisor/zhao-qian@53.bureau",
    ] {
        let approved = approved_by(directory, approver);
        assert_eq!(with(&approved), Ok(()), "{approver}");
    }
    for stranger in [
        "clerk/zhao-qian@530821.window",
        "auditor/zhao-qian@530821.legal-aid",
        "supervisor/zhao-qian@530802.bureau",
        "specialist/zhao-qian@530802.legal-aid",
    ] {
        let refused = with(&approved_by(directory, stranger));
        assert!(
            matches!(refused, Err(TimeRefusal::NotAnApprover { .. })),
            "{stranger}: {refused:?}"
        );
    }
    let of_another = LateEntry {
        approver: approved_by(directory, COLLEAGUE).approver,
        ..late(Some("li-hua"))
    };
    for typed in [late(Some("zhao-qian")), of_another] {
        let refused = with(&typed);
        assert!(
            matches!(refused, Err(TimeRefusal::ApprovalNotGiven { .. })),
            "{refused:?}"
        );
    }
}

/// 一人单位: it is named in the data; no unit names itself.
#[test]
fn an_office_of_one_person_is_named_by_the_directory() {
    let times = (MONDAY, "2026-03-20 10:00:00");
    let alone = late(Some("one-person-office"));
    let refused = entered(built_in(), times, Some(&alone), of("legal-aid"));
    assert!(
        matches!(refused, Err(TimeRefusal::NoOnePersonOffice { .. })),
        "{refused:?}"
    );
    let unit = officer(&Folder::small().load().unwrap()).unit;
    let named = format!("one-person-offices = [\"{unit}\"]");
    let folder = Folder::small().replace("standards.toml", "one-person-offices = []", &named);
    let directory = folder.load().unwrap();
    assert_eq!(
        entered(&directory, times, Some(&alone), of("legal-aid")),
        Ok(())
    );
}

/// A channel or a kind of unit has its own limit; a service without one that of the windows.
#[test]
fn a_channel_and_a_kind_of_unit_have_their_own_limits() {
    let directory = built_in();
    let days = |service: &str, kind: Option<&'static str>, bound: LateEntryBound| {
        let scope = LateEntryScope {
            kind,
            ..of(service)
        };
        let limit = directory.late_entry_limit(bound, scope, moment(MONDAY));
        limit.unwrap().days
    };
    assert_eq!(days("intake", Some("paper"), Taken), 30);
    assert_eq!(days("intake", Some("phone"), Taken), 3);
    assert_eq!(days("intake", Some("phone"), Reason), 1);
    assert_eq!(days("referral", Some("window"), Taken), 30);
    assert_eq!(days("referral", Some("bureau"), Taken), 3);
    assert_eq!(days("mediation", None, Approval), 7);
    assert_eq!(days("a-new-service", None, Taken), 30);
}

/// A place may be stricter.
#[test]
fn a_place_may_take_less() {
    let stricter = r#"
[[standard]]
step = "legal-aid.late-entry"
days = 5
kind = "calendar"
basis = "宁洱县司法局补录规定"
valid_from = 2020-01-01
place = "530821"
status = "local-promise"
"#;
    let directory = Directory::built_in_with("standards.toml", stricter).unwrap();
    let approved = approved_by(&directory, COLLEAGUE);
    let times = (MONDAY, "2026-03-10 10:00:00");
    let refused = entered(&directory, times, Some(&approved), of("legal-aid"));
    let Err(TimeRefusal::TooLate { day, basis, .. }) = refused else {
        panic!("{refused:?}")
    };
    // 7 March is a Saturday.
    assert_eq!(
        (day.as_str(), basis.as_str()),
        ("2026-03-09", "宁洱县司法局补录规定")
    );
}

/// 法律援助法 art. 43: from the receipt of the application; a local row that says nothing of it does not loosen that, and one
/// may say that the window receives for the agency (art. 13).
#[test]
fn a_lower_tier_never_has_a_limit_count_from_later() {
    let local = |runs_from: &str| {
        let row = format!(
            "\n[[standard]]\nstep = \"legal-aid.review\"\ndays = 5\nkind = \"calendar\"\nbasis = \"承诺\"\n\
             status = \"local-promise\"\nplace = \"530821\"\nvalid_from = 2020-01-01\n{runs_from}\n"
        );
        let directory = Folder::small().append("standards.toml", &row).load();
        let step = "legal-aid.review".parse().unwrap();
        directory
            .unwrap()
            .runs_from(&step, code("530821"), day("2026-03-02"))
    };
    assert_eq!(local(""), RunsFrom::Receipt);
    assert_eq!(local("runs_from = \"step\""), RunsFrom::Receipt);
    assert_eq!(local("runs_from = \"window\""), RunsFrom::Window);
    let other = "notarization.issue".parse().unwrap();
    let step = built_in().runs_from(&other, code("530821"), day("2026-03-02"));
    assert_eq!(step, RunsFrom::Step);
}
