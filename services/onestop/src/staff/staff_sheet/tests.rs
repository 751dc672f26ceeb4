use std::sync::LazyLock;

use super::*;

static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| Directory::built_in().unwrap());

fn checked(rows: &str, accounts: &[Account], reason: Reason) -> (Vec<Account>, Vec<RowProblem>) {
    let text = format!("账号,姓名,角色,单位\n{rows}");
    let known = Known {
        directory: &DIRECTORY,
        accounts,
        reason,
    };
    check(&Sheet::read(text.as_bytes(), COLUMNS).unwrap(), &known)
}

fn places(problems: &[RowProblem]) -> Vec<(usize, &str)> {
    problems.iter().map(|one| (one.row, one.column)).collect()
}

#[test]
fn given_right_rows_when_they_are_checked_then_each_is_an_account() {
    let rows = "zhang-li,张丽,窗口人员,530821101201\nyan-wen,岩温,specialist,530821.legal-aid\n";
    let (added, problems) = checked(rows, &[], Reason::Missing);
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

#[test]
fn given_an_account_that_exists_when_a_row_has_its_id_then_only_the_same_row_is_passed_over() {
    let row = "zhang-li,张丽,窗口人员,530821101201\n";
    let (there, _) = checked(row, &[], Reason::Missing);
    let (added, problems) = checked(row, &there, Reason::Missing);
    assert_eq!((added.len(), problems.len()), (0, 0));
    let (added, problems) = checked(
        "zhang-li,章丽,窗口人员,530821101201\n",
        &there,
        Reason::Missing,
    );
    assert_eq!(added, []);
    assert_eq!(places(&problems), [(2, "账号")]);
    assert!(problems[0].words.zh.contains("张丽"), "{problems:?}");
}

#[test]
fn given_wrong_rows_when_they_are_checked_then_all_faults_are_told_by_row_and_column() {
    let rows = "张丽,,厂长,530821.dance\nli-jun,李军,督办人,530821\nli-jun,李军,窗口人员,530821\nxi-tong,系统,system,530821\n";
    let (added, problems) = checked(rows, &[], Reason::Missing);
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
    let (added, problems) = checked(row, &[], Reason::Stated);
    assert_eq!((added.len(), problems.len()), (1, 0));
}

#[test]
fn the_example_of_the_template_is_a_right_row() {
    let row = template().example.join(",");
    let (added, problems) = checked(&row, &[], Reason::Missing);
    assert_eq!((added.len(), problems.len()), (1, 0));
}
