use std::sync::LazyLock;

use super::{units::unit_of, *};
use crate::core::db::staff::Staff;

static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::built_in().unwrap());

fn checked_by(
    rights: &dyn SheetRights,
    rows: &str,
    accounts: &[Account],
) -> (Vec<Account>, Vec<RowProblem>) {
    let text = format!("账号,姓名,角色,单位\n{rows}");
    let context = SheetContext {
        directory: &DIRECTORY,
        accounts,
        rights,
    };
    let sheet = Sheet::read(text.as_bytes(), COLUMNS).unwrap();
    let CheckedSheet {
        added, problems, ..
    } = check(&sheet, &context);
    (added.into_iter().map(|one| one.account).collect(), problems)
}

fn checked(
    rows: &str,
    accounts: &[Account],
    reason: SheetReason,
) -> (Vec<Account>, Vec<RowProblem>) {
    checked_by(&SoleOperator(reason), rows, accounts)
}

/// The administrator of the unit that a sheet would name so.
fn administrator(unit: &str) -> Staff {
    Staff::new(
        "guan-li".parse().unwrap(),
        "管理",
        Role::UnitAdministrator,
        unit_of(unit, &DIRECTORY).unwrap().id.clone(),
    )
}

fn checked_in_workbench(
    staff: &Staff,
    reason: SheetReason,
    rows: &str,
    accounts: &[Account],
) -> (Vec<Account>, Vec<RowProblem>) {
    let rights = OfAdministrator {
        staff,
        directory: &DIRECTORY,
        reason,
    };
    checked_by(&rights, rows, accounts)
}

fn places(problems: &[RowProblem]) -> Vec<(usize, &str)> {
    problems.iter().map(|one| (one.row, one.column)).collect()
}

#[test]
fn given_right_rows_when_they_are_checked_then_each_is_an_account() {
    let rows = "zhang-li,张丽,窗口人员,530821101201\nyan-wen,岩温,specialist,530821.legal-aid\n";
    let (added, problems) = checked(rows, &[], SheetReason::Missing);
    assert_eq!(problems, []);
    let posts: Vec<_> = added
        .iter()
        .map(|one| (one.id.as_str(), one.role))
        .collect();
    assert_eq!(
        posts,
        [("zhang-li", Role::Clerk), ("yan-wen", Role::Specialist)]
    );
    assert!(added[0].unit.as_str().ends_with(".window"));
    assert!(added[1].unit.as_str().ends_with(".legal-aid"));
}

/// Pages, files and lists of staff show units by name.
#[test]
fn given_units_by_name_when_a_sheet_is_checked_then_each_is_found_and_an_ambiguous_name_is_told() {
    let rows = "yan-wen,岩温,承办人,宁洱哈尼族彝族自治县法律援助中心\n";
    let (added, problems) = checked(rows, &[], SheetReason::Missing);
    assert_eq!(problems, []);
    let wanted = unit_of("530821.legal-aid", &DIRECTORY).unwrap();
    assert_eq!(added[0].unit, wanted.id);

    // Several villages of the province are called so: the administrator means the one below.
    let row = "zhang-li,张丽,窗口人员,新塘村公共法律服务站窗口\n";
    let (_, problems) = checked(row, &[], SheetReason::Missing);
    assert_eq!(places(&problems), [(2, "单位")]);
    assert!(problems[0].words.zh.contains("个单位叫"), "{problems:?}");
    let village = administrator("530821101201");
    let (added, problems) = checked_in_workbench(&village, SheetReason::Stated, row, &[]);
    assert_eq!(problems, []);
    assert_eq!(added[0].unit, village.unit);
}

#[test]
fn given_an_account_that_exists_when_a_row_has_its_id_then_only_the_same_row_is_passed_over() {
    let row = "zhang-li,张丽,窗口人员,530821101201\n";
    let (there, _) = checked(row, &[], SheetReason::Missing);
    let (added, problems) = checked(row, &there, SheetReason::Missing);
    assert_eq!((added.len(), problems.len()), (0, 0));
    let (added, problems) = checked(
        "zhang-li,章丽,窗口人员,530821101201\n",
        &there,
        SheetReason::Missing,
    );
    assert_eq!(added, []);
    assert_eq!(places(&problems), [(2, "账号")]);
    assert!(problems[0].words.zh.contains("张丽"), "{problems:?}");
}

#[test]
fn given_wrong_rows_when_they_are_checked_then_all_faults_are_told_by_row_and_column() {
    let rows = "张丽,,厂长,530821.dance\nli-jun,李军,督办人,530821\nli-jun,李军,窗口人员,530821\nxi-tong,系统,system,530821\n";
    let (added, problems) = checked(rows, &[], SheetReason::Missing);
    assert_eq!(added, []);
    let wanted = [
        (2, "账号"),
        (2, "姓名"),
        (2, "角色"),
        (2, "单位"),
        (3, "角色"),
        (4, "账号"),
        (5, "角色"),
    ];
    assert_eq!(places(&problems), wanted);
}

#[test]
fn given_a_reason_when_a_supervisor_is_in_the_sheet_then_one_person_adds_the_account() {
    let row = "li-jun,李军,督办人,53.bureau\n";
    let (added, problems) = checked(row, &[], SheetReason::Stated);
    assert_eq!((added.len(), problems.len()), (1, 0));
}

#[test]
fn the_example_of_the_template_is_a_right_row() {
    let row = template().example.join(",");
    let (added, problems) = checked(&row, &[], SheetReason::Missing);
    assert_eq!((added.len(), problems.len()), (1, 0));
}

#[test]
fn given_an_administrator_when_a_sheet_takes_a_second_person_then_it_needs_a_reason() {
    let county = administrator("530821");
    let rows = "he-jun,何军,窗口人员,530821\nyu-zhen,玉珍,单位管理员,530821\nzhang-li,张丽,窗口人员,530821101201\n";
    let (added, problems) = checked_in_workbench(&county, SheetReason::Missing, rows, &[]);
    let added: Vec<_> = added.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(added, ["he-jun"]);
    let of_role = Role::UnitAdministrator.text().zh;
    assert!(problems[0].words.zh.contains(of_role), "{problems:?}");
    assert_eq!(places(&problems), [(3, "角色"), (4, "单位")]);
    let (added, problems) = checked_in_workbench(&county, SheetReason::Stated, rows, &[]);
    assert_eq!((added.len(), problems.len()), (3, 0), "{problems:?}");
}

#[test]
fn given_an_administrator_when_a_sheet_names_units_and_roles_of_others_then_the_rows_are_refused() {
    let village = administrator("530821101201");
    let rows = "he-jun,何军,窗口人员,530821\nli-jun,李军,审计人员,530821101201\nyan-sai,岩赛,承办人,530821.legal-aid\n";
    let (added, problems) = checked_in_workbench(&village, SheetReason::Stated, rows, &[]);
    assert_eq!(added, []);
    assert_eq!(places(&problems), [(2, "单位"), (3, "角色"), (4, "单位")]);
}

#[test]
fn given_an_account_of_another_unit_when_a_row_has_its_id_then_its_owner_is_not_named() {
    let (there, _) = checked("he-jun,何军,窗口人员,530821\n", &[], SheetReason::Missing);
    let rows = "he-jun,张丽,窗口人员,530821101201\n";
    let village = administrator("530821101201");
    let (added, problems) = checked_in_workbench(&village, SheetReason::Missing, rows, &there);
    assert_eq!(added, []);
    assert_eq!(places(&problems), [(2, "账号")]);
    assert!(!problems[0].words.zh.contains("何军"), "{problems:?}");
    let county = administrator("530821");
    let (_, problems) = checked_in_workbench(&county, SheetReason::Stated, rows, &there);
    assert!(problems[0].words.zh.contains("何军"), "{problems:?}");
}

#[test]
fn a_row_that_gives_a_body_outside_the_bureau_a_supervisor_is_refused() {
    let row = |role: &str, unit: &str| format!("he-jun,何军,{role},{unit}\n");
    for outside in ["530821101.police", "530821.court", "530821.notarization"] {
        for role in ["supervisor", "auditor"] {
            let (added, problems) = checked(&row(role, outside), &[], SheetReason::Stated);
            assert!(added.is_empty(), "{role} at {outside}");
            assert_eq!(places(&problems), [(2, "角色")], "{role} at {outside}");
        }
        let (added, problems) = checked(&row("clerk", outside), &[], SheetReason::Stated);
        assert_eq!((added.len(), problems.len()), (1, 0), "{outside}");
    }
    let bureau = administrator("530821.bureau");
    let rows = row("supervisor", "530821101.police");
    let (added, problems) = checked_in_workbench(&bureau, SheetReason::Stated, &rows, &[]);
    assert_eq!((added.len(), places(&problems)), (0, vec![(2, "角色")]));
}
